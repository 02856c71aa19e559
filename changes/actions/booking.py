"""Taking and giving back what a change occupies."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from changes.conflicts import Conflict, Sort
from changes.models import Booking, RequestForChange
from changes.occupancy import resources
from changes.transitions import ON_CALENDAR
from servicedesk.records.refusals import Stale
from servicedesk.schedule.planning import plan

RECHECK = "rfc.recheck"
"""The due row that looks for conflicts anew around a window that changed."""
_SCHEDULE = 0x5C4ED
"""The advisory lock of everybody who takes or gives back a place on the schedule."""


def lock_schedule() -> None:
    """Hold everybody else off the schedule until the transaction ends. Lock the RFC before, never after.

    The exclusion constraint alone keeps undisputed bookings apart; two overlaps that are being accepted
    at the same time only this lock keeps from missing each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SCHEDULE])


def occupy(rfc: RequestForChange, *, disputed: Collection[str] = ()) -> None:
    """Book what the RFC needs during its window. Overlaps on ``disputed`` resources are accepted, or known to stand.

    Raises Stale when somebody took the place a moment ago.
    """
    Booking.objects.filter(rfc=rfc.pk).delete()
    try:
        with transaction.atomic():
            Booking.objects.bulk_create(
                Booking(
                    rfc=rfc,
                    resource=resource,
                    span=(rfc.starts_at, rfc.ends_at),
                    overridden=resource in disputed,
                )
                for resource in sorted(resources(rfc))
            )
    except IntegrityError as error:
        if "booking_one_at_a_time" not in str(error):
            raise
        raise Stale(
            _(
                "Somebody scheduled another change for the same time a moment ago. Look at the conflicts again."
            )
        ) from error


def disputed_by(meets: Collection[Conflict]) -> set[str]:
    """The resources on which other changes are met."""
    return {resource for one in meets if one.sort is Sort.CHANGE for resource in one.resources}


def release(rfc: RequestForChange, *, at: datetime) -> None:
    """Give back what an RFC occupied: it is over, or was taken off the schedule.

    Its window stays on the row, so that feeds can say what is cancelled. Neighbours are looked at by a due
    row, because whoever withdraws an RFC may not see them.
    """
    lock_schedule()
    Booking.objects.filter(rfc=rfc.pk, active=True).update(active=False)
    if rfc.status not in ON_CALENDAR:
        rfc.sequence += 1
        RequestForChange.objects.filter(pk=rfc.pk).update(sequence=rfc.sequence)
    plan_recheck(rfc, at=at)


def rebook(rfc: RequestForChange) -> None:
    """Book anew after an edit of what a scheduled RFC touches.

    Whoever edits may not see what else is there, so the database holds nothing until the due row has looked.
    """
    lock_schedule()
    if rfc.starts_at and rfc.ends_at:
        occupy(rfc, disputed=resources(rfc))
        plan_recheck(rfc, at=rfc.updated_at)


def plan_recheck(rfc: RequestForChange, *, at: datetime) -> None:
    """Look for conflicts anew around the RFC's window."""
    if rfc.starts_at and rfc.ends_at:
        plan(
            RECHECK,
            key=f"{RECHECK}:{rfc.pk}:{rfc.version}",
            due_at=at,
            record_id=rfc.pk,
            starts_at=rfc.starts_at.isoformat(),
            ends_at=rfc.ends_at.isoformat(),
        )
