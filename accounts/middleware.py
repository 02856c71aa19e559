"""What a request owes to its person: their zone and language, and a second factor where it is due."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.held_forms import remember_person

Next = Callable[[HttpRequest], HttpResponseBase]

_OPEN_WITHOUT = ("/login/", "/logout/", "/2fa/", "/reauthenticate/", "/sessions/", "/healthz/", "/static/")


class PersonPreferences:
    """Times in the person's zone, words in their language; and who it was, for a form that comes too late."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(request.user.time_zone), translation.override(request.user.language):
            response = self.get_response(request)
        remember_person(request, response)
        return response


class SecondFactorRequired:
    """SME staff and organization administrators go nowhere before they have set up a second factor."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if self._missing(request):
            messages.info(request, _("Your role needs a second sign-in step. Set one up to go on."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _missing(self, request: HttpRequest) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return False
        if request.path.startswith(_OPEN_WITHOUT) or request.user.has_second_factor:
            return False
        return request.user.standing().needs_second_factor
