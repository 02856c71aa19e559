"""The words for what happened: one table for the timeline, the bell and the mails."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.models import Event
from servicedesk.ui.moments import absolute
from tickets.models import Incident, Severity, TargetName
from tickets.transitions import Status

TONES = {
    Status.NEW: "new",
    Status.ACKNOWLEDGED: "progress",
    Status.IN_PROGRESS: "progress",
    Status.WAITING_LDC: "waiting",
    Status.WAITING_VENDOR: "hold",
    Status.RESOLVED: "good",
    Status.CLOSED: "done",
    Status.CANCELLED: "done",
}
"""Which of the interface's status colours each status has (UX §7.3)."""

FOR_THE_LDC: dict[str, str | Promise] = {
    Status.WAITING_LDC: gettext_lazy("We need your answer"),
    Status.WAITING_VENDOR: gettext_lazy("Waiting for our provider"),
}
"""Statuses that the LDC's own people read in other words (UX §7.3)."""

HEADLINES: dict[str, str | Promise] = {
    "incident.submitted": gettext_lazy("Reported"),
    "incident.replied": gettext_lazy("New message"),
    "incident.noted": gettext_lazy("Internal note"),
    "incident.acknowledge": gettext_lazy("We have it"),
    "incident.start": gettext_lazy("We are working on it"),
    "incident.ask": gettext_lazy("We need your answer"),
    "incident.answer": gettext_lazy("Answered"),
    "incident.wait_for_vendor": gettext_lazy("Waiting for our provider"),
    "incident.resume": gettext_lazy("Work goes on"),
    "incident.resolve": gettext_lazy("Resolved"),
    "incident.reopen": gettext_lazy("Reopened"),
    "incident.close": gettext_lazy("Closed"),
    "incident.cancel": gettext_lazy("Cancelled"),
    "incident.assigned": gettext_lazy("Assigned"),
    "incident.rated": gettext_lazy("Severity changed"),
    "incident.contact_changed": gettext_lazy("Contact changed"),
    "incident.closing_soon": gettext_lazy("Closes soon"),
    "incident.escalated": gettext_lazy("Escalated"),
    "incident.excused": gettext_lazy("Time excused"),
    "incident.moved_to_versions": gettext_lazy("Due times recalculated"),
}
"""What a mail's subject and a notice say of an event, in two or three words."""


def _assigned(facts: dict[str, Any]) -> str:
    if not facts["assignee"]:
        return _("put it back in the queue")
    return _("assigned it to %(assignee)s") % facts


def _rated(facts: dict[str, Any]) -> str:
    words = _("changed the severity from %(was)d to %(now)d: %(reason)s") % {
        "was": facts["was_severity"],
        "now": facts["severity"],
        "reason": facts["reason"],
    }
    if facts.get("late_since"):
        words += " " + _("(late at once: with this severity it was due %(when)s)") % {
            "when": _moment(facts["late_since"])
        }
    return words


def _escalated(facts: dict[str, Any]) -> str:
    target = TargetName(facts["target"]).label
    due = _moment(facts["due_at"])
    if facts["when"] == "100%":
        return _("escalated it: “%(target)s” was due %(due)s") % {"target": target, "due": due}
    return _("escalated it at %(step)s of “%(target)s”, due %(due)s") % {
        "step": step_words(facts["when"]),
        "target": target,
        "due": due,
    }


def step_words(when: str) -> str:
    """A step of the ladder in words: 75%, 60 min after it was due."""
    if when.endswith("%"):
        return when
    minutes = int(when.removesuffix("m"))
    if minutes < 0:
        return _("%(n)d min before the end") % {"n": -minutes}
    return _("%(n)d min after the end") % {"n": minutes}


def _excused(facts: dict[str, Any]) -> str:
    return _("excused %(start)s to %(end)s for “%(target)s”: %(reason)s") % {
        "start": _moment(facts["start"]),
        "end": _moment(facts["end"]),
        "target": TargetName(facts["target"]).label,
        "reason": facts["reason"],
    }


def _moved(facts: dict[str, Any]) -> str:
    moved = [
        _("“%(target)s” from %(was)s to %(now)s")
        % {"target": TargetName(target).label, "was": _moment(was), "now": _moment(now)}
        for target, (was, now) in facts["moved"].items()
    ]
    return _("recalculated the due times (%(why)s): %(moved)s") % {
        "why": facts["why"],
        "moved": "; ".join(moved) or _("nothing moved"),
    }


