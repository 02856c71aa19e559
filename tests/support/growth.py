"""How the time of something grows with what it is given: ratios hold on any machine, seconds do not."""

import gc
from collections.abc import Callable
from time import process_time
from typing import Any

AT_ONCE = 0.2
"""Seconds of processor below which nobody measures: what is over so soon has not begun to grow."""
MOST = 3.0
"""Twice as much takes twice as long; four times is a square."""


def grows_evenly(work: Callable[[Any], object], half: Any, whole: Any) -> bool:
    """Does twice as much take about twice as long? The best of three tries, as other processes disturb."""
    return any(_ratio(work, half, whole) <= MOST for _try in range(3))


def _ratio(work: Callable[[Any], object], half: Any, whole: Any) -> float:
    if (long := _seconds(work, whole)) < AT_ONCE:
        return 0.0
    return long / max(_seconds(work, half), 1e-6)


def _seconds(work: Callable[[Any], object], given: Any) -> float:
    gc.disable()  # how long it takes is a matter of the whole test run
    try:
        began = process_time()
        work(given)
        return process_time() - began
    finally:
        gc.enable()
