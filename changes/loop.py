"""Closing the loop: tickets whose change is in place, while nobody told whoever reported them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.models import Person
from changes.models import RequestForChange
from servicedesk.records.models import Kind, Link, Record
from tickets.models import Ticket
from tickets.transitions import HANDED_BACK

RESOLVED = ("resolved", "closed")
CAUSES = frozenset({Kind.RFC, Kind.PROBLEM})


@dataclass(frozen=True, slots=True)
class LoopRow:
    """A ticket that is still open, and what was done about it. ``reply_url`` leads to where one answers."""

    ticket: Ticket
    cause: Record
    since: datetime
    reply_url: str


def open_loops(person: Person, *, most: int) -> list[LoopRow]:
    """Open tickets that are linked to something in place, longest done first. Two queries for any number."""
    tickets = Ticket.objects.visible_to(person).unfinished().exclude(status__in=HANDED_BACK)
    causes = _in_place(person)
    links = Link.objects.visible_to(person).filter(
        Q(source__in=causes, target__in=tickets.values("pk"))
        | Q(source__in=tickets.values("pk"), target__in=causes)
    )
    cause_of: dict[int, Record] = {}
    for link in links.select_related("source", "target").order_by("pk"):
        cause, ticket = (
            (link.source, link.target) if link.source.kind in CAUSES else (link.target, link.source)
        )
        cause_of.setdefault(ticket.pk, cause)
    found = tickets.filter(pk__in=cause_of).select_related("organization", "assignee")
    rows = [_row(ticket, cause_of[ticket.pk]) for ticket in found]
    return sorted(rows, key=lambda row: (row.since, row.ticket.pk))[:most]


def _in_place(person: Person) -> QuerySet[Record, dict[str, int]]:
    """RFCs that are implemented, and problems that are resolved: records whose fix is in place.

    A problem keeps its status on the record, so its table of moves is not asked.
    """
    changes = RequestForChange.objects.visible_to(person).in_place()
    fixed = Q(pk__in=changes.values("pk")) | Q(kind=Kind.PROBLEM, status__in=RESOLVED)
    return Record.objects.visible_to(person).filter(fixed).values("pk")


def _row(ticket: Ticket, cause: Record) -> LoopRow:
    page = reverse("tickets:desk_detail", args=[ticket.reference])
    return LoopRow(ticket=ticket, cause=cause, since=cause.updated_at, reply_url=f"{page}#composer")
