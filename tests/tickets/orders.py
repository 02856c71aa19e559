"""Requests to test with: ordered from the catalogue as it is offered, and approved."""

import uuid
from datetime import datetime
from typing import Any

from accounts.models import Person
from servicedesk.records.models import Draft
from tests.conftest import NOON
from tickets.actions import Order, submit_request
from tickets.actions.fulfilment import begin_tasks, tick
from tickets.actions.moving import take_move
from tickets.models import Approval, ItemVersion, ServiceRequest

FEEDBACK = {
    "environment": "sandbox",
    "release": "8.2",
    "step": "BQ-07, step 4",
    "expected": "A response file with 40 accounts.",
    "observed": "A response file with 12 accounts.",
}
"""Answers to the form for testing feedback."""


def version_of(slug: str) -> ItemVersion:
    """The present version of a catalogue item."""
    return ItemVersion.objects.offered().with_form().get(item__slug=slug)


def order(
    slug: str,
    answers: dict[str, Any],
    *,
    by: Person,
    organization_id: int,
    at: datetime = NOON,
    title: str = "",
    draft: Draft | None = None,
) -> ServiceRequest:
    """Send a request for an item."""
    version = version_of(slug)
    draft = draft or Draft.objects.create(
        public_id=uuid.uuid4(), person=by, form=f"request:{slug}"[:40], created_at=at, updated_at=at
    )
    made = submit_request(
        Order(organization_id, version, title or version.name, answers, requester=by),
        draft=draft,
        by=by,
        at=at,
    )
    return ServiceRequest.objects.get(pk=made.pk)


def approve(request: ServiceRequest, *, by: Person, at: datetime = NOON) -> ServiceRequest:
    """As if everybody had agreed who was asked: the work begins."""
    Approval.objects.filter(request=request).delete()
    Approval.objects.bulk_create(
        Approval(
            request=request,
            round=1,
            position=step.position,
            asks=step.asks,
            needs=step.needs,
            state="approved",
            opened_at=at,
            remind_at=at,
            decide_by=at,
            decided_at=at,
        )
        for step in request.item_version.approval_steps.all()
    )
    request = now_on(request)
    take_move(
        request, request.lifecycle.step("approve", request.status), by=by, at=at, version=request.version
    )
    begin_tasks(request)
    return now_on(request)


def finish_tasks(request: ServiceRequest, *, by: Person, at: datetime = NOON) -> None:
    """Tick all of its tasks off."""
    for task in request.tasks.order_by("pk"):
        tick(task, True, by=by, at=at)


def now_on(request: ServiceRequest) -> ServiceRequest:
    """The request as it is now."""
    return ServiceRequest.objects.get(pk=request.pk)
