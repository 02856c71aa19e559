"""What is promised: the stored targets, applied to an instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from servicedesk.records.models import Event
from tickets.models import DeskRules, Incident, ServiceLevel, SeverityRule
from tickets.sla import clock
from tickets.sla.calendar import WorkingCalendar
from tickets.transitions import PAUSED


@dataclass(frozen=True, slots=True)
class Promise:
    """When a first answer and the restoration are due. ``restore_by`` is None while paused."""

    respond_by: datetime
    restore_by: datetime | None


def severity_for(impact: str, urgency: str) -> int:
    """The severity that follows (DOMAIN: four levels from impact and urgency)."""
    return SeverityRule.objects.values_list("severity", flat=True).get(impact=impact, urgency=urgency)


def promise(severity: int, *, start: datetime, history: list[tuple[datetime, str]] | None = None) -> Promise:
    """What is promised for a severity from ``start`` on, given the statuses entered since."""
    level = ServiceLevel.objects.select_related("respond_calendar", "restore_calendar").get(severity=severity)
    return Promise(
        respond_by=level.respond_calendar.working().add(start, level.respond_within),
        restore_by=clock.due_at(
            start,
            level.restore_within,
            level.restore_calendar.working(),
            clock.pauses_of(history or [], PAUSED),
        ),
    )


def history_of(incident: Incident) -> list[tuple[datetime, str]]:
    """The statuses an incident entered in its present cycle, oldest first."""
    steps = Event.objects.filter(
        record_id=incident.pk, at__gte=incident.clock_started_at, facts__has_key="now"
    )
    return list(steps.order_by("at", "pk").values_list("at", "facts__now"))


def closing_times(resolved_at: datetime) -> tuple[datetime, datetime]:
    """When a resolved incident's reporter is reminded, and when it closes by itself."""
    rules = DeskRules.objects.select_related("calendar").get()
    calendar = rules.calendar.working()
    return (
        _business_days(calendar, resolved_at, rules.reopen_days - rules.remind_days),
        _business_days(calendar, resolved_at, rules.reopen_days),
    )


def _business_days(calendar: WorkingCalendar, start: datetime, days: int) -> datetime:
    """The end of the last counted moment of the n-th working day after ``start``'s day."""
    local = start.astimezone(calendar.zone)
    next_day = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    closing = next_day
    seen: set[object] = set()
    for begin, end in calendar.intervals(next_day):
        seen.add(begin.astimezone(calendar.zone).date())
        if len(seen) > days:
            break
        closing = end
    return closing
