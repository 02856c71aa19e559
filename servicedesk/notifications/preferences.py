"""What a person wishes to hear of, in which way and at which hours: reading and saving it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.notifications.groups import Group, How, groups_for
from servicedesk.notifications.models import DAILY_AT, MailHours, Preference, every_day
from servicedesk.records.refusals import Stale
from servicedesk.records.scope import Reader


@dataclass(frozen=True, slots=True)
class Hours:
    """When mail leaves: the hour of the daily one, and quiet hours or none (both None), on these days."""

    daily_at: time = DAILY_AT
    quiet_from: time | None = None
    quiet_until: time | None = None
    quiet_days: tuple[int, ...] = tuple(every_day())


@dataclass(frozen=True, slots=True)
class Wishes:
    """All of a person's preferences. ``version`` is 0 as long as they never saved any."""

    groups: list[Group]
    ways: dict[str, How]
    hours: Hours
    version: int


def wishes(person: Reader) -> Wishes:
    """What somebody hears of, and how, with the defaults filled in. Two queries."""
    groups = groups_for(desk=person.standing().sees_all)
    chosen = dict(Preference.objects.visible_to(person).values_list("group", "how"))
    row = MailHours.objects.visible_to(person).first()
    hours = Hours(row.daily_at, row.quiet_from, row.quiet_until, tuple(row.quiet_days)) if row else Hours()
    ways = {one.name: How.NOW if one.locked else How(chosen.get(one.name, one.default)) for one in groups}
    return Wishes(groups, ways, hours, row.version if row else 0)


@transaction.atomic
def save_wishes(ways: Mapping[str, str], hours: Hours, *, by: Reader, at: datetime, version: int) -> None:
    """Keep what somebody chose. Locked groups, and such as do not concern them, are passed over.

    Raises Stale when they changed since ``version`` was read.
    """
    person = by.standing().person_id
    _next_version(person, hours, version)
    for group in groups_for(desk=by.standing().sees_all):
        if group.locked or group.name not in ways:
            continue
        mine = Preference.objects.filter(person=person, group=group.name)
        if ways[group.name] == group.default:
            mine.delete()
        elif not mine.filter(how=ways[group.name]).exists():
            Preference.objects.update_or_create(
                person_id=person, group=group.name, defaults={"how": ways[group.name], "since": at}
            )


def note_change(person_id: int) -> None:
    """Count a change that somebody made elsewhere, so that an open page of preferences does not undo it."""
    MailHours.objects.bulk_create([MailHours(person_id=person_id, version=0)], ignore_conflicts=True)
    row = MailHours.objects.select_for_update().get(person=person_id)
    MailHours.objects.filter(pk=row.pk).update(version=row.version + 1)


def _next_version(person_id: int, hours: Hours, version: int) -> None:
    """Write the hours by compare-and-set."""
    values: dict[str, Any] = {
        "daily_at": hours.daily_at,
        "quiet_from": hours.quiet_from,
        "quiet_until": hours.quiet_until,
        "quiet_days": list(hours.quiet_days),
    }
    MailHours.objects.bulk_create([MailHours(person_id=person_id, version=0)], ignore_conflicts=True)
    mine = MailHours.objects.filter(person=person_id, version=version)
    if not mine.update(version=version + 1, **values):
        raise Stale(
            _(
                "Your preferences were changed meanwhile: in another window, or by the link in a mail."
                " Look at your choice again, then save it."
            )
        )
