"""What the worker does for tickets: the nightly check, the weekly count, and the steps of this app's jobs."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from servicedesk.schedule.jobs import works_on
from tickets.actions import bulk
from tickets.actions.problem_candidates import plan_count
from tickets.actions.publishing import roll_out
from tickets.sla.rollout import PREVIEW, ROLLOUT, look_ahead
from tickets.sla.verification import VERIFY, start_verification, verify_next

works_on(bulk.JOB)(bulk.work_on)
works_on(PREVIEW)(look_ahead)
works_on(ROLLOUT)(roll_out)
works_on(VERIFY)(verify_next)


@shared_task
def verify_service_levels(**_: Any) -> None:
    """Have everything that is stored of service levels recomputed. Safe twice: one job at a time."""
    start_verification(at=timezone.now())


@shared_task
def plan_problem_candidates(**_: Any) -> None:
    """Have the incidents of the present week counted once it is over. Safe any number of times."""
    plan_count(at=timezone.now())
