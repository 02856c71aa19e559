"""Working time: which instants count.

Wall-clock windows in an IANA zone become UTC intervals, day by day, so that a day with 23 or 25
hours counts what its clock says. All instants in and out are aware; results are UTC.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = 24 * 60
HORIZON = timedelta(days=3660)

Window = tuple[int, int]
"""Minutes after midnight, from and to. The end may pass midnight (up to 2880)."""
Interval = tuple[datetime, datetime]
"""UTC, half open."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a range that counts or does not; ``name`` is the day's, where it has one (a holiday)."""

    start: datetime
    end: datetime
    counts: bool
    name: str = ""


class Calendar(ABC):
    """Arithmetic on counted time. Subclasses say which pieces of a range count."""

    @abstractmethod
    def pieces(self, begin: datetime, finish: datetime) -> Iterator[Interval]:
        """The windows within a range of UTC instants, in order of their start, not joined."""

    @abstractmethod
    def windows_on(self, day: date) -> list[Window]:
        """A day's windows, the earliest first."""

    @abstractmethod
    def zone_on(self, day: date) -> ZoneInfo:
        """Where a day's wall clock hangs."""

    @abstractmethod
    def name_of(self, instant: datetime) -> str:
        """What the day of an instant is called, if it differs from its weekday: ``Family Day``."""

    def intervals(self, start: datetime, end: datetime | None = None) -> Iterator[Interval]:
        """Counted time from ``start`` to ``end``, in order, adjoining pieces joined.

        With no end, it goes on for ten years. Naive instants are refused with ValueError.
        """
        begin = _utc(start)
        finish = _utc(end) if end else begin + HORIZON
        held: Interval | None = None
        for a, b in self.pieces(begin, finish):
            if held and a <= held[1]:
                held = (held[0], max(held[1], b))
                continue
            if held:
                yield held
            held = (a, b)
        if held:
            yield held

    def stretches(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """The whole range without gaps. What does not count is cut where a day's name begins or ends."""
        reached = _utc(start)
        for a, b in self.intervals(start, end):
            yield from self._uncounted(reached, a)
            yield Stretch(a, b, counts=True, name=self.name_of(a))
            reached = b
        yield from self._uncounted(reached, _utc(end))

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The instant at which ``duration`` of counted time has passed since ``start``.

        Work that ends exactly at closing time is due at closing time, not the next morning.
        Raises OverflowError when the calendar has too little time in ten years.
        """
        left, reached = duration, _utc(start)
        if not left:
            return reached
        for a, b in self.pieces(reached, reached + HORIZON):
            a = max(a, reached)  # windows may overlap, and no minute counts twice
            if b - a >= left:
                return a + left
            left -= max(b - a, timedelta())
            reached = max(reached, b)
        raise OverflowError("This calendar does not hold that much time in ten years.")

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Counted time from ``a`` to ``b``."""
        return sum((end - start for start, end in self.intervals(a, b)), timedelta())

    def end_of_day(self, start: datetime, days: int) -> datetime:
        """Closing time of the n-th day with working time after ``start``'s own day.

        Raises OverflowError when there are not that many in ten years.
        """
        day = start.astimezone(self.zone_on(start.date())).date()
        last = day + HORIZON
        while days and day < last:
            day += timedelta(days=1)
            days -= bool(self.windows_on(day))
        if days or not self.windows_on(day):
            raise OverflowError("This calendar does not hold that many days in ten years.")
        return max(instant_of(day, end, self.zone_on(day)) for _, end in self.windows_on(day))

    def next_open(self, start: datetime) -> datetime:
        """``start`` itself when it counts, else the beginning of the next window. Raises OverflowError."""
        for a, _b in self.pieces(_utc(start), _utc(start) + HORIZON):
            return a
        raise OverflowError("This calendar does not open in ten years.")

    def _uncounted(self, a: datetime, b: datetime) -> Iterator[Stretch]:
        """A stretch that does not count, cut at the midnights where the day's name changes."""
        while a < b:
            name, cut = self.name_of(a), self._next_midnight(a)
            while cut < b and self.name_of(cut) == name:
                cut = self._next_midnight(cut)
            yield Stretch(a, min(cut, b), counts=False, name=name)
            a = cut

    def _next_midnight(self, instant: datetime) -> datetime:
        zone = self.zone_on(instant.date())
        day = instant.astimezone(zone).date() + timedelta(days=1)
        return instant_of(day, 0, zone)


@dataclass(frozen=True)
class WorkingCalendar(Calendar):
    """Windows for each weekday (Monday first), and days that differ from their weekday.

    ``exceptions`` maps a day to its windows: none for a holiday, some for a half-day; ``names``
    says what such days are called.
    """

    zone: ZoneInfo
    windows: tuple[tuple[Window, ...], ...]
    exceptions: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)
    _days: dict[date, list[Interval]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Days already worked out: a calendar is asked for the same ones again and again."""

    def windows_on(self, day: date) -> list[Window]:
        return sorted(self.exceptions.get(day, self.windows[day.weekday()]))

    def zone_on(self, day: date) -> ZoneInfo:
        return self.zone

    def name_of(self, instant: datetime) -> str:
        return self.names.get(instant.astimezone(self.zone).date(), "") if self.names else ""

    def pieces(self, begin: datetime, finish: datetime) -> Iterator[Interval]:
        day = begin.astimezone(self.zone).date() - timedelta(days=1)
        last = finish.astimezone(self.zone).date()
        while day <= last:
            for a, b in self._intervals_on(day):
                a, b = max(a, begin), min(b, finish)
                if a < b:
                    yield a, b
            day += timedelta(days=1)

    def _intervals_on(self, day: date) -> list[Interval]:
        """A local day's windows as UTC."""
        if day not in self._days:
            self._days[day] = [
                (instant_of(day, start, self.zone), instant_of(day, end, self.zone))
                for start, end in self.windows_on(day)
            ]
        return self._days[day]


@dataclass(frozen=True)
class DatedCalendar(Calendar):
    """Versions of a calendar, each counting from a day on; the first one's day is ``date.min``.

    At midnight of that day, in the new version's zone, the version before it ends, in the middle of
    a night window too.
    """

    versions: tuple[tuple[date, WorkingCalendar], ...]

    def windows_on(self, day: date) -> list[Window]:
        return self._version(day).windows_on(day)

    def zone_on(self, day: date) -> ZoneInfo:
        return self._version(day).zone

    def name_of(self, instant: datetime) -> str:
        return next(one for since, one in self._spans() if instant >= since).name_of(instant)

    def pieces(self, begin: datetime, finish: datetime) -> Iterator[Interval]:
        spans = list(self._spans())
        ends = [finish, *(since for since, _version in spans)]
        for (since, version), until in reversed(list(zip(spans, ends, strict=False))):
            a, b = max(begin, since), min(finish, until)
            if a < b:
                yield from version.pieces(a, b)

    def _version(self, day: date) -> WorkingCalendar:
        return next(version for since, version in reversed(self.versions) if since <= day)

    def _spans(self) -> Iterator[tuple[datetime, WorkingCalendar]]:
        """Each version with the instant it counts from, the latest first."""
        for since, version in reversed(self.versions):
            if since == date.min:
                yield datetime.min.replace(tzinfo=UTC), version
            else:
                yield instant_of(since, 0, version.zone), version


def instant_of(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall-clock time, in minutes after a day's midnight, as a UTC instant.

    One that a clock change skips is the moment of the change.
    """
    days, minute = divmod(minute, DAY)
    wall = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    before = wall.replace(fold=1).astimezone(UTC)  # read with the offset that comes after the change
    while (middle := before + (instant - before) / 2) - before >= timedelta(seconds=1):
        early = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
        before, instant = (middle, instant) if early else (before, middle)
    return instant.replace(microsecond=0)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("A calendar needs aware instants.")
    return instant.astimezone(UTC)


ALWAYS = WorkingCalendar(ZoneInfo("UTC"), (((0, DAY),),) * 7)
"""24×7."""
