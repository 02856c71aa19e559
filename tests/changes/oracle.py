"""Conflicts found the slow way: every pair, every minute that both claim, every resource that both name."""

import random
from datetime import UTC, datetime, timedelta

from changes.conflicts import Busy, Conflict, Frozen, Sort, Window

ORIGIN = datetime(2027, 3, 14, 0, 0, tzinfo=UTC)
STEP = timedelta(minutes=30)
RESOURCES = ["env:production", "env:sandbox", "service:billing", "service:reports", "service:vee"]

Schedule = tuple[list[Window], list[Frozen], list[Busy]]


def ticks(one: Window | Frozen | Busy) -> set[int]:
    """The half hours that it claims."""
    first = (one.start - ORIGIN) // STEP
    return set(range(first, (one.end - ORIGIN) // STEP))


def pairs(windows: list[Window]) -> set[tuple[int, int]]:
    """Every two changes that claim the same half hour of the same resource."""
    return {
        (one.key, other.key)
        for one in windows
        for other in windows
        if one.key < other.key and one.resources & other.resources and ticks(one) & ticks(other)
    }


def met(window: Window, schedule: Schedule) -> set[Conflict]:
    """What one change meets."""
    windows, freezes, others = schedule
    found = set()
    for sort, key, thing in [
        *((Sort.CHANGE, str(one.key), one) for one in windows if one.key != window.key),
        *((Sort.HARD_FREEZE if one.hard else Sort.FREEZE, str(one.key), one) for one in freezes),
        *((Sort.CALENDAR, f"{one.calendar}: {one.words}", one) for one in others),
    ]:
        everything = isinstance(thing, Busy) and not thing.resources
        shared = sorted(set(window.resources) & set(thing.resources))
        if (shared or everything) and ticks(window) & ticks(thing):
            found.add(Conflict(sort, key, thing.start, thing.end, tuple(shared)))
    return found


def invent(dice: random.Random) -> Schedule:
    """A random schedule. Half hours, so that windows often touch, and seldom by chance only overlap."""

    def span() -> tuple[datetime, datetime]:
        start = ORIGIN + dice.randrange(40) * STEP
        return start, start + dice.randrange(1, 9) * STEP

    def some(least: int) -> frozenset[str]:
        return frozenset(dice.sample(RESOURCES, dice.randint(least, 3)))

    return (
        [Window(key, *span(), some(1)) for key in range(dice.randint(1, 9))],
        [Frozen(key, *span(), some(1), dice.random() < 0.5) for key in range(dice.randint(0, 3))],
        [Busy("Exercises", f"Exercise {key}", *span(), some(0)) for key in range(dice.randint(0, 2))],
    )
