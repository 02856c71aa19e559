"""The lives of a request for change (RFC), one table for each class (DOMAIN, "Change management").

Buttons, refusals, mails, tests and docs/lifecycles.md are derived from these tables. An RFC that is not
sent yet is a draft, and no record. Parties: ``requester`` (whoever may speak for the organization that
asks), ``manager`` (change managers), ``board`` (what the change advisory board resolved), ``two`` (the two
people an emergency needs), ``implementer`` (the person named for it), ``system``.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from servicedesk.records.transitions import Lifecycle, Move

MANAGER = frozenset({"manager"})
BOARD = frozenset({"board"})
TWO = frozenset({"two"})
IMPLEMENTER = frozenset({"implementer"})
SYSTEM = frozenset({"system"})
WORDS = frozenset({"message"})


class ChangeClass(TextChoices):
    """How an RFC is decided."""

    STANDARD = "standard", _("Standard")
    NORMAL = "normal", _("Normal")
    EMERGENCY = "emergency", _("Emergency")


class ChangeStatus(TextChoices):
    """Where an RFC stands."""

    SUBMITTED = "submitted", _("Submitted")
    SCREENING = "screening", _("Screening")
    ASSESSMENT = "assessment", _("Impact assessment")
    CONSULTATION = "consultation", _("LDC consultation")
    DECISION = "decision", _("Awaiting decision")
    DEFERRED = "deferred", _("Deferred")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    IMPLEMENTING = "implementing", _("Implementing")
    IMPLEMENTED = "implemented", _("Implemented")
    BACKED_OUT = "backed_out", _("Failed, backed out")
    REVIEWED = "reviewed", _("Reviewed")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = ChangeStatus
DONE = frozenset({_S.CLOSED, _S.DECLINED, _S.WITHDRAWN})
UNDECIDED = frozenset({_S.SUBMITTED, _S.SCREENING, _S.ASSESSMENT, _S.CONSULTATION, _S.DECISION, _S.DEFERRED})
DECIDED = frozenset({_S.APPROVED, _S.SCHEDULED})
"""Decided on, and not begun: what was approved may still be edited, which voids the approval."""
BEGUN = frozenset({_S.IMPLEMENTING, _S.IMPLEMENTED, _S.BACKED_OUT, _S.REVIEWED})
OVER = frozenset({_S.IMPLEMENTED, _S.BACKED_OUT})
"""Carried out, well or not, and not looked back at yet."""

OCCUPYING = frozenset({_S.SCHEDULED, _S.IMPLEMENTING})
"""Its window is taken: environments and services are its own meanwhile, or the overlap was accepted."""
IN_PLACE = frozenset({_S.IMPLEMENTED, _S.REVIEWED, _S.CLOSED})
"""It was carried out; whether it stayed is its outcome's to say."""
ON_CALENDAR = OCCUPYING | OVER | {_S.REVIEWED, _S.CLOSED}
"""It has a window, to come or past. Any other RFC that has one was taken off the schedule: feeds say cancelled."""


def _planned(*first: Move, reviewed_by: frozenset[str], before_close: frozenset[str]) -> Lifecycle:
    """A table: ``first`` is how the class comes to a decision; the rest all classes share."""
    return Lifecycle(
        *first,
        Move("schedule", _("Schedule"), {_S.APPROVED}, _S.SCHEDULED, MANAGER, frozenset({"window"})),
        Move("unschedule", _("Take off the schedule"), {_S.SCHEDULED}, _S.APPROVED, MANAGER, WORDS),
        Move("start", _("Start implementation"), {_S.SCHEDULED}, _S.IMPLEMENTING, IMPLEMENTER),
        Move("finish", _("Implemented"), {_S.IMPLEMENTING}, _S.IMPLEMENTED, IMPLEMENTER, frozenset({"outcome"})),
        Move("back_out", _("Back out"), {_S.IMPLEMENTING, _S.IMPLEMENTED}, _S.BACKED_OUT, IMPLEMENTER, WORDS),
        Move("review", _("Review"), OVER, _S.REVIEWED, reviewed_by, frozenset({"review"})),
        Move("plan_again", _("Plan again"), {_S.BACKED_OUT, _S.REVIEWED}, _S.ASSESSMENT, MANAGER, WORDS),
        Move("close", _("Close"), before_close, _S.CLOSED, MANAGER),
        Move("withdraw", _("Withdraw"), UNDECIDED | DECIDED, _S.WITHDRAWN, MANAGER | {"requester"}, WORDS),
        Move("void", _("Void the approval"), DECIDED, _S.ASSESSMENT, SYSTEM),
        done=DONE,
        labels=dict(ChangeStatus.choices),
    )  # fmt: skip


