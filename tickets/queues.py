"""The queues of the desk, named ones and one for each team, and the views of an LDC's list: conditions with names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db.models import Count, DateTimeField, IntegerField, Min, Q, Value
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models import SavedView, Team, Ticket, text_in
from tickets.models.severity import SEVERE
from tickets.models.ticket import TicketQuerySet
from tickets.sla.standing import SOON_LEFT
from tickets.transitions import HANDED_BACK, UNTOUCHED, RequestStatus, Status
from tickets.workspace.saved_views import CARD, KeptView
from tickets.workspace.snoozing import asleep

COUNTS_KEPT = 10
"""Seconds. Badges may be that old; the list itself is always fresh."""
MOST_COUNTED = 1000
A_VIEW = "/view"
"""Marks the rows of saved views among those of teams: no slug has a slash."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A named part of a list. ``empty`` is what its empty page says.

    Of the desk's queues, only the one that is ``asleep`` shows what the person put off.
    """

    name: str
    label: str | Promise
    condition: Callable[[Person], Q]
    empty: str | Promise
    asleep: bool = False

    def of_queue(self, rows: TicketQuerySet, person: Person) -> TicketQuerySet:
        """The part of open tickets that is in this queue of the person's."""
        sleeping = asleep(person, timezone.now())
        return rows.filter(self.condition(person), sleeping if self.asleep else ~sleeping)


def _by_name(*slices: Slice) -> dict[str, Slice]:
    return {one.name: one for one in slices}


QUEUES = _by_name(
    Slice(
        "triage",
        _("Triage"),
        lambda person: Q(status__in=UNTOUCHED) | Q(status=RequestStatus.IN_FULFILMENT, assignee=None),
        _("Inbox zero."),
    ),
    Slice("mine", _("My open"), lambda person: Q(assignee=person.pk), _("Nothing is assigned to you.")),
    Slice(
        "due",
        _("Due or late"),
        lambda person: Q(due_at__lte=timezone.now() + SOON_LEFT),
        _("No breaches, and nothing is due within the hour."),
    ),
    Slice(
        "unassigned", _("Unassigned"), lambda person: Q(assignee=None), _("Every open ticket has somebody.")
    ),
    Slice(
        "severe",
        _("Sev 1 and 2"),
        lambda person: Q(severity__in=SEVERE),
        _("No severe incident is open."),
    ),
    Slice(
        "escalated",
        _("Escalated"),
        lambda person: Q(raised_at__isnull=False),
        _("Nothing is escalated."),
    ),
    Slice(
        "waiting",
        _("Waiting for LDC"),
        lambda person: Q(status=Status.WAITING_LDC),
        _("No LDC owes us an answer."),
    ),
    Slice(
        "snoozed",
        _("Snoozed"),
        lambda person: Q(),
        _("Nothing sleeps. Press H on a ticket to put it off."),
        asleep=True,
    ),
    Slice("all", _("All open"), lambda person: Q(), _("No ticket is open.")),
)

VIEWS = _by_name(
    Slice(
        "waiting",
        _("Waiting for us"),
        lambda person: Q(status__in={Status.WAITING_LDC, *HANDED_BACK}),
        _("You are all caught up: no ticket waits for your organization."),
    ),
    Slice("open", _("Open"), lambda person: Q(done_at=None), _("No ticket is open.")),
    Slice("mine", _("Mine"), lambda person: Q(reporter=person.pk), _("You have not reported anything yet.")),
    Slice(
        "following",
        _("Following"),
        lambda person: Q(pk__in=person.following.values("record")),
        _("You do not follow any ticket. Open one and choose Follow."),
    ),
    Slice(
        "resolved",
        _("Resolved"),
        lambda person: Q(status__in={Status.CLOSED, *HANDED_BACK}),
        _("No ticket is resolved yet."),
    ),
    Slice("all", _("All"), lambda person: Q(), _("There are no tickets yet.")),
)


