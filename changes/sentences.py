"""The words for what happened to an RFC: one table for the timeline, the bell and the mails."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes import deciding_words, schedule_words
from changes.conditions import PLANS
from changes.models import Risk
from changes.transitions import ChangeClass
from changes.wording import FIELDS, value_words
from servicedesk.records.models import Event
from servicedesk.ui.moments import absolute

Sentence = Callable[[dict[str, Any]], str]

CORE: dict[str, str | Promise] = {
    "submitted": gettext_lazy("Submitted"),
    "edited": gettext_lazy("Changed"),
    "rated": gettext_lazy("Risk rated"),
    "planned": gettext_lazy("Planned"),
    "published": gettext_lazy("Published"),
    "unpublished": gettext_lazy("No longer published"),
    "replied": gettext_lazy("New message"),
    "noted": gettext_lazy("Internal note"),
    "screen": gettext_lazy("Screening begins"),
    "turn_away": gettext_lazy("Declined"),
    "assess": gettext_lazy("Impact assessment begins"),
    "consult": gettext_lazy("Consultation opened"),
    "end_consultation": gettext_lazy("Consultation ended"),
    "put_to_board": gettext_lazy("Awaits the board’s decision"),
    "call_two": gettext_lazy("Emergency approval is asked for"),
    "take_back": gettext_lazy("Taken back"),
    "accept": gettext_lazy("Accepted under its template"),
    "approve": gettext_lazy("Approved"),
    "decline": gettext_lazy("Declined"),
    "defer": gettext_lazy("Deferred"),
    "void": gettext_lazy("Approval void"),
    "schedule": gettext_lazy("Scheduled"),
    "unschedule": gettext_lazy("Off the schedule"),
    "moved_window": gettext_lazy("Moved to another time"),
    "start": gettext_lazy("Implementation begins"),
    "finish": gettext_lazy("Implemented"),
    "back_out": gettext_lazy("Backed out"),
    "review": gettext_lazy("Reviewed"),
    "plan_again": gettext_lazy("Planned again"),
    "close": gettext_lazy("Closed"),
    "withdraw": gettext_lazy("Withdrawn"),
}
"""What a mail's subject and a notice say, by what happened."""

HEADLINES: dict[str, str | Promise] = {**CORE, **deciding_words.HEADLINES, **schedule_words.HEADLINES}


def moment(text: str | datetime | None) -> str:
    """A moment of an event's facts, which are strings once they were stored, in the reader's zone."""
    return absolute(datetime.fromisoformat(text) if isinstance(text, str) else text)


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j F Y")


def _edited(facts: dict[str, Any]) -> str:
    return _("changed %(changes)s") % {"changes": "; ".join(_one_change(**one) for one in facts["changed"])}


def _one_change(*, field: str, was: Any, now: Any) -> str:
    """A field, from what to what; a plan that is written for the first time stands on the page."""
    label = FIELDS[field]
    if field in PLANS and not was:
        return _("“%(label)s”, which was empty") % {"label": label}
    return _("“%(label)s” from “%(was)s” to “%(now)s”") % {
        "label": label,
        "was": value_words(field, was),
        "now": value_words(field, now),
    }


def _rated(facts: dict[str, Any]) -> str:
    return _("rated the risk as %(risk)s, with %(points)d points by formula %(formula)d") % {
        "risk": Risk(facts["risk"]).label.lower(),
        "points": facts["points"],
        "formula": facts["formula"],
    }


def _planned(facts: dict[str, Any]) -> str:
    said = []
    if "change_class" in facts:
        said.append(
            _("made it a change of class “%(name)s”") % {"name": ChangeClass(facts["change_class"]).label}
        )
    if "implementer" in facts:
        said.append(
            _("named %(implementer)s as implementer") % facts
            if facts["implementer"]
            else _("named nobody as implementer any more")
        )
    if "release" in facts:
        said.append(
            _("put it into release %(release)s") % facts
            if facts["release"]
            else _("took it out of its release")
        )
    return "; ".join(said) or _("planned it")


def _reconsidered(words: str | Promise) -> Sentence:
    """An approval or a vote that an edit ended: with the fields that were changed."""

    def sentence(facts: dict[str, Any]) -> str:
        if not facts.get("fields"):
            return str(words)
        fields = ", ".join(str(FIELDS[name]).lower() for name in facts["fields"])
        return _("%(what)s, because these were changed: %(fields)s") % {"what": words, "fields": fields}

    return sentence


def _window(words: str | Promise) -> Sentence:
    """Something that has a time: from when to when, in the reader's zone."""

    def sentence(facts: dict[str, Any]) -> str:
        start, end = facts.get("starts_at"), facts.get("ends_at")
        if not start or not end:
            return str(words)
        return _("%(what)s: %(start)s to %(end)s") % {
            "what": words,
            "start": moment(start),
            "end": moment(end),
        }

    return sentence


SENTENCES: dict[str, Sentence] = {
    "submitted": lambda facts: _("submitted this request for change"),
    "edited": _edited,
    "rated": _rated,
    "planned": _planned,
    "published": lambda facts: _("published it: every LDC can read it"),
    "unpublished": lambda facts: _("took it from the other LDCs again"),
    "replied": lambda facts: _("wrote"),
    "noted": lambda facts: _("noted"),
    "screen": lambda facts: _("started screening"),
    "turn_away": lambda facts: _("declined it"),
    "assess": lambda facts: _("started the impact assessment"),
    "consult": lambda facts: _("opened the consultation of LDCs"),
    "put_to_board": lambda facts: _("put it to the change advisory board"),
    "call_two": lambda facts: _("asked for emergency approval by two people"),
    "take_back": _reconsidered(gettext_lazy("took it back")),
    "accept": lambda facts: _("accepted it under its template"),
    "void": _reconsidered(gettext_lazy("voided the approval")),
    "schedule": _window(gettext_lazy("scheduled it")),
    "unschedule": lambda facts: _("took it off the schedule"),
    "start": lambda facts: _("started the implementation"),
    "finish": lambda facts: _("implemented it"),
    "back_out": lambda facts: _("backed it out"),
    "review": lambda facts: _("reviewed it"),
    "plan_again": lambda facts: _("sent it back to be planned again"),
    "close": lambda facts: _("closed it"),
    "withdraw": lambda facts: _("withdrew it"),
    **deciding_words.SENTENCES,
    **schedule_words.SENTENCES,
}  # fmt: skip
"""What the actor did, as the rest of a sentence; what is missing says its headline."""


def actor_of(event: Event) -> str:
    """Who did it, by name."""
    return str(event.actor) if event.actor else _("The service desk")


def sentence(event: Event) -> str:
    """What the actor did, as the rest of a sentence that begins with their name."""
    write = SENTENCES.get(event.what)
    return str(write(event.facts)) if write else f"– {headline(event)}"


def headline(event: Event) -> str:
    """What happened, in two or three words."""
    return str(HEADLINES[event.what])
