"""Who may do what to a problem. Agents investigate; what every organization reads is the problem manager's word."""

from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.policy import may
from accounts.roles import Permission
from servicedesk.records.refusals import IllegalMove
from servicedesk.records.transitions import Move
from servicedesk.records.verdict import YES, Verdict, no
from tickets.models import Problem, ProblemInternals
from tickets.problem_transitions import OVER, ProblemStatus

NOT_THE_DESK = _("Only the Service Desk can do this.")
NOT_A_MANAGER = _("Only a problem manager can do this.")


def side_of(person: Person | None) -> str:
    """Which side somebody is on: "system", "manager", "agent", or "" for neither."""
    if person is None:
        return "system"
    if may(person, Permission.MANAGE_PROBLEMS):
        return "manager"
    return "agent" if may(person, Permission.WORK_TICKETS) else ""


def may_work_on_problems(person: Person) -> Verdict:
    """Agents open problems, link incidents to them and write them."""
    return YES if side_of(person) in {"agent", "manager"} else no(NOT_THE_DESK)


def may_manage(person: Person | None) -> Verdict:
    """Problem managers publish, verify and decide."""
    return YES if side_of(person) in {"manager", "system"} else no(NOT_A_MANAGER)


def may_write(person: Person, problem: Problem) -> Verdict:
    """May this person change what every organization reads? An agent may until it is published."""
    if problem.status in OVER:
        return no(_("The problem is over, so its text stays as it is."), IllegalMove)
    return may_manage(person) if problem.is_published else may_work_on_problems(person)


def may_publish(person: Person, problem: Problem) -> Verdict:
    """May this person let every organization read it?"""
    if not (allowed := may_manage(person)):
        return allowed
    if problem.is_published:
        return no(_("It is published already."), IllegalMove)
    if problem.status in OVER:
        return no(_("The problem is over, so it is not published any more."), IllegalMove)
    return YES


def may_move_problem(person: Person | None, problem: Problem, move: Move) -> Verdict:
    """May this person make this move now? The status is the life cycle's question, not asked here."""
    if side_of(person) not in move.parties:
        return no(NOT_A_MANAGER if "agent" not in move.parties else NOT_THE_DESK)
    return _is_ready(problem, move)


def _is_ready(problem: Problem, move: Move) -> Verdict:
    """What has to be written or shown before a move, besides what its form asks."""
    if move.name == "identify" and not _root_cause(problem):
        return no(_("Write the root cause down first."), IllegalMove)
    if move.name == "declare" and not (problem.workaround and problem.is_published):
        return no(_("A known error has a published workaround. Write and publish it first."), IllegalMove)
    if move.name == "close" and not problem.fix_verified_at:
        return no(_("Somebody has to verify the fix first."), IllegalMove)
    return YES


def _root_cause(problem: Problem) -> str:
    internals: ProblemInternals = problem.internals
    return internals.root_cause


def may_verify_fix(person: Person, problem: Problem) -> Verdict:
    """May this person say that the fix holds?"""
    if not (allowed := may_manage(person)):
        return allowed
    if problem.status != ProblemStatus.RESOLVED:
        return no(_("The fix is verified once it is in."), IllegalMove)
    return YES


def may_say_affected(person: Person, organization_id: int) -> Verdict:
    """Whoever acts for an organization says that a problem affects it. The desk links incidents instead."""
    if may(person, Permission.SEE_ALL):
        return no(_("Organizations say this themselves. Link one of their incidents instead."))
    if may(person, Permission.REPORT, organization_id):
        return YES
    return no(_("Choose an organization that you act for."))
