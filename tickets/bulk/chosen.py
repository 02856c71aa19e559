"""The tickets of an action on many, each as the kind that it is."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.models import Person
from tickets.models import BulkRow, BulkRun, Incident, ServiceRequest, Ticket

PARTS = ("organization", "assignee", "team", "contact", "reporter")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of an action that has not begun, and their tickets by primary key."""

    rows: list[BulkRow]
    tickets: dict[int, Ticket]


def chosen_of(run: BulkRun, person: Person) -> Chosen:
    """To look at before it is done: three queries, and one for the tasks of requests."""
    rows = list(run.rows.order_by("record"))
    return Chosen(rows, tickets_with([row.record_id for row in rows], person, with_tasks=True))


def tickets_with(pks: Collection[int], person: Person, *, with_tasks: bool = False) -> dict[int, Ticket]:
    """Those of these tickets that this person sees: two queries. Tasks that came along are not asked for again."""
    incidents = Incident.objects.visible_to(person).select_related(*PARTS).filter(pk__in=pks)
    requests = ServiceRequest.objects.visible_to(person).select_related(*PARTS, "item_version")
    if with_tasks:
        requests = requests.prefetch_related("tasks")
    found: list[Ticket] = [*incidents, *requests.filter(pk__in=pks)]
    return {one.pk: one for one in sorted(found, key=lambda one: one.pk)}
