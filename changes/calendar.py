"""The change calendar: what one reader sees of a month or a week, day by day, prepared for its templates.

Days are the reader's own: a window that ends at midnight does not touch the day that begins then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import dateformat, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from changes.models import Freeze, Interface, RequestForChange, ScheduleConflict
from changes.models.rfc import ChangeQuerySet
from changes.schedule_words import window_words
from changes.transitions import ON_CALENDAR
from changes.wording import TONES, downtime_words, status_words, value_words
from tickets.models import Environment

VIEWS: dict[str, str | Promise] = {
    "list": gettext_lazy("List"),
    "month": gettext_lazy("Month"),
    "week": gettext_lazy("Week"),
}
"""The list comes first: it is the one that everybody can use."""
SHOWN_A_DAY = 3
"""Changes in a cell of the month; the list has the rest."""
FIRST, LAST = date(2020, 1, 1), date(2099, 12, 31)


class CalendarQuery:
    """What was asked for, from a query string that can be shared: an unknown value is passed over."""

    def __init__(self, said: Mapping[str, Any], *, today: date) -> None:
        self.view = _known(said, "view", VIEWS) or "list"
        self.environment = _known(said, "environment", Environment.values)
        self.interface = _known(said, "interface", Interface.values)
        self.on = _day(said.get("on", ""), today)
        self.today = today

    @property
    def days(self) -> tuple[date, date]:
        """The first day, and the one after the last."""
        if self.view == "week":
            first = self.on - timedelta(days=self.on.weekday())
            return first, first + timedelta(days=7)
        first = self.on.replace(day=1)
        return first, (first + timedelta(days=32)).replace(day=1)

    @property
    def before(self) -> date:
        """A day of the period before."""
        return max(FIRST, self.days[0] - timedelta(days=1))

    @property
    def after(self) -> date:
        """A day of the period after."""
        return min(LAST, self.days[1])

    @property
    def title(self) -> str:
        """The period in words."""
        first, _after = self.days
        if self.view == "week":
            return _("Week of %(day)s") % {"day": dateformat.format(first, "j F Y")}
        return dateformat.format(first, "F Y")

    def narrow(self, rows: ChangeQuerySet) -> ChangeQuerySet:
        """Only what touches the environment and the interface that were asked for."""
        if self.environment:
            rows = rows.filter(environments__contains=[self.environment])
        if self.interface:
            rows = rows.filter(interfaces__contains=[self.interface])
        return rows


@dataclass(frozen=True, slots=True)
class Entry:
    """A change on a day. ``hours`` is when on that day; ``conflict`` is for the desk."""

    rfc: RequestForChange
    url: str
    hours: str
    window: str
    status: str
    tone: str
    environments: str
    interfaces: str
    downtime: str
    conflict: bool


@dataclass(frozen=True, slots=True)
class Ice:
    """A freeze on a day."""

    name: str
    hard: bool
    window: str
    environments: str
    reason: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day: what is on, and which freezes hold. ``more`` are those for which a cell has no place."""

    day: date
    label: str
    entries: list[Entry]
    freezes: list[Ice]
    today: bool
    outside: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class Calendar:
    """A page of it: days with something on for the list, whole weeks for the month and the week."""

    query: CalendarQuery
    days: list[Day]
    weeks: list[list[Day]]
    weekdays: list[str]
    freezes: list[Ice]
    count: int


def calendar_for(person: Person, query: CalendarQuery) -> Calendar:
    """What this person sees of the period. Two queries, however much there is."""
    first, after = query.days
    shown = (first - timedelta(days=first.weekday()), after + timedelta(days=-after.weekday() % 7))
    if query.view == "list":
        shown = (first, after)
    start, end = (_midnight(day) for day in shown)
    changes = list(query.narrow(_scheduled(person, start, end)))
    freezes = list(_freezes(query, start, end))
    on = _by_day(changes, freezes, shown, person)
    days = [_cell(day, on, query) for day in _each(*shown)]
    return Calendar(
        query=query,
        days=[day for day in days if day.entries],
        weeks=[days[number : number + 7] for number in range(0, len(days), 7)]
        if query.view != "list"
        else [],
        weekdays=[dateformat.format(day, "D") for day in _each(shown[0], shown[0] + timedelta(days=7))],
        freezes=[_ice(one) for one in freezes if _touches(one, _midnight(first), _midnight(after))],
        count=len(changes),
    )


