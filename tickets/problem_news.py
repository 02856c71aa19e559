"""What followers of a problem hear of: a table of rules. Whatever is not in it tells nobody.

A typo is corrected in silence: with ``wording_only``, or when nothing but capitals, spaces and
punctuation changes. What is not published is nobody's news.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Permission
from servicedesk.records.models import Event
from tickets.models import Problem, ProblemSubscription
from tickets.problem_transitions import PROBLEM_LIFECYCLE, ProblemStatus


class News(TextChoices):
    """What is worth a mail. The label is its headline."""

    PUBLISHED = "published", _("New in the problem log")
    WORKAROUND = "workaround", _("Workaround new or changed")
    FIX_SCHEDULED = "fix_scheduled", _("Fix scheduled")
    FIX_MOVED = "fix_moved", _("Fix moved")
    RESOLVED = "resolved", _("Resolved")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what was done, what it is news of, and while which status alone (any, where empty)."""

    news: News
    why: str | Promise
    status: str = ""


MOVES: dict[str, Rule] = {
    "published": Rule(News.PUBLISHED, _("it can be read from now on")),
    "schedule": Rule(News.FIX_SCHEDULED, _("there is a day or a release to plan with")),
    "call_off": Rule(News.FIX_MOVED, _("the day that was told does not hold")),
    "resolve": Rule(News.RESOLVED, _("the fix is in")),
    "reopen": Rule(News.FIX_MOVED, _("it was told as fixed, and is not")),
}
"""By what was done to the problem. The other moves tell nobody."""

FIELDS: dict[str, Rule] = {
    "workaround": Rule(News.WORKAROUND, _("people work by these steps")),
    "planned_release": Rule(
        News.FIX_MOVED, _("the release that was told does not hold"), ProblemStatus.FIX_SCHEDULED
    ),
    "fix_planned_on": Rule(
        News.FIX_MOVED, _("the day that was told does not hold"), ProblemStatus.FIX_SCHEDULED
    ),
}
"""By which field of the public face changed. The other fields tell nobody."""

SILENT_MOVES = tuple(move.name for move in PROBLEM_LIFECYCLE if move.name not in MOVES)


def news_of_move(problem: Problem, what: str) -> list[str]:
    """What something that was done is news of: one thing, or none."""
    rule = MOVES.get(what)
    return [rule.news.value] if rule and problem.is_published else []


def news_of_edit(problem: Problem, changed: Iterable[str], *, wording_only: bool = False) -> list[str]:
    """What changes of these fields are news of, in the order of News."""
    if wording_only or not problem.is_published:
        return []
    rules = [FIELDS[name] for name in changed if name in FIELDS]
    told = {rule.news.value for rule in rules if rule.status in {"", problem.status}}
    return [news for news in News.values if news in told]


def same_words(was: object, now: object) -> bool:
    """Do two texts differ in capitals, spaces and punctuation alone? Other things are the same or not."""
    if isinstance(was, str) and isinstance(now, str):
        return re.findall(r"\w+", was.casefold()) == re.findall(r"\w+", now.casefold())
    return was == now


def who_hears(event: Event, problem: Problem) -> QuerySet[Person]:
    """Followers of the problem and of its service area who still have access. Never the event's actor."""
    people = _followers(problem)
    return people.exclude(pk=event.actor_id) if event.actor_id else people


def number_who_hear(problem: Problem, *, but: Person) -> int:
    """How many people would hear of something that this person does to it."""
    return _followers(problem).exclude(pk=but.pk).count()


def _followers(problem: Problem) -> QuerySet[Person]:
    followers = problem.followers.values("person")
    subscribers = ProblemSubscription.objects.filter(area=problem.area).values("person")
    people = Person.objects.holding(Permission.REPORT, Permission.SEE_ALL)
    return people.filter(Q(pk__in=followers) | Q(pk__in=subscribers))