@dataclass(frozen=True, slots=True)
class Board:
    """What stands around every queue: all of them with their counts, the saved views, the next promise."""

    tabs: list[tuple[Slice, str]]
    views: list[KeptView]
    next_due_at: datetime | None

    def queue(self, name: str) -> Slice | None:
        """The queue of that name."""
        return next((one for one, _number in self.tabs if one.name == name), None)


def board(person: Person) -> Board:
    """The named queues, then one for each team by name; at most ten seconds old, in one query or none."""
    key = _key(person)
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = _read(person)
        cache.set(key, known, COUNTS_KEPT)
    slices = [*QUEUES.values(), *sorted(map(_of_team, known["teams"]), key=lambda one: str(one.label))]
    return Board(
        [(one, known["numbers"].get(one.name, capped(0))) for one in slices],
        [KeptView.read(card) for card in known["views"]],
        known["next_due_at"],
    )


def forget(person: Person) -> None:
    """This person has just changed what stands around their queues."""
    cache.delete(_key(person))


def tabs(person: Person) -> list[tuple[Slice, str]]:
    """Every queue with how many open tickets it holds."""
    return board(person).tabs


def counts(person: Person) -> dict[str, str]:
    """How many open tickets each queue holds, by its name; capped, at most ten seconds old."""
    return {one.name: number for one, number in tabs(person)}


def _key(person: Person) -> str:
    return f"queues:{person.pk}"


def _read(person: Person) -> dict[str, Any]:
    """Count by team, the queues side by side; add the teams that have nothing to do, and the saved views."""
    now = timezone.now()
    sleeping = asleep(person, now)
    numbers = {
        name: Count("pk", filter=one.condition(person) & (sleeping if one.asleep else ~sleeping))
        for name, one in QUEUES.items()
    }
    nothing = {name: Value(0, IntegerField()) for name in QUEUES}
    never = Value(None, DateTimeField())
    counted = (
        Ticket.objects.visible_to(person)
        .unfinished()
        .order_by()
        .values_list("team__slug", "team__name", "team__name_fr")
        .annotate(next_due_at=Min("due_at", filter=Q(due_at__gt=now)), **numbers)
    )
    teams = (
        Team.objects.order_by().values_list("slug", "name", "name_fr").annotate(next_due_at=never, **nothing)
    )
    views = (
        SavedView.objects.visible_to(person)
        .kept()
        .order_by()
        .values_list(Value(A_VIEW), CARD, "name")
        .annotate(next_due_at=never, **nothing)
    )
    rows = list(counted.union(teams, views, all=True))
    kept = sorted((row for row in rows if row[0] == A_VIEW), key=lambda row: row[2].casefold())
    rows = [row for row in rows if row[0] != A_VIEW]
    found = {name: sum(row[4 + place] for row in rows) for place, name in enumerate(QUEUES)}
    for slug, _name, _name_fr, _due, *counts_of in rows:
        if slug:
            of_all = counts_of[list(QUEUES).index("all")]
            found[_queue_name(slug)] = found.get(_queue_name(slug), 0) + of_all
    return {
        "teams": list({row[:3] for row in rows if row[0]}),
        "numbers": {name: capped(number) for name, number in found.items()},
        "views": [row[1] for row in kept],
        "next_due_at": min((row[3] for row in rows if row[3]), default=None),
    }


def _of_team(team: tuple[str, str, str]) -> Slice:
    """The queue of a team: what is open and routed to it."""
    slug, name, name_fr = team
    return Slice(
        _queue_name(slug),
        text_in(Team(slug=slug, name=name, name_fr=name_fr), "name"),
        lambda person: Q(team__slug=slug),
        _("Nothing waits for this team."),
    )


def _queue_name(slug: str) -> str:
    return f"team-{slug}"


def capped(number: int) -> str:
    """A count, exact as far as anyone wants to know."""
    return f"{number:,}" if number < MOST_COUNTED else f"{MOST_COUNTED:,}+"
