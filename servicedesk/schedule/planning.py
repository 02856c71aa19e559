"""Putting something on the schedule, and calling it off."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from servicedesk.schedule.models import DueRow

Handler = Callable[[DueRow], None]
_handlers: dict[str, Handler] = {}


def when_due(kind: str) -> Callable[[Handler], Handler]:
    """Mark the function that a due row of this kind calls. Used in each app's handlers.py.

    It runs inside the sweep's transaction and has to keep to the database: what leaves the house
    goes through the outbox. It stamps ``row.due_at``, not the sweep's clock.
    """

    def register(function: Handler) -> Handler:
        _handlers[kind] = function
        return function

    return register


def handler_of(kind: str) -> Handler:
    """The function for a kind. Raises KeyError when no app knows it."""
    return _handlers[kind]


def plan(kind: str, *, key: str, due_at: datetime, record_id: int | None = None, **payload: Any) -> None:
    """Write a due row, unless the same key is planned already. Call it inside a transaction."""
    DueRow.objects.bulk_create(
        [
            DueRow(
                kind=kind, key=key, due_at=due_at, available_at=due_at, record_id=record_id, payload=payload
            )
        ],
        ignore_conflicts=True,
    )


def call_off(*, record_id: int, kinds: set[str], at: datetime) -> None:
    """Cancel what still waits for a record."""
    DueRow.objects.waiting().filter(record_id=record_id, kind__in=kinds).update(cancelled_at=at)
