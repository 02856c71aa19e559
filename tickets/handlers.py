"""What happens to tickets by itself."""

from datetime import date
from typing import cast

from servicedesk.schedule.models import DueRow
from servicedesk.schedule.planning import when_due
from tickets.actions import announce_closing, approvals, delegating, escalate, move_ticket
from tickets.actions.problem_candidates import COUNT, count_week
from tickets.models import Approval, Delegation, Ticket
from tickets.sla.standing import STEP
from tickets.transitions import HANDED_BACK


@when_due("request.closing_soon")
@when_due("incident.closing_soon")
def remind(row: DueRow) -> None:
    """Tell the LDC that a ticket whose work is done closes soon."""
    ticket = Ticket.objects.get(pk=cast("int", row.record_id))
    if ticket.status in HANDED_BACK:
        announce_closing(ticket, at=row.due_at)


@when_due("request.auto_close")
@when_due("incident.auto_close")
def close(row: DueRow) -> None:
    """Close what nobody reopened."""
    ticket = Ticket.objects.get(pk=cast("int", row.record_id))
    if ticket.status in HANDED_BACK:
        move_ticket(ticket, "close", by=None, at=row.due_at, version=ticket.version)


@when_due(STEP, batch=True)
def reach_steps(rows: list[DueRow]) -> None:
    """Reach steps of the escalation ladder. Whatever ended a clock called its steps off."""
    escalate(rows)


@when_due(approvals.REMINDER)
def remind_of_approval(row: DueRow) -> None:
    """Tell those who have not decided yet."""
    approvals.remind(Approval.objects.get(pk=row.payload["approval"]), at=row.due_at)


@when_due(approvals.OVERDUE)
def approval_is_overdue(row: DueRow) -> None:
    """Show a request as escalated that nobody decided on in time."""
    approvals.raise_overdue(Approval.objects.get(pk=row.payload["approval"]), at=row.due_at)


@when_due(delegating.BEGINS)
def delegation_begins(row: DueRow) -> None:
    """Let somebody see what waits for whom they stand in for, from that day on."""
    for delegation in Delegation.objects.filter(pk=row.payload["delegation"]):
        delegating.let_follow(delegation, at=row.due_at)


@when_due(COUNT)
def look_for_problems(row: DueRow) -> None:
    """Hold the incidents of a week that is over to what is usual."""
    count_week(date.fromisoformat(row.payload["week"]), at=row.due_at)
