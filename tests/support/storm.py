"""A kind of due row and a kind of job that only the workers of tests/support/storm_app.py know.

Each thing done is one finished outbox row, which says which process did it and when. Doing it
again would be refused by its unique key, and so be seen as a failure.
"""

import os
import sys
from collections.abc import Iterable

from django.utils import timezone

from servicedesk.notifications.models import OutboxMessage
from servicedesk.schedule.jobs import works_on
from servicedesk.schedule.models import DueRow, Job
from servicedesk.schedule.planning import when_due

KIND = "test.storm"
STEPS = 5
CELERY = [sys.executable, "-m", "celery", "-A", "tests.support.storm_app"]
"""In the place of ``tests.support.processes.CELERY``, it makes the fixtures' workers know the kinds."""


@when_due(KIND, batch=True)
def weather(rows: list[DueRow]) -> None:
    """Do many at once."""
    _note(row.key for row in rows)


@works_on(KIND)
def count(job: Job) -> bool:
    """Count to five."""
    job.total, job.done = STEPS, job.done + 1
    _note([f"step {job.done}"])
    return job.done == STEPS


def _note(keys: Iterable[str]) -> None:
    now = timezone.now()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            key=key, effect=KIND, payload={"pid": os.getpid()}, created_at=now, available_at=now, done_at=now
        )
        for key in keys
    )
