"""What happens to incidents by itself."""

from typing import cast

from servicedesk.schedule.models import DueRow
from servicedesk.schedule.planning import when_due
from tickets.actions import announce_closing, move_incident
from tickets.models import Incident
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
