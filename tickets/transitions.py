"""The life of an incident, on one screen (DOMAIN, Incident management).

Buttons, refusals, mails, tests and docs are derived from this table.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from servicedesk.records.transitions import Lifecycle, Move


class Status(TextChoices):
    """Where an incident stands. Each answers "whose turn is it?"."""

    NEW = "new", _("New")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING_LDC = "waiting_ldc", _("Waiting for LDC")
    WAITING_VENDOR = "waiting_vendor", _("Waiting for provider")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


DONE = frozenset({Status.RESOLVED, Status.CLOSED, Status.CANCELLED})
OPEN = frozenset(Status) - DONE
ACTIVE = frozenset({Status.ACKNOWLEDGED, Status.IN_PROGRESS})
WAITING = frozenset({Status.WAITING_LDC, Status.WAITING_VENDOR})
IN_HAND = ACTIVE | WAITING
PAUSED = frozenset({Status.WAITING_LDC})

AGENT = frozenset({"agent"})
EITHER = frozenset({"agent", "ldc"})
LDC = frozenset({"ldc"})
WORDS = frozenset({"message"})

LIFECYCLE = Lifecycle(
    Move("acknowledge", _("Acknowledge"), {Status.NEW}, Status.ACKNOWLEDGED, AGENT),
    Move("start", _("Start work"), {Status.NEW, Status.ACKNOWLEDGED}, Status.IN_PROGRESS, AGENT),
    Move("ask", _("Ask the LDC"), ACTIVE | {Status.WAITING_VENDOR}, Status.WAITING_LDC, AGENT, WORDS),
    Move("answer", _("Answer"), {Status.WAITING_LDC}, Status.IN_PROGRESS, LDC, WORDS),
    Move("wait_for_vendor", _("Wait for provider"), ACTIVE | {Status.WAITING_LDC}, Status.WAITING_VENDOR, AGENT, WORDS),
    Move("resume", _("Resume work"), WAITING, Status.IN_PROGRESS, AGENT),
    Move("resolve", _("Resolve"), IN_HAND, Status.RESOLVED, AGENT, frozenset({"resolution", "message"})),
    Move("reopen", _("Reopen"), {Status.RESOLVED, Status.CLOSED}, Status.IN_PROGRESS, EITHER, WORDS),
    Move("close", _("Close"), {Status.RESOLVED}, Status.CLOSED, frozenset({"ldc", "system"})),
    Move("cancel", _("Cancel ticket"), OPEN, Status.CANCELLED, EITHER, WORDS),
    done=DONE,
    labels=dict(Status.choices),
)  # fmt: skip
