"""What the schedule shows of one RFC: on its own page, and on the page where its window is chosen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from changes import policy
from changes.conflicts import Conflict, Sort
from changes.models import RequestForChange, ScheduleConflict, ScheduleOverride, ScheduleRules
from changes.occupancy import accepted_for, found_for, next_slot
from changes.schedule_words import SORTS, names_of, resource_words, window_words
from changes.transitions import ON_CALENDAR, ChangeStatus
from servicedesk.ui import moments

USUAL = timedelta(hours=2)
"""How long a window is proposed, until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Met:
    """A conflict in words. ``state`` is accepted, ticked or open; ``url`` leads to the other change."""

    token: str
    sort: str
    hard: bool
    name: str
    window: str
    resources: str
    state: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A proposal, and the address that fills the form in with it."""

    window: str
    url: str


@dataclass(frozen=True, slots=True)
class SchedulePart:
    """The window on an RFC's page. Conflicts and what was accepted, by whom and why, are for the desk."""

    window: str
    cancelled: bool
    conflicts: list[tuple[str, str]]
    accepted: list[ScheduleOverride]
    schedule_url: str
    calendar_url: str


def schedule_part(rfc: RequestForChange, person: Person) -> SchedulePart | None:
    """The window of an RFC for its page (template changes/schedule/_part.html); None while there is none."""
    may = bool(policy.may_manage(person)) and rfc.status in {ChangeStatus.APPROVED, ChangeStatus.SCHEDULED}
    if rfc.starts_at is None or rfc.ends_at is None:
        return None
    window = {"rfc": rfc, "starts_at": rfc.starts_at, "ends_at": rfc.ends_at}
    on = timezone.localtime(rfc.starts_at).date().isoformat()
    open_ones = ScheduleConflict.objects.visible_to(person).filter(**window)
    accepted = ScheduleOverride.objects.visible_to(person).filter(**window)
    shown_with = ("other", "freeze")
    return SchedulePart(
        window=window_words(rfc.starts_at, rfc.ends_at),
        cancelled=rfc.status not in ON_CALENDAR,
        conflicts=[_stored(one) for one in open_ones.select_related(*shown_with).order_by("pk")],
        accepted=list(accepted.select_related(*shown_with, "by").order_by("pk")),
        schedule_url=reverse("changes:schedule", args=[rfc.reference]) if may else "",
        calendar_url=f"{reverse('changes:calendar')}?on={on}",
    )


def met_by(rfc: RequestForChange, start: datetime, end: datetime, ticked: Collection[str] = ()) -> list[Met]:
    """What a window would meet, each with its checkbox. For the desk."""
    found = found_for(rfc, start, end)
    accepted = accepted_for(rfc, start, end) if found else frozenset()
    names = names_of(found)
    urls = _urls(found)
    return [
        Met(
            token=one.token,
            sort=str(SORTS[one.sort]),
            hard=one.sort is Sort.HARD_FREEZE,
            name=names[one],
            window=window_words(one.start, one.end),
            resources=resource_words(one.resources),
            state="accepted" if one.token in accepted else "ticked" if one.token in ticked else "open",
            url=urls.get(one.key, "") if one.sort is Sort.CHANGE else "",
        )
        for one in found
    ]


def proposal(rfc: RequestForChange, *, after: datetime, lasting: timedelta) -> Slot | None:
    """The next free slot, as a link that fills the form in. None when the hours have no room for it."""
    start = next_slot(rfc, lasting, after=after, rules=ScheduleRules.objects.earliest("pk"))
    if start is None:
        return None
    page = reverse("changes:schedule", args=[rfc.reference])
    minutes = int(lasting.total_seconds()) // 60
    return Slot(
        window=window_words(start, start + lasting),
        url=f"{page}?starts={moments.machine(start)}&minutes={minutes}",
    )


def _urls(found: Iterable[Conflict]) -> dict[str, str]:
    ids = [int(one.key) for one in found if one.sort is Sort.CHANGE]
    changes = RequestForChange.objects.filter(pk__in=ids).only("reference")
    return {str(one.pk): one.get_absolute_url() for one in changes}


def _stored(one: ScheduleConflict) -> tuple[str, str]:
    """What is met and where that leads."""
    if one.other:
        return f"{one.other.reference} {one.other.title}", one.other.get_absolute_url()
    return (one.freeze.name if one.freeze else one.calendar), ""
