"""How tickets are shown among what a search finds."""

from django.urls import reverse

from servicedesk.records.models import Kind, Record
from servicedesk.ui.search import Shown, searchable
from tickets.models import Incident, Problem, ServiceRequest
from tickets.problem_transitions import PROBLEM_LIFECYCLE, ProblemStatus
from tickets.problem_wording import STATES, State
from tickets.problem_wording import TONES as PROBLEM_TONES
from tickets.wording import TONES, status_word

FOR_THE_LDC: dict[str, State] = {
    ProblemStatus.LOGGED: STATES["open"],
    ProblemStatus.ROOT_CAUSE_KNOWN: STATES["open"],
    ProblemStatus.KNOWN_ERROR: STATES["workaround"],
    ProblemStatus.RESOLVED: STATES["fixed"],
    ProblemStatus.CLOSED: STATES["fixed"],
    ProblemStatus.DUPLICATE: STATES["over"],
    ProblemStatus.REJECTED: STATES["over"],
}
"""Statuses of a problem that an LDC reads in the words of the problem log."""


@searchable(Kind.REQUEST, ServiceRequest)
@searchable(Kind.INCIDENT, Incident)
def ticket(record: Record, for_desk: bool) -> Shown:
    """A ticket: its page is each side's own."""
    page = "tickets:desk_detail" if for_desk else "tickets:detail"
    status = status_word(record.status, for_desk=for_desk)
    return Shown(reverse(page, args=[record.reference]), status, TONES[record.status])


@searchable(Kind.PROBLEM, Problem)
def problem(record: Record, for_desk: bool) -> Shown:
    """A problem: one page for both sides. To an LDC a known error is one that there is a workaround for."""
    label, tone = PROBLEM_LIFECYCLE.labels[record.status], PROBLEM_TONES[record.status]
    if not for_desk and (state := FOR_THE_LDC.get(record.status)):
        label, tone = state.label, state.tone
    return Shown(reverse("tickets:problem", args=[record.reference]), str(label), tone)
