"""What change managers do with an RFC on pages of their own: rate it, plan it, publish it; and editing it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from changes import policy
from changes.actions.editing import documents_of, edit_change
from changes.actions.planning import plan_change
from changes.actions.publishing import publish_change, unpublish_change
from changes.actions.rating import rate_change
from changes.choices import formula_at
from changes.forms import EditForm, PlanForm, ReasonForm, RiskForm, VersionForm, initial_in, initial_of
from changes.models import RequestForChange
from changes.preview import as_other_ldcs_read_it
from changes.track_record import success_hint
from changes.transitions import DECIDED, ChangeClass, ChangeStatus
from changes.views.rfc import load, with_present_version
from changes.wording import FIELDS, value_words
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused, Stale


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def edit(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Everything that the RFC says. After a conflict, what is stored stands beside what was typed."""
    rfc = load(request, reference)
    policy.may_edit(request.user, rfc).or_refuse()
    standard = rfc.change_class == ChangeClass.STANDARD
    initial = initial_of(rfc, documents_of(rfc)) | initial_in(take(request, page=request.path) or {})
    form = EditForm(request.POST if request.method == "POST" else None, standard=standard, initial=initial)
    context = {
        "rfc": rfc,
        "form": form,
        "standard": standard,
        "voids": rfc.status in DECIDED,
        "takes_back": rfc.status == ChangeStatus.DECISION,
    }
    if request.method == "POST" and "more_rows" in request.POST:
        form = EditForm(standard=standard, initial=initial | initial_in(dict(request.POST.lists())))
        return render(request, "changes/edit.html", context | {"form": form})
    if request.method != "POST" or not form.is_valid():
        return render(request, "changes/edit.html", context, status=422 if form.errors else 200)
    version = form.cleaned_data["version"]
    try:
        edit_change(
            rfc, form.wanted(), form.documents_wanted(), by=request.user, at=timezone.now(), version=version
        )
    except Refused as refusal:
        rfc = load(request, reference)
        conflicts = _conflicts(rfc, form) if isinstance(refusal, Stale) else []
        form = with_present_version(form, rfc)  # type: ignore[assignment]  # the same form
        context |= {"rfc": rfc, "form": form, "refusal": refusal, "conflicts": conflicts}
        return render(request, "changes/edit.html", context, status=refusal.http_status)
    return SeeOther(rfc.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def risk(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The questionnaire, each answer with its points."""
    rfc = load(request, reference)
    policy.may_rate(request.user, rfc).or_refuse()
    formula, (good, carried_out) = formula_at(timezone.now()), success_hint(rfc)
    form = RiskForm(
        request.POST if request.method == "POST" else None,
        questions=formula.questions,
        initial={"version": rfc.version},
    )
    return _form_page(
        request,
        rfc,
        form,
        "changes/risk.html",
        lambda: rate_change(
            rfc,
            form.answers(),
            by=request.user,
            at=timezone.now(),
            version=form.cleaned_data["version"],
        ),
        formula=formula,
        hint={"good": good, "all": carried_out},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def plan(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Class, implementer and release."""
    rfc = load(request, reference)
    policy.may_plan(request.user, rfc).or_refuse()
    initial = {
        "version": rfc.version,
        "change_class": rfc.change_class,
        "template": rfc.template_id,
        "implementer": rfc.implementer_id,
        "release": rfc.release_id,
    }
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    return _form_page(
        request,
        rfc,
        form,
        "changes/plan.html",
        lambda: plan_change(rfc, by=request.user, at=timezone.now(), **form.cleaned_data),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def publish(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """What other LDCs will read, and the button that lets them."""
    rfc = load(request, reference)
    policy.may_publish(request.user, rfc).or_refuse()
    form = VersionForm(request.POST if request.method == "POST" else None, initial={"version": rfc.version})
    return _form_page(
        request,
        rfc,
        form,
        "changes/publish.html",
        lambda: publish_change(rfc, by=request.user, at=timezone.now(), **form.cleaned_data),
        preview=as_other_ldcs_read_it(rfc),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def unpublish(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Take it from the other LDCs again, with a reason."""
    rfc = load(request, reference)
    policy.may_unpublish(request.user, rfc).or_refuse()
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": rfc.version})
    return _form_page(
        request,
        rfc,
        form,
        "changes/unpublish.html",
        lambda: unpublish_change(
            rfc,
            form.cleaned_data["message"],
            by=request.user,
            at=timezone.now(),
            version=form.cleaned_data["version"],
        ),
    )


def _form_page(
    request: SignedInRequest,
    rfc: RequestForChange,
    form: forms.Form,
    template: str,
    act: Callable[[], Any],
    **shown: Any,
) -> HttpResponseBase:
    """Show the form; with a good one act, and go back to the RFC. A refusal keeps what was chosen."""
    if request.method != "POST" or not form.is_valid():
        return _page(request, rfc, form, template, 422 if form.errors else 200, **shown)
    try:
        act()
    except Refused as refusal:
        rfc = load(request, rfc.reference)
        form = with_present_version(form, rfc)
        return _page(request, rfc, form, template, refusal.http_status, refusal=refusal, **shown)
    return SeeOther(rfc.get_absolute_url())


def _page(
    request: SignedInRequest,
    rfc: RequestForChange,
    form: forms.Form,
    template: str,
    status: int,
    **shown: Any,
) -> HttpResponse:
    return render(request, template, {"rfc": rfc, "form": form, **shown}, status=status)


def _conflicts(rfc: RequestForChange, form: EditForm) -> list[dict[str, str]]:
    """Where what is stored now differs from what was typed: label, both texts in full."""
    now = {name: getattr(rfc, name) for name in form.wanted()} | {"documents": documents_of(rfc)}
    typed = form.wanted() | {"documents": sorted(form.documents_wanted())}
    return [
        {
            "label": str(FIELDS[name]),
            "now": value_words(name, now[name], most=None),
            "typed": value_words(name, typed[name], most=None),
        }
        for name in now
        if now[name] != typed[name]
    ]
