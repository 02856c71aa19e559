"""What is known already about a text that somebody types: problems in the log, their organization's open tickets.

A row matches when two of the text's telling words stand in it (or the only one), or when the text is much
like its title. Both kinds are a query each.
"""

import re
from collections.abc import Sequence
from functools import reduce
from operator import add, or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from accounts.models import Person
from tickets.models import Problem, Ticket
from tickets.models.problem import WORDS_OF
from tickets.problem_transitions import UNSOLVED, ProblemStatus

MOST, MOST_WORDS, SHORT, ALIKE = 3, 12, 3, 0.6
LEAST_TYPED = 12
"""Characters of a title, before anything is suggested (UX 5.4)."""
_ENGLISH = (
    "the and for are not was but has had our you all any its can from with that this there have been off out"
)
_FRENCH = "les des une pas est sur par qui que dans pour avec nous vous"
_COMMON = frozenset(_ENGLISH.split() + _FRENCH.split())


def known_problems(person: Person, text: str, *, most: int = MOST) -> list[Problem]:
    """Published problems that people still suffer from, or that were just fixed. One query; none without words."""
    told = telling(text)
    if not told:
        return []
    alive = Problem.objects.visible_to(person).published()
    alive = alive.filter(status__in=[*UNSOLVED, ProblemStatus.RESOLVED])
    found = _matching(alive, text, [(word, _in_public_text(word)) for word in told])
    return list(found[:most])


def own_tickets(person: Person, text: str, *, organization_id: int | None = None) -> list[Ticket]:
    """Open tickets that this person sees (of one organization). One query; none without words."""
    told = telling(text)
    if not told:
        return []
    seen = Ticket.objects.visible_to(person).unfinished()
    if organization_id:
        seen = seen.filter(organization=organization_id)
    found = _matching(seen, text, [(word, _in_title(word)) for word in told])
    return list(found[:MOST])


def telling(text: str) -> list[str]:
    """The words of a text that tell something: of three letters and more, or with a figure, or all in capitals."""
    words = dict.fromkeys(re.findall(r"\w+", text.replace("\x00", ""))[: 3 * MOST_WORDS])
    kept = (
        word.casefold()
        for word in words
        if (len(word) > 2 or (len(word) > 1 and (word.isupper() or any(map(str.isdigit, word)))))
        and word.casefold() not in _COMMON
    )
    return list(dict.fromkeys(kept))[:MOST_WORDS]


def _in_public_text(word: str) -> Q:
    return Q(words=SearchQuery(word, search_type="plain", config=WORDS_OF)) | _in_title(word)


def _in_title(word: str) -> Q:
    """A word of the title begins with it; a short one is it. (It is letters and figures alone.)"""
    return Q(title__iregex=rf"\m{word}" if len(word) > SHORT else rf"\m{word}\M")


def _matching(rows: QuerySet[Any], text: str, words: Sequence[tuple[str, Q]]) -> QuerySet[Any]:
    """The rows with enough of the words, or alike; the best first."""
    hits = [
        Case(When(one, then=Value(1)), default=Value(0), output_field=IntegerField()) for _word, one in words
    ]
    any_word = reduce(or_, (one for _word, one in words))
    alike = TrigramWordSimilarity(text[:120], "title")
    rows = rows.annotate(hits=reduce(add, hits), alike=alike)
    enough = any_word & Q(hits__gte=min(2, len(words))) | Q(alike__gte=ALIKE)
    return rows.filter(enough).order_by(F("hits").desc(), F("alike").desc(), "-pk")
