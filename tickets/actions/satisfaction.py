"""How it went, as the LDC says when the work is done (UX 5.7)."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from tickets import policy
from tickets.actions.clocks import AnyTicket, append_event, write_columns
from tickets.actions.saying import say
from tickets.models import Satisfaction


@transaction.atomic
def say_how_it_went(
    ticket: AnyTicket,
    satisfaction: Satisfaction,
    message: str = "",
    *,
    by: Person,
    at: datetime,
    version: int,
) -> AnyTicket:
    """Say how satisfied one is, and why. Said again, it counts in place of what was said before.

    Raises Forbidden, IllegalMove, Stale.
    """
    policy.may_say_how_it_went(by, ticket, at=at).or_refuse()
    ticket.amend(version=version, at=at)
    comment = say(ticket, message, by=by, at=at, draft=None) if message else None
    write_columns(ticket, {"satisfaction": satisfaction})
    publish(append_event(ticket, "satisfaction", by=by, at=at, comment=comment, score=satisfaction.value))
    return ticket
