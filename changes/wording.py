"""The words for how an RFC stands: its status, whose turn it is, and what its fields say."""

from datetime import date
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.conditions import PLANS
from changes.models import Category, Interface, RequestForChange
from changes.transitions import ChangeStatus
from servicedesk.ui.moments import absolute
from tickets.models import Environment

S = ChangeStatus
LONGEST_SHOWN = 200
"""How much of a text the history repeats."""

TONES: dict[str, str] = {
    S.SUBMITTED: "new",
    S.SCREENING: "progress",
    S.ASSESSMENT: "progress",
    S.CONSULTATION: "waiting",
    S.DECISION: "waiting",
    S.DEFERRED: "hold",
    S.APPROVED: "good",
    S.SCHEDULED: "hold",
    S.IMPLEMENTING: "progress",
    S.IMPLEMENTED: "good",
    S.BACKED_OUT: "bad",
    S.REVIEWED: "good",
    S.CLOSED: "done",
    S.DECLINED: "bad",
    S.WITHDRAWN: "done",
}
"""Which of the interface's status colours each status has (UX §7.3)."""

RISK_TONES = {"low": "good", "medium": "waiting", "high": "bad"}

FIELDS: dict[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "category": gettext_lazy("Kind"),
    "description": gettext_lazy("What is to change"),
    "reason": gettext_lazy("Why"),
    "affected": gettext_lazy("Who is affected"),
    "environments": gettext_lazy("Environments"),
    "interfaces": gettext_lazy("Interfaces"),
    "desired_on": gettext_lazy("Desired by"),
    "downtime": gettext_lazy("Downtime"),
    "implementation_plan": gettext_lazy("Implementation plan"),
    "test_plan": gettext_lazy("Test plan"),
    "communication_plan": gettext_lazy("Communication plan"),
    "back_out_plan": gettext_lazy("Back-out plan"),
    "documents": gettext_lazy("Documents"),
    "risk": gettext_lazy("Risk"),
    "change_class": gettext_lazy("Class"),
}
"""What an RFC's fields are called on every page and in the history."""

_CHOICES: dict[str, dict[str, str | Promise]] = {
    "category": dict(Category.choices),
    "environments": dict(Environment.choices),
    "interfaces": dict(Interface.choices),
}

TURNS: dict[str, str | Promise] = {
    S.SUBMITTED: gettext_lazy("The change manager looks at it next."),
    S.SCREENING: gettext_lazy("The change manager is screening it."),
    S.ASSESSMENT: gettext_lazy("The Service Desk is working out its impact and its risk."),
    S.CONSULTATION: gettext_lazy("LDCs can say what it means for them."),
    S.APPROVED: gettext_lazy("It is approved. The change manager schedules it next."),
    S.IMPLEMENTING: gettext_lazy("It is being implemented now."),
    S.IMPLEMENTED: gettext_lazy("It is implemented. What was learned is written down next."),
    S.BACKED_OUT: gettext_lazy("It did not work and was backed out. It is looked back at next."),
    S.REVIEWED: gettext_lazy("It was looked back at. The change manager closes it next."),
    S.CLOSED: gettext_lazy("It is done and closed."),
    S.DECLINED: gettext_lazy("It was declined."),
    S.WITHDRAWN: gettext_lazy("It was withdrawn."),
}


def status_words(rfc: RequestForChange) -> str:
    """Its status."""
    return str(ChangeStatus(rfc.status).label)


def turn(rfc: RequestForChange) -> str:
    """Whose turn it is, and by when where that is known."""
    if rfc.status == S.DECISION:
        if rfc.change_class == "emergency":
            return _("Two people of the Service Desk decide on this emergency next.")
        return _("The change advisory board decides next.")
    if rfc.status == S.DEFERRED:
        if rfc.deferred_until:
            day = date_format(rfc.deferred_until, "j F Y")
            return _("It was deferred until %(day)s. The change manager takes it up again then.") % {
                "day": day
            }
        return _("It was deferred. The change manager takes it up again.")
    if rfc.status == S.SCHEDULED and rfc.starts_at:
        return _("It is scheduled for %(start)s to %(end)s.") % {
            "start": absolute(rfc.starts_at),
            "end": absolute(rfc.ends_at),
        }
    return str(TURNS.get(rfc.status, _("It is scheduled.")))


def value_words(field: str, value: Any, *, most: int | None = LONGEST_SHOWN) -> str:
    """What a field says, for people, at most so much of it; a dash where it says nothing."""
    if field == "documents":
        words = "; ".join(document_words(*one) for one in value)
    elif field in _CHOICES:
        names = _CHOICES[field]
        words = ", ".join(str(names[one]) for one in (value if isinstance(value, list) else [value]) if one)
    elif field == "desired_on":
        day = date.fromisoformat(value) if isinstance(value, str) and value else value
        words = date_format(day, "j F Y") if day else ""
    elif field == "downtime":
        words = downtime_words(int(value or 0))
    else:
        text = str(value or "").strip()
        words = text if most is None or len(text) <= most else f"{text[:most]}…"
    return words or "–"


def document_words(title: str, old_version: str, new_version: str) -> str:
    """A document, and from which version to which."""
    if old_version:
        return _("%(title)s, %(old)s to %(new)s") % {"title": title, "old": old_version, "new": new_version}
    return _("%(title)s, new: %(new)s") % {"title": title, "new": new_version}


def downtime_words(minutes: int) -> str:
    """How long a service is down."""
    if not minutes:
        return _("none")
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    return _("%(h)d h %(m)02d min") % {"h": minutes // 60, "m": minutes % 60}


def plan_names() -> dict[str, str]:
    """The four plans, by column."""
    return {name: str(FIELDS[name]) for name in PLANS}
