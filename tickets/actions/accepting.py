"""Taking a ticket on: the first thing that triage does."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from tickets import policy
from tickets.actions.requests import move
from tickets.actions.saying import assign
from tickets.models import Ticket


@transaction.atomic
def accept(ticket: Ticket, *, by: Person, at: datetime, version: int) -> Ticket:
    """Make a ticket one's own, and start work where that is the next step.

    Raises Forbidden, Stale, or IllegalMove for what has ended or is somebody else's.
    """
    policy.may_accept(by, ticket).or_refuse()
    if ticket.assignee_id is None:
        ticket = assign(ticket, by, by=by, at=at, version=version)
        version = ticket.version
    if policy.can_start(ticket):
        ticket = move(ticket, "start", by=by, at=at, version=version)
    return ticket
