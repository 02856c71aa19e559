"""What the scheduler asks the worker to do."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from servicedesk.schedule.heartbeat import beat
from servicedesk.schedule.jobs import work
from servicedesk.schedule.sweep import sweep
from servicedesk.schedule.tidying import tidy_up

WORKS_FOR = 4.0
"""Seconds of job work at a stretch: less than its rhythm, so that mail and due rows get their turn."""


@shared_task
def sweep_due_rows(**_: Any) -> None:
    """Fire what is due. Safe twice, late, or side by side: the rows are the schedule."""
    sweep(at=timezone.now())
    beat("sweep", at=timezone.now())


@shared_task
def work_on_jobs(**_: Any) -> None:
    """Go on with long work. Safe twice, late, or side by side: the rows are the queue."""
    work(now=timezone.now, seconds=WORKS_FOR)
    beat("jobs", at=timezone.now())


@shared_task
def sing(**_: Any) -> None:
    """The canary: it was sent by the scheduler and is sung by a worker, so both are alive."""
    beat("canary", at=timezone.now())


@shared_task
def tidy(**_: Any) -> None:
    """Remove what has served its time."""
    tidy_up(at=timezone.now())
