"""Reporting an incident: form → check → sent → what happens next.

The form works on a draft: it is kept whatever happens, and sending it twice sends it once.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from django.core import signing
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.models import Organization
from accounts.policy import may
from accounts.requests import SignedInRequest
from accounts.roles import Permission
from servicedesk.records.drafts import open_draft, save_draft, typed_fields
from servicedesk.records.files import attach_to_draft
from servicedesk.records.idempotency import SeeOther
from servicedesk.records.models import Attachment, Draft, Record
from servicedesk.records.refusals import Refused, Unusable
from servicedesk.records.verdict import no
from tickets.actions import submit_incident
from tickets.forms import ReportForm
from tickets.models import Impact, Urgency
from tickets.sla.promises import Promise, promise, severity_for
from tickets.wording import severity_word

NO_ID = uuid.UUID(int=0)
SEAL = "tickets.promise"
PROMISE_HOLDS_FOR = timedelta(minutes=15)
"""How long a check page may lie open before its promise is made anew."""


@require_GET
@signed_in
def choices(request: SignedInRequest) -> HttpResponse:
    """What do you need? The first page of every filing."""
    drafts = (
        Draft.objects.visible_to(request.user).unsent().filter(form="incident").order_by("-updated_at")[:3]
    )
    return render(request, "tickets/help.html", {"drafts": drafts})


@require_http_methods(["GET", "POST"])
@signed_in
def report(request: SignedInRequest) -> HttpResponseBase:
    """The form. Saved into its draft on every POST, good or bad.

    Its address carries the draft's id from the start, so that going back to a form that was sent
    leads to what it became.
    """
    if not may(request.user, Permission.REPORT):
        no(
            _("Your role does not include reporting incidents. Ask your organization's administrator.")
        ).or_refuse()
    if request.method == "POST":
        return _keep_and_check(request)
    held = take(request, page=request.path)
    key = _uuid((held or {}).get("draft", [request.GET.get("draft", "")])[-1])
    if key == NO_ID and not held:
        query = request.GET.copy()
        query["draft"] = str(uuid.uuid4())
        return redirect(f"{request.path}?{query.urlencode()}")
    draft = _draft_of(request, key)
    if draft and draft.sent_at:
        return redirect(_sent(draft))
    fields = held or (draft.data if draft else {})
    if not fields.get("organization"):
        organizations = list(Organization.objects.visible_to(request.user).served().order_by("name"))
        chosen = request.GET.get("organization", "")
        if len(organizations) == 1:
            chosen = str(organizations[0].pk)
        if chosen not in {str(one.pk) for one in organizations}:
            return render(request, "tickets/report_for.html", {"organizations": organizations})
        fields = {"organization": [chosen], "contact": [str(request.user.pk)]} | fields
    if request.GET.get("checked"):
        form = ReportForm(_as_query(fields), person=request.user)
    else:
        form = ReportForm(initial={name: values[-1] for name, values in fields.items()}, person=request.user)
    return _form_page(request, form, str(uuid.uuid4() if key == NO_ID else key), restored=bool(held))


@require_http_methods(["GET", "POST"])
@signed_in
def check(request: SignedInRequest) -> HttpResponseBase:
    """Everything once more, with what is promised; and the button that sends it."""
    key = (request.POST if request.method == "POST" else request.GET).get("draft", "")
    draft = get_object_or_404(
        Draft.objects.visible_to(request.user).filter(form="incident"), public_id=_uuid(key)
    )
    if draft.sent_at:
        return SeeOther(_sent(draft))
    form = ReportForm(_as_query(draft.data), person=request.user)
    if not form.is_valid():
        return redirect(f"{reverse('tickets:report')}?draft={draft.public_id}&checked=1")
    now, organization = timezone.now(), form.cleaned_data["organization"]
    shown = _promised_at(request, form) if request.method == "POST" else None
    if request.method == "POST" and shown:
        incident = submit_incident(form.report(), draft=draft, by=request.user, at=now, promised_at=shown)
        return SeeOther(reverse("tickets:submitted", args=[incident.reference]))
    promised = promise(form.severity, organization_id=organization.pk, start=now)
    context = {
        "form": form,
        "report": form.report(),
        "organization": organization,
        "draft": draft,
        "moved": request.method == "POST",
        "files": Attachment.objects.visible_to(request.user).filter(draft=draft).order_by("pk"),
        "severity": form.severity,
        "promise": promised,
        "seal": signing.dumps(_seal(promised, now), salt=SEAL),
        "labels": {
            name: dict(form.fields[name].choices)[form.cleaned_data[name]]  # type: ignore[attr-defined]
            for name in ("environment", "impact", "urgency", "visibility")
        },
    }
    return render(request, "tickets/report_check.html", context, status=409 if context["moved"] else 200)


@require_GET
@signed_in
def severity(request: SignedInRequest) -> HttpResponse:
    """What would follow from an impact and an urgency: shown while the form is being filled in."""
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


def _seal(promised: Promise, at: datetime) -> dict[str, str]:
    """What a check page has promised, to be held to when it is sent."""
    return {
        "at": at.isoformat(),
        "respond_by": promised.respond_by.isoformat(),
        "finish_by": promised.finish_by.isoformat(),
    }


def _promised_at(request: SignedInRequest, form: ReportForm) -> datetime | None:
    """When the promise on the check page was made, if it still holds: not long ago, and the same today.

    A form without one was promised nothing: its clock starts now.
    """
    if "seal" not in request.POST:
        return timezone.now()
    try:
        seal = signing.loads(request.POST.get("seal", ""), salt=SEAL, max_age=PROMISE_HOLDS_FOR)
    except signing.BadSignature:
        return None
    at = datetime.fromisoformat(seal["at"])
    organization_id = form.cleaned_data["organization"].pk
    anew = _seal(promise(form.severity, organization_id=organization_id, start=at), at)
    return at if anew == seal else None


def _keep_and_check(request: SignedInRequest) -> HttpResponseBase:
    """Save what was sent, take its files, and go on if it is complete."""
    draft = _own_draft(request)
    if draft.sent_at:
        return SeeOther(_sent(draft))
    fields = typed_fields(request.POST)
    save_draft(draft, fields, at=timezone.now())
    refused = []
    for upload in request.FILES.getlist("files"):
        try:
            attach_to_draft(upload, draft, by=request.user, at=timezone.now())
        except Refused as refusal:
            refused.append(str(refusal))
    form = ReportForm(request.POST, person=request.user)
    if "organization" in form.errors:  # hidden on the page: kept without it, the draft asks again
        save_draft(draft, fields | {"organization": []}, at=timezone.now())
    if not form.is_valid() or refused:
        return _form_page(request, form, str(draft.public_id), refused=refused, status=422)
    return SeeOther(f"{reverse('tickets:report_check')}?draft={draft.public_id}")


def _form_page(
    request: SignedInRequest, form: ReportForm, key: str, status: int = 200, **extra: Any
) -> HttpResponse:
    files = Attachment.objects.visible_to(request.user).filter(draft__public_id=_uuid(key)).order_by("pk")
    context = {"form": form, "draft_key": key, "files": files, **extra}
    return render(request, "tickets/report.html", context, status=status)


def _draft_of(request: SignedInRequest, key: uuid.UUID) -> Draft | None:
    """This person's incident draft of that id, if there is one."""
    mine = Draft.objects.visible_to(request.user).filter(form="incident")
    return mine.select_related("became").filter(public_id=key).first()


def _own_draft(request: SignedInRequest) -> Draft:
    """The draft that was sent from; a new one where the id is no good, so that nothing typed is lost."""
    now = timezone.now()
    try:
        return open_draft(request.POST.get("draft", ""), form="incident", by=request.user, at=now)
    except Unusable:
        return open_draft(str(uuid.uuid4()), form="incident", by=request.user, at=now)


def _sent(draft: Draft) -> str:
    """Where a draft that was sent leads."""
    became = cast("Record", draft.became)  # an incident draft is sent by becoming one
    return reverse("tickets:submitted", args=[became.reference])


def _uuid(text: str) -> uuid.UUID:
    """The id, or one that nothing has."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return NO_ID


def _as_query(fields: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in fields.items():
        query.setlist(name, values)
    return query
