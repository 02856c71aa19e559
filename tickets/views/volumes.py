"""Report: how many tickets came, were done and came back, and what is open; on a page and as CSV."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.models import Kind
from tickets.compliance import ZONE, month_at, shift
from tickets.exports import csv_answer
from tickets.figure_lines import YEAR, dashed, month_choices
from tickets.filters import ClockFilter
from tickets.models import Severity, Ticket
from tickets.month_chart import month_chart
from tickets.report_readers import may_read_figures, not_reported_to, organizations_reported_to
from tickets.transitions import LIFECYCLES
from tickets.volumes import AGES, Flow, Volumes
from tickets.volumes import volumes as count


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its words, its flow, and where the tickets behind its numbers are."""

    name: str
    flow: Flow
    rate: str
    satisfaction: str
    filed_url: str
    done_url: str


@require_safe
@signed_in
def volumes(request: SignedInRequest) -> HttpResponseBase:
    """Tickets by month and by organization, and the age of what is open."""
    may_read_figures(request.user).or_refuse()
    now = timezone.now()
    query = {"from": _a_year_ago(now), **request.GET.dict()}
    chosen = ClockFilter(query, organizations=organizations_reported_to(request.user), present=month_at(now))
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in LIFECYCLES else ""
    tickets = Ticket.objects.visible_to(request.user).exclude(organization__in=not_reported_to(request.user))
    if chosen.organization:
        tickets = tickets.filter(organization=chosen.organization)
    if kind:
        tickets = tickets.filter(kind=kind)
    found = count(tickets, request.user, chosen.months, at=now)
    links = _Links(chosen, kind, everywhere=not not_reported_to(request.user))
    if request.GET.get("format") == "csv":
        return _file(found, chosen)
    pairs = [(month, flow.filed, flow.done) for month, flow in found.months.items()]
    context = {
        "filter": chosen,
        "kind": kind,
        "kinds": [(one, Kind(one).label) for one in LIFECYCLES],
        "period": chosen.months.words(),
        "months": month_choices(chosen),
        "total": found.total,
        "total_rate": _rate(found.total),
        "total_satisfaction": _satisfaction(found.total),
        "chart": month_chart(pairs, "share-excused", "share-met"),
        "by_month": [
            _line(links, dateformat.format(month, "F Y"), flow, months=f"{month:%Y-%m}")
            for month, flow in found.months.items()
        ],
        "by_organization": [
            _line(links, found.names[slug], flow, slug=slug)
            for slug, flow in sorted(found.organizations.items(), key=lambda one: -one[1].backlog)
        ]
        if chosen.several and not chosen.organization
        else [],
        "levels": [label for _level, label in _levels()],
        "ages": _ages(found),
        "query": urlencode({"from": chosen.from_month, "to": chosen.to_month, "kind": kind})
        + (f"&organization={chosen.organization.slug}" if chosen.organization else ""),
        "zone": ZONE.key.rpartition("/")[2],
        "now": now,
    }
    return render(request, "tickets/reports/volumes.html", context)


class _Links:
    """Where the tickets behind a number are."""

    def __init__(self, chosen: ClockFilter, kind: str, *, everywhere: bool) -> None:
        self.months, self.kind = str(chosen.months), kind
        slugs = [] if everywhere else [one.slug for one in chosen.organizations]
        self.organization = chosen.organization.slug if chosen.organization else ",".join(slugs)

    def to(self, what: str, months: str, slug: str) -> str:
        """The list of tickets filed, or done, in some months at one organization."""
        about = {"view": "all", what: months or self.months, "kind": self.kind}
        about["organization"] = slug or self.organization
        stated = {name: value for name, value in about.items() if value}
        return f"{reverse('tickets:list')}?{urlencode(stated, safe=':,')}"


def _line(links: _Links, name: str, flow: Flow, *, months: str = "", slug: str = "") -> Line:
    filed, done = (links.to(what, months, slug) for what in ("filed", "done"))
    return Line(name, flow, _rate(flow), _satisfaction(flow), filed, done)


def _rate(flow: Flow) -> str:
    rate = flow.reopen_rate
    return "" if rate is None else _("%(rate)s%%") % {"rate": number_format(rate, 1)}


def _satisfaction(flow: Flow) -> str:
    mean = flow.satisfaction
    return "" if mean is None else number_format(mean, 1)


def _levels() -> list[tuple[int, str]]:
    """What open tickets are counted by: severities, and requests, which have none."""
    return [*((level.value, str(level.label)) for level in Severity), (0, _("Requests"))]


def _ages(found: Volumes) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "numbers": [(words, found.open_by_age[name, level]) for level, words in _levels()],
            "all": sum(found.open_by_age[name, level] for level, _words in _levels()),
        }
        for name, label, _less in AGES
    ]


def _a_year_ago(now: Any) -> str:
    return f"{shift(month_at(now), 1 - YEAR):%Y-%m}"


def _file(found: Volumes, chosen: ClockFilter) -> HttpResponseBase:
    heading = [_("Breakdown"), _("Line"), _("Filed"), _("Done"), _("Reopened"), _("Open at the end")]
    heading += [_("Satisfaction"), _("Answers")]
    lines = [(_("By month"), f"{month:%Y-%m}", flow) for month, flow in found.months.items()]
    lines += [
        (_("By organization"), found.names.get(slug, slug), flow)
        for slug, flow in sorted(found.organizations.items())
    ]
    table = [
        [group, name, flow.filed, flow.done, flow.reopened, flow.backlog, flow.satisfaction, flow.answers]
        for group, name, flow in lines
    ]
    return csv_answer(f"volumes-{dashed(chosen.months)}", heading, table, count=len(table))
