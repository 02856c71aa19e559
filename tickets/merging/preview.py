"""What merging two tickets would do, before it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Person
from servicedesk.records.models import Attachment, Comment, Event
from servicedesk.records.verdict import Verdict
from tickets import policy
from tickets.actions.merging import newly_following
from tickets.links import LinkLine, link_lines
from tickets.merging.rules import may_merge
from tickets.models import Ticket
from tickets.sla.chip import Chip, chip_for
from tickets.wording import TONES, status_words

SHOWN = 12
"""Other open tickets that the page offers to merge into."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, as it stands. ``messages`` and ``notes`` are numbers."""

    ticket: Ticket
    status: str
    tone: str
    chip: Chip
    messages: int
    notes: int
    files: int


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What would come of it. ``other_way`` says whether the opposite merge would be allowed."""

    merged: Side
    survivor: Side
    verdict: Verdict
    other_way: bool
    links: list[LinkLine]
    open_tasks: int
    following: list[str]
    hearing: list[str]


def preview_merge(merged: Ticket, survivor: Ticket, person: Person, *, now: datetime) -> MergePreview:
    """Look at both."""
    verdict = may_merge(person, merged, survivor)
    if not verdict:
        return MergePreview(
            _side(merged, now), _side(survivor, now), verdict,
            other_way=bool(may_merge(person, survivor, merged)),
            links=[], open_tasks=0, following=[], hearing=[],
        )  # fmt: skip
    return MergePreview(
        merged=_side(merged, now),
        survivor=_side(survivor, now),
        verdict=verdict,
        other_way=False,
        links=[
            line for line in link_lines(merged, person, for_desk=True) if line.reference != survivor.reference
        ],
        open_tasks=_open_tasks(merged),
        following=_names(Person.objects.filter(pk__in=newly_following(merged, survivor))),
        hearing=sorted(
            {*_hearing(merged, "merge", person, now), *_hearing(survivor, "absorbed", person, now)}
        ),
    )


def candidates(ticket: Ticket, person: Person) -> list[Ticket]:
    """The organization's other open tickets about the same kind of thing, those due first."""
    others = type(ticket).objects.visible_to(person).unfinished().exclude(pk=ticket.pk)
    same: QuerySet[Any] = others.filter(
        organization=ticket.organization_id, item=ticket.item, visibility=ticket.visibility
    )
    return list(same.order_by("queue_at", "pk")[:SHOWN])


def _side(ticket: Ticket, now: datetime) -> Side:
    said = list(Comment.objects.filter(record=ticket.pk).values_list("internal", flat=True))
    return Side(
        ticket=ticket,
        status=status_words(ticket, for_desk=True),
        tone=TONES[ticket.status],
        chip=chip_for(ticket, now=now, for_desk=True),
        messages=said.count(False),
        notes=said.count(True),
        files=Attachment.objects.filter(record=ticket.pk).count(),
    )


def _open_tasks(ticket: Ticket) -> int:
    tasks = getattr(ticket, "tasks", None)
    return tasks.filter(done_at=None).count() if tasks is not None else 0


def _hearing(ticket: Ticket, what: str, person: Person, now: datetime) -> list[str]:
    """Who would hear of it from one of the two."""
    news = Event(record_id=ticket.pk, name=f"{ticket.kind}.{what}", at=now, actor=person)
    return _names(policy.who_hears(news, ticket))


def _names(people: QuerySet[Person]) -> list[str]:
    return [person.name for person in people.order_by("name")]
