"""Putting something on the schedule, and calling it off."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar, overload

from django.db.models import Q

from servicedesk.schedule.models import STILL_WAITING, DueRow

OneRow = Callable[[DueRow], None]
ManyRows = Callable[[list[DueRow]], None]
AnyRows = TypeVar("AnyRows", OneRow, ManyRows)

_one_by_one: dict[str, OneRow] = {}
_together: dict[str, ManyRows] = {}


@dataclass(frozen=True)
class Wanted:
    """A due row that a record should have. ``payload`` is what JSON can keep: no tuples, no moments."""

    kind: str
    key: str
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


@overload
def when_due(kind: str, *, batch: Literal[False] = False) -> Callable[[OneRow], OneRow]: ...


@overload
def when_due(kind: str, *, batch: Literal[True]) -> Callable[[ManyRows], ManyRows]: ...


def when_due(kind: str, *, batch: bool = False) -> Callable[[Any], Any]:
    """Mark the function that a due row of this kind calls. Used in each app's handlers.py.

    It runs inside the sweep's transaction and has to keep to the database: what leaves the house
    goes through the outbox. It stamps ``row.due_at``, not the sweep's clock.

    With ``batch`` it gets a list of rows, in due order, and does them all with a few statements.
    When it raises, nothing of it stays, and it gets the rows again one by one, in lists of one.
    """
    handlers: dict[str, Any] = _together if batch else _one_by_one

    def register(function: Any) -> Any:
        handlers[kind] = function
        return function

    return register


def goes_together(kind: str) -> bool:
    """Does one call do many rows of this kind?"""
    return kind in _together


def fire(rows: list[DueRow]) -> None:
    """Call the function for these rows of one kind. Raises KeyError when no app knows the kind."""
    kind = rows[0].kind
    if goes_together(kind):
        _together[kind](rows)
    else:
        for row in rows:
            _one_by_one[kind](row)


def plan(kind: str, *, key: str, due_at: datetime, record_id: int | None = None, **payload: Any) -> None:
    """Write a due row, unless the same key is planned already. Call it inside a transaction."""
    plan_all([Wanted(kind, key, due_at, payload)], record_id=record_id)


def plan_all(wanted: Iterable[Wanted], *, record_id: int | None = None) -> None:
    """Write due rows, but none whose key is planned already. For a record that had none (else ``keep``)."""
    DueRow.objects.bulk_create([_row(one, record_id) for one in wanted], ignore_conflicts=True)


def call_off(*, record_id: int, kinds: set[str], at: datetime) -> None:
    """Cancel what still waits for a record."""
    DueRow.objects.waiting().filter(record_id=record_id, kind__in=kinds).update(cancelled_at=at)


def keep(record_id: int, kinds: Collection[str], wanted: Iterable[Wanted], *, at: datetime) -> None:
    """Make the waiting rows of these kinds for a record exactly what is wanted.

    Call it inside the transaction of the change that they follow from. See ``keep_all``.
    """
    keep_all({record_id: wanted}, kinds, at=at)


def keep_all(wanted_of: Mapping[int, Iterable[Wanted]], kinds: Collection[str], *, at: datetime) -> None:
    """Do what ``keep`` does for many records at once: ``wanted_of`` gives each its rows.

    What waits and is not wanted any more is called off; what is wanted and missing is planned; what
    waits for another moment, carries something else or was called off is planned anew. A row that
    fired, or was given up, under a wanted key stays as it is and never fires again.

    One SELECT, a lock, and one statement for each sort of change that there is. Raises ValueError when
    something wanted is of none of these kinds.
    """
    wanted = {row.key: (record_id, row) for record_id, rows in wanted_of.items() for row in rows}
    if strange := {row.kind for _, row in wanted.values()} - set(kinds):
        raise ValueError(f"Wanted, but not among the kinds to keep: {sorted(strange)}.")
    theirs = DueRow.objects.filter(record_id__in=wanted_of, kind__in=kinds)
    there = {row.key: row for row in theirs.filter(STILL_WAITING | Q(key__in=wanted))}

    missing = [_row(row, record_id) for key, (record_id, row) in wanted.items() if key not in there]
    moved = [
        _plan_anew(there[key], row)
        for key, (_, row) in wanted.items()
        if key in there and _differs(there[key], row)
    ]
    unwanted = [row.pk for key, row in there.items() if key not in wanted and _waits(row)]

    changed = [*unwanted, *(row.pk for row in moved)]
    free = _not_being_fired(changed) if changed else set()
    if gone := free.intersection(unwanted):
        DueRow.objects.filter(pk__in=gone).update(cancelled_at=at)
    if kept := [row for row in moved if row.pk in free]:
        DueRow.objects.bulk_update(kept, _PLANNED)
    if missing:
        DueRow.objects.bulk_create(missing, ignore_conflicts=True)


def _not_being_fired(pks: Collection[int]) -> set[int]:
    """Those of the rows that no sweep holds, locked. It fires the others at this moment: that has happened.

    To wait for a sweep whose handler waits for our record would be a deadlock.
    """
    rows = DueRow.objects.filter(fired_at=None, dead_at=None, pk__in=pks).order_by("pk")
    return set(rows.select_for_update(skip_locked=True).values_list("pk", flat=True))


_PLANNED = ["due_at", "available_at", "payload", "cancelled_at", "attempts", "last_error"]


def _row(wanted: Wanted, record_id: int | None) -> DueRow:
    row = DueRow(kind=wanted.kind, key=wanted.key, record_id=record_id)
    return _plan_anew(row, wanted)


def _plan_anew(row: DueRow, wanted: Wanted) -> DueRow:
    row.due_at = row.available_at = wanted.due_at
    row.payload = dict(wanted.payload)
    row.cancelled_at = None
    row.attempts = 0
    row.last_error = ""
    return row


def _waits(row: DueRow) -> bool:
    return row.fired_at is None and row.cancelled_at is None and row.dead_at is None


def _differs(row: DueRow, wanted: Wanted) -> bool:
    """Has the row to be planned anew?"""
    if row.fired_at or row.dead_at:
        return False
    return bool(row.cancelled_at) or (row.due_at, row.payload) != (wanted.due_at, wanted.payload)
