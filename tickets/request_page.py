"""What a request's page shows besides what every ticket's does: what was ordered, and who has to agree."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.policy import may
from accounts.roles import Permission
from servicedesk.records.verdict import Verdict
from tickets import policy
from tickets.approvals_page import Tracker, tracker
from tickets.catalogue.answers import Shown, shown
from tickets.catalogue.offers import approvers
from tickets.models import ServiceRequest, text_in
from tickets.sla.promises import request_terms
from tickets.sla.rulebook import Versions
from tickets.sla.spans import fulfilment_time
from tickets.transitions import RequestStatus


@dataclass(frozen=True, slots=True)
class RequestPart:
    """The item's name and the answers, whether this person may change them, and the approvals.

    ``again`` is where the same is ordered once more, for whoever may order.
    """

    item: str
    answers: list[Shown]
    again: str
    may_edit: Verdict
    approvals: Tracker


def request_part(request: ServiceRequest, person: Person, *, now: datetime) -> RequestPart:
    """Gather what this person sees of a request."""
    again = f"{reverse('tickets:order', args=[request.item])}?again={request.reference}"
    return RequestPart(
        item=text_in(request.item_version, "name"),
        answers=shown(request.item_version, request.answers),
        again=again if may(person, Permission.REPORT) else "",
        may_edit=policy.may_edit(person, request),
        approvals=tracker(request, person, now=now),
    )


@dataclass(frozen=True, slots=True)
class Next:
    """What comes next for a request: who has to approve it, and how long it takes from then on."""

    item: str
    approvers: str
    within: str


def what_comes_next(request: ServiceRequest) -> Next:
    """For the page that confirms it."""
    versions = Versions(request.policy_version_id, request.calendar_version_id)
    terms = request_terms(request.organization_id, request.item)
    waits = request.status == RequestStatus.WAITING_APPROVAL
    return Next(
        text_in(request.item_version, "name"),
        approvers=approvers(request.item_version, request.organization.name) if waits else "",
        within=fulfilment_time(versions, terms, on=timezone.localdate(request.created_at)).words(),
    )
