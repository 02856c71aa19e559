"""A slow second opinion on working time: it looks at every minute, and knows no arithmetic.

Written apart from tickets.sla, from PROMISES alone. A window is open from the first minute whose
wall clock has reached its start until the first whose wall clock has reached its end; a window that
passes midnight belongs to the day on which it began.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tickets.sla.calendar import WorkingCalendar

MINUTE = timedelta(minutes=1)
PATIENCE = 60 * 24 * 40
"""Minutes that the oracle is prepared to look at."""

Span = tuple[datetime, datetime | None]


def is_counted(instant: datetime, calendar: WorkingCalendar) -> bool:
    """Does the minute that begins at this instant count? Asks its wall clock, and nothing else."""
    local = instant.astimezone(calendar.zone)
    minute = local.hour * 60 + local.minute
    return _open(calendar, local.date(), minute) or _open(
        calendar, local.date() - timedelta(days=1), minute + 24 * 60
    )


def counted_minutes(a: datetime, b: datetime, calendar: WorkingCalendar) -> int:
    """How many minutes count between two instants on whole minutes."""
    return sum(is_counted(instant, calendar) for instant in _minutes(a) if instant < b)


def due(start: datetime, target: int, calendar: WorkingCalendar, pauses: Iterable[Span]) -> datetime | None:
    """The end of the last of ``target`` minutes that count and are in no pause; None while paused."""
    stops = list(pauses)
    left = target
    if not left:
        return start.astimezone(UTC)
    for instant in _minutes(start):
        pause = next(
            (one for one in stops if one[0] <= instant and (one[1] is None or instant < one[1])), None
        )
        if pause and pause[1] is None:
            return None
        if not pause and is_counted(instant, calendar):
            left -= 1
            if not left:
                return instant + MINUTE
    raise AssertionError("The oracle lost its patience.")


def zone(name: str) -> ZoneInfo:
    """A zone by name."""
    return ZoneInfo(name)


def _minutes(start: datetime) -> Iterator[datetime]:
    instant = start.astimezone(UTC)
    for number in range(PATIENCE):
        yield instant + number * MINUTE


def _open(calendar: WorkingCalendar, day: date, minute: int) -> bool:
    windows = calendar.exceptions.get(day, calendar.windows[day.weekday()])
    return any(start <= minute < end for start, end in windows)
