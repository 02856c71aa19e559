"""What the worker does for the outbox."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from servicedesk.notifications.outbox import drain, forget_delivered
from servicedesk.schedule.heartbeat import beat


@shared_task
def drain_outbox(**_: Any) -> None:
    """Deliver what is due. Safe twice, late, or not at all: the rows are the queue."""
    drain(now=timezone.now)
    beat("outbox", at=timezone.now())


@shared_task
def tidy_outbox(**_: Any) -> None:
    """Drop what was delivered long ago."""
    forget_delivered(at=timezone.now())
