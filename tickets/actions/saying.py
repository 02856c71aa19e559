"""What is written on a ticket, and who has to do with it: messages, notes, assignee, contacts, followers."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from accounts.policy import may
from accounts.roles import Permission
from servicedesk.notifications.outbox import publish
from servicedesk.records.files import move_to_record
from servicedesk.records.following import follow, unfollow
from servicedesk.records.models import Comment, Draft, Visibility
from servicedesk.records.refusals import Unusable
from servicedesk.records.search import index_said
from tickets import policy
from tickets.actions.clocks import AnyTicket, append_event, write_columns
from tickets.models import Ticket
from tickets.writing.mentions import told_by


@transaction.atomic
def add_note(
    ticket: AnyTicket,
    body: str,
    *,
    by: Person,
    at: datetime,
    draft: Draft | None = None,
    left_out: Collection[Person] = (),
) -> AnyTicket:
    """Write an internal note, which no LDC sees. Raises Forbidden, Unusable."""
    policy.may_work(by, ticket).or_refuse()
    comment = say(ticket, body, by=by, at=at, draft=draft, internal=True)
    facts = facts_of(left_out, told_by(body, ticket, by, internal=True))
    publish(append_event(ticket, "noted", by=by, at=at, comment=comment, internal=True, **facts))
    ticket.touch(at=at)
    return ticket


@transaction.atomic
def assign(
    ticket: AnyTicket, assignee: Person | None, *, by: Person, at: datetime, version: int, **facts: Any
) -> AnyTicket:
    """Give a ticket to an agent, or back to the queue. ``facts`` go into its event.

    Raises Forbidden, Stale, Unusable.
    """
    policy.may_work(by, ticket).or_refuse()
    if assignee and not (assignee.is_active and may(assignee, Permission.WORK_TICKETS)):
        raise Unusable(_("%(name)s does not work on tickets. Choose an agent.") % {"name": assignee})
    was = ticket.assignee
    ticket.amend(version=version, at=at, assignee_id=assignee.pk if assignee else None)
    publish(
        append_event(
            ticket,
            "assigned",
            by=by,
            at=at,
            internal=True,
            was_assigned=str(was or ""),
            assignee=str(assignee or ""),
            **facts,
        )
    )
    return ticket


@transaction.atomic
def change_contact(
    ticket: AnyTicket,
    contact: Person | None,
    backup_contact: Person | None,
    *,
    by: Person,
    at: datetime,
    version: int,
) -> AnyTicket:
    """Name other contacts. They follow the ticket from then on. Raises Forbidden, IllegalMove, Stale."""
    policy.may_change_contact(by, ticket).or_refuse()
    was = ticket.contact
    ticket.amend(version=version, at=at)
    write_columns(ticket, {"contact": contact, "backup_contact": backup_contact})
    follow(ticket, contact_ids(ticket), at=at)
    publish(
        append_event(
            ticket,
            "contact_changed",
            by=by,
            at=at,
            was_contact=str(was or ""),
            contact=str(contact or ""),
            backup_contact=str(backup_contact or ""),
        )
    )
    return ticket


@transaction.atomic
def add_followers(ticket: Ticket, people: Collection[Person], *, by: Person, at: datetime) -> None:
    """Let people follow a ticket. They are told; those who follow it already are not.

    Raises Forbidden, IllegalMove.
    """
    policy.may_add_followers(by, ticket).or_refuse()
    already = set(ticket.followers.values_list("person", flat=True))
    added = [person for person in people if person.pk not in already]
    if not added:
        return
    follow(ticket, [person.pk for person in added], at=at)
    names = [person.name for person in added]
    facts = {"names": names, "mentioned": [person.pk for person in added]}
    publish(append_event(ticket, policy.FOLLOWERS_ADDED, by=by, at=at, **facts))


@transaction.atomic
def set_following(ticket: Ticket, following: bool, *, by: Person, at: datetime) -> None:
    """Follow a ticket, or stop. Raises Unusable for a contact of a restricted one, who would lose sight of it."""
    if following:
        follow(ticket, [by.pk], at=at)
        return
    if ticket.visibility == Visibility.RESTRICTED and by.pk in contact_ids(ticket):
        raise Unusable(_("You are a contact of this restricted ticket. Name another contact first."))
    unfollow(ticket, by.pk)


def say(
    ticket: Ticket, body: str, *, by: Person, at: datetime, draft: Draft | None, internal: bool = False
) -> Comment:
    """Write a comment, with the files of its draft. Raises Unusable for files that do not fit."""
    comment = Comment.objects.create(
        record_id=ticket.pk, author=by, body=body, internal=internal, created_at=at
    )
    index_said(ticket, body, internal=internal)
    if draft:
        move_to_record(draft, ticket, comment=comment, internal=internal)
        Draft.objects.filter(pk=draft.pk).update(sent_at=at, became_id=ticket.pk)
    return comment


def facts_of(left_out: Collection[Person], mentioned: Collection[int] = ()) -> dict[str, Any]:
    """What the history keeps of who was not to be told of a message, and who is because it names them."""
    facts: dict[str, Any] = {}
    if left_out:
        facts["left_out"] = [person.pk for person in left_out]
        facts["not_told"] = [person.name for person in left_out]
    if mentioned:
        facts["mentioned"] = list(mentioned)
    return facts


def contact_ids(ticket: Ticket) -> set[int]:
    """The people named as its contacts."""
    return {pk for pk in (ticket.contact_id, ticket.backup_contact_id) if pk}
