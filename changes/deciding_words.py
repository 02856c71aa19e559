"""The words for decisions, consultations and reviews: what happened, and how things stand."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from changes.models import Choice, DecisionKind, DecisionState, Stance

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


def votes_words(votes: dict[str, int]) -> str:
    """How many voted for what: “3 for approving, 1 for declining”."""
    return ", ".join(f"{votes[choice]} {CHOSEN[choice]}" for choice in Choice.values if votes.get(choice))


def _decided(by_board: str | Promise, by_two: str | Promise) -> Callable[[dict[str, Any]], str]:
    """What the desk carried out, and how many voted for what."""

    def sentence(facts: dict[str, Any]) -> str:
        words = str(by_two if facts.get("kind") == DecisionKind.TWO else by_board)
        votes = votes_words(facts.get("votes", {}))
        return gettext("%(what)s: %(votes)s") % {"what": words, "votes": votes} if votes else words

    return sentence


def _deferred(facts: dict[str, Any]) -> str:
    words = _decided(_("deferred it, as the board decided"), "")(facts)
    if not facts.get("until"):
        return words
    day = date_format(date.fromisoformat(str(facts["until"])), "j F Y")
    return gettext("%(what)s. It comes up again on %(day)s") % {"what": words, "day": day}


def _ended(facts: dict[str, Any]) -> str:
    stances = facts.get("stances", {})
    said = ", ".join(f"{one.label}: {stances[one.value]}" for one in Stance if stances.get(one.value))
    return gettext("ended the consultation. %(said)s") % {"said": said or gettext("Nobody answered")}


def _answered(facts: dict[str, Any]) -> str:
    return gettext("answered for %(organization)s: %(stance)s") % {
        "organization": facts["organization"],
        "stance": Stance(facts["stance"]).label,
    }


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "approve": _decided(_("approved it, as the board decided"), _("approved it, as two people agreed")),
    "decline": _decided(_("declined it, as the board decided"), _("declined it, as one of the two did")),
    "defer": _deferred,
    "end_consultation": _ended,
    "voted": lambda facts: gettext("voted"),
    "decision_reminded": lambda facts: gettext("reminds of the votes that are still out"),
    "no_quorum": lambda facts: gettext("says that the time to decide is over and votes are missing"),
    "minutes": lambda facts: gettext("published the minutes"),
    "consultation_answered": _answered,
    "review_written": lambda facts: gettext("wrote the review"),
    "review_asked": lambda facts: gettext("put the review to the board"),
    "review_refused": lambda facts: gettext("gave the review back: the board did not accept it"),
}
"""What the actor did, as the rest of a sentence."""
