"""A problem goes where the RFC goes that fixes it."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Organization, Person
from accounts.roles import Role
from changes.actions.moving import append_event, move_change
from changes.models import Release, RequestForChange
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Link
from tests.changes.conftest import MakeChange
from tests.conftest import NOON, person
from tests.notifications.letters import drain_at
from tests.tickets.problem_log import log
from tickets.actions.problems import fix_scheduled
from tickets.models import Problem
from tickets.problem_transitions import ProblemStatus

LATER = NOON + timedelta(hours=1)
WINDOW = {"starts_at": NOON + timedelta(days=20), "ends_at": NOON + timedelta(days=20, hours=2)}
DAY = WINDOW["starts_at"].date()


@pytest.fixture
def manager(sme: Organization) -> Person:
    """A problem manager."""
    return person("Paula", (sme, Role.PROBLEM_MANAGER))


@pytest.fixture
def fix(rfc: MakeChange, bob: Person) -> MakeChange:
    """An RFC that Bob implements, in release 8.3."""
    release = Release.objects.create(name="8.3")

    def make(**columns: Any) -> RequestForChange:
        return rfc(
            **{"visibility": "everyone", "risk": "low", "implementer": bob, "release": release} | columns
        )

    return make


def plan(problem: Problem) -> tuple[str, str, str, object]:
    problem.refresh_from_db()
    return problem.status, problem.fix_rfc_reference, problem.planned_release, problem.fix_planned_on


def happens(rfc: RequestForChange, what: str, **facts: Any) -> None:
    """News of an RFC, and what it does."""
    publish(append_event(rfc, what, by=None, at=LATER, **facts))
    drain_at(LATER)


def test_the_problem_is_planned_moved_called_off_and_resolved_with_its_rfc(
    fix: MakeChange, manager: Person
) -> None:
    mends = fix(status="scheduled")
    problem = log(manager, ProblemStatus.ROOT_CAUSE_KNOWN)
    Link.objects.create(
        source_id=problem.pk, target_id=mends.pk, relation="fixed_by", made_by=manager, made_at=NOON
    )
    other = log(manager, ProblemStatus.ROOT_CAUSE_KNOWN)

    happens(mends, "schedule", **WINDOW)
    assert plan(problem) == ("fix_scheduled", mends.reference, "8.3", DAY)
    happens(
        mends, "moved_window", starts_at=WINDOW["starts_at"] + timedelta(days=1), ends_at=WINDOW["ends_at"]
    )
    assert plan(problem) == ("fix_scheduled", mends.reference, "8.3", DAY + timedelta(days=1))
    happens(mends, "unschedule")
    assert plan(problem) == ("fix_scheduled", mends.reference, "8.3", None)
    happens(mends, "withdraw", message="Not needed.")
    assert plan(problem) == ("root_cause_known", "", "", None)

    happens(mends, "schedule", **WINDOW)
    happens(mends, "finish", outcome="successful")
    assert plan(problem)[0] == "resolved"
    happens(mends, "back_out", message="It broke.")
    assert plan(problem)[0] == "resolved"  # whether it holds is verified before it closes
    assert plan(other) == ("root_cause_known", "", "", None)


def test_a_change_that_was_backed_out_fixes_nothing(fix: MakeChange, manager: Person, bob: Person) -> None:
    mends = fix(status="implementing")
    problem = log(manager, ProblemStatus.ROOT_CAUSE_KNOWN)
    fix_scheduled(
        problem, rfc_reference=mends.reference, release="8.3", planned_at=DAY, by=manager, at=NOON,
        version=problem.version,
    )  # fmt: skip

    move_change(mends, "back_out", by=bob, at=LATER, version=1, message="It broke.")
    drain_at(LATER)

    assert plan(problem) == ("root_cause_known", "", "", None)
