"""What a view that asks for sign-in may count on."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Person


class SignedInRequest(HttpRequest):
    """A request whose person is known. For annotations: ``signed_in`` lets nothing else through."""

    user: Person
    htmx: HtmxDetails
