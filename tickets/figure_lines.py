"""What stands on a line of the service level figures, in which order, and where its tickets are."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.compliance import MOST_MONTHS, Figure, Months, read_month, shift
from tickets.filters import ClockFilter
from tickets.models import Severity, TargetName

YEAR = 12
"""Months."""
GROUPS: dict[str, str | Promise] = {
    "all": gettext_lazy("Whole period"),
    "month": gettext_lazy("By month"),
    "severity": gettext_lazy("By severity"),
    "organization": gettext_lazy("By organization"),
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


def lines_in_order(found: list[Figure], chosen: ClockFilter) -> list[Figure]:
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


def name_of(figure: Figure) -> str:
    """What a line is called."""
    match figure.group:
        case "month":
            return month_words(read_month(figure.key))
        case "severity":
            return str(Severity(int(figure.key)).label)
        case "organization":
            return figure.name
    return str(GROUPS["all"])


def counted_words(duration: timedelta | None) -> str:
    """Counted time: ``27 h 10 min``. No days, for a day may be nine hours or twenty-four."""
    if duration is None:
        return ""
    whole, minutes = divmod(round(duration / timedelta(minutes=1)), 60)
    if not whole:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)02d min") % {"hours": number_format(whole), "minutes": minutes}


def month_words(month: date | None) -> str:
    """``March 2027``."""
    return dateformat.format(month, "F Y") if month else ""


def subject(chosen: ClockFilter, *, for_desk: bool) -> str:
    """Whose clocks and which, in words: the page may be printed without its fields."""
    if chosen.organization:
        whose = chosen.organization.name
    elif for_desk:
        whose = _("All organizations")
    else:
        whose = ", ".join(one.name for one in chosen.organizations)
    severity = [str(Severity(int(chosen.severity)).label)] if chosen.severity else []
    return " · ".join([whose, *severity])


def month_choices(chosen: ClockFilter) -> list[tuple[str, str]]:
    """The months that can be chosen, the latest first; what is chosen is among them."""
    recent = {shift(chosen.present, -back) for back in range(MOST_MONTHS)}
    months = sorted(recent | {chosen.months.first, chosen.months.last}, reverse=True)
    return [(f"{month:%Y-%m}", dateformat.format(month, "M Y")) for month in months]


def dashed(months: Months) -> str:
    """For the name of a file: ``2027-01-to-2027-03``."""
    return str(months).replace("..", "-to-")
