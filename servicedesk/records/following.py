"""Following a record, and letting it go."""

from collections.abc import Iterable
from datetime import datetime

from servicedesk.records.models import Follower, Record


def follow(record: Record, people: Iterable[int], *, at: datetime) -> None:
    """Make these people (ids) followers. Those who are already stay as they were."""
    Follower.objects.bulk_create(
        [Follower(record_id=record.pk, person_id=person_id, since=at) for person_id in people],
        ignore_conflicts=True,
    )


def unfollow(record: Record, person_id: int) -> None:
    """Stop following."""
    Follower.objects.filter(record_id=record.pk, person_id=person_id).delete()
