"""Words for histories that are written by hand: what happens on Tuesday 9 March 2027, and what is promised."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from tests.sla.test_calendar import OFFICE, TORONTO_ALWAYS, at
from tickets.sla.calendar import Calendar
from tickets.sla.clock import Clock, Moment, Pledge, Target, read

HOUR = timedelta(hours=1)
LDC = frozenset({"waiting_ldc"})
BOTH = frozenset({"waiting_ldc", "waiting_vendor"})

Promises = Callable[[int], tuple[Pledge, ...]]
Key = tuple[Target, int, int]
"""Target, cycle, leg."""

_LEVELS = {
    1: (
        Pledge(Target.RESPOND, HOUR / 2, TORONTO_ALWAYS, frozenset()),
        Pledge(Target.UPDATE, HOUR, TORONTO_ALWAYS, LDC),
        Pledge(Target.RESTORE, 4 * HOUR, TORONTO_ALWAYS, LDC),
    ),
    3: (
        Pledge(Target.RESPOND, 2 * HOUR, OFFICE, frozenset()),
        Pledge(Target.UPDATE, 4 * HOUR, OFFICE, LDC),
        Pledge(Target.RESTORE, 8 * HOUR, OFFICE, LDC),
    ),
    4: (
        Pledge(Target.RESPOND, 4 * HOUR, OFFICE, frozenset()),
        Pledge(Target.RESTORE, 18 * HOUR, OFFICE, BOTH),
    ),
}


def levels(severity: int) -> tuple[Pledge, ...]:
    """Critical around the clock; medium and low in office hours; low promises no news."""
    return _LEVELS[severity]


def promises(
    target: Target = Target.RESTORE,
    *,
    restore: timedelta,
    calendar: Calendar = OFFICE,
    pauses: Iterable[str] = LDC,
) -> Promises:
    """One promise, for every severity."""
    pledge = Pledge(target, restore, calendar, frozenset(pauses))
    return lambda severity: (pledge,)


def t(wall: str) -> datetime:
    """A time of that Tuesday, in Toronto; offices are open from 08:00 to 17:00."""
    return at(f"2027-03-09 {wall}")


def filed(moment: datetime, status: str = "new", severity: int = 3) -> Moment:
    """A ticket begins."""
    return Moment(moment, status, severity, begins=True)


def enters(moment: datetime, status: str) -> Moment:
    """It enters a status, and nobody says anything to the LDC."""
    return Moment(moment, status)


def answered(moment: datetime, status: str = "") -> Moment:
    """A person of the desk writes a public message, perhaps with a move."""
    return Moment(moment, status, answer=True)


def restated(moment: datetime, severity: int) -> Moment:
    """The severity changes."""
    return Moment(moment, severity=severity)


def resolved(moment: datetime, *, answer: bool = False) -> Moment:
    """The work is done."""
    return Moment(moment, "resolved", answer=answer, ends="done")


def cancelled(moment: datetime) -> Moment:
    """The ticket is withdrawn."""
    return Moment(moment, "cancelled", ends="withdrawn")


def reopened(moment: datetime, *, answer: bool = False) -> Moment:
    """A new cycle begins."""
    return Moment(moment, "in_progress", answer=answer, begins=True)


def read_all(history: Sequence[Moment], pledges: Promises = levels) -> dict[Key, Clock]:
    """Every clock of a history."""
    return {(clock.target, clock.cycle, clock.leg): clock for clock in read(history, pledges)}


def one(history: Sequence[Moment], pledges: Promises, target: Target) -> Clock:
    """The only clock of a target."""
    (clock,) = (clock for clock in read(history, pledges) if clock.target is target)
    return clock
