"""What is done to one ticket of many: the action that its own page would call. Answers what undoing has to know."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

from django.utils.translation import gettext as _

from servicedesk.records.refusals import IllegalMove, Stale
from tickets import policy
from tickets.actions.holding import send, take_back
from tickets.actions.incidents import change_severity
from tickets.actions.merging import merge
from tickets.actions.problem_incidents import join_problem
from tickets.actions.requests import move
from tickets.actions.routing import route
from tickets.actions.saying import assign
from tickets.actions.snoozing import sleep_as_before, snooze, wake
from tickets.bulk.task import Task
from tickets.bulk.verdicts import may_do
from tickets.models import BulkKind, Incident, Snooze, Ticket

Act = Callable[[Ticket, Task], dict[str, Any]]


def act(kind: str, ticket: Ticket, task: Task) -> dict[str, Any]:
    """Do it, or undo it. Raises Stale for a ticket that somebody changed since, and what its action raises."""
    if task.undoes and kind in _FOR_ONESELF:
        return _FOR_ONESELF[kind](ticket, task)
    if ticket.version != task.version:
        raise Stale
    may_do(kind, ticket, task).or_refuse()
    return _ACTS[kind](ticket, task)


def _assign(ticket: Ticket, task: Task) -> dict[str, Any]:
    was = {"assignee": ticket.assignee_id}
    assignee = task.means.people.get(task.terms["assignee"])
    assign(ticket, assignee, by=task.by, at=task.at, version=task.version, **task.facts)
    return was


def _step(ticket: Ticket, task: Task) -> dict[str, Any]:
    said = {name: task.terms[name] for name in ("message", "resolution") if name in task.terms}
    move(ticket, task.terms["move"], by=task.by, at=task.at, version=task.version, **said)
    return {}


def _rate(ticket: Ticket, task: Task) -> dict[str, Any]:
    was = {"severity": ticket.severity}
    change_severity(
        cast("Incident", ticket),
        task.terms["severity"],
        _("The change was a mistake.") if task.undoes else task.terms["reason"],
        by=task.by,
        at=task.at,
        version=task.version,
        accept_late=task.undoes or task.terms["accept_late"],
        **task.facts,
    )
    return was


def _route(ticket: Ticket, task: Task) -> dict[str, Any]:
    was = {"team": ticket.team_id}
    team = task.means.teams.get(task.terms["team"])
    route(ticket, team, by=task.by, at=task.at, version=task.version, **task.facts)
    return was


def _let_go(ticket: Ticket, task: Task) -> dict[str, Any]:
    way = policy.letting_go(ticket)
    if way is None:
        raise IllegalMove(_("It has ended already."))
    move(ticket, way.name, by=task.by, at=task.at, version=task.version, message=task.terms["message"])
    return {}


def _join(ticket: Ticket, task: Task) -> dict[str, Any]:
    join_problem(task.means.problem, cast("Incident", ticket), by=task.by, at=task.at)
    return {}


def _reply(ticket: Ticket, task: Task) -> dict[str, Any]:
    held = send(ticket, task.means.letter(ticket, at=task.at).words, by=task.by, at=task.at)
    return {"held": held.pk if held else None}


def _take_back(ticket: Ticket, task: Task) -> dict[str, Any]:
    take_back(task.means.held[task.terms["held"]], by=task.by, at=task.at)
    return {}


def _snooze(ticket: Ticket, task: Task) -> dict[str, Any]:
    was, until = task.means.slept.get(ticket.pk), task.terms["until"]
    left = None
    if until:
        left = snooze(ticket, datetime.fromisoformat(until), by=task.by, at=task.at)
    else:
        wake(ticket, by=task.by)
    return {"slept": _span(was), "left": _span(left)}


def _sleep_as_before(ticket: Ticket, task: Task) -> dict[str, Any]:
    if _span(task.means.slept.get(ticket.pk)) != task.terms["left"]:
        raise IllegalMove(_("You have put it off differently since."))
    was = task.terms["slept"]
    sleep_as_before(ticket, [datetime.fromisoformat(one) for one in was] if was else None, by=task.by)
    return {}


def _span(sleeping: Snooze | None) -> list[str] | None:
    """Since when and until when, as they are stored: whatever zone somebody chose them in."""
    return [one.astimezone(UTC).isoformat() for one in (sleeping.since, sleeping.until)] if sleeping else None


def _merge(ticket: Ticket, task: Task) -> dict[str, Any]:
    merge(ticket, task.means.survivor, by=task.by, at=task.at, version=task.version)
    return {}


_ACTS: dict[str, Act] = {
    BulkKind.ASSIGN: _assign,
    BulkKind.STATUS: _step,
    BulkKind.SEVERITY: _rate,
    BulkKind.TEAM: _route,
    BulkKind.LET_GO: _let_go,
    BulkKind.PROBLEM: _join,
    BulkKind.REPLY: _reply,
    BulkKind.SNOOZE: _snooze,
    BulkKind.MERGE: _merge,
}
_FOR_ONESELF: dict[str, Act] = {BulkKind.REPLY: _take_back, BulkKind.SNOOZE: _sleep_as_before}
"""What is undone whatever others did to the ticket since: it is no part of it. The rest is done again the other way."""
