"""Clocks that have ended, for reports. Rows only: reports read nothing else."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tickets.models import CalendarVersion, Incident, PolicyVersion, ServiceCalendar, ServiceClock

TORONTO = ZoneInfo("America/Toronto")
ENDS = {
    "met": ("met", ""),
    "missed": ("missed", ""),
    "excused": ("missed", "met"),
    "excused_in_vain": ("missed", "missed"),
    "withdrawn": ("withdrawn", ""),
}
"""How a clock ended → its raw and its adjusted state."""


def toronto(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """An instant by the desk's wall clock."""
    return datetime(year, month, day, hour, minute, tzinfo=TORONTO)


def end_clock(
    ticket: Incident, target: str, outcome: str, *, at: datetime, hours: float, severity: int, leg: int
) -> ServiceClock:
    """A clock, not saved yet, that ended like that."""
    state, adjusted = ENDS[outcome]
    elapsed = timedelta(hours=hours)
    due_at = at - timedelta(hours=1) if state == "missed" else at + timedelta(hours=1)
    return ServiceClock(
        record_id=ticket.pk,
        target=target,
        cycle=1,
        leg=leg,
        severity=severity,
        policy_version=PolicyVersion.objects.get(),
        calendar_version=CalendarVersion.objects.earliest("pk"),
        calendar=ServiceCalendar.objects.earliest("pk"),
        within=timedelta(hours=4),
        started_at=at - elapsed,
        ended_at=at,
        due_at=due_at,
        elapsed=elapsed,
        state=state,
        adjusted_due_at=due_at + timedelta(hours=2) if adjusted else None,
        adjusted_state=adjusted,
    )
