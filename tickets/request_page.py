"""What a request's page shows besides what every ticket's does: what was ordered."""

from dataclasses import dataclass

from django.utils.translation import get_language

from accounts.models import Person
from tickets.catalogue.answers import Shown, shown
from tickets.models import ServiceRequest, text_in


@dataclass(frozen=True, slots=True)
class RequestPart:
    """The item's name and the answers."""

    item: str
    answers: list[Shown]


def request_part(request: ServiceRequest, person: Person) -> RequestPart:
    """Gather what this person sees of a request."""
    version = request.item_version
    return RequestPart(text_in(version, "name", get_language()), shown(version, request.answers))
