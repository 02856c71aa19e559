"""Opening a problem, and what becomes of the RFC that mends it.

``fix_scheduled``, ``fix_moved`` and ``fix_implemented`` are for the app of changes to call from its
handlers: it knows of problems, and they know of an RFC no more than its reference. Told twice, each
does it once; where the problem's life has no such step by then, they write down what still holds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from servicedesk.records.following import follow
from servicedesk.records.models import Kind, Record, Relation, Visibility
from servicedesk.records.refusals import Unusable
from servicedesk.records.search import index_face
from tickets import problem_policy
from tickets.actions.linking import join
from tickets.actions.problem_events import append, lock_problem, write
from tickets.actions.problem_faces import Face, Internals
from tickets.actions.problem_incidents import join_problem
from tickets.actions.problem_moves import NO_FIX, take
from tickets.areas import Areas
from tickets.models import Incident, Problem, ProblemInternals
from tickets.naming import refuse_names
from tickets.problem_news import news_of_edit
from tickets.problem_transitions import PROBLEM_LIFECYCLE, UNSOLVED, ProblemStatus


def face_from(incidents: Sequence[Incident]) -> Face:
    """The fields that incidents fill in, for somebody to look over: nothing of it is published yet."""
    first = incidents[0]
    environments = {one.environment for one in incidents}
    return Face(
        title=first.title,
        area=Areas.now().area_of(" ".join(one.title for one in incidents), first.description),
        symptom=first.description,
        environment=environments.pop() if len(environments) == 1 else "",
    )


@transaction.atomic
def open_problem(
    face: Face,
    *,
    incidents: Iterable[Incident] = (),
    internals: Internals | None = None,
    by: Person,
    at: datetime,
) -> Problem:
    """Log a problem, with the incidents that it causes. Only the desk reads it until it is published.

    Raises Forbidden, Unusable.
    """
    problem_policy.may_work_on_problems(by).or_refuse()
    problem = Problem.objects.create(
        kind=Kind.PROBLEM,
        reference=Problem.next_reference(Kind.PROBLEM),
        organization=Organization.objects.get(kind=Organization.Kind.SME),
        visibility=Visibility.ORGANIZATION,
        reporter=by,
        status=ProblemStatus.LOGGED,
        created_at=at,
        updated_at=at,
        changed_at=at,
        **asdict(face),
    )
    ProblemInternals.objects.create(problem=problem, **asdict(internals or Internals()))
    index_face(problem, problem.search_text())
    follow(problem, [by.pk], at=at)
    append(problem, "opened", by=by, at=at, internal=True, now=problem.status)
    for incident in incidents:
        join_problem(problem, incident, by=by, at=at)
    return problem


def resolve_into_problem(
    incident: Incident, choice: str, reference: str = "", *, by: Person, at: datetime
) -> Problem | None:
    """What a resolution by workaround leads to: a new problem ("open"), one that is there ("join"), or none yet.

    Raises Forbidden, Unusable when there is no such problem. Call it inside a transaction.
    """
    if choice == "open":
        return open_problem(face_from([incident]), incidents=[incident], by=by, at=at)
    if choice == "join":
        problem = problem_named(reference, by=by)
        join_problem(problem, incident, by=by, at=at)
        return problem
    return None


@transaction.atomic
def fix_scheduled(
    problem: Problem,
    *,
    rfc_reference: str,
    release: str,
    planned_at: datetime | date | None,
    by: Person | None,
    at: datetime,
    version: int | None = None,
) -> Problem:
    """Say which RFC, release and day will mend it. ``by=None`` is the desk itself, ``version`` what was looked at.

    Raises Forbidden, IllegalMove (of a person alone), Stale, Unusable.
    """
    plan: dict[str, Any] = {
        "fix_rfc_reference": rfc_reference,
        "planned_release": release,
        "fix_planned_on": _day_of(planned_at),
    }
    step = PROBLEM_LIFECYCLE.get("schedule")
    if step and (by is not None or problem.status in step.sources):
        move = PROBLEM_LIFECYCLE.step("schedule", problem.status)
        problem_policy.may_move_problem(by, problem, move).or_refuse()
        if problem.is_published:
            refuse_names([release])
        _check_plan(plan, by=by)
        seen = problem.version if version is None else version
        told = {"release": release, "on": _text(plan["fix_planned_on"])}
        take(problem, move, by=by, at=at, version=seen, told=told, **plan)
    elif problem.status in UNSOLVED:
        _replan(problem, plan, by=by, at=at)
    else:
        return problem
    _link_to_rfc(problem, rfc_reference, by=by, at=at)
    return problem


@transaction.atomic
def fix_moved(
    problem: Problem,
    *,
    rfc_reference: str,
    release: str,
    planned_at: datetime | date | None,
    by: Person | None,
    at: datetime,
) -> Problem:
    """The RFC was planned for another day or release; ``planned_at=None`` without a release: it was called off."""
    if problem.status not in UNSOLVED:
        return problem
    if planned_at is None and not release:
        if problem.status == ProblemStatus.FIX_SCHEDULED:
            move = PROBLEM_LIFECYCLE.step("call_off", problem.status)
            return take(problem, move, by=by, at=at, version=problem.version, **NO_FIX)
        _replan(problem, NO_FIX, by=by, at=at)
        return problem
    plan: dict[str, Any] = {
        "fix_rfc_reference": rfc_reference,
        "planned_release": release,
        "fix_planned_on": _day_of(planned_at),
    }
    _replan(problem, plan, by=by, at=at)
    return problem


@transaction.atomic
def fix_implemented(problem: Problem, *, rfc_reference: str, by: Person | None, at: datetime) -> Problem:
    """The RFC was implemented: the problem counts as resolved, and its fix has to be verified."""
    move = PROBLEM_LIFECYCLE.get("resolve")
    if move is None or problem.status not in move.sources:
        return problem
    _link_to_rfc(problem, rfc_reference, by=by, at=at)
    return take(problem, move, by=by, at=at, version=problem.version)


@transaction.atomic
def ask_for_fix(problem: Problem, rfc: Record, *, by: Person, at: datetime) -> None:
    """Say that an RFC is to mend it, long before there is a day to plan with. Raises Forbidden."""
    problem_policy.may_work_on_problems(by).or_refuse()
    if join(problem, rfc, Relation.FIXED_BY, by=by, at=at):
        append(problem, "fix_asked", by=by, at=at, internal=True, reference=rfc.reference)


def problem_named(reference: str, *, by: Person) -> Problem:
    """The problem of that reference, not over, that this person sees. Raises Unusable."""
    found: Problem | None = (
        Problem.objects.visible_to(by).unfinished().filter(reference=reference.strip().upper()).first()
    )
    if found is None:
        raise Unusable(
            _("There is no open problem with the reference “%(reference)s”. Check the number.")
            % {"reference": reference}
        )
    return found


def _replan(problem: Problem, plan: dict[str, Any], *, by: Person | None, at: datetime) -> None:
    """Write another plan for the fix down, without a step in its life."""
    lock_problem(problem)
    problem.refresh_from_db()
    changed = [name for name, value in plan.items() if getattr(problem, name) != value]
    if not changed:
        return
    problem.amend(version=problem.version, at=at)
    write(problem, at=at, **plan)
    append(problem, "edited", by=by, at=at, news=news_of_edit(problem, changed), fields=changed)


def _link_to_rfc(problem: Problem, reference: str, *, by: Person | None, at: datetime) -> None:
    """Link it to the RFC, once that has a record: the link shows to whoever may see both."""
    rfc = Record.objects.filter(kind=Kind.RFC, reference=reference).first()
    if rfc:
        join(problem, rfc, Relation.FIXED_BY, by=by or problem.reporter, at=at)


def _check_plan(plan: dict[str, Any], *, by: Person | None) -> None:
    """A plan says by which RFC or in which release. Raises Unusable."""
    if not plan["fix_rfc_reference"] and not plan["planned_release"]:
        raise Unusable(_("Say by which RFC or in which release it will be fixed."))
    if by and (reference := plan["fix_rfc_reference"]):
        rfcs = Record.objects.visible_to(by).filter(kind=Kind.RFC, reference=reference)
        if not rfcs.exists():
            raise Unusable(
                _("There is no RFC with the reference “%(reference)s”. Check the number.")
                % {"reference": reference}
            )


def _day_of(planned_at: datetime | date | None) -> date | None:
    """The day in the desk's zone."""
    if isinstance(planned_at, datetime):
        return timezone.localdate(planned_at, timezone.get_default_timezone())
    return planned_at


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
