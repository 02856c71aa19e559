"""A slow second opinion on service levels: it looks at every minute, and knows no arithmetic.

Written apart from tickets.sla, from docs/service-levels.md alone; the numbers are those of its
rules. All instants are on whole minutes. It reads a history twice: first to learn which clocks it
holds (``lives``), then each clock from its own beginning, a minute at a time (``due``, ``elapsed``).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tickets.sla.calendar import Calendar, DatedCalendar, WorkingCalendar
from tickets.sla.clock import Moment, Pledge

MINUTE = timedelta(minutes=1)
PATIENCE = 60 * 24 * 40
"""Minutes that the oracle is prepared to look at."""

Span = tuple[datetime, datetime | None]
"""Half open. No end: it lasts."""
Counts = Callable[[datetime], bool]
"""Does the minute that begins at this instant count?"""
Pledges = Callable[[int], Iterable[Pledge]]
"""What is promised for a severity."""
Key = tuple[str, int, int]
"""Target, cycle, leg."""


# Calendars


def is_counted(instant: datetime, calendar: Calendar) -> bool:
    """Does the minute that begins at this instant count? Asks its wall clock, and nothing else.

    A window is open from the first minute whose wall clock has reached its start until the first
    whose wall clock has reached its end; a window that passes midnight belongs to the day on which
    it began.
    """
    version = in_force(instant, calendar)
    local = instant.astimezone(version.zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    return _open(version, today, minute) or _open(version, yesterday, minute + 24 * 60)


def in_force(instant: datetime, calendar: Calendar) -> WorkingCalendar:
    """The latest version whose first day has come, by its own wall clock."""
    if isinstance(calendar, WorkingCalendar):
        return calendar
    assert isinstance(calendar, DatedCalendar)
    return [version for day, version in calendar.versions if day <= instant.astimezone(version.zone).date()][
        -1
    ]


def counted_minutes(a: datetime, b: datetime, calendar: Calendar) -> int:
    """How many minutes count between two instants on whole minutes."""
    return sum(is_counted(instant, calendar) for instant in _minutes(a, b))


def zone(name: str) -> ZoneInfo:
    """A zone by name."""
    return ZoneInfo(name)


def _open(calendar: WorkingCalendar, day: date, minute: int) -> bool:
    windows = calendar.exceptions.get(day, calendar.windows[day.weekday()])
    return any(start <= minute < end for start, end in windows)


def _minutes(start: datetime, end: datetime | None = None) -> Iterator[datetime]:
    instant = start.astimezone(UTC)
    for _ in range(PATIENCE):
        if end and instant >= end:
            return
        yield instant
        instant += MINUTE
    raise AssertionError("The oracle lost its patience.")


class _Memory(dict[datetime, bool]):
    """What ``is_counted`` said about a calendar's minutes, so that it is asked once for each."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__()
        self.calendar = calendar

    def __missing__(self, instant: datetime) -> bool:
        self[instant] = is_counted(instant, self.calendar)
        return self[instant]


# One clock


def due(start: datetime, target: int, counts: Counts, pauses: Sequence[Span]) -> datetime | None:
    """When ``target`` minutes have passed that count and are in no pause; None while it stands.

    A pause that begins just then does not matter (4), and none to a target of zero (5).
    """
    left = target
    for instant in _minutes(start):
        if not left:
            return instant
        if any(a <= instant and b is None for a, b in pauses):
            return None
        if counts(instant) and not _stands(instant, pauses):
            left -= 1
    return None


def elapsed(start: datetime, end: datetime, counts: Counts, pauses: Sequence[Span]) -> int:
    """How many minutes count and are in no pause."""
    return sum(counts(instant) and not _stands(instant, pauses) for instant in _minutes(start, end))


def _stands(instant: datetime, pauses: Iterable[Span]) -> bool:
    return any(a <= instant and (b is None or instant < b) for a, b in pauses)


# Whole histories


