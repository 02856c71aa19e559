"""The lives of tickets, on two screens: an incident's and a standard request's (DOMAIN).

Buttons, refusals, mails, tests and docs are derived from these tables. What both have in common has
the same name in both, so that lists and queues need not ask which of the two a ticket is.
"""

from collections.abc import Iterable, Iterator

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Kind
from servicedesk.records.transitions import Lifecycle, Move

AGENT = frozenset({"agent"})
EITHER = frozenset({"agent", "ldc"})
LDC = frozenset({"ldc"})
SYSTEM = frozenset({"system"})
WORDS = frozenset({"message"})


def _undone_merges(statuses: Iterable[str], closed: str) -> Iterator[Move]:
    """The ways back from a merge, one to each status that a ticket can be merged from."""
    for status in statuses:
        yield Move(f"unmerge_{status}", _("Undo the merge"), frozenset({closed}), status, SYSTEM)


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
    Move("merge", _("Merge into another ticket"), OPEN, Status.CLOSED, SYSTEM),
    *_undone_merges([status for status in Status if status in OPEN], Status.CLOSED),
    done=DONE,
    labels=dict(Status.choices),
)  # fmt: skip
"""An incident's life. What the system does here follows from a merge, or from its undoing (tickets.actions.merging)."""


class RequestStatus(TextChoices):
    """Where a standard request stands. A request that is not sent yet is a draft, and no record."""

    SUBMITTED = "submitted", _("Submitted")
    WAITING_APPROVAL = "waiting_approval", _("Waiting for approval")
    IN_FULFILMENT = "in_fulfilment", _("In fulfilment")
    WAITING_LDC = "waiting_ldc", _("Waiting for LDC")
    FULFILLED = "fulfilled", _("Fulfilled")
    CLOSED = "closed", _("Closed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")


_UNDECIDED = frozenset({RequestStatus.SUBMITTED, RequestStatus.WAITING_APPROVAL})
AT_WORK = frozenset({RequestStatus.IN_FULFILMENT, RequestStatus.WAITING_LDC})
REQUEST_OPEN = _UNDECIDED | AT_WORK
REQUEST_DONE = frozenset(RequestStatus) - REQUEST_OPEN
REQUEST_DECIDED = REQUEST_OPEN - {RequestStatus.WAITING_APPROVAL}
"""Open, and nobody's decision is waited for."""
_TO_START = frozenset({RequestStatus.SUBMITTED, RequestStatus.IN_FULFILMENT})
_DELIVERED = frozenset({RequestStatus.FULFILLED, RequestStatus.CLOSED})
APPROVER = frozenset({"approver"})

REQUEST_LIFECYCLE = Lifecycle(
    Move("await_approval", _("Ask for approval"), REQUEST_OPEN, RequestStatus.WAITING_APPROVAL, SYSTEM),
    Move("approve", _("Approve"), {RequestStatus.WAITING_APPROVAL}, RequestStatus.IN_FULFILMENT, APPROVER),
    Move("decline", _("Decline"), _UNDECIDED, RequestStatus.DECLINED, AGENT | APPROVER, WORDS),
    Move("start", _("Start fulfilment"), {RequestStatus.SUBMITTED}, RequestStatus.IN_FULFILMENT, AGENT),
    Move("ask", _("Ask the LDC"), _TO_START, RequestStatus.WAITING_LDC, AGENT, WORDS),
    Move("answer", _("Answer"), {RequestStatus.WAITING_LDC}, RequestStatus.IN_FULFILMENT, LDC, WORDS),
    Move("resume", _("Resume fulfilment"), {RequestStatus.WAITING_LDC}, RequestStatus.IN_FULFILMENT, AGENT),
    Move("fulfil", _("Fulfil"), {RequestStatus.IN_FULFILMENT}, RequestStatus.FULFILLED, AGENT, WORDS),
    Move("reopen", _("Reopen"), _DELIVERED, RequestStatus.IN_FULFILMENT, EITHER, WORDS),
    Move("close", _("Close"), {RequestStatus.FULFILLED}, RequestStatus.CLOSED, frozenset({"ldc", "system"})),
    Move("cancel", _("Cancel request"), REQUEST_OPEN, RequestStatus.CANCELLED, EITHER, WORDS),
    Move("need_no_approval", _("Needs no approval"), {RequestStatus.WAITING_APPROVAL}, RequestStatus.SUBMITTED, SYSTEM),
    Move("convert", _("Convert to an incident"), REQUEST_OPEN, RequestStatus.CLOSED, SYSTEM),
    Move("merge", _("Merge into another ticket"), REQUEST_DECIDED, RequestStatus.CLOSED, SYSTEM),
    *_undone_merges([status for status in RequestStatus if status in REQUEST_DECIDED], RequestStatus.CLOSED),
    done=REQUEST_DONE,
    labels=dict(RequestStatus.choices),
)  # fmt: skip
"""A standard request's life.

A material edit leads back to "waiting for approval" from wherever it stands. What the system does here
follows from what somebody did: edited answers, converted the request (tickets.actions.conversion), merged it.
"""

LIFECYCLES: dict[str, Lifecycle] = {Kind.INCIDENT: LIFECYCLE, Kind.REQUEST: REQUEST_LIFECYCLE}

UNTOUCHED = frozenset({Status.NEW, RequestStatus.SUBMITTED})
"""Nobody of the desk has looked at it."""
HANDED_BACK = frozenset({Status.RESOLVED, RequestStatus.FULFILLED})
"""Done, and the LDC may say that it is not: these close by themselves."""
LET_GO = frozenset({Status.CANCELLED, RequestStatus.DECLINED, RequestStatus.CANCELLED})
"""Ended without being done."""
ENDED = LET_GO | {Status.CLOSED, RequestStatus.CLOSED}
"""Nobody writes on it any more."""
STATUS_LABELS = {**REQUEST_LIFECYCLE.labels, **LIFECYCLE.labels}
"""Every status of a ticket, whatever its kind."""
