"""What people do with a problem in the log: follow it, say that it affects them, find theirs while filing."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from servicedesk.records.following import follow, unfollow
from tickets import problem_policy
from tickets.actions.problem_incidents import mark_affected
from tickets.models import Deflection, Problem, ProblemAffects, ProblemSubscription, ServiceArea


@transaction.atomic
def follow_problem(problem: Problem, following: bool, *, by: Person, at: datetime) -> None:
    """Hear of what becomes of a problem, or stop."""
    if following:
        follow(problem, [by.pk], at=at)
    else:
        unfollow(problem, by.pk)


@transaction.atomic
def follow_area(area: ServiceArea, following: bool, *, by: Person, at: datetime) -> None:
    """Hear of every problem in a service area, or stop."""
    if following:
        ProblemSubscription.objects.bulk_create(
            [ProblemSubscription(person=by, area=area, since=at)], ignore_conflicts=True
        )
    else:
        ProblemSubscription.objects.filter(person=by, area=area).delete()


@transaction.atomic
def say_affected(problem: Problem, organization_id: int, affected: bool, *, by: Person, at: datetime) -> None:
    """Say that a problem affects one's organization, or take that back. The rows are its history.

    Raises Forbidden.
    """
    problem_policy.may_say_affected(by, organization_id).or_refuse()
    if affected:
        mark_affected(problem, organization_id, by=by, at=at)
        return
    theirs = ProblemAffects.objects.live().filter(problem=problem, organization=organization_id)
    theirs.update(withdrawn_at=at, withdrawn_by=by)


@transaction.atomic
def claim_problem(
    problem: Problem, organization_id: int, *, draft_key: uuid.UUID, ended: bool, by: Person, at: datetime
) -> None:
    """Somebody who was filing says "this is my problem": they follow it, and their organization is affected.

    Counted as a deflection, once for each draft. Raises Forbidden.
    """
    say_affected(problem, organization_id, True, by=by, at=at)
    follow(problem, [by.pk], at=at)
    Deflection.objects.bulk_create(
        [
            Deflection(
                problem=problem,
                person=by,
                organization_id=organization_id,
                draft_key=draft_key,
                ended=ended,
                at=at,
            )
        ],
        ignore_conflicts=True,
    )
