"""What would be due: a ticket that nobody has filed, for whoever edits calendars and policies.

Pure, and nothing of its own: a scenario becomes the moments of a history, and the clock reads them
(tickets/sla/clock.py). So what the simulator says is what the desk would do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tickets.sla.clock import NOTHING, Clock, Moment, Pledges, Span, State, Target, read
from tickets.transitions import Status


@dataclass(frozen=True, slots=True)
class Wait:
    """A time in which the ticket waits for the LDC. ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rerated:
    """The severity changes."""

    severity: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to the ticket. ``waits`` follow each other without overlap, and only the last may last."""

    opened_at: datetime
    severity: int
    waits: tuple[Wait, ...] = ()
    rerated: Rerated | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One target: when it is due, and the proof. ``due_at`` is None while the clock stands for good.

    ``spans`` are all stretches from its beginning until it is due (or, while it stands, until the
    wait began); those that count sum to ``counted``. ``state`` is how it ended, where it did.
    """

    target: Target
    severity: int
    within: timedelta
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    state: State | None
    spans: tuple[Span, ...]
    source: tuple[int, ...] = ()

    @property
    def counted(self) -> timedelta:
        """What the stretches that count sum to: the target, unless its clock stands."""
        return sum((span.length for span in self.spans if span.counts), NOTHING)


def simulate(scenario: Scenario, pledges: Pledges) -> list[Outcome]:
    """Every target of the ticket that this would be, in the order in which their clocks begin.

    Raises LookupError where the policy promises nothing, OverflowError where a calendar does not
    hold that much time.
    """
    return [_outcome(clock) for clock in read(list(history(scenario)), pledges)]


def history(scenario: Scenario) -> Iterator[Moment]:
    """The moments of a scenario, oldest first.

    Of what happens at one instant, the answer comes first, then the severity, then the waits: what
    was answered in time stays answered in time, and a question waits from its own instant.
    """
    yield Moment(scenario.opened_at, Status.NEW, scenario.severity, begins=True)
    yield from sorted(_later(scenario), key=lambda moment: moment.at)


def _later(scenario: Scenario) -> Iterator[Moment]:
    if scenario.answered_at:
        yield Moment(scenario.answered_at, answer=True)
    if scenario.rerated:
        yield Moment(scenario.rerated.at, severity=scenario.rerated.severity)
    for wait in scenario.waits:
        yield Moment(wait.start, Status.WAITING_LDC, words=Status.WAITING_LDC)
        if wait.end:
            yield Moment(wait.end, Status.IN_PROGRESS, words=Status.IN_PROGRESS)


def _outcome(clock: Clock) -> Outcome:
    going_on = replace(clock, ended_at=None) if clock.due_at else clock
    until = clock.due_at or clock.pauses[-1].start  # no due time: it stands, and does not end by itself
    return Outcome(
        clock.target,
        clock.severity,
        clock.pledge.within,
        clock.started_at,
        clock.due_at,
        clock.ended_at,
        clock.state(clock.ended_at) if clock.ended_at else None,
        tuple(going_on.spans(until)),
        clock.pledge.source,
    )
