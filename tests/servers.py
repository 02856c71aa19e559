"""The real PostgreSQL and Redis that the tests run on.

pytest loads this module before anything else (``-p tests.servers`` in pyproject.toml),
because pytest-django reads the settings, and with them the environment, before any
conftest. The first process starts the servers; pytest-xdist's workers inherit its
environment and only take a Redis database and a directory of their own.

A run takes the first free slot, so that runs side by side in one tree do not share a
database. Servers and slots outlive a killed run harmlessly: the next one takes them over.
"""

import fcntl
import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from servicedesk.embedded import embedded

ROOT = Path(__file__).parent.parent
SERVERS = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "test"
DATABASES_PER_RUN = 8  # of Redis: one for each pytest-xdist worker

_running = ExitStack()


@contextmanager
def slot() -> Iterator[int]:
    """A number that no other run in this tree has at the same time."""
    SERVERS.mkdir(parents=True, exist_ok=True)
    for number in itertools.count():
        with (SERVERS / f"slot-{number}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield number
            return


def start() -> None:
    """Start what is not configured, and point the environment at it."""
    ours = {"database": not os.environ.get("DATABASE_URL"), "redis": not os.environ.get("REDIS_URL")}
    number = _running.enter_context(slot())
    os.environ.update(_running.enter_context(embedded(SERVERS, durable=False)))
    if ours["database"] and number:
        os.environ["DATABASE_URL"] += f"_{number}"
    first = number * DATABASES_PER_RUN if ours["redis"] else 0
    base, _, path = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{base}/{int(path or 0) + first}"
    os.environ["VAR_DIR"] = _running.enter_context(tempfile.TemporaryDirectory(prefix="servicedesk-test-"))
    (Path(os.environ["VAR_DIR"]) / "static").mkdir()  # WhiteNoise warns when it is missing
    os.environ["MODE"] = "test"


def share(worker: int) -> None:
    """Give a pytest-xdist worker its own part of what the first process started."""
    base, _, path = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{base}/{int(path) + worker}"
    own = Path(os.environ["VAR_DIR"]) / f"worker-{worker}"
    (own / "static").mkdir(parents=True)
    os.environ["VAR_DIR"] = str(own)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers, in the process that started them."""
    _running.close()


if worker_name := os.environ.get("PYTEST_XDIST_WORKER"):
    share(int(worker_name.removeprefix("gw")))
else:
    start()
