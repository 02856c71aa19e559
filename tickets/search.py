"""How tickets are shown among what a search finds."""

from django.urls import reverse
from django.utils.functional import Promise

from servicedesk.records.models import Kind, Record
from servicedesk.ui.search import Shown, searchable
from tickets.models import Incident, Problem, ServiceRequest
from tickets.problem_transitions import PROBLEM_LIFECYCLE, ProblemStatus
from tickets.problem_wording import STATES
from tickets.problem_wording import TONES as PROBLEM_TONES
from tickets.wording import TONES, status_word

FOR_THE_LDC: dict[str, str | Promise] = {
    ProblemStatus.LOGGED: STATES["open"].label,
    ProblemStatus.ROOT_CAUSE_KNOWN: STATES["open"].label,
    ProblemStatus.KNOWN_ERROR: STATES["workaround"].label,
}
"""Statuses of a problem that an LDC reads in other words."""


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
    label = PROBLEM_LIFECYCLE.labels[record.status]
    if not for_desk:
        label = FOR_THE_LDC.get(record.status, label)
    return Shown(
        reverse("tickets:problem", args=[record.reference]), str(label), PROBLEM_TONES[record.status]
    )
