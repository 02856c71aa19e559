"""What a request's page shows besides what every ticket's does: what was ordered."""

from dataclasses import dataclass

from accounts.models import Person
from tickets.models import ServiceRequest, text_in


@dataclass(frozen=True, slots=True)
class RequestPart:
    """The item's name and the answers."""

    item: str


def request_part(request: ServiceRequest, person: Person) -> RequestPart:
    """Gather what this person sees of a request."""
    return RequestPart(text_in(request.item_version, "name"))
