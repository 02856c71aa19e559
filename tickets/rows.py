"""What a line of a list shows, prepared once so that templates only choose words."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone

from servicedesk.ui.moments import deadline
from tickets.models import Ticket
from tickets.sla.chip import chip_for
from tickets.wording import TONES, status_words, turn
from tickets.workspace.reading import last_said


def queue_row(ticket: Ticket, *, now: datetime) -> dict[str, Any]:
    """A ticket in one of the desk's queues: what matters is when it is due."""
    return _row(ticket, for_desk=True) | {"chip": chip_for(ticket, now=now)}


def list_row(ticket: Ticket, *, for_desk: bool) -> dict[str, Any]:
    """A ticket in a list of tickets: what matters is whose turn it is."""
    return _row(ticket, for_desk=for_desk) | {"turn": turn(ticket)}


def address_of(name: str, reference: str) -> str:
    """The address of a page of this name about this record."""
    return _pattern(name).replace(_ANY, reference)


_ANY = "ANY-0"


@lru_cache(maxsize=64)
def _pattern(name: str) -> str:
    """What the addresses of that name have in common: looked up once, not for each of fifty rows."""
    return reverse(name, args=[_ANY])


def _row(ticket: Ticket, *, for_desk: bool) -> dict[str, Any]:
    """What every list shows; ``unread`` and ``last`` where the list asked for news (TicketQuerySet.with_news)."""
    until = getattr(ticket, "sleeps_until", None)
    return {
        "ticket": ticket,
        "url": address_of("tickets:desk_detail" if for_desk else "tickets:detail", ticket.reference),
        "status": status_words(ticket, for_desk=for_desk),
        "tone": TONES[ticket.status],
        "unread": getattr(ticket, "unread", False),
        "sleeps_until": deadline(until, timezone.now()) if until else "",
        "last": last_said(getattr(ticket, "last_said", None)),
    }
