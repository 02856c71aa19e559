"""What the actions on problems share: appending history, and writing a problem's columns."""

from datetime import datetime
from typing import Any

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.history import record_event
from servicedesk.records.models import Comment, Event, Record
from servicedesk.records.search import index_face
from tickets.models import Problem
from tickets.problem_policy import side_of


def append(
    problem: Problem,
    what: str,
    *,
    by: Person | None,
    at: datetime,
    news: list[str] | None = None,
    internal: bool | None = None,
    comment: Comment | None = None,
    **facts: Any,
) -> Event:
    """Append an event, and tell whoever hears of its news. What happens before it is published is internal."""
    event = record_event(
        problem,
        f"problem.{what}",
        by=by,
        at=at,
        internal=not problem.is_published if internal is None else internal,
        comment=comment,
        side=side_of(by),
        **({"news": news} if news else {}),
        **facts,
    )
    if news:
        publish(event)
    return event


def lock_problem(problem: Problem) -> None:
    """Hold everybody else off while what follows from its state is written."""
    Record.objects.select_for_update(no_key=True).filter(pk=problem.pk).values("pk").first()


def write(problem: Problem, *, at: datetime, **changes: Any) -> None:
    """Write columns of its public face, and what is found of it. The record's version was compared just before."""
    changes["changed_at"] = at
    Problem.objects.filter(pk=problem.pk).update(**changes)
    for field, value in changes.items():
        setattr(problem, field, value)
    index_face(problem, problem.search_text())
