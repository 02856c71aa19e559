"""The part of the small world that people keep for themselves: views of queues."""

from datetime import datetime
from typing import Any

from accounts.models import Person
from tickets.actions import delete_view, save_view
from tickets.actions.saved_views import Look


def things(cast: dict[str, Person], at: datetime) -> dict[str, dict[str, Any]]:
    """A view that is Ann's alone, one of hers that is deleted, and one that Bob shares with the desk."""
    mine, deleted = (save_view(look("Payroll viewcanary"), by=cast["ann"], at=at) for _number in range(2))
    delete_view(deleted, by=cast["ann"], at=at, version=1)
    shared = save_view(look("Severe deskcanary", shared=True), by=cast["bob"], at=at)
    return {
        "view": {"public_id": mine.public_id, "version": 1},
        "deleted_view": {"public_id": deleted.public_id, "version": 2},
        "shared_view": {"public_id": shared.public_id, "version": 1},
    }


def look(name: str, *, shared: bool = False) -> Look:
    """All open tickets, under a name."""
    return Look(name=name, queue="all", filters={}, sort="due", columns=[], shared=shared)


def form(name: str, thing: dict[str, Any]) -> dict[str, Any]:
    """What its forms send."""
    sent: dict[str, Any] = {"queue": "all", "query": "severity=1", "queue_columns": "due"}
    if name == "tickets:snooze":
        sent["choice"] = "tomorrow"
    return sent | {key: value for key, value in thing.items() if key == "version"}
