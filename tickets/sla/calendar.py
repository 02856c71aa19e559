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
        for a, b in self._days(begin, finish):
            a, b = max(a, begin), min(b, finish)
            if a >= b:
                continue
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
        left = duration
        if not left:
            return start.astimezone(UTC)
        for a, b in self.intervals(start):
            if b - a >= left:
                return a + left
            left -= b - a
        raise OverflowError("This calendar does not hold that much time in ten years.")

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Counted time from ``a`` to ``b``."""
        return sum((end - start for start, end in self.intervals(a, b)), timedelta())

    def _days(self, begin: datetime, finish: datetime) -> Iterator[Interval]:
        """The windows of each local day that may touch the range, as UTC."""
        day = begin.astimezone(self.zone).date() - timedelta(days=1)
        last = finish.astimezone(self.zone).date()
        while day <= last:
            for start, end in self.exceptions.get(day, self.windows[day.weekday()]):
                yield self._instant(day, start), self._instant(day, end)
            day += timedelta(days=1)

    def _instant(self, day: date, minute: int) -> datetime:
        days, minute = divmod(minute, DAY)
        wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), self.zone)
        return wall.astimezone(UTC)


ALWAYS = WorkingCalendar(ZoneInfo("UTC"), (((0, DAY),),) * 7)
"""24×7."""
