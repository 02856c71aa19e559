"""Reporting an incident: form → check → sent → what happens next.

The form works on a draft: it is kept whatever happens, and sending it twice sends it once.
"""

import uuid
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.models import Organization
from accounts.requests import SignedInRequest
from servicedesk.records.drafts import save_draft, typed_fields
from servicedesk.records.idempotency import SeeOther
from servicedesk.records.models import Attachment, Draft
from servicedesk.ui.draft_forms import NO_ID, as_query, draft_of, key_in, own_draft, take_files, with_a_key
from tickets.actions import submit_incident
from tickets.forms import ReportForm
from tickets.models import Impact, Urgency
from tickets.sla.promises import Promise, promise, severity_for
from tickets.sla.seals import promised_at, seal
from tickets.suggestions import suggestions
from tickets.views.filing import may_file, organizations_of, where_sent
from tickets.wording import severity_word

FORM = "incident"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def report(request: SignedInRequest) -> HttpResponseBase:
    """The form. Saved into its draft on every POST, good or bad.

    Its address carries the draft's id from the start, so that going back to a form that was sent
    leads to what it became.
    """
    may_file(request).or_refuse()
    if request.method == "POST":
        return _keep_and_check(request)
    held = take(request, page=request.path)
    key = key_in((held or {}).get("draft", [request.GET.get("draft", "")])[-1])
    if key == NO_ID and not held:
        return with_a_key(request)
    draft = draft_of(request, key, FORM)
    if draft and draft.sent_at:
        return redirect(where_sent(draft))
    fields = held or (draft.data if draft else {})
    if not fields.get("organization"):
        organizations = organizations_of(request)
        chosen = request.GET.get("organization", "")
        if len(organizations) == 1:
            chosen = str(organizations[0].pk)
        if chosen not in {str(one.pk) for one in organizations}:
            return render(request, "tickets/report_for.html", {"organizations": organizations})
        fields = {"organization": [chosen], "contact": [str(request.user.pk)]} | fields
    if request.GET.get("checked"):
        form = ReportForm(as_query(fields), person=request.user)
    else:
        form = ReportForm(initial={name: values[-1] for name, values in fields.items()}, person=request.user)
    return _form_page(request, form, str(uuid.uuid4() if key == NO_ID else key), restored=bool(held))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def check(request: SignedInRequest) -> HttpResponseBase:
    """Everything once more, with what is promised; and the button that sends it."""
    key = (request.POST if request.method == "POST" else request.GET).get("draft", "")
    draft = get_object_or_404(Draft.objects.visible_to(request.user).filter(form=FORM), public_id=key_in(key))
    if draft.sent_at:
        return SeeOther(where_sent(draft))
    form = ReportForm(as_query(draft.data), person=request.user)
    if not form.is_valid():
        return redirect(f"{reverse('tickets:report')}?draft={draft.public_id}&checked=1")
    now, organization = timezone.now(), form.cleaned_data["organization"]
    promise_from = partial(_promise, form)
    shown = None
    if request.method == "POST":  # a form without a seal was promised nothing: its clock starts now
        shown = promised_at(request.POST["seal"], promise_from) if "seal" in request.POST else now
    if shown:
        incident = submit_incident(form.report(), draft=draft, by=request.user, at=now, promised_at=shown)
        return SeeOther(reverse("tickets:submitted", args=[incident.reference]))
    promised = promise_from(now)
    context = {
        "form": form,
        "report": form.report(),
        "organization": organization,
        "draft": draft,
        "moved": request.method == "POST",
        "files": Attachment.objects.visible_to(request.user).filter(draft=draft).order_by("pk"),
        "severity": form.severity,
        "promise": promised,
        "seal": seal(promised, now),
        "suggested": suggestions(request, form.cleaned_data["title"], organization_id=organization.pk),
        "labels": {
            name: dict(form.fields[name].choices)[form.cleaned_data[name]]  # type: ignore[attr-defined]
            for name in ("environment", "impact", "urgency", "visibility")
        },
    }
    return render(request, "tickets/report_check.html", context, status=409 if context["moved"] else 200)


@require_safe
def severity(request: HttpRequest) -> HttpResponseBase:
    """What would follow from an impact and an urgency: shown while the form is being filled in.

    Where the session has ended meanwhile nothing changes: to lead away would lose what is being typed.
    """
    return _severity(request) if request.user.is_authenticated else HttpResponse(status=204)


@signed_in
def _severity(request: SignedInRequest) -> HttpResponse:
    impact, urgency = request.GET.get("impact", ""), request.GET.get("urgency", "")
    if impact not in Impact or urgency not in Urgency:
        return render(request, "tickets/_severity.html", {})
    level, chosen = severity_for(impact, urgency), request.GET.get("organization", "")
    served = Organization.objects.visible_to(request.user).served()
    organization = served.filter(pk=chosen if chosen.isdecimal() else 0).first()
    context = {
        "severity": level,
        "word": severity_word(level),
        "promise": promise(
            level, organization_id=organization.pk if organization else 0, start=timezone.now()
        ),
    }
    return render(request, "tickets/_severity.html", context)


def _promise(form: ReportForm, start: datetime) -> Promise:
    """What the report is promised whose clock starts then. The form is valid."""
    return promise(form.severity, organization_id=form.cleaned_data["organization"].pk, start=start)


def _keep_and_check(request: SignedInRequest) -> HttpResponseBase:
    """Save what was sent, take its files, and go on if it is complete."""
    draft = own_draft(request, FORM)
    if draft.sent_at:
        return SeeOther(where_sent(draft))
    fields = typed_fields(request.POST)
    save_draft(draft, fields, at=timezone.now())
    refused = take_files(request, draft)
    form = ReportForm(request.POST, person=request.user)
    if "organization" in form.errors:  # hidden on the page: kept without it, the draft asks again
        save_draft(draft, fields | {"organization": []}, at=timezone.now())
    if not form.is_valid() or refused:
        return _form_page(request, form, str(draft.public_id), refused=refused, status=422)
    return SeeOther(f"{reverse('tickets:report_check')}?draft={draft.public_id}")


def _form_page(
    request: SignedInRequest, form: ReportForm, key: str, status: int = 200, **extra: Any
) -> HttpResponse:
    files = Attachment.objects.visible_to(request.user).filter(draft__public_id=key_in(key)).order_by("pk")
    context = {"form": form, "draft_key": key, "files": files, **extra}
    return render(request, "tickets/report.html", context, status=status)