def _scheduled(person: Person, start: datetime, end: datetime) -> ChangeQuerySet:
    rows: ChangeQuerySet = RequestForChange.objects.visible_to(person).filter(
        status__in=ON_CALENDAR, starts_at__lt=end, ends_at__gt=start
    )
    if person.standing().sees_all:
        rows = rows.annotate(conflict=Exists(ScheduleConflict.objects.filter(rfc=OuterRef("pk"))))
    return rows.order_by("starts_at", "ends_at", "pk")


def _freezes(query: CalendarQuery, start: datetime, end: datetime) -> Iterable[Freeze]:
    rows = Freeze.objects.filter(starts_at__lt=end, ends_at__gt=start)
    if query.environment:
        rows = rows.filter(environments__contains=[query.environment])
    return rows.order_by("starts_at", "pk")


Things = dict[date, tuple[list[Entry], list[Ice]]]


def _by_day(
    changes: Iterable[RequestForChange],
    freezes: Iterable[Freeze],
    shown: tuple[date, date],
    person: Person,
) -> Things:
    found: Things = defaultdict(lambda: ([], []))
    for freeze in freezes:
        ice = _ice(freeze)
        for day in _touched(freeze.starts_at, freeze.ends_at, shown):
            found[day][1].append(ice)
    for rfc in changes:
        if rfc.starts_at and rfc.ends_at:
            said = _said(rfc)
            for day in _touched(rfc.starts_at, rfc.ends_at, shown):
                found[day][0].append(Entry(hours=_hours(rfc.starts_at, rfc.ends_at, day), **said))
    return found


def _said(rfc: RequestForChange) -> dict[str, Any]:
    """What an entry says on every day of its window."""
    return {
        "rfc": rfc,
        "url": rfc.get_absolute_url(),
        "window": window_words(rfc.starts_at, rfc.ends_at) if rfc.starts_at and rfc.ends_at else "",
        "status": status_words(rfc),
        "tone": TONES[rfc.status],
        "environments": value_words("environments", rfc.environments),
        "interfaces": value_words("interfaces", rfc.interfaces),
        "downtime": downtime_words(rfc.downtime),
        "conflict": getattr(rfc, "conflict", False),
    }


def _cell(day: date, on: Things, query: CalendarQuery) -> Day:
    entries, freezes = on.get(day, ([], []))
    most = SHOWN_A_DAY if query.view == "month" and len(entries) > SHOWN_A_DAY + 1 else len(entries)
    first, after = query.days
    return Day(
        day=day,
        label=dateformat.format(day, "l j F"),
        entries=entries[:most],
        freezes=freezes,
        today=day == query.today,
        outside=not first <= day < after,
        more=len(entries) - most,
    )


def _hours(start: datetime, end: datetime, day: date) -> str:
    """When on a day: ``20:00–22:00``, ``from 20:00``, ``until 02:00``, ``all day``."""
    begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
    first, last = (f"{timezone.localtime(one):%H:%M}" for one in (start, end))
    if start < begins:
        return _("all day") if end >= ends else _("until %(hour)s") % {"hour": last}
    return (
        _("from %(hour)s") % {"hour": first} if end > ends else f"{first}–{'24:00' if end == ends else last}"
    )


def _ice(one: Freeze) -> Ice:
    return Ice(
        name=one.name,
        hard=one.hard,
        window=window_words(one.starts_at, one.ends_at),
        environments=value_words("environments", one.environments),
        reason=one.reason,
    )


def _touches(one: Freeze, start: datetime, end: datetime) -> bool:
    return one.starts_at < end and one.ends_at > start


def _touched(start: datetime, end: datetime, shown: tuple[date, date]) -> Iterator[date]:
    """The days of a span, of those that are shown."""
    last = timezone.localtime(end - timedelta(microseconds=1)).date()
    first = timezone.localtime(start).date()
    return _each(max(first, shown[0]), min(last + timedelta(days=1), shown[1]))


def _each(first: date, after: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((after - first).days))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _known(said: Mapping[str, Any], name: str, values: Iterable[str]) -> str:
    asked = str(said.get(name, ""))
    return asked if asked in values else ""


def _day(text: str, today: date) -> date:
    try:
        return min(LAST, max(FIRST, date.fromisoformat(str(text))))
    except ValueError:
        return today
