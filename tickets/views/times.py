"""Report: how long first answers, restoration and fulfilment took; on a page and as CSV.

The same clocks and percentiles as under "Service levels" (tickets/compliance.py), in one query.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from tickets.compliance import MOST_MONTHS, ZONE, Figure, Months, figures, month_at, read_month, shift
from tickets.exports import csv_answer, hours
from tickets.figure_lines import (
    GROUPS,
    MEANINGS,
    YEAR,
    Links,
    counted_words,
    dashed,
    lines_in_order,
    month_choices,
    name_of,
    subject,
)
from tickets.filters import ENDED, ClockFilter
from tickets.models import Severity, TargetName
from tickets.month_chart import month_chart
from tickets.report_readers import clocks_reported_to, may_read_figures

TIMED = (TargetName.RESPOND, TargetName.RESTORE, TargetName.FULFIL)
"""What is asked about. How long it was from one update to the next says nothing of how long a ticket took."""

FIRST: dict[str, str | Promise] = {
    "month": gettext_lazy("Month"),
    "severity": gettext_lazy("Severity"),
    "organization": gettext_lazy("Organization"),
}
"""What the first column of a table is called."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: how many clocks, where their tickets are, their times in words, and a bar out of a hundred."""

    name: str
    clocks: int
    url: str
    median: str
    slow: str
    bar: dict[str, str] | None


@require_safe
@signed_in
def times(request: SignedInRequest) -> HttpResponseBase:
    """How long it took, by month, severity and organization."""
    may_read_figures(request.user).or_refuse()
    organizations, clocks, everywhere = clocks_reported_to(request.user)
    present = month_at(timezone.now())
    query = {"from": f"{shift(present, 1 - YEAR):%Y-%m}", **request.GET.dict()}
    if query.get("target") not in TIMED:
        query["target"] = ""
    chosen = ClockFilter(query, organizations=organizations, present=present)
    found = figures(chosen.apply(clocks).filter(target__in=TIMED))
    lines = _since_the_first(lines_in_order(found, chosen))
    if request.GET.get("format") == "csv":
        return _file(lines, chosen)
    context = {
        "filter": chosen,
        "period": chosen.months.words(),
        "subject": subject(chosen, for_desk=request.user.standing().sees_all),
        "months": month_choices(chosen),
        "severities": Severity.choices,
        "targets": [(target.value, target.label) for target in TIMED],
        "sections": _sections(lines, Links(chosen, everywhere=everywhere)),
        "year": Months.up_to(present, YEAR),
        "zone": ZONE.key.rpartition("/")[2],
        "most_months": MOST_MONTHS,
        "now": timezone.now(),
    }
    return render(request, "tickets/reports/times.html", context)


def _since_the_first(lines: list[Figure]) -> list[Figure]:
    """Leave out the months before any of these clocks ended. Later ones without a clock stay."""
    first = min((line.key for line in lines if line.group == "month" and line.counted), default="")
    return [line for line in lines if line.group != "month" or line.key >= first]


def _sections(lines: list[Figure], links: Links) -> list[dict[str, Any]]:
    """A section for each target: the whole, a chart by month, and lines in groups."""
    return [
        {
            "name": target.value,
            "label": target.label,
            "meaning": MEANINGS[target],
            "whole": _line(lines_of[0], links, lines_of[0].slow),
            "chart": _chart(lines_of),
            "groups": [
                {
                    "label": GROUPS[group],
                    "first": FIRST[group],
                    "name": group,
                    "bars": group != "month",
                    "lines": rows,
                }
                for group in FIRST
                if (rows := _group([line for line in lines_of if line.group == group], links))
            ],
        }
        for target in TIMED
        if (lines_of := [line for line in lines if line.target == target])
    ]


def _group(lines: list[Figure], links: Links) -> list[Line]:
    """Bars of a group are to one scale, that of its longest 90th percentile."""
    longest = max((line.slow for line in lines if line.slow), default=None)
    return [_line(line, links, longest) for line in lines]


def _line(figure: Figure, links: Links, longest: timedelta | None) -> Line:
    bar = None
    if longest and figure.median is not None and figure.slow is not None:
        median, slow = 100 * (figure.median / longest), 100 * (figure.slow / longest)
        bar = {"median": f"{median:.2f}", "rest": f"{slow - median:.2f}"}
    return Line(
        name_of(figure),
        figure.counted,
        links.to(figure, ENDED),
        counted_words(figure.median),
        counted_words(figure.slow),
        bar,
    )


def _chart(lines: list[Figure]) -> dict[str, Any]:
    pairs = [
        (month, hours(line.median) or 0, hours(line.slow) or 0)
        for line in lines
        if line.group == "month" and (month := read_month(line.key))
    ]
    return month_chart(pairs, "share-met", "share-excused")


def _file(lines: list[Figure], chosen: ClockFilter) -> HttpResponseBase:
    heading = [
        _("Target"),
        _("Breakdown"),
        _("Line"),
        _("Clocks"),
        _("Median, counted hours"),
        _("90th percentile, counted hours"),
    ]
    table = [
        [
            str(TargetName(line.target).label),
            str(GROUPS[line.group]),
            line.key if line.group == "month" else name_of(line),
            line.counted,
            hours(line.median),
            hours(line.slow),
        ]
        for line in lines
    ]
    return csv_answer(f"times-{dashed(chosen.months)}", heading, table, count=len(table))
