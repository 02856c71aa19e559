"""Kinds of due rows and jobs that tests make up, and an effect that shows what happened when."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from servicedesk.schedule import jobs, planning
from servicedesk.schedule.heartbeat import beat
from servicedesk.schedule.jobs import Step, works_on
from servicedesk.schedule.models import DueRow, Heartbeat
from servicedesk.schedule.planning import plan, when_due
from tests.conftest import NOON

MINUTE = timedelta(minutes=1)


@contextmanager
def known(kind: str, handler: Callable[[DueRow], None]) -> Iterator[None]:
    """A kind that exists only meanwhile."""
    when_due(kind)(handler)
    try:
        yield
    finally:
        del planning._one_by_one[kind]


@contextmanager
def known_together(kind: str, handler: Callable[[list[DueRow]], None]) -> Iterator[None]:
    """A batch kind that exists only meanwhile."""
    when_due(kind, batch=True)(handler)
    try:
        yield
    finally:
        del planning._together[kind]


@contextmanager
def known_job(kind: str, step: Step) -> Iterator[None]:
    """A kind of job that exists only meanwhile."""
    works_on(kind)(step)
    try:
        yield
    finally:
        del jobs._steps[kind]


def put(
    key: str = "one", due_at: datetime = NOON, kind: str = "test.kind", record_id: int | None = None
) -> None:
    """Plan something."""
    with transaction.atomic():
        plan(kind, key=key, due_at=due_at, record_id=record_id)


def happen(row: DueRow) -> None:
    """A handler whose effect is a row with the moment it stamped."""
    beat(row.key, at=row.due_at)


def happen_together(rows: list[DueRow]) -> None:
    """The same for many at once. A row that comes a second time is refused by the database."""
    Heartbeat.objects.bulk_create([Heartbeat(name=row.key, at=row.due_at) for row in rows])


def happened() -> dict[str, datetime]:
    """What the handlers wrote."""
    return dict(Heartbeat.objects.values_list("name", "at"))
