"""The catalogue as the portal begins with it."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organization, OrgId, Person
from servicedesk.records.models import Kind, Record
from tests.conftest import NOON
from tickets.catalogue.definitions import read_choices, read_columns
from tickets.catalogue.forms import RequestForm
from tickets.catalogue.problems import problems
from tickets.models import CatalogueItem, Choice, ItemVersion, PolicyRule, PolicyVersion, text_in
from tickets.sla import rulebook
from tickets.sla.clock import Moment, Target, read
from tickets.sla.rulebook import Terms
from tickets.sla.standing import standing

COMMON = 6
MOST = 8
NAMED = ("name", "summary", "prepare")
TORONTO = ZoneInfo("America/Toronto")


@pytest.fixture
def versions(db: None) -> list[ItemVersion]:
    return list(ItemVersion.objects.published().with_form().order_by("item__position"))


def test_every_item_is_sound(versions: list[ItemVersion]) -> None:
    assert {one.item.slug: problems(one, one.fields_in_order()) for one in versions} == {
        one.item.slug: [] for one in versions
    }


def test_every_choice_without_a_form_of_its_own_offers_something(db: None) -> None:
    offered = CatalogueItem.objects.offered()

    assert set(offered.values_list("choice", flat=True)) == set(Choice) - {Choice.INCIDENT, Choice.CHANGE}
    assert offered.count() == 28


def test_forms_are_short(versions: list[ItemVersion]) -> None:
    lengths = {one.item.slug: 1 + len(one.fields_in_order()) for one in versions}

    assert {slug: length for slug, length in lengths.items() if length > MOST} == {}
    assert sum(length <= COMMON for length in lengths.values()) > len(lengths) / 2


def pairs(version: ItemVersion) -> Iterator[tuple[str, str]]:
    """Every text of an item in English and in French."""
    for name in NAMED:
        yield getattr(version, name), getattr(version, f"{name}_fr")
    for field in version.fields_in_order():
        for name in ("label", "help", "pattern_words"):
            yield getattr(field, name), getattr(field, f"{name}_fr")
        if field.kind != "environment":
            yield from ((one.label, one.label_fr) for one in read_choices(field.choices))
        for column in read_columns(field.columns):
            yield column.label, column.label_fr
            yield from ((one.label, one.label_fr) for one in column.options)
    yield from ((one.title, one.title_fr) for one in version.tasks.all())


def test_everything_is_said_in_french_too(versions: list[ItemVersion]) -> None:
    said = {
        one.item.slug: [english for english, french in pairs(one) if bool(english) != bool(french)]
        for one in versions
    }

    assert said == {one.item.slug: [] for one in versions}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_form_is_built_in_both_languages(
    versions: list[ItemVersion], lakeshore: Organization, rita: Person, language: str
) -> None:
    OrgId.objects.create(organization=lakeshore, code="LAKE1")
    with translation.override(language):
        for version in versions:
            form = RequestForm(version=version, organization=lakeshore, reader=rita)
            page = form.as_div()
            assert form["title"].value() == text_in(version, "name")
            assert all(escape(text_in(field, "label")) in page for field in version.fields_in_order())


@pytest.mark.parametrize(
    ("slug", "filed", "due"),
    [
        pytest.param("gui-user-reset", "2027-03-09 09:00", "2027-03-09 13:00", id="four hours"),
        pytest.param("desk-user-new", "2027-03-09 12:00", "2027-03-10 12:00", id="a business day"),
        pytest.param("gui-user-new", "2027-03-12 12:00", "2027-03-16 12:00", id="two, over a weekend"),
        pytest.param("vee-profile", "2027-03-09 12:00", "2027-03-23 12:00", id="ten"),
        pytest.param("testing-feedback", "2027-03-09 12:00", "2027-03-16 12:00", id="five, as a rule"),
    ],
)
def test_every_item_is_promised_its_business_days(
    lakeshore: Organization, slug: str, filed: str, due: str
) -> None:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=TORONTO) for text in (filed, due))
    terms = Terms("request", lakeshore.pk, slug)

    (clock,) = read(
        [Moment(start, "submitted", begins=True)], rulebook.pledges(rulebook.current_versions(), terms)
    )

    assert (clock.target, clock.due_at) == (Target.FULFIL, end)


def test_a_request_has_no_first_answer_and_stands_while_it_waits_for_an_approval(
    lakeshore: Organization,
) -> None:
    pledges = rulebook.pledges(rulebook.current_versions(), Terms("request", lakeshore.pk, "vee-profile"))
    waiting = [Moment(NOON, "submitted", begins=True), Moment(NOON, "waiting_approval")]

    columns = standing(read(waiting, pledges)).columns

    assert {
        name: columns[name] for name in ("respond_due_at", "responded_at", "finish_due_at", "paused_at")
    } == {
        "respond_due_at": None,
        "responded_at": None,
        "finish_due_at": None,
        "paused_at": NOON,
    }
    assert set(next(iter(pledges(0))).pauses) == {"waiting_approval", "waiting_ldc"}


def test_every_promise_is_about_an_item_that_is_there(db: None) -> None:
    rules = PolicyRule.objects.filter(kind="request")

    assert set(rules.values_list("item", flat=True)) - set(
        CatalogueItem.objects.values_list("slug", flat=True)
    ) == {""}


def test_only_a_request_does_without_a_first_answer(db: None) -> None:
    rules = PolicyRule.objects.filter(kind="incident", severity=4)

    with pytest.raises(IntegrityError, match="policy_rule_respond_has_a_calendar"), transaction.atomic():
        PolicyRule.objects.create(
            version=PolicyVersion.objects.create(note="New."),
            kind="incident",
            finish_minutes=60,
            finish_calendar=rules.get().finish_calendar,
        )


def test_requests_have_numbers_of_their_own(db: None) -> None:
    assert Record.next_reference(Kind.REQUEST).startswith("REQ-1")


@pytest.mark.parametrize(
    ("slug", "effect", "steps"),
    [
        ("desk-user-new", "invite", [("organization_admin", "any")]),
        ("desk-user-change", "change_role", [("organization_admin", "any")]),
        ("desk-user-remove", "deactivate", [("organization_admin", "any")]),
        (
            "desk-administrator-change",
            "change_administrator",
            [("organization_admin", "any"), ("sme_approver", "any")],
        ),
        ("agent-delegation", "", [("organization_admin", "any"), ("sme_approver", "any")]),
        ("vee-profile", "", [("sme_approver", "any")]),
        ("gui-user-reset", "", []),
    ],
)
def test_who_has_to_agree_and_what_follows(
    versions: list[ItemVersion], slug: str, effect: str, steps: list[tuple[str, str]]
) -> None:
    version = next(one for one in versions if one.item.slug == slug)

    assert version.effect == effect
    assert list(version.approval_steps.order_by("position").values_list("asks", "needs")) == steps


def test_what_concerns_people_and_passwords_is_restricted(versions: list[ItemVersion]) -> None:
    assert {one.item.choice for one in versions if one.visibility == "restricted"} == {
        "gui_users",
        "desk_users",
    }


def test_the_catalogue_is_read_in_few_queries(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, rita: Person
) -> None:
    with django_assert_num_queries(2):
        offered = list(CatalogueItem.objects.visible_to(rita).offered().with_current().order_by("position"))
        names = [one.current().name for one in offered if one.current()]
    assert len(names) == 28


def test_a_retired_item_and_a_draft_are_not_offered(db: None) -> None:
    CatalogueItem.objects.filter(slug="test-slot").update(retired_at=NOON)
    new = CatalogueItem.objects.create(slug="meter-tea", choice="data")
    ItemVersion.objects.create(item=new, name="Tea", summary="A cup of tea.", note="New.")

    assert not CatalogueItem.objects.offered().filter(slug__in=["test-slot", "meter-tea"]).exists()


@pytest.mark.parametrize("choice", Choice)
def test_every_choice_stands_under_one_heading(choice: Choice) -> None:
    assert choice.group in {"Issues and requests", "People and training", "System and organization"}
