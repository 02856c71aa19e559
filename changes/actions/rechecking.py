"""Finding conflicts again, after an edit of either side."""

from datetime import datetime

from django.db import transaction

from changes.actions.booking import disputed_by, lock_schedule
from changes.actions.moving import append_event
from changes.conflicts import Conflict, Sort
from changes.models import Booking, RequestForChange, ScheduleConflict
from changes.occupancy import accepted_for, found_for
from changes.schedule_words import names_of
from changes.transitions import ChangeStatus
from servicedesk.notifications.outbox import publish


@transaction.atomic
def recheck(rfc: RequestForChange, *, at: datetime) -> list[ScheduleConflict]:
    """Find what a scheduled RFC meets now and nobody accepted; say what is new, and when all is well again.

    Its bookings are held by the database again as soon as they meet nothing.
    """
    found, standing = _met(rfc)
    stored = {
        (one.starts_at, one.ends_at, one.token): one for one in ScheduleConflict.objects.filter(rfc=rfc)
    }
    wanted = {(rfc.starts_at, rfc.ends_at, one.token): one for one in standing}
    new = {key: one for key, one in wanted.items() if key not in stored}
    gone = [one.pk for key, one in stored.items() if key not in wanted]
    if gone:
        ScheduleConflict.objects.filter(pk__in=gone).delete()
    if new:
        _write_down(rfc, list(new.values()), at=at)
    elif gone and not wanted:
        publish(append_event(rfc, "conflict_over", by=None, at=at, internal=True))
    _hold_again(rfc, disputed_by(found))
    return list(ScheduleConflict.objects.filter(rfc=rfc).order_by("pk"))


@transaction.atomic
def recheck_around(*spans: tuple[datetime, datetime], at: datetime) -> None:
    """Find conflicts anew for every change that is scheduled in any of these spans."""
    lock_schedule()
    near: dict[int, RequestForChange] = {}
    for start, end in spans:
        rows = RequestForChange.objects.filter(
            status=ChangeStatus.SCHEDULED, starts_at__lt=end, ends_at__gt=start
        )
        near |= rows.in_bulk()
    for _pk, rfc in sorted(near.items()):
        recheck(rfc, at=at)


def named(one: Conflict) -> dict[str, int | str]:
    """The column that names what is met."""
    if one.sort is Sort.CHANGE:
        return {"other_id": int(one.key)}
    if one.sort is Sort.CALENDAR:
        return {"calendar": one.key}
    return {"freeze_id": int(one.key)}


def _write_down(rfc: RequestForChange, new: list[Conflict], *, at: datetime) -> None:
    window = {"starts_at": rfc.starts_at, "ends_at": rfc.ends_at}
    ScheduleConflict.objects.bulk_create(
        ScheduleConflict(rfc=rfc, token=one.token, found_at=at, **window, **named(one)) for one in new
    )
    names = names_of(new)
    met = [names[one] for one in new]
    publish(append_event(rfc, "conflict", by=None, at=at, internal=True, met=met))


def _met(rfc: RequestForChange) -> tuple[list[Conflict], list[Conflict]]:
    """All that it meets, and what of it nobody accepted. Nothing, when it is not scheduled."""
    if rfc.status != ChangeStatus.SCHEDULED or not rfc.starts_at or not rfc.ends_at:
        return [], []
    found = found_for(rfc, rfc.starts_at, rfc.ends_at)
    accepted = accepted_for(rfc, rfc.starts_at, rfc.ends_at) if found else frozenset()
    return found, [one for one in found if one.token not in accepted]


def _hold_again(rfc: RequestForChange, disputed: set[str]) -> None:
    overridden = Booking.objects.active().filter(rfc=rfc, overridden=True)
    overridden.exclude(resource__in=disputed).update(overridden=False)
