"""What a ticket's page shows of the tickets that were merged into it, or that it goes on in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from servicedesk.records.models import Event
from servicedesk.records.verdict import Verdict
from tickets import policy
from tickets.merging.rules import may_be_merged, may_split
from tickets.models import UNDO_FOR, Ticket
from tickets.sentences import actor_of
from tickets.sla.history import MERGED


@dataclass(frozen=True, slots=True)
class Absorbed:
    """A ticket that goes on in this one. ``may_undo`` is for offering it: the deed asks again."""

    reference: str
    title: str
    version: int
    by: str
    at: datetime | None
    may_undo: bool


@dataclass(frozen=True, slots=True)
class SplitOff:
    """A ticket that was made of some messages of this one."""

    reference: str
    by: str
    at: datetime
    may_undo: bool


@dataclass(frozen=True, slots=True)
class MergingPart:
    """What was merged into a ticket; ``into`` is the reference of what it was merged into itself."""

    absorbed: list[Absorbed]
    splits: list[SplitOff]
    into: str
    may_undo: bool
    may_merge: Verdict
    may_split: Verdict


def absorbed_tickets(ticket: Ticket, person: Person) -> dict[int, Ticket]:
    """Those that were merged into it, as far as this person sees them. One query; none where there are none."""
    if not ticket.absorbed_ids:
        return {}
    found = Ticket.objects.visible_to(person).filter(pk__in=ticket.absorbed_ids)
    return {one.pk: one for one in found.select_related("reporter", "incident").order_by("pk")}


def goes_on_in(ticket: Ticket, person: Person) -> str:
    """The reference of the ticket that it was merged into, if this person may see that. Else nothing."""
    if ticket.merged_into_id is None:
        return ""
    survivor = Ticket.objects.visible_to(person).filter(pk=ticket.merged_into_id)
    return survivor.values_list("reference", flat=True).first() or ""


def merging_part(
    ticket: Ticket, absorbed: Iterable[Ticket], events: Iterable[Event], person: Person, *, now: datetime
) -> MergingPart:
    """The part of the page. ``events`` are those of the ticket and of what was merged into it."""
    merges = {event.record_id: event for event in events if event.what == MERGED}  # the last one of each

    works = bool(policy.may_work(person, ticket))

    def in_time(event: Event | None) -> bool:
        return bool(event and works and now <= event.at + UNDO_FOR)

    splits = {
        event.facts["reference"]: event
        for event in events
        if event.record_id == ticket.pk and event.what in {"split", "split_undone"}
    }
    return MergingPart(
        absorbed=[
            Absorbed(
                one.reference,
                one.title,
                one.version,
                actor_of(merges[one.pk]) if one.pk in merges else "",
                merges[one.pk].at if one.pk in merges else None,
                in_time(merges.get(one.pk)),
            )
            for one in absorbed
        ],
        splits=[
            SplitOff(reference, actor_of(event), event.at, in_time(event))
            for reference, event in splits.items()
            if event.what == "split"
        ],
        into=goes_on_in(ticket, person),
        may_undo=ticket.merged_into_id is not None and in_time(merges.get(ticket.pk)),
        may_merge=may_be_merged(person, ticket),
        may_split=may_split(person, ticket),
    )
