"""What is promised: the stored targets, applied to an instant."""

from dataclasses import dataclass
from datetime import datetime

from servicedesk.records.models import Event
from tickets.models import DeskRules, Incident, ServiceLevel, SeverityRule
from tickets.sla import clock
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
    """When a resolved incident's reporter is reminded, and when it closes by itself.

    Both at the close of business, so many working days after the day of the resolution.
    """
    rules = DeskRules.objects.select_related("calendar").get()
    calendar = rules.calendar.working()
    return (
        calendar.end_of_day(resolved_at, rules.reopen_days - rules.remind_days),
        calendar.end_of_day(resolved_at, rules.reopen_days),
    )
