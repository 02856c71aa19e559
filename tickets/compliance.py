"""Compliance figures: how the clocks that have ended kept what was promised (docs/service-levels.md).

Everything is counted from frozen rows in one query. A clock counts in the month in which it ended,
by the desk's own wall clock (``settings.TIME_ZONE``); a withdrawn one counts nowhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Aggregate, CharField, Count, DurationField, F, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, TruncMonth
from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import ClockState
from tickets.models.service_clock import ServiceClockQuerySet

ZONE = ZoneInfo(settings.TIME_ZONE)
COUNTED = ~Q(state=ClockState.WITHDRAWN)
OUTCOMES: dict[str, Q] = {
    "met": Q(state=ClockState.MET),
    "missed": Q(state=ClockState.MISSED) & ~Q(adjusted_state=ClockState.MET),
    "excused": Q(state=ClockState.MISSED, adjusted_state=ClockState.MET),
}
"""How a counted clock ended. Each is in exactly one of them."""
OUTCOME_WORDS: dict[str, str | Promise] = {
    "met": gettext_lazy("met"),
    "missed": gettext_lazy("missed"),
    "excused": gettext_lazy("excused"),
}
MOST_MONTHS = 36
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def shift(month: date, by: int) -> date:
    """The first day of the month so many months later (earlier when negative)."""
    years, months = divmod(month.year * 12 + month.month - 1 + by, 12)
    return date(years, months + 1, 1)


def month_at(instant: datetime) -> date:
    """The first day of the month in which an instant lies."""
    return instant.astimezone(ZONE).date().replace(day=1)


def read_month(text: str) -> date | None:
    """``2027-03``, or nothing when it is not written like that."""
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


@dataclass(frozen=True, slots=True)
class Months:
    """Whole months, the last one included. Both are first days of a month."""

    first: date
    last: date

    @classmethod
    def read(cls, text: str) -> Self | None:
        """``2027-03`` or ``2027-01..2027-03``, or nothing when it is not written like that."""
        first, _dots, last = text.partition("..")
        one, other = read_month(first), read_month(last or first)
        return cls.between(one, other) if one and other else None

    @classmethod
    def between(cls, one: date, other: date) -> Self:
        """From the earlier to the later, MOST_MONTHS at most: the latest of them."""
        last = max(one, other)
        return cls(max(min(one, other), shift(last, 1 - MOST_MONTHS)), last)

    @classmethod
    def up_to(cls, last: date, number: int) -> Self:
        """So many months, this one the last."""
        return cls(shift(last, 1 - number), last)

    def __str__(self) -> str:
        """As ``read`` reads it."""
        ends = f"{self.first:%Y-%m}", f"{self.last:%Y-%m}"
        return ends[0] if self.first == self.last else "..".join(ends)

    def __iter__(self) -> Iterator[date]:
        month = self.first
        while month <= self.last:
            yield month
            month = shift(month, 1)

    def words(self) -> str:
        """``March 2027``, ``January to March 2027``, ``November 2026 to January 2027``."""
        last = dateformat.format(self.last, "F Y")
        if self.first == self.last:
            return last
        same_year = self.first.year == self.last.year
        first = dateformat.format(self.first, "F" if same_year else "F Y")
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    def ended(self) -> Q:
        """Clocks that ended in these months."""
        first, after = (
            datetime(day.year, day.month, 1, tzinfo=ZONE) for day in (self.first, shift(self.last, 1))
        )
        return Q(ended_at__gte=first, ended_at__lt=after)


class Tally(NamedTuple):
    """How many clocks, and on how many tickets they stand. One ticket may have several, of updates above all."""

    clocks: int
    tickets: int


NONE = Tally(0, 0)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: a target, for all the clocks asked for or for one month, severity or organization.

    ``group`` is "all", "month", "severity" or "organization"; ``key`` is empty, ``2027-03``, ``1`` or
    a slug; ``name`` is the organization's. ``median`` and ``slow`` are of the counted time: half
    of the clocks, and nine in ten, took no longer.
    """

    target: str
    group: str
    key: str
    name: str = ""
    met: Tally = NONE
    missed: Tally = NONE
    excused: Tally = NONE
    median: timedelta | None = None
    slow: timedelta | None = None

    @property
    def counted(self) -> int:
        """All clocks of this line."""
        return self.met.clocks + self.missed.clocks + self.excused.clocks

    def share(self, *, with_excuses: bool) -> float | None:
        """Percent of the clocks that met their target; excused ones are among them or not."""
        kept = self.met.clocks + (self.excused.clocks if with_excuses else 0)
        return 100 * kept / self.counted if self.counted else None


class Percentile(Aggregate):
    """PostgreSQL's ``percentile_cont``: the time that this part of all rows does not exceed."""

    function = "percentile_cont"
    template = "%(function)s(%(part)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: str, *, part: float, **extra: Any) -> None:
        super().__init__(expression, part=part, **extra)


_NOTHING = Value("", output_field=CharField())
_GROUPS: dict[str, tuple[Combinable, Combinable]] = {
    "all": (_NOTHING, _NOTHING),
    "month": (
        Func(
            TruncMonth("ended_at", tzinfo=ZONE),
            Value("YYYY-MM"),
            function="to_char",
            output_field=CharField(),
        ),
        _NOTHING,
    ),
    "severity": (Cast("severity", CharField()), _NOTHING),
    "organization": (F("record__organization__slug"), F("record__organization__name")),
}
_COUNTS = {
    f"{outcome}_{unit}": Count(column, filter=condition, distinct=unit == "tickets")
    for outcome, condition in OUTCOMES.items()
    for unit, column in (("clocks", "pk"), ("tickets", "record"))
}


def figures(clocks: ServiceClockQuerySet) -> list[Figure]:
    """Every line for these clocks that has any, in one query. In no order."""
    first, *others = (_lines(clocks, group) for group in _GROUPS)
    return [
        Figure(
            row["of_target"],
            row["group"],
            row["key"],
            row["name"],
            **{outcome: Tally(row[f"{outcome}_clocks"], row[f"{outcome}_tickets"]) for outcome in OUTCOMES},
            median=row["median"],
            slow=row["slow"],
        )
        for row in first.union(*others, all=True)
    ]


def _lines(clocks: ServiceClockQuerySet, group: str) -> Any:
    key, name = _GROUPS[group]
    return (
        clocks.filter(COUNTED)
        .annotate(group=Value(group, output_field=CharField()), of_target=F("target"), key=key, name=name)
        .values("group", "of_target", "key", "name")
        .annotate(**_COUNTS, median=Percentile("elapsed", part=0.5), slow=Percentile("elapsed", part=0.9))
        .order_by()
    )
