"""A published version of an item never changes, and neither does what belongs to it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from tests.conftest import NOON
from tickets.models import ApprovalStep, CatalogueItem, ItemField, ItemVersion, TaskTemplate

REFUSAL = r"A published version is never changed\. Make a new one\."
PARTS: list[tuple[type[Model], dict[str, Any]]] = [
    (ItemField, {"name": "reason", "kind": "text", "label": "Business reason"}),
    (ApprovalStep, {"position": 1, "asks": "sme_approver"}),
    (TaskTemplate, {"title": "Check the order"}),
]
part = pytest.mark.parametrize(("model", "said"), PARTS, ids=lambda value: getattr(value, "__name__", ""))


@pytest.fixture
def draft(db: None) -> ItemVersion:
    """A draft of a new item, with a part of each sort."""
    item = CatalogueItem.objects.create(slug="meter-tea", choice="data")
    version = ItemVersion.objects.create(item=item, name="Tea", summary="A cup of tea.", note="New.")
    for model, said in PARTS:
        model.objects.create(version=version, **said)
    return version


def publish(version: ItemVersion) -> None:
    """In a step of its own, as every action is: what one step writes may come in any order."""
    with transaction.atomic():
        ItemVersion.objects.filter(pk=version.pk).update(number=1, published_at=NOON)


def test_a_published_version_is_neither_changed_nor_deleted(draft: ItemVersion) -> None:
    publish(draft)

    for change in (
        lambda: ItemVersion.objects.filter(pk=draft.pk).update(name="Coffee"),
        lambda: ItemVersion.objects.filter(pk=draft.pk).update(number=None, published_at=None),
        lambda: draft.item.delete(),
    ):
        with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
            change()


@part
def test_its_parts_are_neither_changed_nor_deleted(
    draft: ItemVersion, model: type[Model], said: dict[str, Any]
) -> None:
    publish(draft)
    rows = model.objects.filter(version=draft)
    elsewhere = ItemVersion.objects.create(item=draft.item, name="Tea", summary="Tea.", note="Next.")

    for change in (
        lambda: rows.update(position=7),
        lambda: rows.update(version=elsewhere),
        lambda: rows.delete(),
    ):
        with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
            change()


@part
def test_nothing_joins_it(draft: ItemVersion, model: type[Model], said: dict[str, Any]) -> None:
    publish(draft)
    late = said | ({"name": "more"} if "name" in said else {"position": 5})
    elsewhere = ItemVersion.objects.create(item=draft.item, name="Tea", summary="Tea.", note="Next.")
    other = model.objects.create(version=elsewhere, **late)

    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        model.objects.create(version=draft, **late)
    with pytest.raises(IntegrityError, match=REFUSAL), transaction.atomic():
        model.objects.filter(pk=other.pk).update(version=draft)


@part
def test_what_a_backup_puts_back_as_it_was_is_no_change(
    draft: ItemVersion, model: type[Model], said: dict[str, Any]
) -> None:
    publish(draft)

    model.objects.get(version=draft).save()
    ItemVersion.objects.get(pk=draft.pk).save()


def test_a_draft_is_changed_and_thrown_away(draft: ItemVersion) -> None:
    for model, _said in PARTS:
        model.objects.filter(version=draft).update(position=3)

    draft.delete()

    assert not any(model.objects.filter(version=draft.pk).exists() for model, _said in PARTS)


def test_numbers_count_within_an_item(draft: ItemVersion) -> None:
    publish(draft)
    other = CatalogueItem.objects.create(slug="meter-coffee", choice="data")
    first = {"name": "Coffee", "summary": "Coffee.", "note": "New.", "number": 1, "published_at": NOON}
    ItemVersion.objects.create(item=other, **first)

    with pytest.raises(IntegrityError, match="item_version_number_once"), transaction.atomic():
        ItemVersion.objects.create(item=other, **first)
