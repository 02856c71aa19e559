"""The next free slot: the first time within the maintenance hours in which a window meets nothing.

Pure: working hours are wall time in a zone, so a night with a change of clocks is as long as it really is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
STEP = timedelta(minutes=15)
"""Proposals begin on a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Every day from ``opens`` until ``closes``; when that is not later, until then on the next day."""

    zone: ZoneInfo
    opens: time
    closes: time

    def from_day(self, day: date) -> Iterator[Span]:
        """The spans, those of the day before first, without end."""
        for number in range(-1, 10_000):
            begins = day + timedelta(days=number)
            ends = begins if self.closes > self.opens else begins + timedelta(days=1)
            yield self._instant(begins, self.opens), self._instant(ends, self.closes)

    def _instant(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self.zone).astimezone(UTC)


def next_free(
    duration: timedelta, busy: Iterable[Span], *, after: datetime, until: datetime, hours: Hours
) -> datetime | None:
    """The first start from ``after`` on, such that the window meets nothing busy and lies within one day's hours.

    None when there is none that ends by ``until``, or the hours are shorter than the window.
    """
    taken = sorted(busy)
    for opens, closes in hours.from_day(after.astimezone(hours.zone).date()):
        if opens >= until:
            return None
        start = _aligned(max(opens, after))
        for begins, ends in taken:
            if begins >= start + duration:
                break
            if ends > start:
                start = _aligned(ends)
        if start + duration <= min(closes, until):
            return start
    return None


def _aligned(instant: datetime) -> datetime:
    """The same moment, or the next full step."""
    instant = instant.astimezone(UTC)
    past = (instant - datetime.min.replace(tzinfo=UTC)) % STEP
    return instant + (STEP - past if past else timedelta())
