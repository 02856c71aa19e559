"""Telling people: the one place where the preferences of those who hear of something are applied.

An app's fan-out says who hears, of which event, under which group; this says who gets what when.
What a person hears of by mail they find under the bell too, and each event once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.contrib.auth import get_user_model

from servicedesk.notifications.bundles import bundle
from servicedesk.notifications.groups import BY_MAIL, How, group_of, quieter
from servicedesk.notifications.hours import Quiet, may_leave, next_daily
from servicedesk.notifications.models import DAILY_AT, Notice, OutboxMessage, Preference
from servicedesk.notifications.outbox import message, put
from servicedesk.records.models import Event

HELD = "news.held"
DAILY = "news.daily"


@dataclass(frozen=True, slots=True)
class Hearer:
    """Somebody who hears of an event.

    ``at_most``: they asked the app itself for nothing louder. ``not_before``: the app's own rules hold
    the mail until then.
    """

    person_id: int
    event: Event
    group: str
    at_most: How = How.NOW
    not_before: datetime | None = None


Waiting = tuple[Hearer, datetime]


@dataclass(slots=True)
class Ways:
    """Who gets what when: the bell, a mail at once, one when quiet hours end, one with the daily mail."""

    bell: list[Hearer] = field(default_factory=list)
    at_once: list[Hearer] = field(default_factory=list)
    held: list[Waiting] = field(default_factory=list)
    daily: list[Waiting] = field(default_factory=list)


def sort_out(hearers: Iterable[Hearer], *, at: datetime) -> Ways:
    """Say who of the hearers gets what when, as their preferences are now. Two queries, however many people."""
    told = list(hearers)
    wishes = wishes_of({one.person_id for one in told}, {one.group for one in told})
    clocks = _clocks_of({one.person_id for one in told})
    ways = Ways()
    for one in told:
        group = group_of(one.group)
        clock = clocks.get(one.person_id)
        if clock is None:  # gone meanwhile
            continue
        wish = How.NOW if group.locked else wishes.get((one.person_id, one.group), group.default)
        how = quieter(wish, one.at_most)
        if how != How.NONE:
            ways.bell.append(one)
        if how == How.NOW:
            earliest = max(at, one.not_before or at)
            leaves_at = earliest if group.locked else clock.may_leave(earliest)
            if leaves_at > at:
                ways.held.append((one, leaves_at))
            else:
                ways.at_once.append(one)
        elif how == How.DAILY:
            ways.daily.append((one, clock.next_daily(at)))
    return ways


def wishes_of(people: Collection[int], groups: Collection[str]) -> dict[tuple[int, str], str]:
    """The ways that these people chose for these groups, where it is not the default. One query."""
    rows = Preference.objects.filter(person__in=people, group__in=groups)
    return {(person, group): how for person, group, how in rows.values_list("person", "group", "how")}


def tell(hearers: Iterable[Hearer], *, letter: str, at: datetime, now: datetime) -> str:
    """Tell people of something: a notice each, and the mail that they wish.

    ``letter`` is the effect that writes one person's mail about one event; the row's payload names the
    group. ``at`` dates the letters, ``now`` is the worker's clock. Call it once in a transaction, as
    ``bundle`` says. Answers in a few words.
    """
    ways = sort_out(hearers, at=now)
    ring(ways.bell)
    put(
        message(
            effect=letter,
            key=f"mail:{one.event.pk}:{one.person_id}",
            at=at,
            event_id=one.event.pk,
            recipient_id=one.person_id,
            group=one.group,
        )
        for one in ways.at_once
    )
    keep_for_later(ways, at=now)
    return f"{len(ways.bell)} told"


def still_by_mail(row: OutboxMessage) -> bool:
    """Does the person still wish the news of a letter's row by mail? They may have turned it off meanwhile."""
    if not row.groups or row.recipient_id is None:
        return True
    return set(row.groups) <= still_mailed(row.recipient_id, row.groups)


def still_mailed(person_id: int, groups: Collection[str]) -> set[str]:
    """Those of the groups (or none, "") of which a person gets mail as they wish now. One query."""
    wishes = wishes_of({person_id}, set(groups))
    return {
        name
        for name in groups
        if not name
        or group_of(name).locked
        or wishes.get((person_id, name), group_of(name).default) in BY_MAIL
    }


def ring(hearers: Iterable[Hearer]) -> None:
    """Put each event under each hearer's bell, once. One statement."""
    Notice.objects.bulk_create(
        [
            Notice(person_id=one.person_id, event_id=one.event.pk, at=one.event.at, group=one.group)
            for one in hearers
        ],
        ignore_conflicts=True,
    )


def keep_for_later(ways: Ways, *, at: datetime) -> None:
    """Bundle what waits for the end of quiet hours, and what waits for the daily mail."""
    for kind, waiting in ((HELD, ways.held), (DAILY, ways.daily)):
        bundle(
            kind,
            [(one.person_id, one.event.pk) for one, _leaves_at in waiting],
            at=at,
            leaves_at={one.person_id: leaves_at for one, leaves_at in waiting},
            groups={(one.person_id, one.event.pk): one.group for one, _leaves_at in waiting},
        )


@dataclass(frozen=True, slots=True)
class _Clock:
    """When one person's mail leaves."""

    zone: ZoneInfo
    daily_at: time
    quiet: Quiet | None

    def may_leave(self, at: datetime) -> datetime:
        return may_leave(at, self.quiet, self.zone)

    def next_daily(self, at: datetime) -> datetime:
        """The daily mail's next moment; later, where the person is quiet then."""
        return self.may_leave(next_daily(self.daily_at, at, self.zone))


def _clocks_of(people: Collection[int]) -> dict[int, _Clock]:
    """The clocks of people. One query."""
    rows = get_user_model()._default_manager.filter(pk__in=people).select_related("mail_hours")
    found = {}
    for person in rows.only("time_zone", "mail_hours"):
        hours = getattr(person, "mail_hours", None)
        found[person.pk] = _Clock(
            ZoneInfo(person.time_zone),
            hours.daily_at if hours else DAILY_AT,
            hours.quiet() if hours else None,
        )
    return found
