"""A cache that may go away: with Redis down, the desk behaves as if the cache were empty (PROMISES P10)."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds during which a Redis that just failed is not asked again
QUIET = 60.0  # seconds between two warnings


class _Outage:
    """Shared by all threads of the process: when to ask Redis again, and when to complain again."""

    ask_again_at = 0.0
    warn_again_at = 0.0


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, except that an outage reads as a miss and swallows writes.

    Without the pause a request that asks ten times would wait for ten time-outs.
    """

    def _try(self, ask: Callable[[], Any], otherwise: Any) -> Any:
        now = time.monotonic()
        if now < _Outage.ask_again_at:
            return otherwise
        try:
            return ask()
        except (RedisError, OSError) as trouble:
            _Outage.ask_again_at = now + PAUSE
            if now >= _Outage.warn_again_at:
                _Outage.warn_again_at = now + QUIET
                log.warning("The cache does not answer, going on without it: %s", trouble)
            return otherwise

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).add(*args, **kwargs), True)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._try(lambda: super(ForgivingRedisCache, self).get(key, default, version), default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).set(*args, **kwargs), None)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).touch(*args, **kwargs), False)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).delete(*args, **kwargs), False)

    def get_many(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return self._try(lambda: super(ForgivingRedisCache, self).get_many(*args, **kwargs), {})

    def set_many(self, *args: Any, **kwargs: Any) -> list[str]:
        return self._try(lambda: super(ForgivingRedisCache, self).set_many(*args, **kwargs), [])

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).delete_many(*args, **kwargs), None)

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return self._try(lambda: super(ForgivingRedisCache, self).has_key(*args, **kwargs), False)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """As with an empty cache: the key is not there, which Django tells with a ValueError."""
        counted = self._try(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), None)
        if counted is None:
            raise ValueError(f"Key {key!r} not found")
        return counted

    def put_and_gather(self, key: str, member: str, value: str, *, seconds: int) -> dict[str, str]:
        """Put a member's value on a board, and answer with all of the board: one round trip.

        The board goes away when nobody has put anything on it for so many seconds.
        """

        def ask() -> dict[str, str]:
            board = self.make_and_validate_key(key)
            with self._cache.get_client(None, write=True).pipeline(transaction=False) as pipe:
                pipe.hset(board, member, value)
                pipe.expire(board, seconds)
                pipe.hgetall(board)
                found = pipe.execute()[-1]
            return {name.decode(): text.decode() for name, text in found.items()}

        return self._try(ask, {})

    def clear(self) -> None:
        self._try(lambda: super(ForgivingRedisCache, self).clear(), None)
