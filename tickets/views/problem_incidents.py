"""Problems and many incidents at once: notes about the workaround, and closing the loop.

A page with a row for each, what they will read, and a box to leave one out; afterwards, what came of each.
"""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.models import Event
from tickets import problem_policy
from tickets.actions.problem_incidents import decide_notes, linked_incidents, resolve_incidents
from tickets.models import Incident, Problem, ProblemNote
from tickets.problem_forms import NotesForm
from tickets.views.problems import load_problem
from tickets.wording import TONES, status_word


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def notes(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The unsent notes about the workaround: which of them leave, and in which words."""
    problem = load_problem(request, reference)
    problem_policy.may_work_on_problems(request.user).or_refuse()
    form = NotesForm(request.POST or None, initial={"message": _note(problem)})
    if request.method != "POST" or not form.is_valid():
        waiting = ProblemNote.objects.visible_to(request.user).filter(
            problem=problem, state=ProblemNote.State.WAITING
        )
        rows = [
            _row(note.incident)
            for note in waiting.select_related("incident__organization").order_by("incident")
        ]
        return _page(request, problem, "notes", rows, form)
    event = decide_notes(
        problem,
        {int(pk) for pk in request.POST.getlist("incident") if pk.isdecimal()},
        form.cleaned_data["message"],
        by=request.user,
        at=timezone.now(),
    )
    return SeeOther(f"{request.path}?done={event.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def resolve(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The open incidents that it caused: which of them are resolved now, and in which words."""
    problem = load_problem(request, reference)
    problem_policy.may_work_on_problems(request.user).or_refuse()
    form = NotesForm(request.POST or None, initial={"message": _fixed(problem)})
    incidents = linked_incidents(problem)
    if request.method != "POST" or not form.is_valid():
        seen = incidents.visible_to(request.user).unfinished().select_related("organization")  # type: ignore[attr-defined]
        return _page(request, problem, "resolve", [_row(one) for one in seen.order_by("pk")], form)
    event = resolve_incidents(
        problem, _versions(request), form.cleaned_data["message"], by=request.user, at=timezone.now()
    )
    return SeeOther(f"{request.path}?done={event.pk}")


def _versions(request: SignedInRequest) -> dict[int, int]:
    """The ticked incidents, each with the version that was looked at."""
    pairs = (one.partition(":") for one in request.POST.getlist("incident"))
    return {int(pk): int(version) for pk, _colon, version in pairs if pk.isdecimal() and version.isdecimal()}


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "incident": incident,
        "status": status_word(incident.status, for_desk=True),
        "tone": TONES[incident.status],
    }


def _page(
    request: SignedInRequest, problem: Problem, what: str, rows: list[dict[str, Any]], form: NotesForm
) -> HttpResponse:
    done = request.GET.get("done", "")
    events = Event.objects.visible_to(request.user).filter(
        record=problem.pk, name__in=("problem.notes_decided", "problem.incidents_resolved")
    )
    event = events.filter(pk=done).first() if done.isdecimal() and len(done) < 19 else None
    context = {
        "problem": problem,
        "rows": rows,
        "form": form,
        "outcomes": event.facts["rows"] if event else [],
    }
    status = 422 if form.errors else 200
    return render(request, f"tickets/problems/{what}.html", context, status=status)


def _note(problem: Problem) -> str:
    """What an incident's organization reads of the workaround, unless somebody writes it otherwise."""
    return _("We know this problem: %(reference)s, “%(title)s”. This helps for now:\n\n%(workaround)s") % {
        "reference": problem.reference,
        "title": problem.title,
        "workaround": problem.workaround,
    }


def _fixed(problem: Problem) -> str:
    """What an incident's organization reads when its cause is gone. Of a fix that nobody verified it says no more."""
    named = {"reference": problem.reference, "title": problem.title}
    if problem.fix_verified_at and problem.is_published:
        fixed = _("The cause, %(reference)s “%(title)s”, is fixed, and we have verified the fix.") % named
    elif problem.fix_verified_at:
        fixed = _("The cause is fixed, and we have verified the fix.")
    elif problem.is_published:
        fixed = _("The cause, %(reference)s “%(title)s”, is fixed.") % named
    else:
        fixed = _("The cause is fixed.")
    return _("%(fixed)s Tell us if you still see it.") % {"fixed": fixed}
