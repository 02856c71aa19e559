"""The catalogue as the portal begins with it."""

import pytest
from django.utils import translation

from accounts.models import Organization, OrgId, Person
from tests.conftest import NOON
from tickets.catalogue.forms import RequestForm
from tickets.catalogue.problems import problems
from tickets.models import CatalogueItem, Choice, ItemVersion
from tickets.sla import rulebook
from tickets.sla.clock import Target
from tickets.sla.rulebook import Terms

COMMON = 6
MOST = 8


@pytest.fixture
def versions(db: None) -> list[ItemVersion]:
    return list(ItemVersion.objects.published().with_form().order_by("item__position"))


def test_every_item_is_sound(versions: list[ItemVersion]) -> None:
    assert {one.item.slug: problems(one, one.fields_in_order()) for one in versions} == {
        one.item.slug: [] for one in versions
    }


def test_every_choice_but_an_incident_offers_something(db: None) -> None:
    offered = CatalogueItem.objects.offered()

    assert set(offered.values_list("choice", flat=True)) == set(Choice) - {Choice.INCIDENT}
    assert offered.count() == 29


def test_forms_are_short(versions: list[ItemVersion]) -> None:
    lengths = {one.item.slug: 1 + len(one.fields_in_order()) for one in versions}

    assert {slug: length for slug, length in lengths.items() if length > MOST} == {}
    assert sum(length <= COMMON for length in lengths.values()) > len(lengths) / 2
