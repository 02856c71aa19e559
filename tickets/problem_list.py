"""The problem log: which of it, in which order of words, and what a line shows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets.models import Environment, Problem, ServiceArea
from tickets.models.problem import WORDS_OF, ProblemQuerySet
from tickets.problem_transitions import PROBLEM_LIFECYCLE
from tickets.problem_wording import STATES, status_of

WHOSE: dict[str, tuple[str | Promise, Q]] = {
    "us": (_("Affects us"), Q(affects_us=True)),
    "followed": (_("Followed"), Q(followed=True)),
}
"""What ``whose=`` may say."""
PUBLIC = {"yes": Q(visibility="everyone"), "no": ~Q(visibility="everyone")}
"""What ``published=`` may say, at the desk."""


class ProblemFilter:
    """What the log is narrowed down to. Read from the query string; an unknown value is passed over."""

    def __init__(self, query: Mapping[str, Any], *, for_desk: bool) -> None:
        def one_of(name: str, allowed: Iterable[str]) -> str:
            asked = str(query.get(name, ""))
            return asked if asked in allowed else ""

        self.text = " ".join(str(query.get("q", "")).replace("\x00", "").split())[:120]
        self.state = one_of("state", STATES)
        self.area = one_of("area", ServiceArea.values)
        self.environment = one_of("environment", Environment.values)
        self.whose = one_of("whose", WHOSE)
        self.step = one_of("step", PROBLEM_LIFECYCLE.labels) if for_desk else ""
        self.published = one_of("published", PUBLIC) if for_desk else ""
        self.states = list(STATES.values())
        self.areas = ServiceArea.choices
        self.environments = Environment.choices
        self.steps = list(PROBLEM_LIFECYCLE.labels.items())
        self.whose_choices = [(name, label) for name, (label, _condition) in WHOSE.items()]

    def __bool__(self) -> bool:
        return any(
            (self.text, self.state, self.area, self.environment, self.whose, self.step, self.published)
        )

    def apply(self, rows: ProblemQuerySet) -> ProblemQuerySet:
        """Narrow the log down. The rows are counted (``with_counts``)."""
        if self.text:
            rows = about(rows, self.text)
        if self.state:
            rows = rows.filter(STATES[self.state].condition)
        if self.area:
            rows = rows.filter(area=self.area)
        if self.environment:
            rows = rows.filter(environment__in=["", self.environment])
        if self.whose:
            rows = rows.filter(WHOSE[self.whose][1])
        if self.step:
            rows = rows.filter(status=self.step)
        if self.published:
            rows = rows.filter(PUBLIC[self.published])
        return rows


def about(rows: ProblemQuerySet, text: str) -> ProblemQuerySet:
    """Problems of that reference, with the text in their title, or with its words in their public face."""
    return rows.annotate(title_upper=Upper("title")).filter(
        Q(reference=text.upper())
        | Q(title_upper__contains=text.upper())
        | Q(words=SearchQuery(text, search_type="websearch", config=WORDS_OF))
    )


def problem_row(problem: Problem, *, for_desk: bool) -> dict[str, Any]:
    """A line of the log."""
    words, tone = status_of(problem, for_desk=for_desk)
    return {
        "problem": problem,
        "url": problem.get_absolute_url(),
        "status": words,
        "tone": tone,
        "area": problem.get_area_display(),
    }
