"""Who is at work in administration, and the history that it leaves."""

from typing import cast

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import AccountEvent, Organization, Person


def acting(request: HttpRequest) -> Person:
    """Who is at work. The site lets nobody without a name get here."""
    return cast(Person, request.user)


def note(
    request: HttpRequest, name: str, person: Person, organization: Organization | None = None, **facts: str
) -> None:
    """Append to the history of people's access."""
    AccountEvent.objects.create(
        name=name,
        at=timezone.now(),
        actor=acting(request),
        person=person,
        organization=organization,
        facts=facts,
    )
