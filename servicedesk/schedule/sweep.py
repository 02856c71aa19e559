"""The one sweep: find what is due, do it, mark it, in one transaction a batch.

Whatever a handler does commits together with ``fired_at``, so each row fires exactly once, with
any number of sweeps running and any of them dying. A row that fails is set back alone.
"""

from datetime import datetime

import structlog
from django.db import transaction

from servicedesk.records.faults import faultpoint
from servicedesk.schedule.models import MAX_ATTEMPTS, PATIENCE, DueRow
from servicedesk.schedule.planning import handler_of

log = structlog.get_logger(__name__)


def sweep(*, at: datetime) -> int:
    """Fire everything that is due. Answers how many rows fired."""
    fired = 0
    while True:
        with transaction.atomic():
            rows = DueRow.objects.lock_due(at)
            fired += sum(_fire(row, at) for row in rows)
            faultpoint("sweep.before_commit")
        if not rows:
            return fired


def _fire(row: DueRow, at: datetime) -> bool:
    """Mark first, then do: what a handler calls off is never the row that called it."""
    try:
        with transaction.atomic():
            if not DueRow.objects.waiting().filter(pk=row.pk).update(fired_at=at):
                return False  # called off by a row before it in this batch
            handler_of(row.kind)(row)
    except Exception as error:
        log.exception("due_row.failed", key=row.key)
        row.attempts += 1
        row.available_at = at + PATIENCE * 2 ** min(row.attempts - 1, 6)
        row.dead_at = at if row.attempts >= MAX_ATTEMPTS else None
        row.last_error = repr(error)
        row.save(update_fields=["attempts", "available_at", "dead_at", "last_error"])
        return False
    return True
