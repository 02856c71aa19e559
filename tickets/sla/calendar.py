"""Working time: which instants count.

Wall-clock windows in an IANA zone become UTC intervals, day by day, so that a day with 23 or 25
hours counts what its clock says. All instants in and out are aware; results are UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
_HORIZON = timedelta(days=3660)

Window = tuple[int, int]
"""Minutes after midnight, from and to. The end may pass midnight (up to 2880)."""
Interval = tuple[datetime, datetime]
"""UTC, half open."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Windows for each weekday (Monday first), and days that differ from their weekday.

    ``exceptions`` maps a day to its windows: none for a holiday, some for a half-day.
    """

    zone: ZoneInfo
    windows: tuple[tuple[Window, ...], ...]
    exceptions: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)

    def intervals(self, start: datetime, end: datetime | None = None) -> Iterator[Interval]:
        """Counted time from ``start`` to ``end``, in order, adjoining pieces joined.

        With no end, it goes on for ten years. Naive instants are refused with ValueError.
        """
        if start.tzinfo is None or (end is not None and end.tzinfo is None):
            raise ValueError("A calendar needs aware instants.")
        begin = start.astimezone(UTC)
        finish = end.astimezone(UTC) if end else begin + _HORIZON
        held: Interval | None = None
        for a, b in self._pieces(begin, finish):
            if held and a <= held[1]:
                held = (held[0], max(held[1], b))
                continue
            if held:
                yield held
            held = (a, b)
        if held:
            yield held

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The instant at which ``duration`` of counted time has passed since ``start``.

        Work that ends exactly at closing time is due at closing time, not the next morning.
        Raises OverflowError when the calendar has too little time in ten years.
        """
        if start.tzinfo is None:
            raise ValueError("A calendar needs aware instants.")
        left, reached = duration, start.astimezone(UTC)
        if not left:
            return reached
        for a, b in self._pieces(reached, reached + _HORIZON):
            a = max(a, reached)  # windows may overlap, and no minute counts twice
            if b - a >= left:
                return a + left
            left -= max(b - a, timedelta())
            reached = max(reached, b)
        raise OverflowError("This calendar does not hold that much time in ten years.")

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Counted time from ``a`` to ``b``."""
        return sum((end - start for start, end in self.intervals(a, b)), timedelta())

    def windows_on(self, day: date) -> list[Window]:
        """A day's windows, the earliest first."""
        return sorted(self.exceptions.get(day, self.windows[day.weekday()]))

    def end_of_day(self, start: datetime, days: int) -> datetime:
        """Closing time of the n-th day with working time after ``start``'s own day.

        Raises OverflowError when there are not that many in ten years.
        """
        day = start.astimezone(self.zone).date()
        last = day + _HORIZON
        while days and day < last:
            day += timedelta(days=1)
            days -= bool(self.windows_on(day))
        if days or not self.windows_on(day):
            raise OverflowError("This calendar does not hold that many days in ten years.")
        return max(self._instant(day, end) for _, end in self.windows_on(day))

    def _pieces(self, begin: datetime, finish: datetime) -> Iterator[Interval]:
        """The windows within the range, in order of their start, not joined."""
        for a, b in self._days(begin, finish):
            a, b = max(a, begin), min(b, finish)
            if a < b:
                yield a, b

    def _days(self, begin: datetime, finish: datetime) -> Iterator[Interval]:
        """The windows of each local day that may touch the range, as UTC."""
        day = begin.astimezone(self.zone).date() - timedelta(days=1)
        last = finish.astimezone(self.zone).date()
        while day <= last:
            for start, end in self.windows_on(day):
                yield self._instant(day, start), self._instant(day, end)
            day += timedelta(days=1)

    def _instant(self, day: date, minute: int) -> datetime:
        """A wall-clock time as an instant. One that a clock change skips is the moment of the change."""
        days, minute = divmod(minute, DAY)
        wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), self.zone)
        instant = wall.astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            return instant
        before = wall.replace(fold=1).astimezone(UTC)  # read with the offset that comes after the change
        while (middle := before + (instant - before) / 2) - before >= timedelta(seconds=1):
            early = middle.astimezone(self.zone).utcoffset() == before.astimezone(self.zone).utcoffset()
            before, instant = (middle, instant) if early else (before, middle)
        return instant.replace(microsecond=0)


ALWAYS = WorkingCalendar(ZoneInfo("UTC"), (((0, DAY),),) * 7)
"""24×7."""
