"""May this be done to a ticket as one of many? What the single action asks, and whether there is anything to do."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.policy import may
from accounts.roles import Permission
from servicedesk.records.models import Kind
from servicedesk.records.refusals import IllegalMove
from servicedesk.records.verdict import YES, Verdict, no
from tickets import policy, problem_policy
from tickets.models import BulkKind, Ticket

Terms = Mapping[str, Any]
"""What is to be done. Empty while nobody has said."""


def may_act_on_many(person: Person) -> Verdict:
    """Agents do things to many tickets at once."""
    if may(person, Permission.WORK_TICKETS):
        return YES
    return no(_("Only the Service Desk can do this."))


def may_do(kind: str, person: Person, ticket: Ticket, terms: Terms, *, at: datetime) -> Verdict:
    """May this person do it to this ticket now, and would it change anything?"""
    return _QUESTIONS[kind](person, ticket, terms, at)


def _assign(person: Person, ticket: Ticket, terms: Terms, at: datetime) -> Verdict:
    if not (allowed := policy.may_work(person, ticket)):
        return allowed
    return _differs(terms, "assignee", ticket.assignee_id, _("It is assigned like this already."))


def _rate(person: Person, ticket: Ticket, terms: Terms, at: datetime) -> Verdict:
    if not (allowed := policy.may_work(person, ticket)):
        return allowed
    if ticket.severity is None:
        return no(_("A request has no severity."), IllegalMove)
    return _differs(terms, "severity", ticket.severity, _("It has this severity already."))


def _route(person: Person, ticket: Ticket, terms: Terms, at: datetime) -> Verdict:
    if not (allowed := policy.may_route(person, ticket)):
        return allowed
    return _differs(terms, "team", ticket.team_id, _("It is with this team already."))


def _let_go(person: Person, ticket: Ticket, terms: Terms, at: datetime) -> Verdict:
    move = policy.letting_go(ticket)
    if move is None:
        return no(_("It has ended already."), IllegalMove)
    return policy.may_move(person, ticket, move, at=at)


def _join(person: Person, ticket: Ticket, terms: Terms, at: datetime) -> Verdict:
    if not (allowed := problem_policy.may_work_on_problems(person)):
        return allowed
    if ticket.kind != Kind.INCIDENT:
        return no(_("Only incidents are linked to a problem."), IllegalMove)
    return YES


def _export(person: Person, ticket: Ticket, terms: Terms, at: datetime) -> Verdict:
    return YES


def _differs(terms: Terms, name: str, present: int | None, words: object) -> Verdict:
    return no(words, IllegalMove) if name in terms and terms[name] == present else YES


_QUESTIONS: dict[str, Callable[[Person, Ticket, Terms, datetime], Verdict]] = {
    BulkKind.ASSIGN: _assign,
    BulkKind.SEVERITY: _rate,
    BulkKind.TEAM: _route,
    BulkKind.LET_GO: _let_go,
    BulkKind.PROBLEM: _join,
    BulkKind.EXPORT: _export,
}
