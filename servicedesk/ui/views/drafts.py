"""Drafts: saved while typing, listed, thrown away."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.drafts import open_draft, save_draft, typed_fields
from servicedesk.records.models import Draft


@require_GET
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """My unsent drafts, the latest first."""
    drafts = (
        Draft.objects.visible_to(request.user).unsent().filter(form="incident").order_by("-updated_at")[:50]
    )
    return render(request, "ui/drafts.html", {"drafts": drafts})


@require_POST
@signed_in
def save(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keep what is in the form right now."""
    draft = open_draft(str(public_id), form="incident", by=request.user, at=timezone.now())
    save_draft(draft, typed_fields(request.POST), at=timezone.now())
    return HttpResponse(status=204)


@require_POST
@signed_in
def discard(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Throw a draft and its files away."""
    get_object_or_404(Draft.objects.visible_to(request.user).unsent(), public_id=public_id).delete()
    return redirect("drafts")
