"""Requests for tests: small items of the catalogue, and what people order of them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Organization, Person
from servicedesk.records.models import Draft
from tests.conftest import NOON
from tickets.actions import Order, submit_request
from tickets.models import (
    Approval,
    ApprovalState,
    ApprovalStep,
    CatalogueItem,
    ItemField,
    ItemVersion,
    ServiceRequest,
)

ADMINISTRATORS, APPROVERS = "organization_admin", "sme_approver"
ANSWERS: dict[str, Any] = {"endpoint": "sftp.lakeshore.example", "remark": "In the morning."}


def item(*asks: str, needs: str = "any", visibility: str = "organization") -> ItemVersion:
    """A published item with an answer that matters and one that does not, approved by these, in this order."""
    number = CatalogueItem.objects.count()
    made = CatalogueItem.objects.create(slug=f"endpoint-{number}", choice="configuration")
    with transaction.atomic():
        version = ItemVersion.objects.create(
            item=made, name="Change an endpoint", name_fr="Changer un point d’accès", summary="Another endpoint.",
            note="New.", visibility=visibility,
        )  # fmt: skip
        ItemField.objects.create(
            version=version,
            position=1,
            name="endpoint",
            kind="text",
            label="Endpoint",
            label_fr="Point d’accès",
        )
        ItemField.objects.create(
            version=version, position=2, name="remark", kind="long_text", label="Remark", label_fr="Remarque",
            required=False, material=False,
        )  # fmt: skip
        for position, who in enumerate(asks, start=1):
            ApprovalStep.objects.create(version=version, position=position, asks=who, needs=needs)
        ItemVersion.objects.filter(pk=version.pk).update(number=1, published_at=NOON)
    return ItemVersion.objects.get(pk=version.pk)


def order(
    version: ItemVersion,
    *,
    by: Person,
    organization: Organization,
    requester: Person | None = None,
    at: datetime = NOON,
    title: str = "Endpoint moves to another host",
    answers: dict[str, Any] | None = None,
) -> ServiceRequest:
    """Send a request for it."""
    draft = Draft.objects.create(person=by, form="request", created_at=at, updated_at=at)
    sent = submit_request(
        Order(
            organization_id=organization.pk,
            version=version,
            title=title,
            answers=ANSWERS if answers is None else answers,
            requester=requester or by,
        ),
        draft=draft,
        by=by,
        at=at,
    )
    return again(sent)


def again(request: ServiceRequest) -> ServiceRequest:
    """The request as it is stored now."""
    found: ServiceRequest = ServiceRequest.objects.select_related("item_version").get(pk=request.pk)
    return found


def waiting(request: ServiceRequest) -> Approval:
    """The approval that waits now."""
    found: Approval = request.approvals.select_related("request").get(state=ApprovalState.WAITING)
    return found


def states(request: ServiceRequest) -> list[tuple[int, int, str]]:
    """Its approvals: round, position and state."""
    rows = request.approvals.order_by("round", "position")
    return list(rows.values_list("round", "position", "state"))
