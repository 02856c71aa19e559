"""Windows for the demo's changes: free slots, one overlap that somebody accepted, a soft freeze ahead."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from accounts.models import Person
from changes.actions.scheduling import earliest_start, schedule
from changes.models import Freeze, RequestForChange, ScheduleRules
from changes.occupancy import found_for, next_slot

LASTING = timedelta(hours=2)
APART = timedelta(days=4)
"""From one change to the next, so that a month is neither empty nor full."""


def play_schedule(approved: Iterable[RequestForChange], *, by: Person, at: datetime) -> None:
    """Give approved changes their windows, one after the other. The last one is done beside the one before."""
    ahead = list(approved)
    for number, rfc in enumerate(ahead[:-1]):
        give_window(rfc, by=by, at=at, after=at + number * APART)
    if len(ahead) > 1:
        share_window(
            ahead[-1], ahead[-2], by=by, at=at, reason="One outage for both: LDCs plan around it once."
        )
    freeze_ahead(at=at)


def give_window(
    rfc: RequestForChange,
    *,
    by: Person,
    at: datetime,
    after: datetime | None = None,
    lasting: timedelta = LASTING,
) -> RequestForChange:
    """Schedule an approved change at the first free slot, as somebody would have done at that moment."""
    earliest, _days = earliest_start(rfc, at=at)
    rules = ScheduleRules.objects.earliest("pk")
    start = next_slot(rfc, lasting, after=max(earliest, after or at), rules=rules)
    if start is None:
        raise ValueError(f"No slot for {rfc.reference}.")
    return schedule(rfc, start, start + lasting, by=by, at=at, version=rfc.version)


def share_window(
    rfc: RequestForChange, beside: RequestForChange, *, by: Person, at: datetime, reason: str
) -> RequestForChange:
    """Schedule a change for the time of another, and accept whatever it meets."""
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
