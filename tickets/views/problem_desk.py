"""The desk's side of problems: writing both faces, publishing, moves, verifying, linking incidents."""

from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused, Stale, Unusable
from tickets import problem_policy
from tickets.actions import problem_faces as faces
from tickets.actions.problem_incidents import join_problem
from tickets.actions.problem_moves import move_problem, verify_fix
from tickets.actions.problems import face_from, fix_scheduled, open_problem, problem_named
from tickets.models import Incident, Problem, ProblemInternals
from tickets.naming import named_in
from tickets.problem_forms import (
    FACE_FIELDS,
    EditFaceForm,
    InternalsForm,
    JoinForm,
    OpenForm,
    ProblemMoveForm,
    VerifyForm,
    initial_of,
)
from tickets.problem_news import number_who_hear
from tickets.problem_page import problem_page
from tickets.problem_transitions import PROBLEM_LIFECYCLE
from tickets.views.problems import act_on, load_problem, show_problem
from tickets.views.ticket import with_present_version


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def new(request: SignedInRequest) -> HttpResponseBase:
    """Log a problem, filled in from the incidents that the address names."""
    problem_policy.may_work_on_problems(request.user).or_refuse()
    form = OpenForm(request.POST) if request.method == "POST" else OpenForm(initial=_filled_in(request))
    if request.method != "POST" or not form.is_valid():
        return _new(request, form, status=422 if form.errors else 200)
    incidents = _incidents(request, form.references())
    missing = set(form.references()) - {one.reference for one in incidents}
    if missing:
        form.add_error("incidents", _no_such(missing))
        return _new(request, form, status=422)
    internals = faces.Internals(root_cause=form.cleaned_data["root_cause"])
    try:
        problem = open_problem(
            form.face(), incidents=incidents, internals=internals, by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        return _new(request, form, status=refusal.http_status, refusal=refusal)
    return SeeOther(problem.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def edit(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The public face, and what somebody else wrote meanwhile beside it."""
    problem = load_problem(request, reference)
    problem_policy.may_write(request.user, problem).or_refuse()
    initial = initial_of(problem) | _held(request)
    form = EditFaceForm(request.POST) if request.method == "POST" else EditFaceForm(initial=initial)
    if request.method != "POST" or not form.is_valid():
        return _edit(request, problem, form, status=422 if form.errors else 200)
    said = {name: form.cleaned_data[name] for name in ("version", "wording_only")}
    try:
        faces.edit_face(problem, form.face(), by=request.user, at=timezone.now(), **said)
    except Refused as refusal:
        return _edit(
            request,
            load_problem(request, reference),
            form,
            status=refusal.http_status,
            refusal=refusal,
        )
    return SeeOther(problem.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def internals(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The internal face."""
    problem = load_problem(request, reference)
    problem_policy.may_work_on_problems(request.user).or_refuse()
    stored = get_object_or_404(ProblemInternals.objects.visible_to(request.user), problem=problem)
    initial = {
        "version": problem.version,
        "root_cause": stored.root_cause,
        "contributing_factors": stored.contributing_factors,
        "vendor_notes": stored.vendor_notes,
    }
    held = _held(request)
    form = InternalsForm(request.POST) if request.method == "POST" else InternalsForm(initial=initial | held)
    if request.method != "POST" or not form.is_valid():
        return _internals(request, problem, form, status=422 if form.errors else 200)
    try:
        faces.edit_internals(
            problem,
            form.internals(),
            by=request.user,
            at=timezone.now(),
            version=form.cleaned_data["version"],
        )
    except Refused as refusal:
        problem = load_problem(request, reference)
        conflicts = _differences(
            form, {field: getattr(stored, field) for field in initial if field != "version"}
        )
        return _internals(
            request, problem, form, status=refusal.http_status, refusal=refusal, conflicts=conflicts
        )
    return SeeOther(problem.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def publish(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """What every organization would read, and how many people hear of it; then the button. Or take it back."""
    problem = load_problem(request, reference)
    problem_policy.may_manage(request.user).or_refuse()
    if request.method != "POST":
        return _publish(request, problem)
    act = faces.withdraw_problem if problem.is_published else faces.publish_problem
    try:
        act(problem, by=request.user, at=timezone.now(), version=_version(request))
    except Refused as refusal:
        again = load_problem(request, reference)
        return _publish(request, again, status=refusal.http_status, refusal=refusal)
    return SeeOther(problem.get_absolute_url())


@require_POST
@signed_in(form_on="tickets:problem")
@once
def move(request: SignedInRequest, reference: str, name: str) -> HttpResponseBase:
    """One step in the problem's life."""
    problem = load_problem(request, reference)
    step = PROBLEM_LIFECYCLE.get(name)
    if step is None:
        raise Http404
    form = ProblemMoveForm(request.POST, needs=frozenset(step.needs), auto_id=f"id_{name}_%s")
    if not form.is_valid():
        return show_problem(request, problem, status=422, failed=name, failed_form=form)

    def act() -> None:
        said, now = dict(form.cleaned_data), timezone.now()
        if name == "schedule":
            fix_scheduled(problem, by=request.user, at=now, **said)
            return
        if other := said.pop("duplicate_of", ""):
            said["duplicate_of"] = problem_named(other, by=request.user)
        move_problem(problem, name, by=request.user, at=now, **said)

    return act_on(request, problem, act, failed=name, failed_form=form)


@require_POST
@signed_in(form_on="tickets:problem")
@once
def verify(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The workaround was tried on a day and works; or the fix holds."""
    problem = load_problem(request, reference)
    if request.POST.get("what") == "fix":
        return act_on(
            request,
            problem,
            lambda: verify_fix(problem, by=request.user, at=timezone.now(), version=_version(request)),
        )
    form = VerifyForm(request.POST, auto_id="id_verify_%s")
    if not form.is_valid():
        return show_problem(request, problem, status=422, verify_form=form)
    return act_on(
        request,
        problem,
        lambda: faces.verify_workaround(problem, by=request.user, at=timezone.now(), **form.cleaned_data),
        verify_form=form,
    )


@require_POST
@signed_in(form_on="tickets:problem")
@once
def join(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Link an incident that it causes."""
    problem = load_problem(request, reference)
    problem_policy.may_work_on_problems(request.user).or_refuse()
    form = JoinForm(request.POST, auto_id="id_join_%s")
    if not form.is_valid():
        return show_problem(request, problem, status=422, join_form=form)

    def act() -> None:
        named = form.cleaned_data["reference"].strip().upper()
        found = _incidents(request, [named])
        if not found:
            raise Unusable(_no_such([named]))
        join_problem(problem, found[0], by=request.user, at=timezone.now())

    return act_on(request, problem, act, join_form=form)


def _incidents(request: SignedInRequest, references: list[str]) -> list[Incident]:
    return list(Incident.objects.visible_to(request.user).filter(reference__in=references).order_by("pk"))


def _no_such(references: Any) -> str:
    return gettext("There is no incident %(references)s. Check the number.") % {
        "references": ", ".join(sorted(references))
    }


def _filled_in(request: SignedInRequest) -> dict[str, Any]:
    """What the form of a new problem begins with."""
    if held := _held(request):
        return held
    incidents = _incidents(request, request.GET.getlist("incident"))
    if not incidents:
        return {}
    face = face_from(incidents)
    filled = {name: getattr(face, name) for name in FACE_FIELDS}
    return filled | {"incidents": " ".join(one.reference for one in incidents)}


def _held(request: SignedInRequest) -> dict[str, str]:
    """What was typed before the session ended."""
    return {name: values[-1] for name, values in (take(request, page=request.path) or {}).items()}


def _new(request: SignedInRequest, form: Form, status: int = 200, **extra: Any) -> HttpResponse:
    return render(request, "tickets/problems/new.html", {"form": form, **extra}, status=status)


def _edit(
    request: SignedInRequest,
    problem: Problem,
    form: Form,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    stale = isinstance(refusal, Stale)
    context = {
        "problem": problem,
        "form": with_present_version(form, problem) if refusal else form,
        "refusal": refusal,
        "conflicts": _differences(form, initial_of(problem)) if stale else [],
    }
    return render(request, "tickets/problems/edit.html", context, status=status)


def _differences(form: Form, now: dict[str, Any]) -> list[dict[str, Any]]:
    """Where what is stored differs from what was typed: label, both texts."""
    typed = form.cleaned_data
    return [
        {"label": form.fields[name].label, "now": now[name], "typed": typed[name]}
        for name in now
        if name != "version" and name in typed and now[name] != typed[name]
    ]


def _internals(
    request: SignedInRequest, problem: Problem, form: Form, status: int = 200, **extra: Any
) -> HttpResponse:
    context = {"problem": problem, "form": form, **extra}
    if extra.get("refusal"):
        context["form"] = with_present_version(form, problem)
    return render(request, "tickets/problems/internals.html", context, status=status)


def _publish(request: SignedInRequest, problem: Problem, status: int = 200, **extra: Any) -> HttpResponse:
    context = {
        "page": problem_page(problem, request.user, now=timezone.now()),
        "names": named_in(faces.public_texts(faces.face_of(problem))),
        "hear": number_who_hear(problem, but=request.user),
        **extra,
    }
    return render(request, "tickets/problems/publish.html", context, status=status)


def _version(request: SignedInRequest) -> int:
    """The version that was looked at. Raises Unusable."""
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        raise Unusable(gettext("This page is out of date. Reload it and send the form again.")) from None
