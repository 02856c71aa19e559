"""Sending a request, and taking it from one status to the next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Draft
from servicedesk.records.refusals import Unusable
from tickets import limits, policy
from tickets.actions.approvals import open_round, void_round
from tickets.actions.clocks import lock
from tickets.actions.filing import file_ticket
from tickets.actions.fulfilment import begin_tasks, carry_out
from tickets.actions.moving import move_ticket, take_move
from tickets.actions.problems import resolve_into_problem
from tickets.actions.saying import facts_of
from tickets.models import FieldKind, Incident, ItemVersion, Resolution, ServiceRequest, Ticket
from tickets.sla.promises import request_terms
from tickets.transitions import ENDED, RequestStatus


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody orders. ``answers`` is what RequestForm.answers() said of ``version``.

    ``requester`` is whose request it is: the person who sends it, or whom an agent sends it for.
    """

    organization_id: int
    version: ItemVersion
    title: str
    answers: dict[str, Any]
    requester: Person
    phone: str = ""


@transaction.atomic
def submit_request(
    order: Order, *, draft: Draft, by: Person, at: datetime, promised_at: datetime | None = None
) -> ServiceRequest:
    """Send a request from a draft, once: a draft that was sent already answers with what it became.

    Its clock starts when the promise that was shown was made, or stands until it is approved. Raises
    Forbidden, TooMany, or Unusable when the item is no longer offered as it was filled in.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.became_id:
        return ServiceRequest.objects.get(pk=draft.became_id)
    policy.may_order(by, order.organization_id, order.requester).or_refuse()
    limits.check_filing(by, order.organization_id, at=at)
    version = order.version
    if not ItemVersion.objects.offered().filter(pk=version.pk).exists():
        raise Unusable(
            _("This form has changed since you filled it in. Check your answers, then send it again.")
        )
    request = file_ticket(
        ServiceRequest,
        request_terms(order.organization_id, version.item.slug),
        status=first_status(version),
        draft=draft,
        by=by,
        at=at,
        clock_from=min(promised_at or at, at),
        title=order.title,
        visibility=version.visibility,
        reporter=order.requester,
        contact=order.requester,
        phone=order.phone,
        team=version.team,
        item_version=version,
        answers=order.answers,
        environment=environment_in(version, order.answers),
    )
    open_round(request, at=at)
    return request


def first_status(version: ItemVersion) -> str:
    """Where a request for an item begins: with its approval, if it needs one."""
    if version.approval_steps.exists():
        return RequestStatus.WAITING_APPROVAL
    return RequestStatus.SUBMITTED


def environment_in(version: ItemVersion, answers: dict[str, Any]) -> str:
    """The environment that the answers name, or nothing."""
    asked = [field.name for field in version.fields_in_order() if field.kind == FieldKind.ENVIRONMENT]
    return next((str(answers[name]) for name in asked if answers.get(name)), "")


@transaction.atomic
def move_request(
    request: ServiceRequest,
    name: str,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    draft: Draft | None = None,
    left_out: Collection[Person] = (),
) -> ServiceRequest:
    """Take one step in a request's life, with what goes with it: tasks, accounts, approvals.

    Raises IllegalMove, Forbidden, Stale, Unusable.
    """
    lock(request.pk)  # whether its tasks are done is asked, and has to stay so
    move = request.lifecycle.step(name, request.status)
    policy.may_move(by, request, move, at=at).or_refuse()
    facts = facts_of(left_out) | (carry_out(request, by=by, at=at) if name == "fulfil" and by else {})
    request = take_move(request, move, by=by, at=at, version=version, message=message, draft=draft, **facts)
    if request.status == RequestStatus.IN_FULFILMENT:
        begin_tasks(request)
    if request.status in ENDED:
        void_round(request, at=at)
    return request


@transaction.atomic
def move(
    ticket: Ticket,
    name: str,
    *,
    by: Person,
    at: datetime,
    resolution: str = "",
    problem: str = "",
    problem_reference: str = "",
    **said: Any,
) -> Ticket:
    """Take one step in the life of a ticket of either kind. Raises as ``move_request`` and ``move_ticket`` do.

    ``problem`` and its reference say what becomes of the cause of an incident resolved by a workaround.
    """
    if isinstance(ticket, ServiceRequest):
        return move_request(ticket, name, by=by, at=at, **said)
    moved = move_ticket(ticket, name, by=by, at=at, resolution=resolution, **said)
    if resolution == Resolution.WORKAROUND and isinstance(moved, Incident):
        resolve_into_problem(moved, problem, problem_reference, by=by, at=at)
    return moved
