"""Problems for tests: one in any status, by the road that leads there."""

from datetime import date, datetime
from typing import Any

from accounts.models import Person
from tests.conftest import NOON
from tickets.actions.problem_faces import Face, Internals, publish_problem
from tickets.actions.problem_moves import move_problem, verify_fix
from tickets.actions.problems import fix_scheduled, open_problem
from tickets.models import Incident, Problem
from tickets.problem_transitions import ProblemStatus

STEPS = "1. Stop the export.\n2. Start it again."
FACE: dict[str, Any] = {
    "title": "BQ responses stop after 4,096 accounts",
    "area": "billing",
    "environment": "production",
    "symptom": "The response file ends early, without an error.",
    "affected": "Whoever asks for more than 4,096 accounts at once.",
    "workaround": STEPS,
}
INTERNALS = Internals("rootcanary: a buffer.", "factorcanary: a late patch.", "vendorcanary: case 4711.")

ROADS: dict[ProblemStatus, list[str]] = {
    ProblemStatus.LOGGED: [],
    ProblemStatus.INVESTIGATING: ["investigate"],
    ProblemStatus.ROOT_CAUSE_KNOWN: ["identify"],
    ProblemStatus.KNOWN_ERROR: ["identify", "declare"],
    ProblemStatus.FIX_SCHEDULED: ["identify", "schedule"],
    ProblemStatus.RESOLVED: ["identify", "resolve"],
    ProblemStatus.CLOSED: ["identify", "resolve", "verify", "close"],
    ProblemStatus.DUPLICATE: ["merge"],
    ProblemStatus.REJECTED: ["reject"],
}
"""How a new problem gets to each status."""


def log(
    by: Person,
    status: ProblemStatus = ProblemStatus.LOGGED,
    *,
    published: bool = True,
    incidents: list[Incident] | None = None,
    at: datetime = NOON,
    **face: Any,
) -> Problem:
    """A problem that a problem manager logged, published it and took to a status."""
    made = open_problem(Face(**(FACE | face)), incidents=incidents or [], internals=INTERNALS, by=by, at=at)
    if published:
        publish_problem(made, by=by, at=at, version=made.version)
    for move in ROADS[status]:
        made = step(made, move, by=by, at=at)
    return Problem.objects.get(pk=made.pk)


def step(problem: Problem, name: str, *, by: Person | None, at: datetime = NOON) -> Problem:
    """Make a move with everything said that any move needs."""
    problem = Problem.objects.get(pk=problem.pk)
    if name == "schedule":
        return fix_scheduled(
            problem,
            rfc_reference="",
            release="8.3",
            planned_at=date(2027, 4, 1),
            by=by,
            at=at,
            version=problem.version,
        )
    if name == "verify":
        assert by is not None
        return verify_fix(problem, by=by, at=at, version=problem.version)
    said: dict[str, Any] = {"message": "Because."} if by else {}
    if name == "merge":
        said["duplicate_of"] = open_problem(Face(**FACE), by=problem.reporter, at=at)
    return move_problem(problem, name, by=by, at=at, version=problem.version, **said)
