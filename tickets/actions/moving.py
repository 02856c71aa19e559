"""Taking a ticket from one status to the next, whatever its kind."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Draft, Event
from servicedesk.records.transitions import Move
from servicedesk.schedule.planning import Wanted, keep
from tickets import policy
from tickets.actions.clocks import AnyTicket, append_event, lock, restate, write_columns
from tickets.actions.saying import facts_of, say
from tickets.models import Resolution, Ticket
from tickets.sla import rulebook
from tickets.sla.promises import closing_times
from tickets.sla.standing import STEP, agenda
from tickets.transitions import HANDED_BACK, LIFECYCLES, Status
from tickets.writing.mentions import told_by

CLOSING_KINDS = frozenset(f"{kind}.{what}" for kind in LIFECYCLES for what in ("closing_soon", "auto_close"))


@transaction.atomic
def move_ticket(
    ticket: AnyTicket,
    name: str,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    resolution: str = "",
    draft: Draft | None = None,
    left_out: Collection[Person] = (),
) -> AnyTicket:
    """Take one step in a ticket's life. ``by=None`` is the desk itself. ``left_out`` are not told of it.

    Raises IllegalMove, Forbidden, Stale, or Unusable for files that do not fit.
    """
    move = ticket.lifecycle.step(name, ticket.status)
    policy.may_move(by, ticket, move, at=at).or_refuse()
    return take_move(
        ticket,
        move,
        by=by,
        at=at,
        version=version,
        message=message,
        resolution=resolution,
        draft=draft,
        **facts_of(left_out),
    )


def take_move(
    ticket: AnyTicket,
    move: Move,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    resolution: str = "",
    draft: Draft | None = None,
    **facts: Any,
) -> AnyTicket:
    """Write down a move that is possible and allowed: ask first. ``facts`` go into its event.

    Raises Stale, Unusable.
    """
    lock(ticket.pk)
    comment = say(ticket, message, by=by, at=at, draft=draft) if by and message else None
    if by and message and (mentioned := told_by(message, ticket, by, internal=False)):
        facts["mentioned"] = mentioned
    facts |= {"was": ticket.status, "now": move.target}
    changes: dict[str, Any] = {"resolution": "", "reopen_until": None}
    closing: list[Wanted] = []
    if move.target in HANDED_BACK:
        remind_at, close_at = closing_times(at)
        closing = _closing(ticket, remind_at, close_at)
        changes["reopen_until"] = close_at
        facts["resolution"] = changes["resolution"] = resolution or Resolution.FULFILLED.value
    elif move.target == Status.CLOSED:
        del changes["resolution"], changes["reopen_until"]
    if move.name == "reopen":  # a new cycle goes by today's calendars
        versions = rulebook.Versions(ticket.policy_version_id, rulebook.current_versions().calendar)
        facts |= {"policy_version": versions.policy, "calendar_version": versions.calendar}
        changes |= {"calendar_version_id": versions.calendar, "raised_at": None, "satisfaction": None}
    event = append_event(ticket, move.name, by=by, at=at, comment=comment, **facts)

    stands = restate(ticket, at=at)
    ticket.advance(move, ticket.lifecycle, version=version, at=at, due_at=stands.due_at)
    write_columns(ticket, changes | stands.columns)
    publish(event)
    wanted = [*agenda(ticket.pk, stands.running, at=at), *closing]
    keep(ticket.pk, {STEP, *CLOSING_KINDS}, wanted, at=at)
    return ticket


def announce_closing(ticket: Ticket, *, at: datetime) -> Event:
    """Say that a ticket whose work is done will close by itself soon. Call it inside a transaction."""
    event = append_event(ticket, "closing_soon", by=None, at=at, closes_at=ticket.reopen_until)
    publish(event)
    return event


def _closing(ticket: Ticket, remind_at: datetime, close_at: datetime) -> list[Wanted]:
    """The reminder and the closing, for the schedule. The version makes each resolution's rows its own."""
    return [
        Wanted(f"{ticket.kind}.{what}", f"{ticket.kind}.{what}:{ticket.pk}:{ticket.version}", due_at)
        for what, due_at in (("closing_soon", remind_at), ("auto_close", close_at))
    ]
