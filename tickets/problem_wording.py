"""The words for how a problem stands: what organizations read, and what the desk does."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import Problem
from tickets.problem_transitions import FIXED, OVER, PROBLEM_LIFECYCLE, UNSOLVED, ProblemStatus


@dataclass(frozen=True, slots=True)
class State:
    """How a problem stands for those who suffer from it: by name, in words, and which problems those are."""

    name: str
    label: str | Promise
    tone: str
    condition: Q


_UNPLANNED = Q(status__in=UNSOLVED - {ProblemStatus.FIX_SCHEDULED})

STATES: dict[str, State] = {
    state.name: state
    for state in (
        State("open", _("Under investigation"), "progress", _UNPLANNED & Q(workaround="")),
        State("workaround", _("Workaround available"), "waiting", _UNPLANNED & ~Q(workaround="")),
        State("scheduled", _("Fix scheduled"), "hold", Q(status=ProblemStatus.FIX_SCHEDULED)),
        State("fixed", _("Fixed"), "good", Q(status__in=FIXED)),
        State("over", _("Not pursued"), "done", Q(status__in=OVER - FIXED)),
    )
}

TONES: dict[str, str] = {
    ProblemStatus.LOGGED: "new",
    ProblemStatus.INVESTIGATING: "progress",
    ProblemStatus.ROOT_CAUSE_KNOWN: "progress",
    ProblemStatus.KNOWN_ERROR: "waiting",
    ProblemStatus.FIX_SCHEDULED: "hold",
    ProblemStatus.RESOLVED: "good",
    ProblemStatus.CLOSED: "done",
    ProblemStatus.DUPLICATE: "done",
    ProblemStatus.REJECTED: "done",
}
"""Which of the interface's status colours the desk sees."""


def state_of(problem: Problem) -> State:
    """How it stands for those who suffer from it: the same rule as the states' conditions."""
    if problem.status in FIXED:
        return STATES["fixed"]
    if problem.status in OVER:
        return STATES["over"]
    if problem.status == ProblemStatus.FIX_SCHEDULED:
        return STATES["scheduled"]
    return STATES["workaround" if problem.workaround else "open"]


def status_of(problem: Problem, *, for_desk: bool) -> tuple[str, str]:
    """The words and the tone of its status, as this side reads it."""
    if for_desk:
        return str(PROBLEM_LIFECYCLE.labels[problem.status]), TONES[problem.status]
    state = state_of(problem)
    return str(state.label), state.tone
