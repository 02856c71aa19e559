"""Saved views: a queue under a name of its own, kept, changed, deleted and brought back."""

from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import signed_in
from accounts.models import Person
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused
from tickets import actions
from tickets.models import SavedView
from tickets.queues import QUEUES, board, forget
from tickets.views.lists import NOT_FOR_LDCS, show_queue
from tickets.views.ticket import with_present_version
from tickets.workspace import parameters
from tickets.workspace.columns import columns_of
from tickets.workspace.forms import SavedViewForm
from tickets.workspace.saved_views import KeptView, may_edit_view

LONGEST_VERSION = 9
"""Digits."""


class Act(Protocol):
    """Something that is done to a view as it stands."""

    def __call__(self, view: SavedView, *, by: Person, at: datetime, version: int) -> None: ...


@require_safe
@signed_in
def show(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The queue as it was kept; what the address says besides goes over it. A deleted one can be brought back."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    parameters.check(request.GET, "sort", *parameters.FILTERS, *parameters.PAGES, "since")
    around = board(request.user)
    view = next((one for one in around.views if one.id == str(public_id)), None)
    if view is None:  # deleted, or shared within the last seconds
        row = _load(request, public_id)
        if row.deleted_at:
            may_edit_view(request.user, row).or_refuse()
            return render(request, "tickets/views/deleted.html", {"view": row})
        view = KeptView.of(row)
    chosen = around.queue(view.queue) or QUEUES["all"]
    return show_queue(request, around, chosen, view.query(request.GET), view)


@require_POST
@signed_in(form_on="tickets:queue_default")
@once
def new(request: SignedInRequest) -> HttpResponseBase:
    """Keep the queue that I look at."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    form = _form(request)
    if not form.is_valid():
        return render(request, "tickets/views/form.html", {"form": form}, status=422)
    view = actions.save_view(form.look(), by=request.user, at=timezone.now())
    forget(request.user)
    return SeeOther(KeptView.of(view).address)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def edit(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """Another name or other contents, and whether the desk sees it."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    row = _load(request, public_id)
    may_edit_view(request.user, row).or_refuse()
    kept = KeptView.of(row)
    form = _form(request, kept)
    context = {"form": form, "view": row, "address": kept.address}
    if request.method != "POST" or not form.is_valid():
        return render(request, "tickets/views/form.html", context, status=422 if form.errors else 200)
    version, look = form.cleaned_data["version"] or 0, form.look()
    try:
        actions.edit_view(row, look, by=request.user, at=timezone.now(), version=version)
    except Refused as refusal:
        row = _load(request, public_id)
        context |= {"form": with_present_version(form, row), "view": row, "refusal": refusal}
        return render(request, "tickets/views/form.html", context, status=refusal.http_status)
    forget(request.user)
    if not look["shared"] and row.owner_id != request.user.pk:
        messages.success(request, _("Only its owner sees “%(name)s” from now on.") % {"name": look["name"]})
        return SeeOther(reverse("tickets:queue_default"))
    return SeeOther(kept.address)


@require_POST
@signed_in(form_on="tickets:queue_default")
@once
def delete(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """Delete it; the page that follows offers to undo it."""
    return _act(request, public_id, actions.delete_view)


@require_POST
@signed_in(form_on="tickets:queue_default")
@once
def restore(request: SignedInRequest, public_id: UUID) -> HttpResponseBase:
    """Undo deleting it."""
    return _act(request, public_id, actions.restore_view)


def _act(request: SignedInRequest, public_id: UUID, act: Act) -> HttpResponseBase:
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    row = _load(request, public_id)
    version = request.POST.get("version", "")
    known = version.isdecimal() and len(version) <= LONGEST_VERSION
    act(row, by=request.user, at=timezone.now(), version=int(version) if known else 0)
    forget(request.user)
    return SeeOther(KeptView.of(row).address)


def _load(request: SignedInRequest, public_id: UUID) -> SavedView:
    view: SavedView = get_object_or_404(SavedView.objects.visible_to(request.user), public_id=public_id)
    return view


def _form(request: SignedInRequest, kept: KeptView | None = None) -> SavedViewForm:
    """The form as it was sent; of a view that is only looked at, what it has."""
    given = {}
    if kept:
        given = {
            "name": kept.name,
            "shared": kept.shared,
            "with_columns": bool(kept.columns),
            "queue": kept.queue,
            "query": urlencode({**kept.filters, "sort": kept.sort}),
            "version": kept.version,
        }
    return SavedViewForm(
        request.POST or None,
        initial=given,
        person=request.user,
        queues=[one.name for one, _number in board(request.user).tabs],
        columns=columns_of(request.user, kept.columns if kept else ()),
    )
