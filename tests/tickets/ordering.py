"""Filling in the forms of the catalogue, and making items for it."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Organization
from tests.tickets.pages import messages
from tickets.models import ApprovalStep, CatalogueItem, ItemField, ItemVersion

GUI, GUI_CHECK = "/help/new/gui-user-remove/", "/help/new/gui-user-remove/check/"
TOGGLE = "no | No | Non\nyes | Yes | Oui"


def item(slug: str, *fields: dict[str, Any], approvals: tuple[str, ...] = (), **stated: Any) -> ItemVersion:
    """Publish an item, or its next version, that asks these questions."""
    of, _made = CatalogueItem.objects.get_or_create(slug=slug, defaults={"choice": "data", "position": 99})
    number = of.versions.count() + 1
    words = {"name": "Tea", "name_fr": "Thé", "summary": "A cup of tea.", "note": "New."} | stated
    version = ItemVersion.objects.create(item=of, **words)
    for position, asked in enumerate(fields, start=1):
        ItemField.objects.create(version=version, position=position, **asked)
    for position, asks in enumerate(approvals, start=1):
        ApprovalStep.objects.create(version=version, position=position, asks=asks)
    ItemVersion.objects.filter(pk=version.pk).update(number=number, published_at=timezone.now())
    return ItemVersion.objects.get(pk=version.pk)


def text(name: str, **stated: Any) -> dict[str, Any]:
    """A question for one line of text."""
    return {"name": name, "kind": "text", "label": name.capitalize()} | stated


def filled(organization: Organization, **changes: Any) -> dict[str, Any]:
    """A form as the browser sends it: its title, for whom, and ``f_…`` answers."""
    return {
        "draft": str(uuid.uuid4()),
        "organization": str(organization.pk),
        "title": "Tea at four",
    } | changes


def send(browser: Client, slug: str, said: dict[str, Any]) -> HttpResponse:
    """Fill the form in, check, and send."""
    continued = browser.post(f"/help/new/{slug}/", said)
    assert continued.status_code == 303, messages(continued)
    return browser.post(f"/help/new/{slug}/check/", {"draft": said["draft"]})
