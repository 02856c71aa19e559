"""The words for what happened: one table for the timeline, the bell and the mails."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.roles import Role
from servicedesk.records.models import Event
from servicedesk.ui.moments import absolute
from tickets.models import Approver, Effect, TargetName
from tickets.models.catalogue import FRENCH

Word = TypeVar("Word")

HEADLINES: dict[str, str | Promise] = {
    "submitted": gettext_lazy("Reported"),
    "replied": gettext_lazy("New message"),
    "noted": gettext_lazy("Internal note"),
    "acknowledge": gettext_lazy("We have it"),
    "start": gettext_lazy("We are working on it"),
    "ask": gettext_lazy("We need your answer"),
    "answer": gettext_lazy("Answered"),
    "wait_for_vendor": gettext_lazy("Waiting for our provider"),
    "resume": gettext_lazy("Work goes on"),
    "resolve": gettext_lazy("Resolved"),
    "reopen": gettext_lazy("Reopened"),
    "close": gettext_lazy("Closed"),
    "cancel": gettext_lazy("Cancelled"),
    "assigned": gettext_lazy("Assigned"),
    "rated": gettext_lazy("Severity changed"),
    "routed": gettext_lazy("Handed to a team"),
    "contact_changed": gettext_lazy("Contact changed"),
    "closing_soon": gettext_lazy("Closes soon"),
    "escalated": gettext_lazy("Escalated"),
    "excused": gettext_lazy("Time excused"),
    "moved_to_versions": gettext_lazy("Due times recalculated"),
    "request.submitted": gettext_lazy("Submitted"),
    "request.start": gettext_lazy("In fulfilment"),
    "await_approval": gettext_lazy("Waits for approval"),
    "approve": gettext_lazy("Approved"),
    "decline": gettext_lazy("Declined"),
    "approval_asked": gettext_lazy("Your decision is needed"),
    "approval_reminded": gettext_lazy("Your decision is still needed"),
    "approval_overdue": gettext_lazy("A decision is late"),
    "approval_agreed": gettext_lazy("Agreed to"),
    "fulfil": gettext_lazy("Fulfilled"),
    "edited": gettext_lazy("Answers changed"),
    "converted": gettext_lazy("Moved to another form"),
    "convert": gettext_lazy("Became an incident"),
    "task_done": gettext_lazy("Task done"),
    "task_reopened": gettext_lazy("Task open again"),
    "linked": gettext_lazy("Linked"),
    "unlinked": gettext_lazy("Link removed"),
    "merge": gettext_lazy("Merged into another ticket"),
    "absorbed": gettext_lazy("Another ticket was merged into it"),
    "unmerged": gettext_lazy("No longer merged"),
    "gave_back": gettext_lazy("A merge was undone"),
    "split": gettext_lazy("Split"),
    "split_undone": gettext_lazy("A split was undone"),
    "not_sent": gettext_lazy("Message not sent"),
    "satisfaction": gettext_lazy("How it went"),
    "followers_added": gettext_lazy("You follow it now"),
}
"""What a mail's subject and a notice say of an event, in two or three words.

By what happened; where it is called otherwise on one kind of ticket, by the event's whole name.
"""


def _assigned(facts: dict[str, Any]) -> str:
    if not facts["assignee"]:
        return _("put it back in the queue")
    return _("assigned it to %(assignee)s") % facts


def _routed(facts: dict[str, Any]) -> str:
    if not facts["team"]:
        return _("took it from the team %(was)s") % {"was": _name_in(facts, "was_team")}
    return _("handed it to the team %(team)s") % {"team": _name_in(facts, "team")}


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


def _edited(facts: dict[str, Any]) -> str:
    changed = [
        _("“%(label)s” from “%(was)s” to “%(now)s”")
        % {name: _by_language(one[name]) for name in ("label", "was", "now")}
        for one in facts["changed"]
    ]
    if facts["titles"]:
        was, now = facts["titles"]
        changed.append(_("the title from “%(was)s” to “%(now)s”") % {"was": was, "now": now})
    return _("changed %(changes)s") % {"changes": "; ".join(changed)}


def _by_language(texts: dict[str, str]) -> str:
    """A text that the history keeps in each language, in the active one. Nothing where there was none."""
    return texts.get((get_language() or "").partition("-")[0]) or texts.get("en") or "–"


def _asked(facts: dict[str, Any]) -> str:
    return _("asked %(whom)s to decide by %(when)s") % {
        "whom": _whom(facts),
        "when": _moment(facts["decide_by"]),
    }


def _reminded(facts: dict[str, Any]) -> str:
    return _("reminded %(whom)s to decide by %(when)s") % {
        "whom": _whom(facts),
        "when": _moment(facts["decide_by"]),
    }


def _overdue(facts: dict[str, Any]) -> str:
    return _("still waits for %(whom)s to decide: that was due %(when)s") % {
        "whom": _whom(facts),
        "when": _moment(facts["decide_by"]),
    }


def _whom(facts: dict[str, Any]) -> str:
    if facts["asks"] == Approver.SME_APPROVER:
        return _("the Smart Metering Entity’s approvers")
    return _("the organization’s administrators")


def _in_place(words: str, facts: dict[str, Any]) -> str:
    """What somebody did, and in whose place; or that nobody is left who has not done it."""
    if facts.get("others_left"):
        return _("found that everybody who still decides has agreed")
    if not facts.get("in_place_of"):
        return words
    return _("%(did)s, in the place of %(whom)s") % {"did": words, "whom": ", ".join(facts["in_place_of"])}


def _converted(facts: dict[str, Any]) -> str:
    return _("moved it from “%(was)s” to “%(now)s”") % {
        "was": _name_in(facts, "was_item"),
        "now": _name_in(facts, "item"),
    }


def _name_in(facts: dict[str, Any], name: str) -> str:
    """A name of the catalogue, in the reader's language."""
    french = facts.get(f"{name}_fr") if (get_language() or "").startswith(FRENCH) else ""
    return str(french or facts[name])


