"""When a mail may leave: quiet hours and the hour of the daily mail, on a person's own clock.

A wall clock can miss an hour or show one twice. So a quiet time is an interval between two instants:
it begins when the clock first reads its begin, or later, and ends when it first reads its end, or later.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From ``begins`` to ``ends`` on ``days`` (Monday is 0). Ends on the next day where it is the earlier one.

    ``begins`` and ``ends`` are whole minutes and differ, so there is always a moment that is not quiet.
    """

    begins: time
    ends: time
    days: frozenset[int]

    def around(self, at: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """The intervals that could hold a moment: those that begin on its day and on the day before."""
        today = at.astimezone(zone).date()
        for day in (today - DAY, today):
            if day.weekday() in self.days:
                last = day if self.begins < self.ends else day + DAY
                yield first_reading(day, self.begins, zone), first_reading(last, self.ends, zone)


def first_reading(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The first instant at which a clock of the zone reads a day and time (whole minutes), or later."""
    wanted = datetime.combine(day, wall.replace(fold=0))
    usual = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _reading(usual, zone) == wanted:
        return usual
    early = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)  # the clock leaps over it, between these two
    minutes = range(int((usual - early) / MINUTE))
    return early + MINUTE * bisect_left(
        minutes, True, key=lambda n: _reading(early + MINUTE * n, zone) >= wanted
    )


def may_leave(at: datetime, quiet: Quiet | None, zone: ZoneInfo) -> datetime:
    """The first moment from ``at`` on that is not quiet: ``at`` itself, or when quiet hours end."""
    while quiet:
        ends = [last for first, last in quiet.around(at, zone) if first <= at < last]
        if not ends:
            break
        at = max(ends)
    return at


def next_daily(wall: time, after: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which a clock of the zone first reads a time (whole minutes), later than ``after``."""
    today = after.astimezone(zone).date()
    leaves = first_reading(today, wall, zone)
    return leaves if leaves > after else first_reading(today + DAY, wall, zone)


def _reading(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
