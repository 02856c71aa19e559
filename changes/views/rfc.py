"""An RFC's page, and what is done on it.

Each POST loads the RFC through the reader's scope, checks its form, calls one action and leads back to
the page. A refusal shows the page again, with its words and all that was typed.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from changes.actions.moving import move_change
from changes.actions.talking import add_note, reply, set_following
from changes.forms import MessageForm, MoveForm
from changes.models import RequestForChange, RiskAssessment
from changes.page import ELSEWHERE, change_page
from servicedesk.records.drafts import open_draft
from servicedesk.records.files import attach_to_draft
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.models import Attachment, Draft, Visibility
from servicedesk.records.refusals import Refused, Stale

SHOWN_WITH = ("organization", "reporter", "implementer", "release", "template")


@require_safe
@signed_in
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """The RFC, as much of it as this reader's side sees."""
    return show(request, load(request, reference))


@require_POST
@signed_in(form_on="changes:detail")
@once
def write(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """A message between the organization that asks and the desk, or an internal note."""
    rfc = load(request, reference)
    form = MessageForm(request.POST)
    draft, refused = _files(request)
    if not form.is_valid() or refused:
        return show(request, rfc, status=422, composer=form, refused=refused)
    say = add_note if request.POST.get("kind") == "internal" else reply
    body = form.cleaned_data["message"]
    return act_on(
        request, rfc, lambda: say(rfc, body, by=request.user, at=timezone.now(), draft=draft), composer=form
    )


@require_POST
@signed_in(form_on="changes:detail")
@once
def move(request: SignedInRequest, reference: str, name: str) -> HttpResponseBase:
    """One step in the RFC's life, of those that need no page of their own."""
    rfc = load(request, reference)
    step = rfc.lifecycle.get(name)
    if step is None or name in ELSEWHERE:
        raise Http404
    form = MoveForm(request.POST, needs=frozenset(step.needs), auto_id=f"id_{name}_%s")
    if not form.is_valid():
        return show(request, rfc, status=422, failed=name, failed_form=form)
    return act_on(
        request,
        rfc,
        lambda: move_change(rfc, name, by=request.user, at=timezone.now(), **form.cleaned_data),
        failed=name,
        failed_form=form,
    )


@require_POST
@signed_in(form_on="changes:detail")
@once
def follow(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Follow, or stop."""
    rfc = load(request, reference)
    following = request.POST.get("following") == "yes"
    return act_on(request, rfc, lambda: set_following(rfc, following, by=request.user, at=timezone.now()))


def load(request: SignedInRequest, reference: str) -> RequestForChange:
    """The RFC, if this reader may see it."""
    visible = RequestForChange.objects.visible_to(request.user).with_mends().select_related(*SHOWN_WITH)
    rated = RiskAssessment.objects.visible_to(request.user).select_related("formula")
    rfc: RequestForChange = get_object_or_404(
        visible.prefetch_related(Prefetch("assessments", rated)), reference=reference
    )
    return rfc


def act_on(
    request: SignedInRequest, rfc: RequestForChange, act: Callable[[], Any], **typed: Any
) -> HttpResponseBase:
    """Act, and go back to the page; or show it again with the refusal and everything that was typed."""
    try:
        act()
    except Refused as refusal:
        rfc = load(request, rfc.reference)
        return show(request, rfc, status=refusal.http_status, refusal=refusal, **typed)
    return SeeOther(_address(request, rfc))


def show(request: SignedInRequest, rfc: RequestForChange, status: int = 200, **typed: Any) -> HttpResponse:
    """The RFC to htmx, the whole page to everyone else."""
    page = change_page(rfc, request.user, now=timezone.now())
    held = take(request, page=rfc.get_absolute_url()) or {}
    key = request.POST.get("draft") or str(uuid.uuid4())
    kind = request.POST.get("kind") or held.get("kind", [""])[-1]
    shown_here = typed.get("failed") in page.choices or "failed" not in typed
    context = {
        "page": page,
        "composer": MessageForm(initial={"message": held.get("message", [""])[-1]}),
        "restored": bool(held),
        "kind": kind or ("internal" if page.for_desk else "public"),
        "draft_key": key,
        "draft_files": Attachment.objects.visible_to(request.user).filter(draft__public_id=key)
        if typed
        else [],
        "conflict": page.entries[-1] if isinstance(typed.get("refusal"), Stale) and page.entries else None,
        "homeless": "" if shown_here else request.POST.get("message", ""),
        **typed,
    }
    if "failed_form" in typed:
        context["failed_form"] = with_present_version(typed["failed_form"], rfc)
    template = "changes/_rfc.html" if request.htmx else "changes/rfc.html"
    return render(request, template, context, status=status)


def with_present_version(form: forms.Form, rfc: RequestForChange) -> forms.Form:
    """What was typed, ready to be sent again on top of what somebody else changed."""
    data = QueryDict(mutable=True)
    for name in form.data:
        values = form.data.getlist(name) if isinstance(form.data, QueryDict) else [form.data[name]]
        data.setlist(name, values)
    data["version"] = str(rfc.version)
    form.data = data
    return form


def _files(request: SignedInRequest) -> tuple[Draft | None, list[str]]:
    """The draft that holds this message's files, taking those that came with the form itself."""
    key = request.POST.get("draft", "")
    if not key:
        return None, []
    draft = open_draft(key, form="message", by=request.user, at=timezone.now())
    refused = []
    for upload in request.FILES.getlist("files"):
        try:
            attach_to_draft(upload, draft, by=request.user, at=timezone.now())
        except Refused as refusal:
            refused.append(str(refusal))
    return draft, refused


def _address(request: SignedInRequest, rfc: RequestForChange) -> str:
    """Back to the RFC; or to the list, for someone who has just let go of a restricted one."""
    if rfc.visibility == Visibility.RESTRICTED:
        seen = RequestForChange.objects.visible_to(request.user).filter(pk=rfc.pk)
        if not seen.exists():
            return reverse("changes:list")
    return rfc.get_absolute_url()
