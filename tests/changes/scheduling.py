"""Changes that stand on the schedule, for tests of what shows them."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Person
from changes.actions.scheduling import schedule
from changes.models import RequestForChange
from servicedesk.records.models import Kind
from tests.conftest import NOON

HOUR = timedelta(hours=1)
TONIGHT = NOON + 8 * HOUR
"""20:00 in Toronto."""


def scheduled(
    change: RequestForChange,
    start: datetime = TONIGHT,
    *,
    by: Person,
    hours: float = 2,
    at: datetime = NOON,
    **said: Any,
) -> RequestForChange:
    """Schedule an approved RFC."""
    return schedule(change, start, start + hours * HOUR, by=by, at=at, version=change.version, **said)


def many(number: int, by: Person, *, first: datetime, every: timedelta, **columns: Any) -> None:
    """Published changes with windows of two hours, one after the other, as they stand in the tables."""
    for n in range(number):
        start = first + n * every
        RequestForChange.objects.create(
            **{
                "kind": Kind.RFC, "reference": f"RFC-9{n:05}", "title": f"Change {n}", "reporter": by,
                "organization_id": min(by.standing().organizations), "visibility": "everyone",
                "status": "scheduled", "category": "software", "description": "So.", "reason": "So.",
                "environments": ["production"], "interfaces": ["billing"], "created_at": NOON,
                "updated_at": NOON, "starts_at": start, "ends_at": start + 2 * HOUR,
            } | columns
        )  # fmt: skip
