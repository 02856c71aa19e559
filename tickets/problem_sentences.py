"""The words for what happened to a problem: for its page, the bell and the mails."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.records.models import Event
from tickets.models import Problem, ProblemInternals
from tickets.problem_news import News


def day(iso: str) -> str:
    """A day of an event's facts, such as 1 April 2027."""
    return date_format(date.fromisoformat(iso), "j F Y")


def _fields(facts: dict[str, Any]) -> str:
    return ", ".join(str(_label(name)) for name in facts["fields"])


def _label(name: str) -> str | Promise:
    for model in (Problem, ProblemInternals):
        try:
            return model._meta.get_field(name).verbose_name  # type: ignore[union-attr]
        except FieldDoesNotExist:
            continue
    return name


def _scheduled(facts: dict[str, Any]) -> str:
    plan = ", ".join(filter(None, [facts.get("release"), day(facts["on"]) if facts.get("on") else ""]))
    return _("scheduled the fix: %(plan)s") % {"plan": plan} if plan else _("scheduled the fix")


def _told(facts: dict[str, Any]) -> str:
    done, number = sum(row["done"] for row in facts["rows"]), len(facts["rows"])
    words = ngettext(
        "sent a note to %(done)d of %(number)d incident",
        "sent a note to %(done)d of %(number)d incidents",
        number,
    )
    return words % {"done": done, "number": number}


def _closed_the_loop(facts: dict[str, Any]) -> str:
    done, number = sum(row["done"] for row in facts["rows"]), len(facts["rows"])
    words = ngettext(
        "resolved %(done)d of %(number)d incident", "resolved %(done)d of %(number)d incidents", number
    )
    return words % {"done": done, "number": number}


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "opened": lambda facts: _("logged this problem"),
    "edited": lambda facts: _("changed: %(fields)s") % {"fields": _fields(facts)},
    "internals_edited": lambda facts: _("changed: %(fields)s") % {"fields": _fields(facts)},
    "published": lambda facts: _("published it in the problem log"),
    "withdrawn": lambda facts: _("took it out of the problem log"),
    "workaround_verified": lambda facts: _("verified the workaround on %(day)s") % {"day": day(facts["on"])},
    "fix_verified": lambda facts: _("verified the fix"),
    "joined": lambda facts: _("linked %(reference)s to it") % facts,
    "fix_asked": lambda facts: _("asked for %(reference)s, which is to mend it") % facts,
    "absorbed": lambda facts: _("took over what belonged to %(reference)s") % facts,
    "notes_decided": _told,
    "incidents_resolved": _closed_the_loop,
    "noted": lambda facts: _("noted"),
    "investigate": lambda facts: _("began to investigate"),
    "identify": lambda facts: _("found the root cause"),
    "declare": lambda facts: _("declared it a known error"),
    "schedule": _scheduled,
    "call_off": lambda facts: _("called the fix off for now"),
    "resolve": lambda facts: _("put the fix in"),
    "reopen": lambda facts: _("found that it is not fixed"),
    "close": lambda facts: _("closed it"),
    "merge": lambda facts: _("ended it as a duplicate"),
    "reject": lambda facts: _("rejected it"),
}
"""What somebody did, as the rest of a sentence that begins with their name. By what happened."""

OTHERWISE: str | Promise = gettext_lazy("Problem changed")
"""The headline of an event that is nobody's news."""


def sentence(event: Event) -> str:
    """What the actor did, as the rest of a sentence that begins with their name."""
    return SENTENCES[event.what](event.facts)


def headline(event: Event) -> str:
    """What it is news of, in two or three words."""
    return ", ".join(str(News(news).label) for news in event.facts.get("news", [])) or str(OTHERWISE)