def _moment(text: str | datetime | None) -> str:
    """A moment of an event's facts, which are strings once they were stored."""
    return absolute(datetime.fromisoformat(text) if isinstance(text, str) else text)


def _contact(facts: dict[str, Any]) -> str:
    if not facts["contact"]:
        return _("made everyone in the organization the contact")
    return _("made %(contact)s the contact") % facts


def _resolved(facts: dict[str, Any]) -> str:
    if facts.get("resolution") == "workaround":
        return _("resolved it by a workaround")
    return _("resolved it")


def _closing(facts: dict[str, Any]) -> str:
    return _("will close this ticket on %(when)s, unless somebody reopens it") % {
        "when": absolute(datetime.fromisoformat(facts["closes_at"]))
    }


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "incident.submitted": lambda facts: _("reported this incident"),
    "incident.replied": lambda facts: _("wrote"),
    "incident.noted": lambda facts: _("noted"),
    "incident.acknowledge": lambda facts: _("acknowledged it"),
    "incident.start": lambda facts: _("started work"),
    "incident.ask": lambda facts: _("asked a question; the clock is paused until it is answered"),
    "incident.answer": lambda facts: _("answered; work goes on"),
    "incident.wait_for_vendor": lambda facts: _("is waiting for a provider"),
    "incident.resume": lambda facts: _("resumed work"),
    "incident.resolve": _resolved,
    "incident.reopen": lambda facts: _("reopened it"),
    "incident.close": lambda facts: _("closed it"),
    "incident.cancel": lambda facts: _("cancelled it"),
    "incident.assigned": _assigned,
    "incident.rated": _rated,
    "incident.contact_changed": _contact,
    "incident.closing_soon": _closing,
    "incident.escalated": _escalated,
    "incident.excused": _excused,
    "incident.moved_to_versions": _moved,
}


def status_words(incident: Incident, *, for_desk: bool) -> str:
    """The status of a ticket, as this side calls it."""
    return status_word(incident.status, for_desk=for_desk)


def status_word(name: str, *, for_desk: bool) -> str:
    """A status, as this side calls it."""
    status = Status(name)
    return str(status.label if for_desk else FOR_THE_LDC.get(status, status.label))


def actor_of(event: Event) -> str:
    """Who did it, by name."""
    return str(event.actor) if event.actor else _("The service desk")


def sentence(event: Event) -> str:
    """What the actor did, as the rest of a sentence that begins with their name."""
    return _SENTENCES[event.name](event.facts)


def headline(event: Event) -> str:
    """What happened, in two or three words."""
    return str(HEADLINES[event.name])


def turn(incident: Incident) -> str:
    """Whose turn it is and by when: the first thing the LDC reads."""
    if incident.status == Status.WAITING_LDC:
        return _("We need your answer. The clock is paused since %(when)s.") % {
            "when": absolute(incident.paused_at)
        }
    if incident.status == Status.RESOLVED:
        return _("We resolved it. Tell us if it is not: you can reopen it until %(when)s.") % {
            "when": absolute(incident.reopen_until)
        }
    if incident.status == Status.CLOSED:
        return _("This ticket is closed.")
    if incident.status == Status.CANCELLED:
        return _("This ticket was cancelled.")
    return _working(incident)


def _working(incident: Incident) -> str:
    late = incident.due_at is not None and incident.due_at < timezone.now()
    target = TargetName(incident.due_target)
    words = str((_LATE if late else _ON_TIME)[target]) % {"when": absolute(incident.due_at)}
    if target == TargetName.RESPOND:
        return words
    if incident.status == Status.WAITING_VENDOR:
        return _("We are waiting for our provider, and the clock runs on. %(promise)s") % {"promise": words}
    return _("We are working on it. %(promise)s") % {"promise": words}


_ON_TIME = {
    TargetName.RESPOND: gettext_lazy("We have your report. A first answer is due by %(when)s."),
    TargetName.UPDATE: gettext_lazy("Next update by %(when)s."),
    TargetName.RESTORE: gettext_lazy("Restoration is due by %(when)s."),
}
_LATE = {
    TargetName.RESPOND: gettext_lazy("We are late with a first answer: it was due %(when)s."),
    TargetName.UPDATE: gettext_lazy("We are late with news: it was due %(when)s."),
    TargetName.RESTORE: gettext_lazy("We are late: restoration was due %(when)s."),
}
"""What is due next while it is the desk's turn, by target."""


def severity_word(severity: int) -> str:
    """The severity in words."""
    return str(Severity(severity).label)
