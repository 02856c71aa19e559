"""While an incident is typed: what is known of it already. It never stands in the way."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from tickets.suggestions import suggestions


@require_safe
def known(request: HttpRequest) -> HttpResponseBase:
    """Problems in the log and the organization's open tickets that are about the title so far.

    Where the session has ended meanwhile it says nothing: to lead to sign-in is for what somebody sends.
    """
    return _known(request) if request.user.is_authenticated else HttpResponse(status=204)


@signed_in
def _known(request: SignedInRequest) -> HttpResponse:
    chosen = request.GET.get("organization", "")
    found = suggestions(
        request, request.GET.get("title", ""), organization_id=int(chosen) if _is_id(chosen) else None
    )
    return render(request, "tickets/_known.html", {"suggested": found, "typing": True})


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
