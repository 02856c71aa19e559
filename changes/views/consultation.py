"""Consultation: opened by a change manager, answered by LDCs, read by each side as far as it is theirs."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from changes import policy
from changes.actions.consulting import answer, open_consultation
from changes.bench import day_of
from changes.consultation_page import answers_for, consultation_part, shortest_days
from changes.forms_deciding import AnswerForm, ConsultForm
from changes.models import RequestForChange
from changes.views.decision import load
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import IllegalMove, Refused


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def consult(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Ask LDCs, until a day."""
    rfc = load(request, reference)
    policy.may_manage(request.user).or_refuse()
    earliest = day_of(timezone.now()) + timedelta(days=shortest_days())
    initial = {"version": rfc.version, "closes_on": earliest}
    form = ConsultForm(request.POST or None, earliest=earliest, initial=initial)
    context = {"rfc": rfc, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "changes/consultation/open.html", context, status=422 if form.errors else 200)
    said = form.cleaned_data
    try:
        open_consultation(
            rfc,
            form.closes_at(),
            by=request.user,
            at=timezone.now(),
            version=said["version"],
            message=said["message"],
        )
    except Refused as refusal:
        context |= {"rfc": load(request, reference), "refusal": refusal}
        return render(request, "changes/consultation/open.html", context, status=refusal.http_status)
    messages.success(request, _("LDCs are asked about %(title)s.") % {"title": rfc})
    return SeeOther(rfc.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def consultation(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """What was asked and answered, and my organization's answer."""
    rfc = load(request, reference)
    part = consultation_part(rfc, request.user, now=timezone.now())
    if request.method != "POST":
        held = take(request, page=request.path) or {}
        initial = {name: values[-1] for name, values in held.items() if values}
        return _page(request, rfc, initial=initial)
    if part is None:
        raise IllegalMove(_("LDCs are not asked about this now."))
    mine = answers_for(rfc, request.user)
    form = AnswerForm(request.POST, person=request.user, mine=mine)
    if mine and not form.is_valid():
        return _page(request, rfc, status=422, form=form)
    try:
        organization = form.cleaned_data["organization"] if mine else rfc.organization
        stance, text = request.POST.get("stance", ""), request.POST.get("text", "")
        answer(part.consultation, organization, stance, text, by=request.user, at=timezone.now())
    except Refused as refusal:
        again = load(request, reference)
        return _page(request, again, status=refusal.http_status, form=form, refusal=refusal)
    messages.success(
        request, _("Your answer is with the Service Desk. You can change it until the consultation ends.")
    )
    return SeeOther(request.path)


def _page(
    request: SignedInRequest,
    rfc: RequestForChange,
    status: int = 200,
    initial: dict[str, str] | None = None,
    **typed: Any,
) -> HttpResponse:
    part = consultation_part(rfc, request.user, now=timezone.now())
    context: dict[str, Any] = {"rfc": rfc, "part": part}
    if part and part.mine:
        held = {}
        if len(part.mine) == 1 and part.answers:
            held = {"stance": part.answers[0].given.stance, "text": part.answers[0].given.text}
        context["form"] = AnswerForm(person=request.user, mine=part.mine, initial=held | (initial or {}))
    return render(request, "changes/consultation/consultation.html", context | typed, status=status)
