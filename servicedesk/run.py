"""The supervisor behind ``make run``.

    python -m servicedesk.run                  servers, web, worker and scheduler, until Ctrl-C
    python -m servicedesk.run manage <args>    one manage.py command on the same servers
    python -m servicedesk.run reset            throws the demo data away and loads it anew
    python -m servicedesk.run lifecycles       writes the pages of docs/ that come from tables

What dies is started again, with a growing pause. Whatever way the supervisor itself ends,
its children end with it: on Ctrl-C in order, and after a ``kill -9`` by the kernel's doing.
The servers may outlive a kill; the next start takes them over.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from servicedesk.children import ROOT, Child, end_remembered, remember
from servicedesk.embedded import EmbeddedServers, ServerError, stop_postgres, stop_redis

VAR_DIR = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
BIND = os.environ.get("BIND") or "127.0.0.1"
PORT = int(os.environ.get("PORT") or "8000")
REMEMBERED = VAR_DIR / "children.json"
ADDRESS = os.environ.get("BASE_URL") or f"http://localhost:{PORT}"

SLOW_WORK = {"STATEMENT_TIMEOUT_MS": "60000"}
PREPARE = [sys.executable, "-m", "servicedesk.run", "prepare"]
WEB = [
    *(sys.executable, "-m", "gunicorn", "servicedesk.wsgi", "--bind", f"{BIND}:{PORT}"),
    *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "5"),
    *("--no-control-socket", "--log-level", "warning"),
]
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "servicedesk"]
WORKER = [
    *CELERY,
    "worker",
    "--concurrency",
    "2",
    "--without-gossip",
    "--without-mingle",
    "--loglevel",
    "WARNING",
]
# All entries of the timetable repeat every few seconds, so it needs no file that a kill could break.
BEAT = [*CELERY, "beat", "--scheduler", "celery.beat:Scheduler", "--pidfile", "", "--loglevel", "WARNING"]
ROOT_IS_FINE_HERE = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


class Supervisor:
    """Runs the children until a signal says stop."""

    def __init__(self) -> None:
        self.stopping = False
        self.children = [
            Child("web", WEB),
            Child("worker", WORKER, SLOW_WORK | ROOT_IS_FINE_HERE),
            Child("beat", BEAT, SLOW_WORK),
        ]
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.stop)

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def run(self) -> int:
        with only_supervisor():
            end_remembered(REMEMBERED)
            refuse_taken_port()
            with EmbeddedServers(VAR_DIR) as servers:
                try:
                    return self.prepare(servers) or self.serve(servers)
                finally:
                    self.end_all()

    def prepare(self, servers: EmbeddedServers) -> int:
        """Migrate, load the demo and collect static files."""
        process = Child("prepare", PREPARE, SLOW_WORK).start(surroundings(servers))
        while process.poll() is None and not self.stopping:
            time.sleep(0.1)
        if self.stopping:
            process.terminate()
        status = process.wait()
        return 0 if self.stopping else status

    def serve(self, servers: EmbeddedServers) -> int:
        announced = False
        while not self.stopping:
            was = dict(servers.environment)
            try:
                if servers.revive():
                    say("An embedded server had died. It runs again.")
            except (ServerError, OSError) as error:
                say(f"An embedded server does not start: {error}")
            if was != servers.environment:
                self.end_all()  # its port was taken meanwhile: everyone needs the new address
            changed = [child.tend(surroundings(servers)) for child in self.children]
            if any(changed):
                remember(self.children, REMEMBERED)
            if not announced and web_answers():
                announced = True
                say(f"The desk is open at {ADDRESS}. Ctrl-C closes it.")
            time.sleep(0.5)
        say("Closing the desk.")
        return 0

    def end_all(self) -> None:
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.end(patience=10)
        remember(self.children, REMEMBERED)


def surroundings(servers: EmbeddedServers) -> dict[str, str]:
    """The environment of what runs on these servers; what the caller's environment says goes first."""
    ours = {"BASE_URL": ADDRESS, "PYTHONUNBUFFERED": "1"}
    return {**ours, **os.environ, **servers.environment, "VAR_DIR": str(VAR_DIR)}


@contextmanager
def only_supervisor() -> Iterator[None]:
    """Refuse a second desk in the same directory. A killed one holds no lock."""
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    with (VAR_DIR / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise ServerError(
                f"The desk already runs from {VAR_DIR} ({lock.read().strip()}). Stop that one first,"
                " or set VAR_DIR and PORT for a second."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {ADDRESS}")
        lock.flush()
        yield


def refuse_taken_port() -> None:
    family = socket.AF_INET6 if ":" in BIND else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((BIND.strip("[]"), PORT))
        except OSError as error:
            raise ServerError(
                f"Port {PORT} is not free ({error.strerror}). Choose another, for example: make run PORT={PORT + 80}"
            ) from None


def web_answers() -> bool:
    """Whether the web server answers at all, whatever it says."""
    connection = HTTPConnection(BIND.strip("[]"), PORT, timeout=2)
    try:
        connection.request("GET", "/healthz/live")
        connection.getresponse()
    except (HTTPException, OSError):
        return False
    finally:
        connection.close()
    return True


def prepare() -> int:
    """Bring the database, the demo data and the static files up to date. Runs as a child."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("load_demo")
    return 0


def manage(arguments: list[str]) -> int:
    """Run one manage.py command to its end."""
    # The terminal's Ctrl-C reaches the command by itself; we only have to outlive it.
    signal.signal(signal.SIGINT, lambda *_: None)
    with EmbeddedServers(VAR_DIR) as servers:
        environment = SLOW_WORK | surroundings(servers)
        command = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment)
        signal.signal(signal.SIGTERM, lambda *_: command.terminate())
        return command.wait()


def reset() -> int:
    """Throw away the embedded database, files and mail, and load the demo anew."""
    if os.environ.get("DATABASE_URL"):
        raise ServerError("DATABASE_URL is set. Only an embedded database is ever reset: unset it first.")
    with only_supervisor():
        stop_postgres(VAR_DIR / "postgres")
        stop_redis(VAR_DIR / "redis")
        for name in ("postgres", "redis", "files", "maildir"):
            shutil.rmtree(VAR_DIR / name, ignore_errors=True)
        with EmbeddedServers(VAR_DIR) as servers:
            return subprocess.run(
                PREPARE, cwd=ROOT, env=SLOW_WORK | surroundings(servers), check=False
            ).returncode


def lifecycles() -> int:
    """Write docs/lifecycles.md and what docs/changes.md takes from its table. No server is needed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    import django

    django.setup()
    from servicedesk.lifecycles import write

    write()
    return 0


def say(line: str) -> None:
    print(line, flush=True)


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case []:
                return Supervisor().run()
            case ["prepare"]:
                return prepare()
            case ["reset"]:
                return reset()
            case ["lifecycles"]:
                return lifecycles()
            case ["manage", *rest]:
                return manage(rest)
    except (ServerError, PermissionError) as error:
        say(str(error))
        return 1
    say(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
