"""A request for any item of the catalogue in any state, by the road that leads there."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from accounts.models import Person
from tests.conftest import NOON
from tests.tickets.inventing import invent, roads
from tests.tickets.orders import finish_tasks, now_on, order, version_of
from tickets.actions import decide, move
from tickets.models import ApprovalState, ServiceRequest
from tickets.transitions import RequestStatus

ROADS: Mapping[str, Sequence[str]] = {
    RequestStatus.SUBMITTED: [],
    RequestStatus.WAITING_APPROVAL: [],
    RequestStatus.IN_FULFILMENT: ["begin"],
    RequestStatus.WAITING_LDC: ["begin", "ask"],
    RequestStatus.FULFILLED: ["begin", "tick", "fulfil"],
    RequestStatus.CLOSED: ["begin", "tick", "fulfil", "close"],
    RequestStatus.DECLINED: ["turn down"],
    RequestStatus.CANCELLED: ["cancel"],
}
"""How a new request gets to each status. One that needs no approval never waits for one, and the other way round."""
CHOSEN = {"desk-user-change": {"role": "ldc_admin"}}
"""What has to be chosen besides the first: people who are chosen are users already."""


def request_in(
    status: str,
    slug: str,
    *,
    by: Person,
    agent: Person,
    approvers: Mapping[str, Person],
    people: Sequence[Person],
    organization_id: int,
    at: datetime = NOON,
) -> ServiceRequest:
    """Send a request for an item and take it to a status.

    ``approvers`` is who decides, by whom a step asks ("organization_admin", "sme_approver"); ``people``
    are those whom it is about.
    """
    version = version_of(slug)
    given = invent(
        version,
        people=people,
        org_ids=["LAKE1"],
        today=timezone.localdate(at),
        choose=CHOSEN.get(slug, {}) | roads(version)[0],
    )
    made = order(slug, given.answers, by=by, organization_id=organization_id, at=at)
    for step in ROADS[status]:
        if step == "begin":
            _begin(made, agent=agent, approvers=approvers, at=at)
        elif step == "turn down":
            _turn_down(made, agent=agent, approvers=approvers, at=at)
        elif step == "tick":
            finish_tasks(made, by=agent, at=at)
        else:
            actor = by if step in {"close", "cancel"} else agent
            move(made, step, by=actor, at=at, version=made.version, message="Because it is so.")
        made = now_on(made)
    return made


def _begin(made: ServiceRequest, *, agent: Person, approvers: Mapping[str, Person], at: datetime) -> None:
    """Everybody agrees who has to; or an agent starts."""
    if made.status == RequestStatus.SUBMITTED:
        move(made, "start", by=agent, at=at, version=made.version)
    while waiting := made.approvals.filter(state=ApprovalState.WAITING).first():
        decide(waiting, True, by=approvers[waiting.asks], at=at)


def _turn_down(made: ServiceRequest, *, agent: Person, approvers: Mapping[str, Person], at: datetime) -> None:
    """The first who is asked says no; or an agent does."""
    waiting = made.approvals.filter(state=ApprovalState.WAITING).first()
    if waiting:
        decide(waiting, False, "Not this year.", by=approvers[waiting.asks], at=at)
    else:
        move(made, "decline", by=agent, at=at, version=made.version, message="Not this year.")
