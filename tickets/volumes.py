"""Volumes: how many tickets came, were done and came back in each month, what is open and for how long.

A month is the desk's own (``settings.TIME_ZONE``). A ticket is done once it is resolved, fulfilled, closed,
declined or cancelled, at the moment it was first so; one that is open again is not.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Case, Count, DateField, F, IntegerField, Sum, Value, When
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from servicedesk.records.models import Event
from tickets.compliance import ZONE, Months, shift
from tickets.models.ticket import TicketQuerySet

AGES: list[tuple[str, str | Promise, timedelta | None]] = [
    ("day", _("Less than a day"), timedelta(days=1)),
    ("week", _("One to seven days"), timedelta(days=7)),
    ("month", _("One to four weeks"), timedelta(days=28)),
    ("quarter", _("Four to twelve weeks"), timedelta(days=84)),
    ("older", _("Older than twelve weeks"), None),
]
"""How long something has been open: name, words, and less than what."""
SAID = {"answers": Count("satisfaction"), "points": Sum("satisfaction", default=0)}
REOPENED = ("incident.reopen", "request.reopen")


@dataclass(slots=True)
class Flow:
    """What happened in a month, or to one organization's tickets. ``backlog`` is what was open at its end.

    Of the tickets done in it, ``answers`` is of how many somebody said how it went, ``points`` what that adds up to.
    """

    filed: int = 0
    done: int = 0
    reopened: int = 0
    backlog: int = 0
    answers: int = 0
    points: int = 0

    @property
    def reopen_rate(self) -> float | None:
        """Reopenings for a hundred tickets done, or nothing when none was."""
        return 100 * self.reopened / self.done if self.done else None

    @property
    def satisfaction(self) -> float | None:
        """The mean of what was said, from 1 to 5, or nothing where nobody said anything."""
        return self.points / self.answers if self.answers else None


@dataclass(frozen=True, slots=True)
class Volumes:
    """Flows by month (first days) and by organization (slug); open tickets now by age and severity (0: requests)."""

    months: dict[date, Flow]
    organizations: dict[str, Flow] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    open_by_age: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def total(self) -> Flow:
        """The whole period; its backlog is the last month's."""
        flows = list(self.months.values())
        return Flow(
            sum(flow.filed for flow in flows),
            sum(flow.done for flow in flows),
            sum(flow.reopened for flow in flows),
            flows[-1].backlog,
            sum(flow.answers for flow in flows),
            sum(flow.points for flow in flows),
        )


def volumes(tickets: TicketQuerySet, person: Person, months: Months, *, at: datetime) -> Volumes:
    """Count these tickets. Five queries, whose cost goes with the months asked for and those since.

    Months before the first of these tickets are left out, the last one apart. The backlog of a month is
    counted back from what is open now: less what came after it, and more what was done after it.
    """
    first = datetime(months.first.year, months.first.month, 1, tzinfo=ZONE)
    found = Volumes({month: Flow() for month in months})
    after: Counter[date] = Counter()
    for name, column in (("filed", "created_at"), ("done", "done_at")):
        rows = tickets.filter(**{f"{column}__gte": first}).annotate(
            month=TruncMonth(column, tzinfo=ZONE, output_field=DateField())
        )
        for month, slug, whose, number, answers, points in _grouped(
            rows, "month", "organization__slug", "organization__name", **SAID
        ):
            after[month] += number if name == "filed" else -number
            if month in found.months:
                found.names[slug] = whose
                for flow in (found.months[month], found.organizations.setdefault(slug, Flow())):
                    setattr(flow, name, getattr(flow, name) + number)
                    if name == "done":
                        flow.answers += answers
                        flow.points += points
    _count_reopened(found, tickets, person, first)
    _count_open(found, tickets, after, at)
    if not tickets.filter(created_at__lt=first).exists():
        _begin_with_the_first(found)
    return found


def _begin_with_the_first(found: Volumes) -> None:
    """Leave out the months before anything was filed. Nothing was filed before those that were asked for."""
    for month in list(found.months)[:-1]:
        if found.months[month].filed:
            return
        del found.months[month]


def _count_reopened(found: Volumes, tickets: TicketQuerySet, person: Person, first: datetime) -> None:
    events = Event.objects.visible_to(person).filter(
        name__in=REOPENED, at__gte=first, record__in=tickets.values("pk")
    )
    rows = events.annotate(month=TruncMonth("at", tzinfo=ZONE, output_field=DateField()))
    organization = "record__organization__slug", "record__organization__name"
    for month, slug, whose, number in _grouped(rows, "month", *organization):
        if month in found.months:
            found.names[slug] = whose
            found.months[month].reopened += number
            found.organizations.setdefault(slug, Flow()).reopened += number


def _count_open(found: Volumes, tickets: TicketQuerySet, after: Counter[date], at: datetime) -> None:
    whens = [When(created_at__gt=at - less, then=Value(n)) for n, (_n, _w, less) in enumerate(AGES) if less]
    age = Case(*whens, default=Value(len(AGES) - 1), output_field=IntegerField())
    rows = tickets.unfinished().annotate(age=age, level=F("severity"))
    now = 0
    for number, level, slug, whose, count in _grouped(
        rows, "age", "level", "organization__slug", "organization__name"
    ):
        found.open_by_age[AGES[number][0], level or 0] += count
        found.names[slug] = whose
        found.organizations.setdefault(slug, Flow()).backlog += count
        now += count
    since = 0
    latest = max([*after, *found.months])
    month = latest
    while month >= min(found.months):
        if month in found.months:
            found.months[month].backlog = now - since
        since += after[month]
        month = shift(month, -1)


def _grouped(rows: Any, *columns: str, **figures: Aggregate) -> Iterable[tuple[Any, ...]]:
    return rows.order_by().values_list(*columns).annotate(number=Count("pk"), **figures)
