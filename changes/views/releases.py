"""Release notes."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from changes.release_notes import release_notes


@require_safe
@signed_in
def release(request: SignedInRequest, name: str) -> HttpResponse:
    """What a release brings, as far as this reader may see it."""
    return render(request, "changes/release/release.html", {"notes": release_notes(name, request.user)})
