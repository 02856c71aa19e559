"""The catalogue's items: drafted, published, retired and offered again."""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.refusals import Unusable
from tickets.catalogue.problems import problems
from tickets.models import CatalogueItem, ItemVersion


@transaction.atomic
def new_item_version_draft(item: CatalogueItem, *, note: str) -> ItemVersion:
    """A draft that asks and does what the item's latest version does. Raises Unusable if it has none."""
    latest = ItemVersion.objects.published().filter(item=item).order_by("-number").first()
    if latest is None:
        raise Unusable(_("%(item)s has no published version to begin from.") % {"item": item})
    parts = (latest.fields, latest.approval_steps, latest.tasks)
    rows: list[models.Model] = [row for some in parts for row in some.order_by("pk")]
    draft = latest
    _write_again(draft, number=None, published_at=None, published_by=None, note=note)
    for row in rows:
        _write_again(row, version=draft)
    return draft


@transaction.atomic
def publish_item_version(
    version: ItemVersion, *, by: Person, at: datetime, note: str | None = None
) -> ItemVersion:
    """Publish a draft as the item's next version. Requests that were sent keep theirs.

    ``note`` replaces the draft's own. Raises Unusable for a draft with problems, and for what is no
    draft any more.
    """
    item = CatalogueItem.objects.select_for_update(no_key=True).get(pk=version.item_id)
    draft = ItemVersion.objects.select_for_update(no_key=True).filter(pk=version.pk).first()
    if draft is None:
        raise Unusable(_("Somebody deleted this draft while you were looking at it."))
    if draft.number is not None:
        raise Unusable(_("Somebody published this draft while you were looking at it."))
    if found := problems(draft, draft.fields_in_order()):
        raise Unusable(_("Mend this first: %(problems)s") % {"problems": " ".join(found)})
    numbers = ItemVersion.objects.published().filter(item=item).order_by("-number")
    latest = numbers.values_list("number", flat=True).first()  # asked after the locks were won
    number = (latest or 0) + 1
    ItemVersion.objects.filter(pk=draft.pk).update(
        number=number, published_at=at, published_by=by, note=draft.note if note is None else note
    )
    version.refresh_from_db()
    _remember(version, _("Published."), by=by)
    _remember(item, _("Version %(number)d was published.") % {"number": number}, by=by)
    return version


@transaction.atomic
def retire_item(item: CatalogueItem, *, by: Person, at: datetime) -> CatalogueItem:
    """Offer an item no longer. Requests that were sent go on. Raises Unusable for a retired one."""
    if not CatalogueItem.objects.filter(pk=item.pk, retired_at=None).update(retired_at=at):
        raise Unusable(_("Somebody retired this item while you were looking at it."))
    item.refresh_from_db()
    _remember(item, _("Retired."), by=by)
    return item


@transaction.atomic
def offer_item_again(item: CatalogueItem, *, by: Person) -> CatalogueItem:
    """Take a retirement back. Raises Unusable for an item that is not retired."""
    if not CatalogueItem.objects.filter(pk=item.pk).exclude(retired_at=None).update(retired_at=None):
        raise Unusable(_("Somebody offered this item again while you were looking at it."))
    item.refresh_from_db()
    _remember(item, _("Offered again."), by=by)
    return item


def _write_again(row: models.Model, **other: Any) -> None:
    """Write a row once more, as another one that differs in some columns."""
    for name, value in other.items():
        setattr(row, name, value)
    row.pk = None
    row.save(force_insert=True)


def _remember(row: CatalogueItem | ItemVersion, words: str, *, by: Person) -> None:
    """In the history that Django admin shows of it."""
    LogEntry.objects.log_actions(by.pk, [row], CHANGE, words, single_object=True)
