"""What a request's page shows besides what every ticket's does: what was ordered, and who has to agree."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from servicedesk.records.verdict import Verdict
from tickets import policy
from tickets.approvals_page import Tracker, tracker
from tickets.models import ServiceRequest, text_in


@dataclass(frozen=True, slots=True)
class RequestPart:
    """The item's name and the answers, whether this person may change them, and the approvals."""

    item: str
    may_edit: Verdict
    approvals: Tracker


def request_part(request: ServiceRequest, person: Person, *, now: datetime) -> RequestPart:
    """Gather what this person sees of a request."""
    return RequestPart(
        item=text_in(request.item_version, "name"),
        may_edit=policy.may_edit(person, request),
        approvals=tracker(request, person, now=now),
    )
