"""The words for decisions, consultations and reviews: what happened, and how things stand."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from changes.models import Choice, DecisionState, Stance

HEADLINES: dict[str, str | Promise] = {
    "voted": _("Voted"),
    "decision_reminded": _("Votes are still awaited"),
    "no_quorum": _("The time to decide is over, and votes are missing"),
    "minutes": _("Minutes published"),
    "consultation_answered": _("An LDC answered"),
    "review_written": _("Review written"),
    "review_asked": _("The board reviews an emergency change"),
    "review_refused": _("The board did not accept the review"),
}
"""Events of this part by name, beside the moves of the table."""

STATE_TONES: dict[str, str] = {
    DecisionState.OPEN: "waiting",
    DecisionState.APPROVED: "good",
    DecisionState.DECLINED: "bad",
    DecisionState.DEFERRED: "hold",
    DecisionState.VOID: "done",
}
CHOICE_ICONS: dict[str, str] = {Choice.APPROVE: "check", Choice.DECLINE: "x", Choice.DEFER: "calendar-pause"}
CHOSEN: dict[str, str | Promise] = {
    Choice.APPROVE: _("for approving"),
    Choice.DECLINE: _("for declining"),
    Choice.DEFER: _("for deferring"),
}
STANCE_TONES: dict[str, str] = {
    Stance.NO_OBJECTION: "good",
    Stance.CONCERN: "waiting",
    Stance.OBJECTION: "bad",
}