NORMAL = _planned(
    Move("screen", _("Start screening"), {_S.SUBMITTED}, _S.SCREENING, MANAGER),
    Move("turn_away", _("Decline"), {_S.SUBMITTED, _S.SCREENING}, _S.DECLINED, MANAGER, WORDS),
    Move("assess", _("Start impact assessment"), {_S.SCREENING, _S.DEFERRED}, _S.ASSESSMENT, MANAGER),
    Move("consult", _("Open consultation"), {_S.ASSESSMENT}, _S.CONSULTATION, MANAGER, frozenset({"closes_at"})),
    Move("end_consultation", _("End consultation"), {_S.CONSULTATION}, _S.ASSESSMENT, MANAGER | SYSTEM),
    Move("put_to_board", _("Put to the board"), {_S.ASSESSMENT}, _S.DECISION, MANAGER),
    Move("take_back", _("Take back from the board"), {_S.DECISION}, _S.ASSESSMENT, MANAGER | SYSTEM, WORDS),
    Move("approve", _("Approve"), {_S.DECISION}, _S.APPROVED, BOARD),
    Move("decline", _("Decline"), {_S.DECISION}, _S.DECLINED, BOARD, WORDS),
    Move("defer", _("Defer"), {_S.DECISION}, _S.DEFERRED, BOARD, frozenset({"message", "until"})),
    reviewed_by=MANAGER,
    before_close=frozenset({_S.REVIEWED}),
)  # fmt: skip
"""A normal change: assessed, put to LDCs where it touches them, decided by the board."""

STANDARD = _planned(
    Move("screen", _("Start screening"), {_S.SUBMITTED}, _S.SCREENING, MANAGER),
    Move("turn_away", _("Decline"), {_S.SUBMITTED, _S.SCREENING}, _S.DECLINED, MANAGER, WORDS),
    Move("accept", _("Accept under its template"), {_S.SCREENING, _S.ASSESSMENT}, _S.APPROVED, MANAGER),
    reviewed_by=MANAGER,
    before_close=frozenset({_S.IMPLEMENTED, _S.REVIEWED}),
)
"""A standard change: its template is what was approved, so nobody decides again. One that failed is reviewed."""

EMERGENCY = _planned(
    Move("call_two", _("Ask for emergency approval"), {_S.SUBMITTED, _S.ASSESSMENT}, _S.DECISION, MANAGER),
    Move("take_back", _("Take back"), {_S.DECISION}, _S.ASSESSMENT, MANAGER | SYSTEM, WORDS),
    Move("approve", _("Approve"), {_S.DECISION}, _S.APPROVED, TWO),
    Move("decline", _("Decline"), {_S.DECISION}, _S.DECLINED, TWO, WORDS),
    reviewed_by=BOARD,
    before_close=frozenset({_S.REVIEWED}),
)
"""An emergency: two people agree now, the board reviews it afterwards, and only then is it closed."""

LIFECYCLES: dict[str, Lifecycle] = {
    ChangeClass.STANDARD: STANDARD,
    ChangeClass.NORMAL: NORMAL,
    ChangeClass.EMERGENCY: EMERGENCY,
}
