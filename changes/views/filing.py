"""Asking for a change: form → check → sent → what happens next.

The form works on a draft: it is kept whatever happens, and sending it twice sends it once.
"""

import uuid
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.models import Organization
from accounts.requests import SignedInRequest
from changes import policy
from changes.actions.filing import submit_change
from changes.drafts import CHANGE
from changes.forms import ProposalForm, initial_in
from changes.from_problem import fields_from
from changes.models import RequestForChange
from changes.transitions import ChangeClass
from changes.wording import document_words, value_words
from servicedesk.records.drafts import save_draft, typed_fields
from servicedesk.records.idempotency import SeeOther
from servicedesk.records.models import Attachment, Draft
from servicedesk.records.verdict import YES, Verdict, no
from servicedesk.ui.draft_forms import NO_ID, as_query, draft_of, key_in, own_draft, take_files, with_a_key


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new(request: SignedInRequest) -> HttpResponseBase:
    """The form. Saved into its draft on every POST, good or bad."""
    _may_ask(request).or_refuse()
    if request.method == "POST":
        return _keep_and_check(request)
    held = take(request, page=request.path)
    key = key_in((held or {}).get("draft", [request.GET.get("draft", "")])[-1])
    if key == NO_ID and not held:
        return with_a_key(request)
    draft = draft_of(request, key, CHANGE)
    if draft and draft.sent_at:
        return redirect(_where_sent(draft))
    fields = held or (draft.data if draft else fields_from(request.GET.get("problem", ""), request.user))
    if not fields.get("organization"):
        organizations = _organizations_of(request)
        chosen = request.GET.get("organization", "")
        if len(organizations) == 1:
            chosen = str(organizations[0].pk)
        if chosen not in {str(one.pk) for one in organizations}:
            return render(request, "changes/for_whom.html", {"organizations": organizations})
        fields = {**fields, "organization": [chosen]}
    if request.GET.get("checked"):
        form = ProposalForm(as_query(fields), person=request.user, today=_today())
    else:
        form = ProposalForm(initial=initial_in(fields), person=request.user, today=_today())
    return _form_page(request, form, str(uuid.uuid4() if key == NO_ID else key), restored=bool(held))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: SignedInRequest) -> HttpResponseBase:
    """Everything once more, and the button that sends it."""
    key = key_in((request.POST if request.method == "POST" else request.GET).get("draft", ""))
    drafts = Draft.objects.visible_to(request.user).filter(form=CHANGE).select_related("became")
    draft = get_object_or_404(drafts, public_id=key)
    if draft.sent_at:
        return SeeOther(_where_sent(draft))
    form = ProposalForm(as_query(draft.data), person=request.user, today=_today())
    if not form.is_valid():
        return redirect(f"{reverse('changes:new')}?draft={draft.public_id}&checked=1")
    if request.method == "POST":
        rfc = submit_change(form.proposal(), draft=draft, by=request.user, at=timezone.now())
        return SeeOther(reverse("changes:submitted", args=[rfc.reference]))
    proposal = form.proposal()
    context = {
        "proposal": proposal,
        "organization": form.cleaned_data["organization"],
        "draft": draft,
        "files": Attachment.objects.visible_to(request.user).filter(draft=draft).order_by("pk"),
        "documents": [document_words(*one) for one in proposal.documents],
        "class_label": ChangeClass(form.cleaned_data["change_class"]).label,
        "values": {
            name: value_words(name, getattr(proposal, name))
            for name in ("category", "environments", "interfaces", "desired_on")
        },
    }
    return render(request, "changes/check.html", context)


@require_safe
@signed_in
def submitted(request: SignedInRequest, reference: str) -> HttpResponse:
    """It is with us: its reference, and what happens next."""
    rfc = get_object_or_404(
        RequestForChange.objects.visible_to(request.user).select_related("organization"), reference=reference
    )
    return render(request, "changes/submitted.html", {"rfc": rfc})


def _may_ask(request: SignedInRequest) -> Verdict:
    """May this visitor ask for a change at all?"""
    if any(policy.may_submit(request.user, one) for one in request.user.standing().organizations):
        return YES
    return no(_("Your role does not include asking for changes. Ask your organization's administrator."))


def _keep_and_check(request: SignedInRequest) -> HttpResponseBase:
    """Save what was sent, take its files, and go on if it is complete; or show more rows for documents."""
    draft = own_draft(request, CHANGE)
    if draft.sent_at:
        return SeeOther(_where_sent(draft))
    fields = typed_fields(request.POST)
    save_draft(draft, fields, at=timezone.now())
    refused = take_files(request, draft)
    if "more_rows" in request.POST and not refused:
        return SeeOther(f"{reverse('changes:new')}?draft={draft.public_id}#id_documents")
    form = ProposalForm(request.POST, person=request.user, today=_today())
    if "organization" in form.errors:  # hidden on the page: kept without it, the draft asks again
        save_draft(draft, fields | {"organization": []}, at=timezone.now())
    if not form.is_valid() or refused:
        return _form_page(request, form, str(draft.public_id), refused=refused, status=422)
    return SeeOther(f"{reverse('changes:check')}?draft={draft.public_id}")


def _form_page(
    request: SignedInRequest, form: ProposalForm, key: str, status: int = 200, **extra: Any
) -> HttpResponse:
    files = Attachment.objects.visible_to(request.user).filter(draft__public_id=key_in(key)).order_by("pk")
    unusual = {"change_class", "template", "visibility"}
    context = {
        "form": form,
        "draft_key": key,
        "files": files,
        "shows_more": bool(unusual & form.errors.keys()) or _is_unusual(form),
        **extra,
    }
    return render(request, "changes/new.html", context, status=status)


def _is_unusual(form: ProposalForm) -> bool:
    """Was something chosen in the part that is folded away? Then it stands open."""
    chosen = form["change_class"].value()
    return bool(form["template"].value()) or chosen not in {None, "", ChangeClass.NORMAL}


def _where_sent(draft: Draft) -> str:
    reference = draft.became.reference if draft.became else ""
    return reverse("changes:submitted", args=[reference])


def _organizations_of(request: SignedInRequest) -> list[Organization]:
    """Those that this visitor may ask for, by name."""
    mine = [one for one in request.user.standing().organizations if policy.may_submit(request.user, one)]
    return list(Organization.objects.visible_to(request.user).filter(pk__in=mine).order_by("name"))


def _today() -> date:
    return timezone.localdate(timezone=timezone.get_default_timezone())
