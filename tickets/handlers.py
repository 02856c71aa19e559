"""What happens to incidents by itself."""

from typing import cast

from servicedesk.schedule.models import DueRow
from servicedesk.schedule.planning import when_due
from tickets.actions import announce_closing, escalate, move_incident
from tickets.models import Incident
from tickets.sla.standing import STEP
from tickets.transitions import Status


@when_due("incident.closing_soon")
def remind(row: DueRow) -> None:
    """Tell the LDC that a resolved incident closes soon."""
    incident = Incident.objects.get(pk=cast("int", row.record_id))
    if incident.status == Status.RESOLVED:
        announce_closing(incident, at=row.due_at)


@when_due("incident.auto_close")
def close(row: DueRow) -> None:
    """Close what nobody reopened."""
    incident = Incident.objects.get(pk=cast("int", row.record_id))
    if incident.status == Status.RESOLVED:
        move_incident(incident, "close", by=None, at=row.due_at, version=incident.version)


@when_due(STEP, batch=True)
def reach_steps(rows: list[DueRow]) -> None:
    """Reach steps of the escalation ladder. Whatever ended a clock called its steps off."""
    escalate(rows)
