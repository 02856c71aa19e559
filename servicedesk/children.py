"""The supervisor's children: started again when they end, and ended with the supervisor."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_PAUSE = 30.0  # seconds
STEADY_AFTER = 60.0  # seconds of life, after which an end counts as the first again


class Child:
    """A process that belongs to the supervisor, started again when it ends."""

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.command = command
        self.environment = environment or {}
        self.pause = 1.0
        self.started_at = 0.0
        self.due_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, environment: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        # setpriv has the kernel end the child when we are killed. It is part of every Debian.
        prefix = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [*prefix, *self.command],
            env={**self.environment, **environment},
            cwd=ROOT,
            # A session of its own: Ctrl-C then reaches only us, and we end the children in order.
            start_new_session=True,
        )
        return self.process

    def tend(self, environment: Mapping[str, str]) -> bool:
        """Start it when it is due, notice when it has ended, and tell whether either was the case."""
        if self.process is None:
            if time.monotonic() < self.due_at:
                return False
            self.start(environment)
            return True
        if (status := self.process.poll()) is not None:
            self.end(patience=0)
            if time.monotonic() - self.started_at > STEADY_AFTER:
                self.pause = 1.0
            print(
                f"{self.name} ended (exit status {status}); it starts again in {self.pause:.0f} s.",
                flush=True,
            )
            self.due_at = time.monotonic() + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)
            return True
        return False

    def ask_to_end(self) -> None:
        if self.process:
            self.process.terminate()

    def end(self, patience: float) -> None:
        """Wait for the end, then clear away what is left of its process group."""
        if self.process:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def remember(children: Iterable[Child], file: Path) -> None:
    """Write down who the children are, for a next run that finds their supervisor killed."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps({child.process.pid: child.command for child in children if child.process}))
    new.replace(file)


def end_remembered(file: Path, *, patience: float = 8) -> None:
    """End what a killed supervisor left, as far as it still is what was written down."""
    until = time.monotonic() + patience
    written = json.loads(file.read_text()) if file.exists() else {}
    for pid, command in written.items():
        while _command_of(pid) == command:
            with suppress(ProcessLookupError):
                os.killpg(int(pid), signal.SIGTERM if time.monotonic() < until else signal.SIGKILL)
            time.sleep(0.1)


def _command_of(pid: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []
