"""The problem log: its list, a problem's page, and what organizations do there.

Both sides have the same addresses; what each finds there is its own.
"""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.drafts import save_draft, typed_fields
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.keyset import paginate
from servicedesk.records.refusals import Refused
from servicedesk.ui.draft_forms import own_draft
from tickets.actions import problem_following as following
from tickets.models import Problem, ProblemSubscription, ServiceArea
from tickets.problem_forms import AffectsForm
from tickets.problem_list import ProblemFilter, problem_row
from tickets.problem_page import problem_page

SIZE = 50


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """The log, the latest change of what everybody reads first. The desk sees what is not published too."""
    for_desk = request.user.standing().sees_all
    found = ProblemFilter(request.GET, for_desk=for_desk)
    rows = Problem.objects.visible_to(request.user).with_counts(request.user)
    page = paginate(
        found.apply(rows),
        by=("-changed_at", "-pk"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    context = {
        "filter": found,
        "for_desk": for_desk,
        "rows": [problem_row(problem, for_desk=for_desk) for problem in page.rows],
        "page": page,
        "follows_area": bool(found.area)
        and ProblemSubscription.objects.visible_to(request.user).filter(area=found.area).exists(),
        "area_label": ServiceArea(found.area).label if found.area else "",
    }
    template = "tickets/problems/_list.html" if request.htmx else "tickets/problems/list.html"
    return render(request, template, context)


@require_safe
@signed_in
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """A problem: its workaround first."""
    return show_problem(request, load_problem(request, reference))


@require_POST
@signed_in(form_on="tickets:problem")
@once
def follow(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Follow the problem, or stop."""
    problem = load_problem(request, reference)
    wanted = request.POST.get("following") == "yes"
    return act_on(
        request,
        problem,
        lambda: following.follow_problem(problem, wanted, by=request.user, at=timezone.now()),
    )


@require_POST
@signed_in(form_on="tickets:problems")
@once
def follow_area(request: SignedInRequest, area: str) -> HttpResponseBase:
    """Follow all problems of a service area, or stop."""
    if area not in ServiceArea:
        raise Http404
    wanted = request.POST.get("following") == "yes"
    following.follow_area(ServiceArea(area), wanted, by=request.user, at=timezone.now())
    return SeeOther(f"{reverse('tickets:problems')}?area={area}")


@require_POST
@signed_in(form_on="tickets:problem")
@once
def affects(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """It affects us; or it does not, after all."""
    problem = load_problem(request, reference)
    form = AffectsForm(request.POST, person=request.user)
    if not form.is_valid():
        return show_problem(request, problem, status=422, affects_form=form)
    affected = request.POST.get("affected") == "yes"
    organization = form.cleaned_data["organization"]
    return act_on(
        request,
        problem,
        lambda: following.say_affected(
            problem, organization.pk, affected, by=request.user, at=timezone.now()
        ),
    )


@require_POST
@signed_in(form_on="tickets:problem")
@once
def mine(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """While an incident is typed: this is my problem. What was typed is kept, whether the filing ends or not."""
    problem = load_problem(request, reference)
    ended, now = request.POST.get("ends") == "yes", timezone.now()
    draft = own_draft(request, "incident")
    if "title" in request.POST:  # from the form itself: the page after it sends no more than the draft's id
        save_draft(draft, typed_fields(request.POST), at=now)
    form = AffectsForm(request.POST, person=request.user)
    if not form.is_valid():
        return show_problem(request, problem, status=422, affects_form=form)
    organization = form.cleaned_data["organization"]

    def claim() -> None:
        following.claim_problem(
            problem, organization.pk, draft_key=draft.public_id, ended=ended, by=request.user, at=now
        )

    if ended:
        return act_on(request, problem, claim)
    claim()
    return SeeOther(f"{reverse('tickets:report')}?draft={draft.public_id}")


def load_problem(request: SignedInRequest, reference: str) -> Problem:
    """The problem with its counts, if this reader may see it."""
    related = ["assignee", "reporter", "fix_verified_by"]
    if request.user.standing().sees_all:
        related.append("internals")
    visible = Problem.objects.visible_to(request.user).with_counts(request.user)
    problem: Problem = get_object_or_404(visible.select_related(*related), reference=reference)
    return problem


def act_on(
    request: SignedInRequest, problem: Problem, act: Callable[[], Any], **typed: Any
) -> HttpResponseBase:
    """Act, and go back to the page; or show it again with the refusal and everything that was typed."""
    try:
        act()
    except Refused as refusal:
        again = load_problem(request, problem.reference)
        return show_problem(request, again, status=refusal.http_status, refusal=refusal, **typed)
    return SeeOther(problem.get_absolute_url())


def show_problem(request: SignedInRequest, problem: Problem, status: int = 200, **typed: Any) -> HttpResponse:
    """The problem to htmx, the whole page to everyone else."""
    page = problem_page(problem, request.user, now=timezone.now())
    template = "_problem.html" if request.htmx else "detail.html"
    return render(request, f"tickets/problems/{template}", {"page": page, **typed}, status=status)
