"""From a ticket's clocks to what is stored of them: columns, rows, and what falls due."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from servicedesk.schedule.planning import Wanted
from tickets.models import EscalationStep, ServiceClock
from tickets.sla import rulebook
from tickets.sla.clock import NOTHING, Clock, Target
from tickets.sla.history import Excuse, adjusted
from tickets.sla.rulebook import Source

STEP = "sla.step"
SOON_PART = 0.75
SOON_LEFT = timedelta(hours=1)
URGENT_LEFT = timedelta(minutes=30)
"""When a chip says "soon" and "urgent" (UX §6.1): the last quarter or hour of counted time, the last half-hour."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands: its clocks, and what its columns say of them."""

    columns: dict[str, Any]
    due_at: datetime | None
    running: list[Clock] = field(default_factory=list)
    ended: list[Clock] = field(default_factory=list)


def standing(clocks: Sequence[Clock]) -> Standing:
    """What follows from all of a ticket's clocks."""
    running = [clock for clock in clocks if clock.ended_at is None]
    present = [clock for clock in clocks if clock.cycle == clocks[-1].cycle]
    by_target = {clock.target: clock for clock in present}
    respond = by_target.get(Target.RESPOND)  # requests are promised no first answer
    finish = by_target.get(Target.RESTORE) or by_target[Target.FULFIL]
    update = next((clock for clock in running if clock.target is Target.UPDATE), None)
    stopped = [clock for clock in running if clock.stands and clock.due_at is None]
    first = min((clock for clock in running if clock.due_at), key=_due, default=None)
    columns = {
        "clock_started_at": finish.started_at,
        "respond_due_at": respond.due_at if respond else None,
        "responded_at": None if respond is None or respond.withdrawn else respond.ended_at,
        "update_due_at": update.due_at if update else None,
        "finish_due_at": finish.due_at,
        "paused_at": finish.pauses[-1].start if finish.stands else None,
        "paused_left": min((left(clock) for clock in stopped), default=None),
        "due_target": first.target.value if first else "",
        "soon_at": soon_from(first) if first else None,
        "urgent_at": urgent_from(first) if first else None,
    }
    return Standing(
        columns,
        first.due_at if first else None,
        running,
        [clock for clock in clocks if clock.ended_at is not None],
    )


def left(clock: Clock) -> timedelta:
    """The counted time that a clock which stands has left."""
    return clock.pledge.within - clock.elapsed(clock.pauses[-1].start)


def soon_from(clock: Clock) -> datetime | None:
    """When a clock's chip begins to say "soon"."""
    within = clock.pledge.within
    return clock.reaches(max(NOTHING, min(within * SOON_PART, within - SOON_LEFT)))


def urgent_from(clock: Clock) -> datetime | None:
    """When a clock's chip begins to say "urgent"."""
    return clock.reaches(max(NOTHING, clock.pledge.within - URGENT_LEFT))


def row_of(clock: Clock, record_id: int, excuses: Iterable[Excuse] = ()) -> ServiceClock:
    """A clock that has ended, as it is stored."""
    ended_at, due_at = cast("datetime", clock.ended_at), cast("datetime", clock.due_at)
    source = Source(*clock.pledge.source)
    excused = adjusted(clock, excuses)
    return ServiceClock(
        record_id=record_id,
        target=clock.target.value,
        cycle=clock.cycle,
        leg=clock.leg,
        severity=clock.severity or None,
        policy_version_id=source.policy_version,
        calendar_version_id=source.calendar_version,
        calendar_id=source.calendar,
        within=clock.pledge.within,
        started_at=clock.started_at,
        ended_at=ended_at,
        due_at=due_at,
        elapsed=clock.elapsed(ended_at),
        state=clock.state(ended_at).value,
        adjusted_due_at=excused.due_at if excused else None,
        adjusted_state=excused.state(ended_at).value if excused else "",
    )


def agenda(record_id: int, running: Iterable[Clock], *, at: datetime) -> Iterator[Wanted]:
    """The escalation steps that lie ahead of the running clocks, as due rows.

    Of the steps that lie behind already (a target was shortened, a calendar corrected), only each
    clock's latest is taken: one word about the present state, not a storm about how it came to be.
    A rung has the same key whatever moves it, so it fires once for a clock and severity.
    """
    for clock in running:
        steps = [
            (reached, step)
            for step in rulebook.ladder_of(Source(*clock.pledge.source).policy_version)
            if step.target == clock.target
            and clock.severity in (step.severities or {clock.severity})
            and (reached := reached_at(clock, step))
        ]
        passed = max((moment for moment, _step in steps if moment <= at), default=None)
        for moment, step in steps:
            if moment > at or moment == passed:
                yield Wanted(STEP, _key(record_id, clock, step), moment, _payload(clock, step))


def reached_at(clock: Clock, step: EscalationStep) -> datetime | None:
    """When a running clock reaches a step of the ladder; None while it stands before it."""
    if step.percent is not None:
        return clock.reaches(clock.pledge.within * step.percent / 100)
    return max(clock.due_at + step.offset, clock.started_at) if clock.due_at else None


def _key(record_id: int, clock: Clock, step: EscalationStep) -> str:
    which = f"{clock.target}:{clock.cycle}.{clock.leg}:{clock.severity}"
    return f"{STEP}:{record_id}:{which}:{step.when()}:{step.tells}"


def _payload(clock: Clock, step: EscalationStep) -> dict[str, Any]:
    return {"step": step.pk, "due_at": clock.due_at.isoformat() if clock.due_at else None}


def _due(clock: Clock) -> datetime:
    return cast("datetime", clock.due_at)
