"""The foot of a mail: why it came, where to choose, and one click that stops it (RFC 8058).

The link names a row by a random id, signed, so it tells nobody who it is for, opens nothing else, and
a made-up one is refused without asking the database.
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from servicedesk.notifications.groups import BY_MAIL, Group, How, group_of, optional
from servicedesk.notifications.models import Preference, WayOut
from servicedesk.notifications.preferences import note_change

_signer = signing.Signer(salt="servicedesk.unsubscribe", sep=".")


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the foot of a mail. ``stop`` is empty where it cannot be turned off, ``because`` then says why."""

    choose: str
    stop: str = ""
    groups: list[Group] = field(default_factory=list)
    because: str = ""

    def about(self) -> str:
        """The groups in words, as the link names them."""
        return ", ".join(f"“{group.label}”" for group in self.groups)


def foot(person_id: int, groups: Collection[str]) -> Foot:
    """The foot of a person's mail that tells of these groups. Makes its way out, if there is none yet."""
    choose = f"{settings.BASE_URL}{reverse('preferences')}"
    free = optional(set(groups))
    if not free:
        return Foot(choose, because="; ".join(str(group_of(name).locked) for name in sorted(groups)))
    row, _made = WayOut.objects.get_or_create(
        person_id=person_id, groups=",".join(sorted(group.name for group in free))
    )
    token = _signer.sign(row.public_id.hex)
    return Foot(choose, f"{settings.BASE_URL}{reverse('unsubscribe', args=[token])}", free)


def way_out(token: str) -> WayOut | None:
    """The way out that a link names; None for one that we never wrote."""
    try:
        public_id = uuid.UUID(_signer.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return WayOut.objects.filter(public_id=public_id).first()


def stops(way: WayOut) -> list[Group]:
    """What it stops the mail of: never anything that is locked now."""
    return optional(set(way.groups.split(",")))


@transaction.atomic
def take(way: WayOut, *, at: datetime) -> None:
    """Send no more mail of these groups: from now on they stand under the bell only. Twice is once."""
    names = [group.name for group in stops(way)]
    mine = Preference.objects.filter(person=way.person_id, group__in=names)
    mine.filter(how__in=BY_MAIL).update(how=How.BELL, since=at)
    Preference.objects.bulk_create(
        [Preference(person_id=way.person_id, group=name, how=How.BELL, since=at) for name in names],
        ignore_conflicts=True,
    )
    note_change(way.person_id)
