"""Filing a ticket: its row, its clocks, its history, from a draft, once."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db.models import QuerySet

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.files import move_to_record
from servicedesk.records.following import follow
from servicedesk.records.models import Attachment, Draft, Kind
from servicedesk.records.search import index_face
from servicedesk.schedule.planning import plan_all
from tickets.actions.clocks import append_event
from tickets.actions.saying import contact_ids
from tickets.models import Ticket
from tickets.sla import rulebook
from tickets.sla.promises import fresh_clocks
from tickets.sla.rulebook import Terms
from tickets.sla.standing import agenda, standing

Filed = TypeVar("Filed", bound=Ticket)


def file_ticket(
    model: type[Filed],
    terms: Terms,
    *,
    status: str,
    draft: Draft,
    by: Person,
    at: datetime,
    clock_from: datetime,
    followers: Iterable[int] = (),
    **stated: Any,
) -> Filed:
    """Make the ticket that a draft becomes, whose clocks start at ``clock_from``. Call it inside a transaction.

    ``stated`` are the columns of ``model`` that its reporter's words fill. The draft is locked already.
    """
    severity: int | None = stated.get("severity")
    versions = rulebook.current_versions()
    stands = standing(fresh_clocks(terms, severity, status, versions, clock_from))
    ticket = model.objects.create(
        kind=terms.kind,
        reference=model.next_reference(Kind(terms.kind)),
        organization_id=terms.organization_id,
        item=terms.item,
        status=status,
        due_at=stands.due_at,
        created_at=at,
        updated_at=at,
        policy_version_id=versions.policy,
        calendar_version_id=versions.calendar,
        **stated,
        **stands.columns,
    )
    follow(ticket, {ticket.reporter_id, *contact_ids(ticket), *followers}, at=at)
    move_to_record(draft, ticket)
    index_face(ticket, ticket.search_text())
    event = append_event(
        ticket,
        "submitted",
        by=by,
        at=at,
        now=status,
        severity=severity,
        clock_from=clock_from.isoformat(),
        policy_version=versions.policy,
        calendar_version=versions.calendar,
        respond_by=ticket.respond_due_at,
        finish_by=ticket.finish_due_at,
    )
    publish(event)
    plan_all(agenda(ticket.pk, stands.running, at=at), record_id=ticket.pk)
    Draft.objects.filter(pk=draft.pk).update(sent_at=at, became=ticket)
    return cast("Filed", ticket)


def draft_of_copies(files: "QuerySet[Attachment]", *, form: str, by: Person, at: datetime) -> Draft:
    """A draft with copies of these files, whose bytes are shared. Call it inside a transaction."""
    draft: Draft = Draft.objects.create(
        public_id=uuid.uuid4(), person=by, form=form, created_at=at, updated_at=at
    )
    Attachment.objects.bulk_create(
        Attachment(
            draft=draft,
            uploaded_by_id=file.uploaded_by_id,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            created_at=file.created_at,
        )
        for file in files.order_by("pk")
    )
    return draft
