"""Waking the workers: a nudge over the broker that may fail without harm."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

NUDGE_LASTS = 60
"""Seconds after which a nudge that nobody took is dropped."""

log = structlog.get_logger(__name__)


def nudge(task: str) -> None:
    """Ask for a run of this task now. With the broker away, the scheduler's next round does it."""
    try:
        current_app.send_task(task, expires=NUDGE_LASTS)
    except (OperationalError, OSError) as error:
        log.warning("nudge.failed", task=task, error=repr(error))
