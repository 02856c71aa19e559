"""The one sweep: find what is due, do it, mark it, in one transaction a batch.

Whatever a handler does commits together with ``fired_at``, so each row fires exactly once, with
any number of sweeps running and any of them dying. A row that fails is set back alone.
"""

from collections.abc import Iterable
from datetime import datetime
from time import monotonic

import structlog
from django.db import transaction

from servicedesk.records.faults import faultpoint
from servicedesk.schedule.models import BATCH, MAX_ATTEMPTS, DueRow, back_off
from servicedesk.schedule.planning import fire, goes_together

HELD_FOR = 1.0
"""Seconds after which a batch is committed with what it has done. Whoever wants to call off a row of
the batch waits for it, and the database lets nobody wait longer than its lock_timeout of 2 s."""

log = structlog.get_logger(__name__)


def sweep(*, at: datetime) -> int:
    """Fire everything that is due. Answers how many rows fired."""
    fired = 0
    while True:
        with transaction.atomic():
            rows = DueRow.objects.lock_due(at, BATCH)
            fired += _fire_batch(rows, at)
            faultpoint("sweep.before_commit")
        if not rows:
            return fired


def in_turns(rows: Iterable[DueRow]) -> list[list[DueRow]]:
    """Split rows, given in due order, into what is fired together: some of one batch kind, or one row.

    Rows of a batch kind are gathered across other rows between them, as long as no two rows of the
    same record (or of none) change places.
    """
    turns: list[list[DueRow]] = []
    last_of_kind: dict[str, int] = {}
    last_of_record: dict[int | None, int] = {}
    for row in rows:
        turn = last_of_kind.get(row.kind)
        if turn is None or turn < last_of_record.get(row.record_id, turn):
            turn = len(turns)
            turns.append([])
            if goes_together(row.kind):
                last_of_kind[row.kind] = turn
        turns[turn].append(row)
        last_of_record[row.record_id] = turn
    return turns


def _fire_batch(rows: list[DueRow], at: datetime) -> int:
    until = monotonic() + HELD_FOR
    fired = 0
    for turn in in_turns(rows):
        fired += _fire(turn, at)
        if monotonic() >= until:
            break  # the next batch begins with the rest
    return fired


def _fire(rows: list[DueRow], at: datetime) -> int:
    """Mark first, then do: what a handler calls off is never the row that called it."""
    try:
        with transaction.atomic():
            marked = _mark(rows, at)
            if marked:
                fire(marked)
            return len(marked)
    except Exception as error:
        if len(rows) > 1:
            log.warning("due_rows.one_by_one", kind=rows[0].kind, rows=len(rows), error=repr(error))
            return sum(_fire([row], at) for row in rows)
        log.exception("due_row.failed", key=rows[0].key)
        _set_back(rows[0], at, error)
        return 0


def _mark(rows: list[DueRow], at: datetime) -> list[DueRow]:
    """Mark the rows that are still due, and answer them as they are now.

    A turn before this one may have called some off, or moved them.
    """
    still_due = list(DueRow.objects.due(at).filter(pk__in=[row.pk for row in rows]).in_order())
    DueRow.objects.filter(pk__in=[row.pk for row in still_due]).update(fired_at=at)
    for row in still_due:
        row.fired_at = at
    return still_due


def _set_back(row: DueRow, at: datetime, error: Exception) -> None:
    attempts = row.attempts + 1
    DueRow.objects.filter(pk=row.pk).update(
        attempts=attempts,
        available_at=at + back_off(attempts),
        dead_at=at if attempts >= MAX_ATTEMPTS else None,
        last_error=repr(error),
    )
