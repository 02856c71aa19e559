"""Drafts: saved while typing, listed, thrown away."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.drafts import open_draft, save_draft, typed_fields
from servicedesk.records.models import Draft
from servicedesk.records.refusals import Unusable
from servicedesk.ui.drafts import begun_by, check_lengths, is_kept, most_open

SHOWN = 50


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """My unsent drafts, the latest first."""
    return render(request, "ui/drafts.html", {"drafts": begun_by(request.user, most=SHOWN)})


@require_POST
@signed_in
def save(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Keep what is in the form right now. The address says which form it is (``?form=``)."""
    form = request.GET.get("form", "")
    if not is_kept(form):
        raise Unusable(_("This page is out of date. Reload it and try again."))
    typed, now = typed_fields(request.POST), timezone.now()
    check_lengths(form, typed)
    draft = open_draft(str(public_id), form=form, by=request.user, at=now, most=most_open(form))
    save_draft(draft, typed, at=now)
    return HttpResponse(status=204)


@require_POST
@signed_in
def discard(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Throw a draft and its files away."""
    get_object_or_404(Draft.objects.visible_to(request.user).unsent(), public_id=public_id).delete()
    return redirect("drafts")
