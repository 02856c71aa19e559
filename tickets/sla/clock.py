"""The service-level clock: a pure function of a ticket's history (docs/service-levels.md has the rules).

``read`` turns a history and what is promised for each severity into clocks, one for each target,
cycle and leg; each knows when it is due, how it stands and which stretches of time counted.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from tickets.sla.calendar import Calendar

NOTHING = timedelta()


class Target(StrEnum):
    """What is promised."""

    RESPOND = "respond"
    UPDATE = "update"
    RESTORE = "restore"
    FULFIL = "fulfil"


class State(StrEnum):
    """How a clock stands (rule 9)."""

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Pledge:
    """One target of a policy: so much counted time of a calendar, standing still in some statuses."""

    target: Target
    within: timedelta
    calendar: Calendar
    pauses: frozenset[str] = frozenset()
    source: tuple[int, ...] = ()
    """Where it comes from, for whoever stores the clock."""


Pledges = Callable[[int], Iterable[Pledge]]
"""What is promised for a severity."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing in a history that a clock minds. A history lists them, the oldest first.

    ``begins`` marks filing and reopening. ``ends`` is "done" for what resolves or fulfils, and
    "withdrawn" for cancelling. ``words`` says why, for people. ``pledges`` is what is promised from
    here on, where that changes (rule 11).
    """

    at: datetime
    status: str = ""
    severity: int = 0
    answer: bool = False
    begins: bool = False
    ends: str = ""
    words: str = ""
    pledges: Pledges | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count. ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None
    words: str = ""
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clock's time: counted, outside the calendar's hours, paused or excused."""

    start: datetime
    end: datetime
    cause: str
    words: str = ""

    @property
    def counts(self) -> bool:
        """Does it use up the target?"""
        return self.cause == "counted"

    @property
    def length(self) -> timedelta:
        """Elapsed time, counted or not."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Clock:
    """One target, measured once. ``due_at`` is None while the clock stands and is not yet due."""

    pledge: Pledge
    cycle: int
    leg: int
    severity: int
    started_at: datetime
    ended_at: datetime | None = None
    withdrawn: bool = False
    pauses: tuple[Pause, ...] = ()
    due_at: datetime | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        object.__setattr__(self, "due_at", self.reaches(self.pledge.within))

    @property
    def target(self) -> Target:
        """What is promised."""
        return self.pledge.target

    @property
    def stands(self) -> bool:
        """Is it in a pause, not having ended?"""
        return self.ended_at is None and bool(self.pauses) and self.pauses[-1].end is None

    def reaches(self, counted: timedelta) -> datetime | None:
        """When that much time will have been counted; None if a pause that lasts keeps it from that (rule 5).

        A clock that has ended goes on from there as if its pause had ended with it.
        """
        left, begin = counted, self.started_at.astimezone(UTC)
        for pause in self.pauses:
            until = self.pledge.calendar.between(begin, pause.start) if pause.start > begin else NOTHING
            if until >= left:
                break  # used up before this pause began
            if pause.end is None and self.ended_at is None:
                return None
            left -= until
            begin = max(begin, pause.end or self.ended_at or begin)
        return self.pledge.calendar.add(begin, left)

    def state(self, now: datetime) -> State:
        """How it stands (rule 9)."""
        if self.ended_at is not None:
            late = self.due_at is not None and self.ended_at > self.due_at
            return State.MISSED if late else State.WITHDRAWN if self.withdrawn else State.MET
        if self.due_at is None:
            return State.PAUSED
        if self.due_at < now:
            return State.BREACHED
        return State.PAUSED if self.stands else State.RUNNING

    def elapsed(self, now: datetime) -> timedelta:
        """Counted time from the beginning until now, or until it ended."""
        reached, end = self.started_at.astimezone(UTC), min(self.ended_at or now, now).astimezone(UTC)
        counted = NOTHING
        for pause in self.pauses:
            start, stop = max(reached, min(pause.start, end)), min(pause.end or end, end)
            counted += self.pledge.calendar.between(reached, start)
            reached = max(start, stop)
        return counted + self.pledge.calendar.between(reached, end)

    def spans(self, until: datetime) -> Iterator[Span]:
        """Every stretch from the beginning until then (or until it ended), without gaps: the proof of its numbers."""
        reached, end = self.started_at.astimezone(UTC), min(self.ended_at or until, until).astimezone(UTC)
        for pause in self.pauses:
            start, stop = max(reached, min(pause.start, end)), min(pause.end or end, end)
            yield from self._working(reached, start)
            if start < stop:
                yield Span(start, stop, "excused" if pause.excused else "paused", pause.words)
            reached = max(start, stop)
        yield from self._working(reached, end)

    def excused(self, spans: Iterable[Pause]) -> "Clock":
        """The adjusted clock: those spans of time, up to its end, count as pauses too (rule 10)."""
        more = [replace(span, excused=True) for span in spans]
        if self.ended_at:
            cut = [replace(span, end=min(span.end or self.ended_at, self.ended_at)) for span in more]
            more = [span for span in cut if span.start < self.ended_at]
        pauses = sorted([*self.pauses, *more], key=lambda pause: pause.start)
        return replace(self, pauses=tuple(_apart(pauses, self.started_at)))

    def _working(self, a: datetime, b: datetime) -> Iterator[Span]:
        if a < b:
            for stretch in self.pledge.calendar.stretches(a, b):
                yield Span(
                    stretch.start, stretch.end, "counted" if stretch.counts else "closed", stretch.name
                )


def read(history: Sequence[Moment], pledges: Pledges) -> list[Clock]:
    """All clocks of a history, in the order in which they began."""
    reader = _Reader(pledges)
    for moment in history:
        reader.take(moment)
    return reader.clocks()


@dataclass(slots=True)
class _Open:
    """A clock that runs while the history is being read."""

    kind: str
    cycle: int
    leg: int
    started_at: datetime


@dataclass(slots=True)
class _Reader:
    """Goes through a history once. ``kind`` of a running clock: respond, update, or finish."""

    pledges: Pledges
    cycle: int = 0
    severity: int = 0
    status: str = ""
    running: list[_Open] = field(default_factory=list)
    stays: list[tuple[datetime, str, str]] = field(default_factory=list)
    """(instant, status entered, why) of the present cycle."""
    frozen: list[Clock] = field(default_factory=list)

    def take(self, moment: Moment) -> None:
        """One moment: begin, answer, end, enter, in this order; a severity counts from the first on."""
        self.severity = moment.severity or self.severity
        self.pledges = moment.pledges or self.pledges
        if moment.begins:
            self._begin(moment)
        elif moment.status and self.running:
            self.stays.append((moment.at, moment.status, moment.words))
        if moment.answer and self.running:
            self._answer(moment.at, last=bool(moment.ends))
        if moment.ends:
            for clock in list(self.running):
                self._end(clock, moment.at, withdrawn=moment.ends == "withdrawn" or clock.kind != "finish")

    def clocks(self) -> list[Clock]:
        """What has ended, and what still runs as of the present severity."""
        found = [*self.frozen, *(made for one in self.running for made in self._made(one))]
        return sorted(found, key=lambda clock: (clock.cycle, clock.started_at, clock.leg))

    def _begin(self, moment: Moment) -> None:
        self.cycle += 1
        self.running = [_Open(kind, self.cycle, 1, moment.at) for kind in ("respond", "finish")]
        self.stays = [(moment.at, moment.status, moment.words)]

    def _answer(self, at: datetime, *, last: bool) -> None:
        """The response or the update leg ends, and unless the work ends too, the next leg begins."""
        leg = next((one.leg for one in self.running if one.kind == "update"), 0)
        for clock in [one for one in self.running if one.kind != "finish"]:
            self._end(clock, at)
        if not last:
            self.running.append(_Open("update", self.cycle, leg + 1, at))

    def _end(self, clock: _Open, at: datetime, *, withdrawn: bool = False) -> None:
        self.running.remove(clock)
        self.frozen += self._made(clock, at, withdrawn=withdrawn)

    def _made(
        self, clock: _Open, ended_at: datetime | None = None, *, withdrawn: bool = False
    ) -> list[Clock]:
        """The clock, if the present severity promises its target: an empty list or one."""
        return [
            Clock(
                pledge,
                clock.cycle,
                clock.leg,
                self.severity,
                clock.started_at,
                ended_at,
                withdrawn,
                tuple(self._pauses(pledge, clock.started_at, ended_at)),
            )
            for pledge in self.pledges(self.severity)
            if _kind(pledge.target) == clock.kind
        ]

    def _pauses(self, pledge: Pledge, since: datetime, until: datetime | None) -> Iterator[Pause]:
        """The stays in statuses in which this target stands (rule 4), as far as they touch the clock."""
        start: datetime | None = None
        why = ""
        for at, status, words in self.stays:
            if status in pledge.pauses and start is None:
                start, why = max(at, since), words
            elif status not in pledge.pauses and start is not None:
                if at > since:
                    yield Pause(start, at, why)
                start = None
        if start is not None:
            yield Pause(start, until, why)


def _kind(target: Target) -> str:
    return target.value if target in {Target.RESPOND, Target.UPDATE} else "finish"


def _apart(pauses: Sequence[Pause], since: datetime) -> Iterator[Pause]:
    """Pauses in order, without overlap: what one covers, the next does not cover again."""
    reached: datetime | None = since
    for pause in pauses:
        if reached is None:
            return  # the one before it lasts
        start = max(pause.start, reached)
        if pause.end is None or pause.end > start:
            yield replace(pause, start=start)
            reached = pause.end
