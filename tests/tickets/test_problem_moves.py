"""A problem's life: every status × every move × every role, and what a move asks for besides."""

from collections.abc import Callable
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Person
from servicedesk.records.models import Event, Follower, Link
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Stale
from tests.conftest import NOON
from tests.tickets.problem_log import INTERNALS, log, step
from tickets.actions.problem_faces import Internals, edit_internals, publish_problem
from tickets.actions.problem_following import follow_problem
from tickets.actions.problem_incidents import linked_incidents
from tickets.actions.problem_moves import move_problem
from tickets.models import Incident, Problem, ProblemAffects
from tickets.problem_transitions import FIXED, OVER, PROBLEM_LIFECYCLE, UNSOLVED, ProblemStatus

Make = Callable[..., Incident]
ROLES = {"system": "system", "pam": "manager", "ann": "agent", "chang": "", "rita": ""}
"""Who asks, and the side that the table knows them by."""


@pytest.mark.parametrize(
    ("status", "move"),
    list(product(ProblemStatus, PROBLEM_LIFECYCLE)),
    ids=lambda one: getattr(one, "name", one),
)
def test_a_move_works_from_its_sources_for_its_parties_and_not_otherwise(
    cast: dict[str, Person], pam: Person, status: ProblemStatus, move: object
) -> None:
    start = log(pam, status)
    if move.name == "close" and status == ProblemStatus.RESOLVED:
        start = step(start, "verify", by=pam)
    people = cast | {"pam": pam, "system": None}
    outcomes = {}
    for who in ROLES:
        with transaction.atomic():
            try:
                step(start, move.name, by=people[who])
                outcomes[who] = Problem.objects.get(pk=start.pk).status
            except Refused as refusal:
                outcomes[who] = type(refusal)
            transaction.set_rollback(True)

    told = {who: side for who, side in ROLES.items() if who != "system" or move.name != "merge"}
    for who, side in told.items():
        if status not in move.sources:
            # the system, told by an RFC that comes too late, passes over what is no step any more
            assert outcomes[who] == (
                status if who == "system" and move.name == "schedule" else IllegalMove
            ), who
        else:
            assert outcomes[who] == (move.target if side in move.parties else Forbidden), who


def test_every_status_is_open_fixed_or_over() -> None:
    assert set(ProblemStatus) == UNSOLVED | FIXED | OVER
    assert PROBLEM_LIFECYCLE.done == OVER


def test_what_a_move_asks_for_besides(pam: Person) -> None:
    looking = log(pam, ProblemStatus.INVESTIGATING, published=False)
    edit_internals(looking, Internals(), by=pam, at=NOON, version=looking.version)
    with pytest.raises(IllegalMove, match="root cause"):
        step(looking, "identify", by=pam)

    edit_internals(looking, INTERNALS, by=pam, at=NOON, version=looking.version)
    known = step(looking, "identify", by=pam)
    with pytest.raises(IllegalMove, match="published workaround"):
        step(known, "declare", by=pam)

    publish_problem(known, by=pam, at=NOON, version=known.version)
    resolved = step(step(known, "declare", by=pam), "resolve", by=pam)
    with pytest.raises(IllegalMove, match="verify the fix first"):
        step(resolved, "close", by=pam)


def test_a_fix_that_did_not_hold_has_to_be_verified_anew(pam: Person) -> None:
    verified = step(log(pam, ProblemStatus.RESOLVED), "verify", by=pam)

    again = step(step(step(verified, "reopen", by=pam), "identify", by=pam), "resolve", by=pam)

    assert (again.status, again.fix_verified_at) == (ProblemStatus.RESOLVED, None)


def test_the_second_of_two_managers_is_told_they_came_second(pam: Person) -> None:
    problem = log(pam)
    first, second = Problem.objects.get(), Problem.objects.get()
    move_problem(first, "investigate", by=pam, at=NOON, version=problem.version)

    with pytest.raises(Stale, match="changed by somebody else"):
        move_problem(second, "reject", by=pam, at=NOON, version=problem.version, message="No.")


def test_a_duplicate_hands_its_people_and_incidents_over(pam: Person, rita: Person, incident: Make) -> None:
    twin, survivor = log(pam, incidents=[incident()]), log(pam)
    follow_problem(twin, True, by=rita, at=NOON)

    move_problem(
        twin,
        "merge",
        by=pam,
        at=NOON,
        version=twin.version,
        message="The same buffer.",
        duplicate_of=survivor,
    )

    assert set(Follower.objects.filter(record=survivor.pk).values_list("person", flat=True)) == {
        pam.pk,
        rita.pk,
    }
    assert list(linked_incidents(survivor)) == list(Incident.objects.all())
    assert ProblemAffects.objects.filter(problem=survivor).count() == 1
    assert Link.objects.filter(source=twin.pk, target=survivor.pk, relation="duplicate").exists()


def test_before_it_is_published_no_organization_reads_its_history(
    pam: Person, rita: Person, incident: Make
) -> None:
    problem = log(pam, ProblemStatus.INVESTIGATING, published=False, incidents=[incident()])
    publish_problem(problem, by=pam, at=NOON, version=problem.version)
    step(problem, "identify", by=pam)

    seen = Event.objects.visible_to(rita).filter(record=problem.pk).order_by("pk")
    assert [event.what for event in seen] == ["published", "identify"]


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("problem_verified_workaround", {"workaround": "", "last_verified_on": NOON.date()}),
        ("problem_planned_by_an_rfc_or_a_release", {"fix_planned_on": NOON.date()}),
        ("problem_fix_verified_by_somebody", {"fix_verified_at": NOON}),
        ("problem_published_with_a_symptom", {"symptom": ""}),
    ],
)
def test_the_database_refuses_nonsense(pam: Person, constraint: str, columns: dict[str, object]) -> None:
    problem = log(pam)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Problem.objects.filter(pk=problem.pk).update(**columns)
