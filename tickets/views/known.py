"""While an incident is typed: what is known of it already. It never stands in the way."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from tickets.suggestions import suggestions


@require_GET
@signed_in
def known(request: SignedInRequest) -> HttpResponse:
    """Problems in the log and the organization's open tickets that are about the title so far."""
    chosen = request.GET.get("organization", "")
    found = suggestions(
        request, request.GET.get("title", ""), organization_id=int(chosen) if _is_id(chosen) else None
    )
    return render(request, "tickets/_known.html", {"suggested": found, "typing": True})


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
