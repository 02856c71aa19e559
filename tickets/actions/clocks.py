"""What the actions share: appending history, and writing what follows from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from accounts.models import Person
from servicedesk.records.history import record_event
from servicedesk.records.models import Event, Record
from tickets import policy
from tickets.actions.reading import mark_read
from tickets.models import ServiceClock, Ticket
from tickets.sla.clock import Moment, read
from tickets.sla.history import excuses_in, lasting, minded, moment_of, nothing_yet, terms_of
from tickets.sla.standing import Standing, row_of, standing

AnyTicket = TypeVar("AnyTicket", bound=Ticket)
"""An action answers with the kind of ticket that it was given."""


def append_event(ticket: Ticket, what: str, *, by: Person | None, at: datetime, **facts: Any) -> Event:
    """Append an event, named for the ticket's kind, that also says which side its actor is on.

    Whoever acts on a ticket has read it.
    """
    if by:
        mark_read(ticket, by=by, up_to=at)
    return record_event(
        ticket, f"{ticket.kind}.{what}", by=by, at=at, side=policy.party_of(by, ticket), **facts
    )


def lock(ticket_id: int) -> None:
    """Hold everybody else off while its clocks are read and written: they follow from its whole history."""
    Record.objects.select_for_update(no_key=True).filter(pk=ticket_id).values("pk").first()


def read_clocks(ticket: Ticket, events: Sequence[Event], *more: Moment) -> Standing:
    """How a ticket stands by its events, and by what may yet happen."""
    terms = terms_of(ticket)
    return standing(read([*(moment_of(event, terms) for event in lasting(events)), *more], nothing_yet))


def restate(ticket: Ticket, *, at: datetime) -> Standing:
    """Read its clocks anew from its history, and store those that have ended just now."""
    events = list(minded([ticket.pk]))
    stands, excuses = read_clocks(ticket, events), excuses_in(events)
    ended = [row_of(clock, ticket.pk, excuses) for clock in stands.ended if clock.ended_at == at]
    if ended:
        ServiceClock.objects.bulk_create(ended, ignore_conflicts=True)
    return stands


def write_columns(ticket: Ticket, changes: dict[str, Any]) -> None:
    """Write the columns that all kinds of tickets have. The record was locked, or its version compared, just before."""
    Ticket.objects.filter(pk=ticket.pk).update(**changes)
    for field, value in changes.items():
        setattr(ticket, field, value)