def _cancelled(facts: dict[str, Any]) -> str:
    if facts.get("became"):
        return _("made it the request %(became)s") % facts
    return _("cancelled it")


def _linked(facts: dict[str, Any]) -> str:
    if facts["reference"]:
        return _("linked it to %(reference)s") % facts
    return _("linked it to another ticket")


def _unlinked(facts: dict[str, Any]) -> str:
    if facts["reference"]:
        return _("removed the link to %(reference)s") % facts
    return _("removed the link to another ticket")


def _fulfilled(facts: dict[str, Any]) -> str:
    access = facts.get("access")
    if not access:
        return _("fulfilled it")
    role = Role(access["role"]).label if access.get("role") else ""
    return _ACCESS[access["did"]](access | {"role": role})


def _ended(access: dict[str, Any]) -> str:
    if access["last_day"]:
        day = date_format(date.fromisoformat(access["last_day"]), "j F Y")
        return _("fulfilled it: the access of %(name)s ends after %(day)s") % {
            "name": access["name"],
            "day": day,
        }
    return _("fulfilled it: the access of %(name)s has ended") % access


def _new_administrator(access: dict[str, Any]) -> str:
    if access["replaces"]:
        return _("fulfilled it: %(name)s is administrator now, and %(replaces)s no longer") % access
    return _("fulfilled it: %(name)s is administrator now") % access


_ACCESS: dict[str, Callable[[dict[str, Any]], str]] = {
    Effect.INVITE: lambda access: _("fulfilled it: invited %(name)s (%(email)s) as %(role)s") % access,
    Effect.CHANGE_ROLE: lambda access: _("fulfilled it: %(name)s is %(role)s now") % access,
    Effect.DEACTIVATE: _ended,
    Effect.CHANGE_ADMINISTRATOR: _new_administrator,
}
"""What fulfilling a request did to an account."""


_SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "submitted": lambda facts: _("reported this incident"),
    "replied": lambda facts: _("wrote"),
    "noted": lambda facts: _("noted"),
    "acknowledge": lambda facts: _("acknowledged it"),
    "start": lambda facts: _("started work"),
    "ask": lambda facts: _("asked a question; the clock is paused until it is answered"),
    "answer": lambda facts: _("answered; work goes on"),
    "wait_for_vendor": lambda facts: _("is waiting for a provider"),
    "resume": lambda facts: _("resumed work"),
    "resolve": _resolved,
    "reopen": lambda facts: _("reopened it"),
    "close": lambda facts: _("closed it"),
    "cancel": _cancelled,
    "assigned": _assigned,
    "rated": _rated,
    "routed": _routed,
    "contact_changed": _contact,
    "closing_soon": _closing,
    "escalated": _escalated,
    "excused": _excused,
    "moved_to_versions": _moved,
    "request.submitted": lambda facts: _("sent this request"),
    "request.start": lambda facts: _("started fulfilment"),
    "request.answer": lambda facts: _("answered; fulfilment goes on"),
    "request.resume": lambda facts: _("resumed fulfilment"),
    "await_approval": lambda facts: _("asked for approval"),
    "approval_asked": _asked,
    "approval_reminded": _reminded,
    "approval_overdue": _overdue,
    "approval_agreed": lambda facts: _in_place(_("agreed to it"), facts),
    "approve": lambda facts: _in_place(_("gave the last approval; fulfilment begins"), facts),
    "decline": lambda facts: _in_place(_("declined it"), facts),
    "fulfil": _fulfilled,
    "edited": _edited,
    "converted": _converted,
    "convert": lambda facts: _("made it the incident %(became)s") % facts,
    "task_done": lambda facts: _("ticked off “%(task)s”") % {"task": _name_in(facts, "task")},
    "task_reopened": lambda facts: _("took back that “%(task)s” is done") % {"task": _name_in(facts, "task")},
    "linked": _linked,
    "unlinked": _unlinked,
    "merge": lambda facts: _("merged it into %(into)s: everything goes on there") % facts,
    "absorbed": lambda facts: _("merged %(reference)s into it") % facts,
    "unmerged": lambda facts: _("took it out of %(reference)s again: it goes on here") % facts,
    "gave_back": lambda facts: _("took %(reference)s out of it again") % facts,
    "split": lambda facts: _("made %(reference)s of some of its messages") % facts,
    "split_undone": lambda facts: _("took %(reference)s back: its messages are answered here") % facts,
    "followers_added": lambda facts: (
        _("lets %(names)s follow it") % {"names": get_text_list(facts["names"], _("and"))}
    ),
    "satisfaction": lambda facts: _("said how it went: %(score)d of 5") % facts,
    "not_sent": lambda facts: _("could not send the message of %(writer)s: %(reason)s") % facts,
}


def actor_of(event: Event) -> str:
    """Who did it, by name."""
    return str(event.actor) if event.actor else _("The service desk")


def sentence(event: Event) -> str:
    """What the actor did, as the rest of a sentence that begins with their name."""
    did = _of(event, _SENTENCES)(event.facts)
    return _("undid a bulk action: %(did)s") % {"did": did} if event.facts.get("undo") else did


def headline(event: Event) -> str:
    """What happened, in two or three words."""
    return str(_of(event, HEADLINES))


def _of(event: Event, table: Mapping[str, Word]) -> Word:
    return table.get(event.name) or table[event.what]
