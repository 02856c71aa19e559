"""PostgreSQL and Redis out of their wheels, for machines that run neither.

``make run`` and the tests use this when DATABASE_URL or REDIS_URL is not set; production
never does. We drive the shipped binaries ourselves, because the wheels' own Python layers
open the directories above the data to everyone, allow connections without a password and
stop servers from exit handlers.

Any number of processes may share one pair of servers; the last to leave stops them. A
killed process counts as one that left: the next start takes over what still runs.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from servicedesk.embedded.postgres import postgres_pid, start_postgres, stop_postgres
from servicedesk.embedded.processes import ServerError
from servicedesk.embedded.redis import redis_pid, start_redis, stop_redis

__all__ = [
    "EmbeddedServers",
    "ServerError",
    "embedded",
    "postgres_pid",
    "redis_pid",
    "start_postgres",
    "start_redis",
    "stop_postgres",
    "stop_redis",
]


class EmbeddedServers:
    """The servers below one directory, shared by every process that enters them.

    ``environment`` holds DATABASE_URL and REDIS_URL, each unless the environment already did.
    """

    def __init__(self, var_dir: Path, *, durable: bool = True) -> None:
        var_dir.mkdir(parents=True, exist_ok=True)
        self.var_dir = var_dir.resolve()
        self.durable = durable
        self.environment: dict[str, str] = {}
        self._wants_postgres = not os.environ.get("DATABASE_URL")
        self._wants_redis = not os.environ.get("REDIS_URL")
        self._users: IO[str] = (self.var_dir / "embedded.users").open("w")

    def __enter__(self) -> Self:
        with self._turnstile():
            fcntl.flock(self._users, fcntl.LOCK_SH)
            try:
                self._start()
            except BaseException:
                self._leave()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        with self._turnstile():
            self._leave()

    def revive(self) -> bool:
        """Start again what has died, and tell whether anything had.

        The addresses stay the same unless someone else took a port meanwhile.
        """
        well = (not self._wants_postgres or postgres_pid(self.var_dir / "postgres") is not None) and (
            not self._wants_redis or redis_pid(self.var_dir / "redis") is not None
        )
        if well:
            return False
        with self._turnstile():
            self._start()
        return True

    def _start(self) -> None:
        if self._wants_postgres:
            self.environment["DATABASE_URL"] = start_postgres(self.var_dir / "postgres", durable=self.durable)
        if self._wants_redis:
            self.environment["REDIS_URL"] = start_redis(self.var_dir / "redis")

    def _leave(self) -> None:
        if self._is_last():
            stop_redis(self.var_dir / "redis")
            stop_postgres(self.var_dir / "postgres")
        self._users.close()

    def _is_last(self) -> bool:
        """Whether no other process uses the servers. The kernel drops a killed process's lock."""
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @contextmanager
    def _turnstile(self) -> Iterator[None]:
        """One process at a time starts or stops servers."""
        with (self.var_dir / "embedded.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def embedded(var_dir: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Run what the environment does not name, and give the variables that name it."""
    with EmbeddedServers(var_dir, durable=durable) as servers:
        yield servers.environment
