"""What the demo's calendar shows besides its stories: an overlap that somebody accepted, a soft freeze ahead."""

from datetime import datetime, timedelta

from accounts.models import Person
from changes.actions.scheduling import earliest_start, schedule
from changes.models import Freeze, RequestForChange
from changes.occupancy import found_for
from changes.transitions import ChangeStatus


def play_schedule(*, by: Person, at: datetime) -> None:
    """Put an approved change beside one that is scheduled, if the stories left any, and freeze some days ahead."""
    freeze_ahead(at=at)
    approved = RequestForChange.objects.filter(status=ChangeStatus.APPROVED, implementer__isnull=False)
    for rfc in approved.order_by("pk")[1:2]:  # the first one stays to be scheduled by whoever tries the demo
        earliest, _days = earliest_start(rfc, at=at)
        ahead = RequestForChange.objects.filter(status=ChangeStatus.SCHEDULED, starts_at__gt=earliest)
        for beside in ahead.order_by("starts_at", "pk")[:1]:
            share_window(rfc, beside, by=by, at=at, reason="One outage for both: LDCs plan around it once.")


def share_window(
    rfc: RequestForChange, beside: RequestForChange, *, by: Person, at: datetime, reason: str
) -> RequestForChange:
    """Schedule a change for the time of another, and accept whatever it meets. Raises ValueError without a window."""
    if beside.starts_at is None or beside.ends_at is None:
        raise ValueError(f"{beside.reference} has no window.")
    window = (beside.starts_at, beside.ends_at)
    met = [one.token for one in found_for(rfc, *window)]
    return schedule(rfc, *window, overrides=met, reason=reason, by=by, at=at, version=rfc.version)


def freeze_ahead(*, at: datetime) -> Freeze:
    """A soft freeze of the test environment, three weeks from now."""
    start = (at + timedelta(weeks=3)).replace(minute=0, second=0, microsecond=0)
    return Freeze.objects.create(
        name="Enrolment testing of Release 8.2",
        starts_at=start,
        ends_at=start + timedelta(days=4),
        environments=["quality"],
        hard=False,
        reason="LDCs test their enrolment: change the test environment only when they know of it.",
    )
