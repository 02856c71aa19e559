"""What a request's page shows of the work on it: the tasks, and by when each is to be done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from accounts.models import Person
from servicedesk.records.verdict import Verdict
from tickets import policy
from tickets.models import FulfilmentTask, ServiceRequest, text_in
from tickets.sla.clock import Clock, Target


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task. ``due_at`` is None once it is done or the request has ended, and while the clock stands."""

    pk: int
    title: str
    team: str
    due_at: datetime | None
    late: bool
    done_at: datetime | None
    done_by: str


@dataclass(frozen=True, slots=True)
class TasksPart:
    """The tasks of a request. ``all_done`` only where there are some."""

    lines: list[TaskLine]
    done: int
    all_done: bool
    may_tick: Verdict


def tasks_part(
    request: ServiceRequest, person: Person, clocks: Iterable[Clock], *, now: datetime
) -> TasksPart:
    """Gather what this person sees of the work on a request."""
    rows = FulfilmentTask.objects.select_related("template__team", "done_by").order_by("pk")
    prefetch_related_objects([request], Prefetch("tasks", rows))  # what may be done next asks for them again
    clock = fulfil_clock(clocks) if request.done_at is None else None
    lines = []
    for row in request.tasks.all():
        due_at = due_of(row.template.due_percent, clock) if row.done_at is None else None
        lines.append(
            TaskLine(
                pk=row.pk,
                title=text_in(row.template, "title"),
                team=text_in(row.template.team, "name") if row.template.team else "",
                due_at=due_at,
                late=due_at is not None and due_at < now,
                done_at=row.done_at,
                done_by=str(row.done_by or ""),
            )
        )
    done = sum(line.done_at is not None for line in lines)
    return TasksPart(lines, done, bool(lines) and done == len(lines), policy.may_tick(person, request))


def fulfil_clock(clocks: Iterable[Clock]) -> Clock | None:
    """The clock of the fulfilment under way, or of the last one."""
    return max(
        (one for one in clocks if one.target is Target.FULFIL), key=lambda one: one.cycle, default=None
    )


def due_of(percent: int, clock: Clock | None) -> datetime | None:
    """When so much of the fulfilment time is used up; None while the clock stands before that."""
    return clock.reaches(clock.pledge.within * percent / 100) if clock else None
