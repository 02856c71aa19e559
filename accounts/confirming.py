"""Whether somebody has to say again who they are, and the way to where they do.

Roles, approvals and decisions are given by whoever signed in lately, or confirmed lately that it is
them: a screen left alone over lunch gives nothing away (PROMISES, Security; OWASP ASVS 5.0, 7.5).
"""

import time
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.held_forms import hold


def must_confirm(request: HttpRequest) -> bool:
    """Is this a POST of somebody whose sign-in, and last confirmation, are both too long ago?"""
    if request.method != "POST" or not request.user.is_authenticated:
        return False
    if not get_adapter(request).is_reauthentication_required(app="allauth.account"):
        return False
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return all(record["at"] <= since for record in get_authentication_records(request, request.user))


def ask_who_it_is(request: HttpRequest, *, page: str) -> HttpResponse:
    """Keep what was posted for the page that shows its form, and lead there by way of the confirmation."""
    hold(request, page=page)
    return lead_through("account_reauthenticate", request, to=page)


def lead_through(door: str, request: HttpRequest, *, to: str) -> HttpResponse:
    """Redirect to a door of allauth's (a URL name) that leads on; htmx loads it as a page."""
    target = f"{reverse(door)}?{urlencode({'next': to})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return redirect(target)
