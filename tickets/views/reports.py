"""Reports: how service levels were kept, on a page and as CSV."""

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.models import Person
from accounts.requests import SignedInRequest
from tickets.compliance import (
    COUNTED,
    MOST_MONTHS,
    OUTCOMES,
    ZONE,
    Figure,
    Months,
    figures,
    month_at,
)
from tickets.exports import clock_rows, clocks_heading, csv_answer, hours, in_order
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
from tickets.filters import ClockFilter
from tickets.models import Severity, TargetName
from tickets.models.service_clock import ServiceClockQuerySet
from tickets.report_readers import clocks_reported_to, may_read_figures

LABELS: dict[str, str | Promise] = {
    "met": gettext_lazy("Met"),
    "missed": gettext_lazy("Missed"),
    "excused": gettext_lazy("Excused"),
}


@require_safe
@signed_in
def service_levels(request: SignedInRequest) -> HttpResponseBase:
    """How the clocks that ended in some months kept what was promised."""
    may_read_figures(request.user).or_refuse()
    organizations, clocks, everywhere = clocks_reported_to(request.user)
    chosen = ClockFilter(request.GET, organizations=organizations, present=month_at(timezone.now()))
    found = chosen.apply(clocks)
    match request.GET.get("format"):
        case "clocks":
            return _clocks_file(found, chosen, reader=request.user)
        case "csv":
            return _figures_file(figures(found), chosen)
    links = Links(chosen, everywhere=everywhere)
    context = _page(lines_in_order(figures(found), chosen), chosen, links) | {
        "subject": subject(chosen, for_desk=request.user.standing().sees_all)
    }
    return render(request, "tickets/reports/service_levels.html", context)


def _page(lines: list[Figure], chosen: ClockFilter, links: Links) -> dict[str, Any]:
    return {
        "filter": chosen,
        "period": chosen.months.words(),
        "months": month_choices(chosen),
        "severities": Severity.choices,
        "targets": TargetName.choices,
        "sections": _sections(lines, links),
        "now": timezone.now(),
        "year": Months.up_to(chosen.present, YEAR),
        "zone": ZONE.key.rpartition("/")[2],
        "most_months": MOST_MONTHS,
    }


def _sections(lines: list[Figure], links: Links) -> list[dict[str, Any]]:
    """A section for each target, with its lines in groups."""
    return [
        {
            "name": target.value,
            "label": target.label,
            "meaning": MEANINGS[target],
            "share": _percent(lines_of[0].share(with_excuses=True)),
            "counted": lines_of[0].counted,
            "groups": [
                {"label": GROUPS[group], "name": group, "rows": rows}
                for group in GROUPS
                if (rows := [_row(line, links) for line in lines_of if line.group == group])
            ],
        }
        for target in TargetName
        if (lines_of := [line for line in lines if line.target == target])
    ]


def _row(figure: Figure, links: Links) -> dict[str, Any]:
    kept, raw = figure.share(with_excuses=True), figure.share(with_excuses=False)
    return {
        "name": name_of(figure),
        "share": _percent(kept),
        "raw": _percent(raw),
        "bar": _bar(raw, kept),
        "counts": [
            {
                "label": LABELS[outcome],
                "clocks": tally.clocks,
                "tickets": tally.tickets if tally.tickets != tally.clocks else None,
                "url": links.to(figure, outcome),
            }
            for outcome in OUTCOMES
            for tally in [getattr(figure, outcome)]
        ],
        "median": counted_words(figure.median),
        "slow": counted_words(figure.slow),
    }


def _bar(raw: float | None, kept: float | None) -> dict[str, str] | None:
    """How wide the parts of a bar are, out of a hundred, as SVG writes numbers."""
    if raw is None or kept is None:
        return None
    return {"met": f"{raw:.2f}", "excused": f"{kept - raw:.2f}"}


def _percent(share: float | None) -> str:
    """``96.2 %``, rounded down: 100 means that none was missed."""
    if share is None:
        return ""
    return _("%(share)s%%") % {"share": number_format(int(share * 10 + 1e-9) / 10, 1)}


def _clocks_file(clocks: ServiceClockQuerySet, chosen: ClockFilter, *, reader: Person) -> HttpResponseBase:
    found = in_order(clocks.filter(COUNTED), "ended_at", "pk")
    name = f"service-level-clocks-{dashed(chosen.months)}"
    return csv_answer(name, clocks_heading(), clock_rows(found, reader=reader), count=len(found))


def _figures_file(found: list[Figure], chosen: ClockFilter) -> HttpResponseBase:
    table = [_csv_line(figure) for figure in lines_in_order(found, chosen)]
    return csv_answer(f"service-levels-{dashed(chosen.months)}", _heading(), table, count=len(table))


def _heading() -> list[str]:
    return [
        _("Target"),
        _("Breakdown"),
        _("Line"),
        _("Met"),
        _("Missed"),
        _("Excused"),
        _("Share met, percent"),
        _("Share met without excuses, percent"),
        _("Median, counted hours"),
        _("90th percentile, counted hours"),
    ]


def _csv_line(figure: Figure) -> list[Any]:
    shares = [figure.share(with_excuses=with_excuses) for with_excuses in (True, False)]
    return [
        str(TargetName(figure.target).label),
        str(GROUPS[figure.group]),
        figure.key if figure.group == "month" else name_of(figure),
        figure.met.clocks,
        figure.missed.clocks,
        figure.excused.clocks,
        *(None if share is None else round(share, 2) for share in shares),
        hours(figure.median),
        hours(figure.slow),
    ]