@dataclass(slots=True)
class Life:
    """A clock's beginning and end, and what decides about its target."""

    target: str
    cycle: int
    leg: int
    started_at: datetime
    severity: int
    pledges: Pledges
    ended_at: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What the oracle says of one clock."""

    severity: int
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    state: str
    elapsed: int
    """Minutes until it ended, or until now."""


def readings(
    history: Sequence[Moment],
    pledges: Pledges,
    now: datetime,
    excused: Sequence[Span] = (),
) -> dict[Key, Reading]:
    """Every clock of a history, looked at now, no earlier than the last moment.

    Spans that are excused count as pauses (10).
    """
    memories: dict[int, _Memory] = {}
    found: dict[Key, Reading] = {}
    for life in lives(history, pledges):
        for pledge in life.pledges(life.severity):
            if pledge.target == life.target:
                memory = memories.setdefault(id(pledge.calendar), _Memory(pledge.calendar))
                found[life.target, life.cycle, life.leg] = _reading(
                    life, pledge, memory.__getitem__, history, excused, now
                )
    return found


def lives(history: Sequence[Moment], pledges: Pledges) -> list[Life]:
    """Every clock that a history could hold, whether or not it was promised."""
    everything: list[Life] = []
    running: list[Life] = []
    cycle = severity = answers = 0
    at_work = False
    for moment in history:
        severity = moment.severity or severity
        pledges = moment.pledges or pledges
        for life in running:  # (6) and (11): what has ended is no longer among them
            life.severity, life.pledges = severity, pledges
        if moment.begins:  # (1) and (8)
            cycle, answers, at_work = cycle + 1, 0, True
            running = [
                Life(target, cycle, 1, moment.at, severity, pledges)
                for target in ("respond", "restore", "fulfil")
            ]
            everything += running
        if at_work and moment.answer:
            for life in running:
                if life.target in ("respond", "update"):  # (3)
                    life.ended_at = moment.at
            running = [life for life in running if not life.ended_at]
            answers += 1
            if not moment.ends:  # (1), and no leg begins after the end of the work (3)
                running.append(Life("update", cycle, answers, moment.at, severity, pledges))
                everything.append(running[-1])
        if at_work and moment.ends:
            for life in running:
                life.ended_at = moment.at
                # (3) and (9): by cancelling, or without the answer that it waited for
                life.withdrawn = moment.ends == "withdrawn" or life.target in ("respond", "update")
            running, at_work = [], False
    return everything


def stays(history: Iterable[Moment], statuses: Iterable[str]) -> list[Span]:
    """From entering one of these statuses until leaving for one that is none of them (4)."""
    spans: list[Span] = []
    entered: datetime | None = None
    for moment in history:
        if moment.status and moment.status in statuses:
            entered = entered or moment.at
        elif moment.status and entered:
            spans.append((entered, moment.at))
            entered = None
    if entered:
        spans.append((entered, None))
    return spans


def _reading(
    life: Life,
    pledge: Pledge,
    counts: Counts,
    history: Sequence[Moment],
    excused: Sequence[Span],
    now: datetime,
) -> Reading:
    start, end = life.started_at, life.ended_at
    pauses = [*stays(history, pledge.pauses), *excused]
    if end:  # as if it went on from there (9)
        pauses = [(a, end if b is None else min(b, end)) for a, b in pauses if a < end]
    due_at = due(start, pledge.within // MINUTE, counts, pauses)
    return Reading(
        life.severity,
        start,
        end,
        due_at,
        _state(life, due_at, stands=_stands(now, pauses), now=now),
        elapsed(start, min(end, now) if end else now, counts, pauses),
    )


def _state(life: Life, due_at: datetime | None, *, stands: bool, now: datetime) -> str:
    """The states of (9)."""
    if life.ended_at:
        if due_at and life.ended_at > due_at:
            return "missed"
        return "withdrawn" if life.withdrawn else "met"
    if due_at and now > due_at:
        return "breached"
    return "paused" if stands else "running"
