"""Submitting an RFC: from a draft, once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.actions.moving import append_event
from changes.conditions import PLANS
from changes.models import AffectedDocument, ChangeTemplate, RequestForChange
from changes.transitions import ChangeClass, ChangeStatus
from servicedesk.notifications.outbox import publish
from servicedesk.records.files import move_to_record
from servicedesk.records.following import follow
from servicedesk.records.models import Draft, Kind, Visibility
from servicedesk.records.refusals import Unusable
from servicedesk.records.search import index_face
from tickets.actions.problems import ask_for_fix
from tickets.limits import check_filing
from tickets.models import Problem


class Document(NamedTuple):
    """A document that changes. ``old_version`` is empty for a new one."""

    title: str
    old_version: str
    new_version: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asks for. With a ``template`` it is a standard change, whose plans are the template's.

    ``problem`` is what it is to mend; the desk alone says so.
    """

    organization_id: int
    title: str
    category: str
    description: str
    reason: str
    environments: list[str]
    interfaces: list[str] = field(default_factory=list)
    affected: str = ""
    desired_on: date | None = None
    documents: list[Document] = field(default_factory=list)
    template: ChangeTemplate | None = None
    emergency: bool = False
    visibility: str = Visibility.ORGANIZATION
    problem: Problem | None = None


@transaction.atomic
def submit_change(proposal: Proposal, *, draft: Draft, by: Person, at: datetime) -> RequestForChange:
    """Send an RFC from a draft, once: a draft that was sent already answers with what it became.

    Raises Forbidden, TooMany, or Unusable for a template that has expired or files that do not fit.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.became_id:
        return RequestForChange.objects.get(pk=draft.became_id)
    policy.may_submit(by, proposal.organization_id).or_refuse()
    check_filing(by, proposal.organization_id, at=at)
    check_template(proposal.template, at=at)
    rfc = RequestForChange.objects.create(
        kind=Kind.RFC,
        reference=RequestForChange.next_reference(Kind.RFC),
        organization_id=proposal.organization_id,
        visibility=proposal.visibility,
        reporter=by,
        status=ChangeStatus.SUBMITTED,
        created_at=at,
        updated_at=at,
        title=proposal.title,
        change_class=_class_of(proposal),
        template=proposal.template,
        category=proposal.category,
        description=proposal.description,
        reason=proposal.reason,
        affected=proposal.affected,
        desired_on=proposal.desired_on,
        environments=proposal.environments,
        interfaces=proposal.interfaces,
        **plans_of(proposal.template),
    )
    write_documents(rfc, proposal.documents)
    follow(rfc, [by.pk], at=at)
    move_to_record(draft, rfc)
    index_face(rfc, rfc.search_text())
    publish(append_event(rfc, "submitted", by=by, at=at, now=rfc.status, change_class=rfc.change_class))
    if proposal.problem:
        ask_for_fix(proposal.problem, rfc, by=by, at=at)
    Draft.objects.filter(pk=draft.pk).update(sent_at=at, became_id=rfc.pk)
    return rfc


def check_template(template: ChangeTemplate | None, *, at: datetime) -> None:
    """Raise Unusable for a template that counts no more on that day."""
    if template and template.expires_on <= timezone.localdate(at, timezone.get_default_timezone()):
        raise Unusable(
            _("The template “%(title)s” has expired. Choose another one, or ask for a normal change.")
            % {"title": template.title}
        )


def plans_of(template: ChangeTemplate | None) -> dict[str, Any]:
    """The plans that a template brings with it, by column; none without one."""
    return {name: getattr(template, name) for name in PLANS} if template else {}


def write_documents(rfc: RequestForChange, documents: list[Document]) -> None:
    """Make these the documents that an RFC changes, instead of what it had."""
    rfc.documents.all().delete()
    AffectedDocument.objects.bulk_create(AffectedDocument(rfc=rfc, **one._asdict()) for one in documents)


def _class_of(proposal: Proposal) -> str:
    if proposal.template:
        return ChangeClass.STANDARD
    return ChangeClass.EMERGENCY if proposal.emergency else ChangeClass.NORMAL
