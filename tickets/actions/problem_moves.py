"""Taking a problem from one status to the next."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.following import follow
from servicedesk.records.models import Comment, Relation
from servicedesk.records.refusals import Unusable
from servicedesk.records.transitions import Move
from tickets import problem_policy
from tickets.actions.linking import join
from tickets.actions.problem_events import append, lock_problem, write
from tickets.actions.problem_incidents import linked_incidents, mark_affected
from tickets.models import Problem, ProblemAffects
from tickets.naming import refuse_names
from tickets.problem_news import news_of_move
from tickets.problem_transitions import PROBLEM_LIFECYCLE

NO_FIX: dict[str, Any] = {"fix_rfc_reference": "", "planned_release": "", "fix_planned_on": None}
NOT_VERIFIED: dict[str, Any] = {"fix_verified_at": None, "fix_verified_by": None}


@transaction.atomic
def move_problem(
    problem: Problem,
    name: str,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    duplicate_of: Problem | None = None,
) -> Problem:
    """Take one step in a problem's life; to schedule a fix is ``fix_scheduled``'s.

    Once it is published, ``message`` is read by every organization. Raises Forbidden, IllegalMove,
    Stale, Unusable.
    """
    move = PROBLEM_LIFECYCLE.step(name, problem.status)
    problem_policy.may_move_problem(by, problem, move).or_refuse()
    if name == "merge":
        if duplicate_of is None or duplicate_of.pk == problem.pk:
            raise Unusable(_("Enter the reference of the other problem."))
        return _merge(problem, duplicate_of, move, by=by, at=at, version=version, message=message)
    changes = {"call_off": NO_FIX, "reopen": NOT_VERIFIED}.get(name, {})
    return take(problem, move, by=by, at=at, version=version, message=message, **changes)


def take(
    problem: Problem,
    move: Move,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    told: dict[str, Any] | None = None,
    **changes: Any,
) -> Problem:
    """Write down a move that is possible and allowed: ask first. ``told`` goes into its event.

    Raises Stale, Unusable.
    """
    lock_problem(problem)
    if problem.is_published:
        refuse_names([message])
    comment = None
    if by and message:
        comment = Comment.objects.create(
            record_id=problem.pk, author=by, body=message, internal=not problem.is_published, created_at=at
        )
    facts = {"was": problem.status, "now": move.target, **(told or {})}
    taken_over = {"assignee_id": by.pk} if move.name == "investigate" and by else {}
    problem.advance(move, PROBLEM_LIFECYCLE, version=version, at=at, **taken_over)
    write(problem, at=at, **changes)
    append(problem, move.name, by=by, at=at, comment=comment, news=news_of_move(problem, move.name), **facts)
    return problem


@transaction.atomic
def verify_fix(problem: Problem, *, by: Person, at: datetime, version: int) -> Problem:
    """Say that the fix holds, so that the problem may be closed. Raises Forbidden, IllegalMove, Stale."""
    problem_policy.may_verify_fix(by, problem).or_refuse()
    problem.amend(version=version, at=at)
    write(problem, at=at, fix_verified_at=at, fix_verified_by=by)
    append(problem, "fix_verified", by=by, at=at)
    return problem


def _merge(
    problem: Problem,
    survivor: Problem,
    move: Move,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str,
) -> Problem:
    """End it as a duplicate. Its followers, incidents and affected organizations are the other's from then on."""
    if by is None:
        raise Unusable(_("Somebody has to say which problem it is."))
    take(problem, move, by=by, at=at, version=version, message=message, duplicate_of=survivor)
    join(problem, survivor, Relation.DUPLICATE, by=by, at=at)
    follow(survivor, problem.followers.values_list("person", flat=True), at=at)
    for incident in linked_incidents(problem):
        join(incident, survivor, Relation.CAUSED_BY, by=by, at=at)
    for organization_id in (
        ProblemAffects.objects.live().filter(problem=problem).values_list("organization", flat=True)
    ):
        mark_affected(survivor, organization_id, by=by, at=at)
    append(survivor, "absorbed", by=by, at=at, internal=True, reference=problem.reference)
    return problem
