"""What else a ticket has to do with: links to other records."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Link, Record, Relation, Visibility
from servicedesk.records.refusals import Unusable
from tickets import policy
from tickets.actions.clocks import append_event
from tickets.models import Ticket


@transaction.atomic
def link(ticket: Ticket, reference: str, relation: str, *, by: Person, at: datetime) -> Link:
    """Link a ticket to another record that this person may see. Raises Forbidden, Unusable."""
    policy.may_link(by, ticket).or_refuse()
    other = Record.objects.visible_to(by).filter(reference=reference.strip().upper()).first()
    if other is None:
        raise Unusable(
            _("You see nothing with the reference %(reference)s. Check the number.")
            % {"reference": reference}
        )
    if other.pk == ticket.pk:
        raise Unusable(_("Enter the reference of another ticket, not of this one."))
    made = join(ticket, other, Relation(relation), by=by, at=at)
    if made is None:
        raise Unusable(_("They are linked like this already."))
    _append(ticket, "linked", other, by=by, at=at)
    return made


@transaction.atomic
def unlink(ticket: Ticket, one: Link, *, by: Person, at: datetime) -> None:
    """Remove a link, whichever end the ticket is. Raises Forbidden, Unusable for one that is history."""
    policy.may_link(by, ticket).or_refuse()
    if Relation(one.relation).stays:
        raise Unusable(_("This link tells how the ticket came about, so it stays."))
    Link.objects.filter(pk=one.pk).delete()
    other = one.target if one.source_id == ticket.pk else one.source
    _append(ticket, "unlinked", other, by=by, at=at)


def join(source: Record, target: Record, relation: Relation, *, by: Person, at: datetime) -> Link | None:
    """Write a link down, unless it is there already: then the answer is None. Call it inside a transaction."""
    there = Link.objects.filter(source=target.pk, target=source.pk, relation=relation)
    if relation == Relation.RELATED and there.exists():
        return None  # it goes both ways
    made, new = Link.objects.get_or_create(
        source_id=source.pk,
        target_id=target.pk,
        relation=relation,
        defaults={"made_by_id": by.pk, "made_at": at},
    )
    return made if new else None


def _append(ticket: Ticket, what: str, other: Record, *, by: Person, at: datetime) -> None:
    """The ticket's history names the other record only if everybody who reads it may see that one."""
    for_all = other.visibility == Visibility.EVERYONE or (
        other.visibility == Visibility.ORGANIZATION and other.organization_id == ticket.organization_id
    )
    append_event(ticket, what, by=by, at=at, reference=other.reference if for_all else "")
    ticket.touch(at=at)
