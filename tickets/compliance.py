"""Compliance figures: how the clocks that have ended kept what was promised (docs/service-levels.md).

Everything is counted from frozen rows in one query. A clock counts in the month in which it ended,
by the desk's own wall clock (``settings.TIME_ZONE``); a withdrawn one counts nowhere.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Case, DateField, F, FloatField, Q, Value, When
from django.db.models.functions import Cast, Extract, TruncMonth
from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from tickets.models import ClockState, TargetName
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
        first, dots, last = text.partition("..")
        one, other = read_month(first), read_month(last if dots else first)
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
        return self.of("ended_at")

    def of(self, column: str) -> Q:
        """Rows whose moment lies in these months."""
        first, after = (
            datetime(day.year, day.month, 1, tzinfo=ZONE) for day in (self.first, shift(self.last, 1))
        )
        return Q(**{f"{column}__gte": first, f"{column}__lt": after})


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


_TARGETS = list(TargetName.values)
_OUTCOMES = list(OUTCOMES)
_CLOCK = {
    "kind": Case(*(When(target=target, then=Value(number)) for number, target in enumerate(_TARGETS))),
    "outcome": Case(
        *(When(OUTCOMES[outcome], then=Value(number)) for number, outcome in enumerate(_OUTCOMES))
    ),
    "month": TruncMonth("ended_at", tzinfo=ZONE, output_field=DateField()),
    "organization": F("record__organization_id"),
    "seconds": Cast(Extract("elapsed", "epoch"), FloatField()),
}
"""A clock in numbers and a date: they sort many times faster than words."""
_FIGURES = """
WITH clock AS MATERIALIZED ({clocks}),
ticket AS (
    SELECT kind, outcome, month, severity, organization, record_id, count(*) AS clocks
    FROM clock GROUP BY 1, 2, 3, 4, 5, 6
),
line AS (
    SELECT kind, month, severity, organization, outcome,
        sum(clocks) AS clocks, count(DISTINCT record_id) AS tickets, NULL::float8[] AS times
    FROM ticket GROUP BY GROUPING SETS (
        (kind, outcome), (kind, outcome, month), (kind, outcome, severity), (kind, outcome, organization))
    UNION ALL
    SELECT kind, month, severity, organization, NULL, NULL, NULL,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds)
    FROM clock GROUP BY GROUPING SETS ((kind), (kind, month), (kind, severity), (kind, organization))
)
SELECT line.kind, month, severity, slug, name, outcome, clocks, tickets, times
FROM line LEFT JOIN {organizations} AS whose ON whose.id = organization
"""
"""Each clock is read once. What a line is not about is null in it."""
_ROOM = "SELECT set_config('work_mem', '64MB', true), set_config('statement_timeout', '20s', true)"
"""For this transaction: sorting half a million clocks on disk takes several times as long."""


def figures(clocks: ServiceClockQuerySet) -> list[Figure]:
    """Every line for these clocks that has any, in one query. In no order."""
    rows = clocks.filter(COUNTED).annotate(**_CLOCK).values("severity", "record_id", *_CLOCK)
    try:
        sql, params = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute(_FIGURES.format(clocks=sql, organizations=Organization._meta.db_table), params)
        return _lines(cursor.fetchall())


def _lines(rows: Iterable[tuple[Any, ...]]) -> list[Figure]:
    """Put the tallies of a line and its times together."""
    found: dict[tuple[str, str, str], dict[str, Any]] = defaultdict(dict)
    for kind, month, severity, slug, name, outcome, clocks, tickets, times in rows:
        if month:
            group, key = "month", f"{month:%Y-%m}"
        elif severity:
            group, key = "severity", str(severity)
        else:
            group, key = ("organization", slug) if slug else ("all", "")
        line = found[_TARGETS[kind], group, key]
        line["name"] = name or ""
        if times:
            line["median"], line["slow"] = (timedelta(seconds=time) for time in times)
        else:
            line[_OUTCOMES[outcome]] = Tally(int(clocks), tickets)
    return [Figure(*place, **line) for place, line in found.items()]
