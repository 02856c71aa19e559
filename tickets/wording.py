"""The words for how a ticket stands: its status, whose turn it is and by when."""

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.ui.moments import absolute
from tickets.models import Severity, TargetName, Ticket
from tickets.transitions import STATUS_LABELS, RequestStatus, Status

TONES: dict[str, str] = {
    Status.NEW: "new",
    Status.ACKNOWLEDGED: "progress",
    Status.IN_PROGRESS: "progress",
    Status.WAITING_LDC: "waiting",
    Status.WAITING_VENDOR: "hold",
    Status.RESOLVED: "good",
    Status.CLOSED: "done",
    Status.CANCELLED: "done",
    RequestStatus.SUBMITTED: "new",
    RequestStatus.WAITING_APPROVAL: "hold",
    RequestStatus.IN_FULFILMENT: "progress",
    RequestStatus.FULFILLED: "good",
    RequestStatus.DECLINED: "bad",
}
"""Which of the interface's status colours each status has (UX §7.3)."""

FOR_THE_LDC: dict[str, str | Promise] = {
    Status.WAITING_LDC: gettext_lazy("We need your answer"),
    Status.WAITING_VENDOR: gettext_lazy("Waiting for our provider"),
}
"""Statuses that the LDC's own people read in other words (UX §7.3)."""


def status_words(ticket: Ticket, *, for_desk: bool) -> str:
    """The status of a ticket, as this side calls it."""
    return status_word(ticket.status, for_desk=for_desk)


def status_word(name: str, *, for_desk: bool) -> str:
    """A status, as this side calls it."""
    label = STATUS_LABELS[name]
    return str(label if for_desk else FOR_THE_LDC.get(name, label))


def turn(ticket: Ticket) -> str:
    """Whose turn it is and by when: the first thing the LDC reads."""
    if ticket.status == Status.WAITING_LDC:
        return _("We need your answer. The clock is paused since %(when)s.") % {
            "when": absolute(ticket.paused_at)
        }
    if ticket.status == Status.RESOLVED:
        return _("We resolved it. Tell us if it is not: you can reopen it until %(when)s.") % {
            "when": absolute(ticket.reopen_until)
        }
    if ticket.status == RequestStatus.FULFILLED:
        return _("We fulfilled it. Tell us if something is missing: you can reopen it until %(when)s.") % {
            "when": absolute(ticket.reopen_until)
        }
    if ticket.status == RequestStatus.WAITING_APPROVAL:
        return _("It waits for approval. The time for fulfilment counts from then on.")
    if ticket.status in _OVER:
        return str(_OVER[ticket.status])
    return _working(ticket)


_OVER: dict[str, str | Promise] = {
    Status.CLOSED: gettext_lazy("This ticket is closed."),
    Status.CANCELLED: gettext_lazy("This ticket was cancelled."),
    RequestStatus.DECLINED: gettext_lazy("This request was declined."),
}


def _working(ticket: Ticket) -> str:
    late = ticket.due_at is not None and ticket.due_at < timezone.now()
    target = TargetName(ticket.due_target)
    words = str((_LATE if late else _ON_TIME)[target]) % {"when": absolute(ticket.due_at)}
    if ticket.status == RequestStatus.SUBMITTED:
        return _("We have your request. %(promise)s") % {"promise": words}
    if target == TargetName.RESPOND:
        return words
    if ticket.status == Status.WAITING_VENDOR:
        return _("We are waiting for our provider, and the clock runs on. %(promise)s") % {"promise": words}
    return _("We are working on it. %(promise)s") % {"promise": words}


_ON_TIME = {
    TargetName.RESPOND: gettext_lazy("We have your report. A first answer is due by %(when)s."),
    TargetName.UPDATE: gettext_lazy("Next update by %(when)s."),
    TargetName.RESTORE: gettext_lazy("Restoration is due by %(when)s."),
    TargetName.FULFIL: gettext_lazy("It is to be fulfilled by %(when)s."),
}
_LATE = {
    TargetName.RESPOND: gettext_lazy("We are late with a first answer: it was due %(when)s."),
    TargetName.UPDATE: gettext_lazy("We are late with news: it was due %(when)s."),
    TargetName.RESTORE: gettext_lazy("We are late: restoration was due %(when)s."),
    TargetName.FULFIL: gettext_lazy("We are late: it was to be fulfilled by %(when)s."),
}
"""What is due next while it is the desk's turn, by target."""


def severity_word(severity: int | None) -> str:
    """The severity in words; nothing for a request, which has none."""
    return str(Severity(severity).label) if severity else ""
