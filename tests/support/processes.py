"""Our own programs as processes of their own, on the database and the broker of this test run."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests.support.post_office import HOST, free_port
from tests.support.waiting import wait_until

ROOT = Path(__file__).parent.parent.parent
LEASE = 3
"""Seconds after which a dead worker's rows fall due again, for processes started here."""
_NOT_THEIRS = re.compile(r"PYTEST|FAULT|DJANGO_ALLOW_ASYNC_UNSAFE")


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a process that works on this test's database, as configured in production otherwise."""
    inherited = {name: value for name, value in os.environ.items() if not _NOT_THEIRS.match(name)}
    ours = {
        "DATABASE_URL": database_url(connection.settings_dict),
        "MODE": "test",
        "OUTBOX_LEASE_SECONDS": str(LEASE),
        "MESSAGE_HOLD_SECONDS": "0",
        "SECOND_FACTOR_REQUIRED": "0",
        "STATEMENT_TIMEOUT_MS": "30000",
        "PYTHONUNBUFFERED": "1",
    }
    return inherited | ours | more


def database_url(where: Mapping[str, object]) -> str:
    """The address of the database that Django made for the tests."""
    user, password, host, name = (
        quote(str(where[key]), safe="") for key in ("USER", "PASSWORD", "HOST", "NAME")
    )
    return f"postgresql://{user}:{password}@:{where['PORT']}/{name}?host={host}"


class Process:
    """A program that a test started, and ends."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        # setpriv has the kernel end it when the test run is killed.
        prefix = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*prefix, *command],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's."""
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        """None while it runs; minus the signal that ended it."""
        return self._process.poll()

    def output(self) -> str:
        """All that it has said so far."""
        return self.log.read_text(errors="replace")

    def wait_ready(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until it serves. Fails with what it said, if it ends or takes too long."""
        try:
            wait_until(
                lambda: ready() or self.exit_status is not None, seconds=seconds, what=f"{self.name} serves"
            )
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.output()}") from None
        assert self.exit_status is None, f"{self.name} ended at once:\n{self.output()}"

    def wait_end(self, *, seconds: float = 30) -> int:
        """Wait until it has ended by itself, and answer how."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} did not end:\n{self.output()}") from None

    def kill(self) -> None:
        """End it and all its children at once, as ``kill -9`` does."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if self.exit_status is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(10)
        self.kill()

    def children(self) -> list[int]:
        """The processes that it started."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in listed.read_text().split()] if listed.exists() else []


CELERY = [sys.executable, "-m", "celery", "-A", "servicedesk"]
AS_ROOT_TOO = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}


def start_worker(log: Path, environment: Mapping[str, str], *, pool: str = "solo") -> Process:
    """A Celery worker, ready for tasks. With the pool ``solo``, its task and itself are one process."""
    settings = [
        "--pool",
        pool,
        "--concurrency",
        "1",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "INFO",
    ]
    worker = Process("worker", [*CELERY, "worker", *settings], {**environment, **AS_ROOT_TOO}, log)
    before = log.read_text(errors="replace").count(" ready.") if log.exists() else 0
    return _when(worker, lambda: worker.output().count(" ready.") > before)


def start_beat(log: Path, environment: Mapping[str, str]) -> Process:
    """The scheduler. It keeps its timetable in memory, as it does in production."""
    settings = ["--scheduler", "celery.beat:Scheduler", "--pidfile", "", "--loglevel", "INFO"]
    beat = Process("beat", [*CELERY, "beat", *settings], environment, log)
    return _when(beat, lambda: "beat: Starting" in beat.output())


class Web:
    """The portal under gunicorn, as in production: threads in one worker process."""

    def __init__(self, log: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._log = log
        self._environment = {**environment, "BASE_URL": self.url}
        self.process = self._start()

    def _start(self) -> Process:
        command = [
            *(sys.executable, "-m", "gunicorn", "servicedesk.wsgi", "--bind", f"{HOST}:{self.port}"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--no-control-socket"),
        ]
        return Process("web", command, self._environment, self._log)

    def restart(self) -> None:
        """Start it again after it was killed. It serves a moment later."""
        self.process = self._start()


def _when(process: Process, ready: Callable[[], bool]) -> Process:
    try:
        process.wait_ready(ready)
    except BaseException:
        process.stop()
        raise
    return process
