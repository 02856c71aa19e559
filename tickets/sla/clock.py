"""The service-level clock: a pure function of a ticket's history.

This is the seam of the SLA engine: everything that knows when something is due asks here, and
what is stored on a ticket is always what this answers for its history.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tickets.sla.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count. ``end`` is None while it lasts."""

    start: datetime
    end: datetime | None


def pauses_of(steps: Iterable[tuple[datetime, str]], paused: Set[str]) -> list[Pause]:
    """The pauses in a history of (instant, status entered), oldest first."""
    pauses: list[Pause] = []
    for at, status in steps:
        running = pauses and pauses[-1].end is None
        if status in paused and not running:
            pauses.append(Pause(at, None))
        elif status not in paused and running:
            pauses[-1] = Pause(pauses[-1].start, at)
    return pauses


def due_at(
    start: datetime, target: timedelta, calendar: WorkingCalendar, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """When ``target`` of counted time will have passed since ``start``; None while paused."""
    left, begin = target, start.astimezone(UTC)
    for pause in pauses:
        counted = calendar.between(begin, pause.start) if pause.start > begin else timedelta()
        if counted >= left:
            break  # it was due before this pause began
        if pause.end is None:
            return None
        left -= counted
        begin = max(begin, pause.end)
    return calendar.add(begin, left)
