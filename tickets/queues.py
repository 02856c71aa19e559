"""The named queues of the desk and the views of an LDC's list: each a condition with a name."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models import Ticket
from tickets.models.severity import SEVERE
from tickets.sla.standing import SOON_LEFT
from tickets.transitions import HANDED_BACK, UNTOUCHED, Status

COUNTS_KEPT = 10
"""Seconds. Badges may be that old; the list itself is always fresh."""
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Slice:
    """A named part of a list. ``empty`` is what its empty page says."""

    name: str
    label: str | Promise
    condition: Callable[[Person], Q]
    empty: str | Promise


def _by_name(*slices: Slice) -> dict[str, Slice]:
    return {one.name: one for one in slices}


QUEUES = _by_name(
    Slice(
        "triage",
        _("Triage"),
        lambda person: Q(status__in=UNTOUCHED),
        _("Inbox zero: nothing new to look at."),
    ),
    Slice("mine", _("My open"), lambda person: Q(assignee=person.pk), _("Nothing is assigned to you.")),
    Slice(
        "due",
        _("Due or late"),
        lambda person: Q(due_at__lte=timezone.now() + SOON_LEFT),
        _("Nothing is late, and nothing is due within the hour."),
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


def counts(person: Person) -> dict[str, str]:
    """How many open tickets each queue holds, capped, at most ten seconds old."""
    key = f"queue-counts:{person.pk}"
    known: dict[str, str] | None = cache.get(key)
    if known is None:
        found = (
            Ticket.objects.visible_to(person)
            .unfinished()
            .aggregate(**{one.name: _count(one.condition(person)) for one in QUEUES.values()})
        )
        known = {name: capped(number) for name, number in found.items()}
        cache.set(key, known, COUNTS_KEPT)
    return known


def _count(condition: Q) -> Count:
    return Count("pk", filter=condition) if condition else Count("pk")


def capped(number: int) -> str:
    """A count, exact as far as anyone wants to know."""
    return f"{number:,}" if number < MOST_COUNTED else f"{MOST_COUNTED:,}+"
