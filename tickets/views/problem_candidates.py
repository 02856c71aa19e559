"""Candidates for problems: what stood out in a week, to accept or to dismiss."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from tickets import problem_policy
from tickets.actions.problem_candidates import accept_candidate, dismiss_candidate
from tickets.models import ProblemCandidate
from tickets.problem_forms import DecideForm

SHOWN = 20


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """What waits for somebody to decide, and what was decided lately."""
    return _page(request)


@require_POST
@signed_in(form_on="tickets:problem_candidates")
@once
def decide(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Open a problem from it, or say why it is none."""
    problem_policy.may_work_on_problems(request.user).or_refuse()
    candidate = get_object_or_404(_seen(request), pk=pk)
    if request.POST.get("decision") == "accept":
        problem = accept_candidate(candidate, by=request.user, at=timezone.now())
        return SeeOther(reverse("tickets:problem_edit", args=[problem.reference]))
    form = DecideForm(request.POST, auto_id=f"id_{pk}_%s")
    if not form.is_valid():
        return _page(request, failed=pk, failed_form=form)
    dismiss_candidate(candidate, form.cleaned_data["reason"], by=request.user, at=timezone.now())
    return SeeOther(reverse("tickets:problem_candidates"))


def _seen(request: SignedInRequest) -> QuerySet[ProblemCandidate]:
    seen: QuerySet[ProblemCandidate] = ProblemCandidate.objects.visible_to(request.user)
    return seen


def _page(request: SignedInRequest, **failed: Any) -> HttpResponse:
    problem_policy.may_work_on_problems(request.user).or_refuse()
    candidates = _seen(request).select_related("problem", "decided_by").order_by("-week_starts_on", "area")
    waiting = candidates.filter(decided_at=None).prefetch_related("incidents__organization")
    forms = {failed["failed"]: failed["failed_form"]} if failed else {}
    context = {
        "waiting": [(one, forms.get(one.pk) or _form(one)) for one in waiting[:SHOWN]],
        "decided": candidates.exclude(decided_at=None).order_by("-decided_at")[:SHOWN],
        **failed,
    }
    return render(request, "tickets/problems/candidates.html", context, status=422 if failed else 200)


def _form(candidate: ProblemCandidate) -> DecideForm:
    return DecideForm(auto_id=f"id_{candidate.pk}_%s")
