"""Waking the workers: a nudge over the broker that may fail without harm."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def wake_workers() -> None:
    """Ask for a drain now. With the broker away, the scheduler's next round does it."""
    try:
        current_app.send_task("servicedesk.notifications.tasks.drain_outbox", expires=60)
    except (OperationalError, OSError) as error:
        log.warning("outbox.wake_failed", error=repr(error))
