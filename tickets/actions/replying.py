"""Messages that both sides read. They may move the ticket, and its clocks."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from django.db import transaction

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Draft
from servicedesk.schedule.planning import keep
from tickets import limits, policy
from tickets.actions.clocks import AnyTicket, append_event, lock, restate, write_columns
from tickets.actions.moving import move_ticket
from tickets.actions.saying import facts_of, say
from tickets.sla.standing import STEP, agenda
from tickets.transitions import Status
from tickets.writing.mentions import told_by


@transaction.atomic
def reply(
    ticket: AnyTicket,
    body: str,
    *,
    by: Person,
    at: datetime,
    draft: Draft | None = None,
    left_out: Collection[Person] = (),
) -> AnyTicket:
    """Write a message that both sides read. The LDC's answer to a question sets the clock going again.

    It takes no version: a message is sent whatever else changed meanwhile. Raises Forbidden,
    IllegalMove, TooMany, Unusable.
    """
    lock(ticket.pk)
    ticket = cast("AnyTicket", type(ticket).objects.get(pk=ticket.pk))
    policy.may_reply(by, ticket).or_refuse()
    limits.check_writing(by, at=at)
    agent = policy.party_of(by, ticket) == "agent"
    if ticket.status == Status.WAITING_LDC and not agent:
        return move_ticket(ticket, "answer", by=by, at=at, version=ticket.version, message=body, draft=draft)
    facts = facts_of(left_out, told_by(body, ticket, by, internal=False))
    comment = say(ticket, body, by=by, at=at, draft=draft)
    publish(append_event(ticket, "replied", by=by, at=at, comment=comment, **facts))
    if not agent or ticket.done_at:
        ticket.touch(at=at)
        return ticket
    stands = restate(ticket, at=at)
    ticket.touch(at=at, due_at=stands.due_at)
    write_columns(ticket, stands.columns)
    keep(ticket.pk, {STEP}, agenda(ticket.pk, stands.running, at=at), at=at)
    return ticket
