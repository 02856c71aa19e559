"""Waiting for what another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], *, seconds: float = 30, what: str = "") -> T:
    """Ask until the answer is true, and return it. Fails after that many seconds, in the given words."""
    until = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(
                f"After {seconds:g} s still not: {what or condition}. Last answer: {answer!r}"
            )
        time.sleep(0.05)
