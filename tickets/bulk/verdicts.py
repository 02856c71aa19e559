"""May this be done to a ticket as one of many? What the single action asks, and whether there is anything to do."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.policy import may
from accounts.roles import Permission
from servicedesk.records.models import Kind
from servicedesk.records.refusals import IllegalMove, Unusable
from servicedesk.records.verdict import YES, Verdict, no
from tickets import policy, problem_policy
from tickets.bulk.steps import STEPS
from tickets.bulk.task import Task
from tickets.merging.rules import may_merge
from tickets.models import BulkKind, Ticket


def may_act_on_many(person: Person) -> Verdict:
    """Agents do things to many tickets at once."""
    if may(person, Permission.WORK_TICKETS):
        return YES
    return no(gettext_lazy("Only the Service Desk can do this."))


def may_do(kind: str, ticket: Ticket, task: Task) -> Verdict:
    """May it be done to this ticket now, and would it change anything?"""
    return _QUESTIONS[kind](ticket, task)


def _assign(ticket: Ticket, task: Task) -> Verdict:
    if not (allowed := policy.may_work(task.by, ticket)):
        return allowed
    return _differs(task, "assignee", ticket.assignee_id, _("It is assigned like this already."))


def _step(ticket: Ticket, task: Task) -> Verdict:
    if not (possible := STEPS[task.terms["move"]].possible(ticket, by=task.by, at=task.at)):
        return possible
    return _names_nobody_else(ticket, task)


def _rate(ticket: Ticket, task: Task) -> Verdict:
    if not (allowed := policy.may_work(task.by, ticket)):
        return allowed
    if ticket.severity is None:
        return no(_("A request has no severity."), IllegalMove)
    return _differs(task, "severity", ticket.severity, _("It has this severity already."))


def _route(ticket: Ticket, task: Task) -> Verdict:
    if not (allowed := policy.may_route(task.by, ticket)):
        return allowed
    return _differs(task, "team", ticket.team_id, _("It is with this team already."))


def _let_go(ticket: Ticket, task: Task) -> Verdict:
    move = policy.letting_go(ticket)
    if move is None:
        return no(_("It has ended already."), IllegalMove)
    if not (allowed := policy.may_move(task.by, ticket, move, at=task.at)):
        return allowed
    return _names_nobody_else(ticket, task)


def _join(ticket: Ticket, task: Task) -> Verdict:
    if not (allowed := problem_policy.may_work_on_problems(task.by)):
        return allowed
    if ticket.kind != Kind.INCIDENT:
        return no(_("Only incidents are linked to a problem."), IllegalMove)
    return YES


def _reply(ticket: Ticket, task: Task) -> Verdict:
    if not (allowed := policy.may_reply(task.by, ticket)):
        return allowed
    why_not = task.means.letter(ticket, at=task.at).why_not
    return no(why_not, Unusable) if why_not else YES


def _snooze(ticket: Ticket, task: Task) -> Verdict:
    if not (allowed := policy.may_snooze(task.by, ticket)):
        return allowed
    wakes = "until" in task.terms and task.terms["until"] is None
    if wakes and ticket.pk not in task.means.slept:
        return no(_("It does not sleep."), IllegalMove)
    return YES


def _merge(ticket: Ticket, task: Task) -> Verdict:
    return may_merge(task.by, ticket, task.means.survivor)


def _export(ticket: Ticket, task: Task) -> Verdict:
    return YES


def _differs(task: Task, name: str, present: int | None, words: object) -> Verdict:
    return no(words, IllegalMove) if name in task.terms and task.terms[name] == present else YES


def _names_nobody_else(ticket: Ticket, task: Task) -> Verdict:
    """A message to many organizations tells none of them about another."""
    message = task.terms.get("message", "")
    others = task.means.names.of_others(message, ticket.organization_id) if message else []
    if not others:
        return YES
    words = {"names": "”, “".join(others), "organization": ticket.organization}
    return no(_("The message names “%(names)s”, and %(organization)s would read it.") % words, Unusable)


_QUESTIONS: dict[str, Callable[[Ticket, Task], Verdict]] = {
    BulkKind.ASSIGN: _assign,
    BulkKind.STATUS: _step,
    BulkKind.SEVERITY: _rate,
    BulkKind.TEAM: _route,
    BulkKind.LET_GO: _let_go,
    BulkKind.PROBLEM: _join,
    BulkKind.REPLY: _reply,
    BulkKind.SNOOZE: _snooze,
    BulkKind.MERGE: _merge,
    BulkKind.EXPORT: _export,
}
