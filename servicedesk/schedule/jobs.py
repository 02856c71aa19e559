"""Jobs: long work in steps. The row is the job; the broker carries only nudges.

What a step does commits together with the progress that it noted, so a killed worker loses at most
the step it was in, and any number of workers share the jobs without doing a step twice.
"""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction

from servicedesk.records.faults import faultpoint
from servicedesk.schedule.models import MAX_ATTEMPTS, Job, back_off
from servicedesk.schedule.waking import nudge

Step = Callable[[Job], bool]
_steps: dict[str, Step] = {}
_STEPPED = [
    "total", "done", "cursor", "result", "started_at", "stepped_at", "finished_at", "attempts", "last_error",
]  # fmt: skip

log = structlog.get_logger(__name__)


def works_on(kind: str) -> Callable[[Step], Step]:
    """Mark the function that does a step of this kind of job. Used in each app's handlers.py.

    It does a piece of about a second at most, notes how far it is in ``job.done``, ``total``,
    ``cursor`` and ``result``, and answers whether the job is finished. It runs inside a transaction
    that saves the job afterwards, and keeps to the database. Its moment is ``job.stepped_at``.
    """

    def register(function: Step) -> Step:
        _steps[kind] = function
        return function

    return register


def start_job(kind: str, *, by: AbstractBaseUser | None, at: datetime, payload: dict[str, Any]) -> Job:
    """Write a job, in the transaction of whatever asked for it. ``by=None`` is the desk itself.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A job is started in the transaction of what asked for it.")
    job = Job.objects.create(
        kind=kind, payload=payload, created_by_id=by.pk if by else None, created_at=at, available_at=at
    )
    # A nudge; the schedule is the guarantee.
    transaction.on_commit(_wake, robust=True)
    return job


def work(*, now: Callable[[], datetime], seconds: float) -> int:
    """Do steps until no job waits or that many seconds are over. Answers how many were tried.

    The oldest job goes first, until it is finished. ``now`` is asked again for every step.
    """
    until = monotonic() + seconds
    tried = 0
    while monotonic() < until and _work_once(now()):
        tried += 1
    return tried


def _work_once(at: datetime) -> bool:
    """Try one step. Answers whether there was one."""
    with transaction.atomic():
        job = Job.objects.lock_next(at)
        if job is None:
            return False
        attempts = job.attempts + 1
        try:
            with transaction.atomic():
                _take_step(job, at)
        except Exception as error:
            log.exception("job.failed", kind=job.kind, job=str(job.public_id), attempts=attempts)
            Job.objects.filter(pk=job.pk).update(
                attempts=attempts,
                available_at=at + back_off(attempts),
                failed_at=at if attempts >= MAX_ATTEMPTS else None,
                last_error=repr(error)[:2000],
            )
        faultpoint("job.before_commit")
    return True


def _take_step(job: Job, at: datetime) -> None:
    """One step, and its progress. Failures are counted anew for the next one."""
    job.started_at = job.started_at or at
    job.stepped_at = at
    finished = _steps[job.kind](job)
    job.finished_at = at if finished else None
    job.attempts = 0
    job.last_error = ""
    job.save(update_fields=_STEPPED)


def _wake() -> None:
    """A named function: Django says its name when it fails."""
    nudge("servicedesk.schedule.tasks.work_on_jobs")
