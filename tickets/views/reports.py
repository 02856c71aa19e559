"""Reports: how service levels were kept, on a page and as CSV."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.decorators import signed_in
from accounts.models import OrganizationQuerySet, Person
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
    read_month,
    shift,
)
from tickets.exports import clock_rows, clocks_heading, csv_answer, hours, in_order
from tickets.filters import ClockFilter
from tickets.models import ServiceClock, Severity, TargetName
from tickets.models.service_clock import ServiceClockQuerySet
from tickets.report_readers import may_read_figures, not_reported_to, organizations_reported_to

YEAR = 12
GROUPS: dict[str, str | Promise] = {
    "all": gettext_lazy("Whole period"),
    "month": gettext_lazy("By month"),
    "severity": gettext_lazy("By severity"),
    "organization": gettext_lazy("By organization"),
}
LABELS: dict[str, str | Promise] = {
    "met": gettext_lazy("Met"),
    "missed": gettext_lazy("Missed"),
    "excused": gettext_lazy("Excused"),
}
MEANINGS: dict[str, str | Promise] = {
    TargetName.RESPOND: gettext_lazy(
        "From filing or reopening a ticket to the first public answer by a person of the desk."
    ),
    TargetName.UPDATE: gettext_lazy(
        "From each public answer to the next. A ticket has one clock for each of them."
    ),
    TargetName.RESTORE: gettext_lazy(
        "From filing or reopening an incident to its resolution, without the time it waited for the LDC."
    ),
    TargetName.FULFIL: gettext_lazy(
        "From filing or reopening a request until it is fulfilled, without the time it waited for the LDC."
    ),
}


@require_GET
@signed_in
def service_levels(request: SignedInRequest) -> HttpResponseBase:
    """How the clocks that ended in some months kept what was promised."""
    may_read_figures(request.user).or_refuse()
    organizations, clocks, everywhere = _readable_by(request.user)
    chosen = ClockFilter(request.GET, organizations=organizations, present=month_at(timezone.now()))
    found = chosen.apply(clocks)
    match request.GET.get("format"):
        case "clocks":
            return _clocks_file(found, chosen, reader=request.user)
        case "csv":
            return _figures_file(figures(found), chosen)
    links = Links(chosen, everywhere=everywhere)
    context = _page(_in_order(figures(found), chosen), chosen, links) | {
        "subject": _subject(chosen, for_desk=request.user.standing().sees_all)
    }
    return render(request, "tickets/reports/service_levels.html", context)


def _readable_by(person: Person) -> tuple[OrganizationQuerySet, ServiceClockQuerySet, bool]:
    """Organizations to choose from, the clocks to count, and whether their ticket list holds no others.

    Somebody from an LDC may administer one organization and only work for another. The figures of the
    other are its administrator's business.
    """
    elsewhere = not_reported_to(person)
    organizations = organizations_reported_to(person)
    clocks = ServiceClock.objects.visible_to(person).exclude(record__organization__in=elsewhere)
    return organizations, clocks, not elsewhere


def _page(lines: list[Figure], chosen: ClockFilter, links: "Links") -> dict[str, Any]:
    return {
        "filter": chosen,
        "period": chosen.months.words(),
        "months": _month_choices(chosen),
        "severities": Severity.choices,
        "targets": TargetName.choices,
        "sections": _sections(lines, links),
        "now": timezone.now(),
        "year": Months.up_to(chosen.present, YEAR),
        "zone": ZONE.key.rpartition("/")[2],
        "most_months": MOST_MONTHS,
    }


class Links:
    """Where the tickets behind a number are.

    Unless the reader's ticket list holds nothing but what the figures count (``everywhere``), links
    name the organizations.
    """

    def __init__(self, chosen: ClockFilter, *, everywhere: bool) -> None:
        self.base = reverse("tickets:list")
        self.months, self.severity = str(chosen.months), chosen.severity
        slugs = [] if everywhere else [one.slug for one in chosen.organizations]
        self.organization = chosen.organization.slug if chosen.organization else ",".join(slugs)

    def to(self, figure: Figure, outcome: str) -> str:
        """The list of the tickets with these clocks."""
        about = {
            "view": "all",
            "clock": f"{figure.target}:{outcome}",
            "ended": figure.key if figure.group == "month" else self.months,
            "severity": figure.key if figure.group == "severity" else self.severity,
            "organization": figure.key if figure.group == "organization" else self.organization,
        }
        stated = {name: value for name, value in about.items() if value}
        return f"{self.base}?{urlencode(stated, safe=':,')}"


# What stands on a line


def _in_order(found: list[Figure], chosen: ClockFilter) -> list[Figure]:
    """The lines of the page and of its CSV: target by target, in each the whole, then what it is made of.

    A group that would only repeat the whole is left out; a month without clocks is not.
    """
    by_key = {(one.target, one.group, one.key): one for one in found}
    several = chosen.several and not chosen.organization
    keys: dict[str, list[str]] = {
        "all": [""],
        "month": [f"{month:%Y-%m}" for month in chosen.months],
        "severity": [] if chosen.severity else [str(level) for level in Severity.values],
        "organization": sorted(
            {one.key for one in found if one.group == "organization" and several},
            key=lambda key: next(one.name.casefold() for one in found if one.key == key),
        ),
    }
    return [
        by_key.get((target, group, key)) or Figure(target, group, key)
        for target in TargetName.values
        if (target, "all", "") in by_key
        for group in GROUPS
        for key in keys[group]
        if group == "month" or (target, group, key) in by_key
    ]


def _name(figure: Figure) -> str:
    match figure.group:
        case "month":
            return _month_words(read_month(figure.key))
        case "severity":
            return str(Severity(int(figure.key)).label)
        case "organization":
            return figure.name
    return str(GROUPS["all"])


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
        "name": _name(figure),
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
        "median": _counted_words(figure.median),
        "slow": _counted_words(figure.slow),
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


def _counted_words(duration: timedelta | None) -> str:
    """Counted time: ``27 h 10 min``. No days, for a day may be nine hours or twenty-four."""
    if duration is None:
        return ""
    whole, minutes = divmod(round(duration / timedelta(minutes=1)), 60)
    if not whole:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)02d min") % {"hours": number_format(whole), "minutes": minutes}


def _month_words(month: date | None) -> str:
    return dateformat.format(month, "F Y") if month else ""


# What stands around the lines


def _subject(chosen: ClockFilter, *, for_desk: bool) -> str:
    """Whose clocks and which, in words: the page may be printed without its fields."""
    if chosen.organization:
        whose = chosen.organization.name
    elif for_desk:
        whose = _("All organizations")
    else:
        whose = ", ".join(one.name for one in chosen.organizations)
    severity = [str(Severity(int(chosen.severity)).label)] if chosen.severity else []
    return " · ".join([whose, *severity])


def _month_choices(chosen: ClockFilter) -> list[tuple[str, str]]:
    """The months that can be chosen, the latest first; what is chosen is among them."""
    recent = {shift(chosen.present, -back) for back in range(MOST_MONTHS)}
    months = sorted(recent | {chosen.months.first, chosen.months.last}, reverse=True)
    return [(f"{month:%Y-%m}", dateformat.format(month, "M Y")) for month in months]


# CSV


def _clocks_file(clocks: ServiceClockQuerySet, chosen: ClockFilter, *, reader: Person) -> HttpResponseBase:
    found = in_order(clocks.filter(COUNTED))
    name = f"service-level-clocks-{_dashed(chosen.months)}"
    return csv_answer(name, clocks_heading(), clock_rows(found, reader=reader), count=len(found))


def _figures_file(found: list[Figure], chosen: ClockFilter) -> HttpResponseBase:
    table = [_csv_line(figure) for figure in _in_order(found, chosen)]
    return csv_answer(f"service-levels-{_dashed(chosen.months)}", _heading(), table, count=len(table))


def _dashed(months: Months) -> str:
    return str(months).replace("..", "-to-")


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
        figure.key if figure.group == "month" else _name(figure),
        figure.met.clocks,
        figure.missed.clocks,
        figure.excused.clocks,
        *(None if share is None else round(share, 2) for share in shares),
        hours(figure.median),
        hours(figure.slow),
    ]
