"""What a ticket's page shows of its links: only those of which the reader may see both ends."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from accounts.models import Person
from servicedesk.records.markup import to_html
from servicedesk.records.models import Kind, Link, Record, Relation, Visibility
from tickets.models import Problem, Ticket
from tickets.transitions import LIFECYCLES

PAGES: dict[str, str] = {Kind.PROBLEM: "tickets:problem", Kind.RFC: "changes:detail"}
"""The pages of records that are no tickets, by name: one that does not exist yet leads nowhere."""


@dataclass(frozen=True, slots=True)
class LinkLine:
    """Another record, and how this one stands to it. ``url`` is empty where it has no page yet.

    ``workaround`` is the HTML of what helps until the cause is mended, once that is published.
    """

    pk: int
    words: str
    reference: str
    title: str
    url: str
    stays: bool
    workaround: str = ""


def link_lines(ticket: Ticket, person: Person, *, for_desk: bool) -> list[LinkLine]:
    """The links of a ticket, oldest first. One query."""
    links = Link.objects.visible_to(person).of(ticket.pk).select_related("source", "target__problem")
    return [line_of(one, ticket, for_desk=for_desk) for one in links.order_by("pk")]


def line_of(link: Link, ticket: Record, *, for_desk: bool) -> LinkLine:
    """A link as the record's page shows it, with its ends loaded."""
    relation, outward = Relation(link.relation), link.source_id == ticket.pk
    other = link.target if outward else link.source
    return LinkLine(
        pk=link.pk,
        words=str(relation.label if outward else relation.inverse),
        reference=other.reference,
        title=other.title,
        url=_url(other, for_desk=for_desk),
        stays=relation.stays,
        workaround=_workaround(other) if relation is Relation.CAUSED_BY and outward else "",
    )


def _workaround(record: Record) -> str:
    """What is published of a problem's workaround."""
    if record.kind != Kind.PROBLEM or record.visibility != Visibility.EVERYONE:
        return ""
    problem: Problem = record.problem
    return to_html(problem.workaround) if problem.workaround else ""


def _url(record: Record, *, for_desk: bool) -> str:
    if record.kind in LIFECYCLES:
        return reverse("tickets:desk_detail" if for_desk else "tickets:detail", args=[record.reference])
    try:
        return reverse(PAGES[record.kind], args=[record.reference])
    except (KeyError, NoReverseMatch):
        return ""
