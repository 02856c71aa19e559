"""Answers on a page, in another version, and when nothing fits."""

from typing import Any

import pytest
from django.utils import timezone, translation

from tickets.catalogue.answers import Shown, allows, initial_from, refit, shown
from tickets.models import CatalogueItem, ItemField, ItemVersion

SETTING: dict[str, Any] = {"name": "setting", "kind": "choice", "label": "Setting", "label_fr": "Paramètre"}
FIRST: list[dict[str, Any]] = [
    SETTING | {"choices": "spike | Spike check | Contrôle de pointe\nzero | Zero check | Contrôle de zéro"},
    {"name": "last_day", "kind": "date", "label": "Last day"},
    {"name": "opens_at", "kind": "datetime", "label": "Opens"},
    {"name": "person", "kind": "person", "label": "Who"},
    {"name": "sdps", "kind": "sdp_list", "label": "IDs"},
    {"name": "users", "kind": "table", "label": "Users", "columns": "name | text | Name | Nom\n"
     "role | choice | Role | Rôle | required | view = Read only = Lecture seule"},
]  # fmt: skip
ANSWERS: dict[str, Any] = {
    "setting": "spike",
    "last_day": "2027-03-31",
    "opens_at": "2027-03-10T14:00:00+00:00",
    "person": {"id": 7, "name": "Ned"},
    "sdps": ["10045822", "10045823"],
    "users": [{"name": "Dana", "role": "view"}],
}


def version_of(fields: list[dict[str, Any]], slug: str) -> ItemVersion:
    item = CatalogueItem.objects.create(slug=slug, choice="data")
    version = ItemVersion.objects.create(item=item, name="A thing", summary="It.", note="New.")
    for position, said in enumerate(fields):
        ItemField.objects.create(version=version, position=position, **said)
    return version


@pytest.fixture
def first(db: None) -> ItemVersion:
    return version_of(FIRST, "first")


def test_answers_are_shown_in_the_order_of_the_form(first: ItemVersion) -> None:
    with timezone.override("America/Toronto"):
        assert shown(first, dict(reversed(ANSWERS.items()))) == [
            Shown("setting", "Setting", "choice", "Spike check"),
            Shown("last_day", "Last day", "date", "31 March 2027"),
            Shown("opens_at", "Opens", "datetime", "Wed 10 Mar 2027, 09:00 EST"),
            Shown("person", "Who", "person", "Ned"),
            Shown("sdps", "IDs", "sdp_list", "10045822, 10045823", items=("10045822", "10045823")),
            Shown(
                "users", "Users", "table", "Dana, Read only", columns=("Name", "Role"), rows=(("Dana", "Read only"),)
            ),
        ]  # fmt: skip


def test_a_french_reader_reads_french_where_there_is_some(first: ItemVersion) -> None:
    with translation.override("fr"):
        setting, users = shown(first, {"setting": "zero", "users": [{"name": "Dana", "role": "view"}]})

    assert (setting.label, setting.text) == ("Paramètre", "Contrôle de zéro")
    assert (users.label, users.columns, users.rows) == (
        "Users",
        ("Nom", "Rôle"),
        (("Dana", "Lecture seule"),),
    )


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ({"gone": {"a": 1, "b": ["x", "y"]}}, "1, x; y"),
        ({"setting": "no longer offered"}, "no longer offered"),
        ({"setting": ["spike"]}, "spike"),
        ({"last_day": "soon"}, "soon"),
        ({"opens_at": "later"}, "later"),
        ({"users": "Dana"}, "Dana"),
        ({"person": "Ned"}, "Ned"),
    ],
)
def test_what_no_longer_fits_is_shown_all_the_same(
    first: ItemVersion, answers: dict[str, Any], text: str
) -> None:
    assert [one.text for one in shown(first, answers)] == [text]


def test_in_another_version_what_fits_is_kept_and_the_rest_is_told(first: ItemVersion) -> None:
    other = version_of(
        [
            SETTING | {"choices": "zero | Zero check | Contrôle de zéro"},
            FIRST[1],
            {"name": "opens_at", "kind": "text", "label": "Opens"},
            {"name": "sdps", "kind": "sdp_list", "label": "IDs", "most": 1},
            FIRST[5] | {"columns": "name | text | Name | Nom"},
        ],
        "other",
    )

    with timezone.override("America/Toronto"):
        kept, rest = refit(ANSWERS, first, other)

    assert kept == {"last_day": "2027-03-31"}
    assert rest == [
        "Setting: Spike check",
        "Opens: Wed 10 Mar 2027, 09:00 EST",
        "Who: Ned",
        "IDs: 10045822, 10045823",
        "Users: Dana, Read only",
    ]


def test_in_the_same_version_everything_fits(first: ItemVersion) -> None:
    assert refit(ANSWERS, first, first) == (ANSWERS, [])


def test_a_form_begins_with_what_it_can_hold(first: ItemVersion) -> None:
    assert initial_from({"setting": "spike", "sdps": "not a list", "gone": "x"}, first) == {
        "f_setting": "spike"
    }
    assert initial_from(ANSWERS, first)["f_users"] == "Name,Role\nDana,view"


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ({"kind": "text", "pattern": r"\d+"}, "12", True),
        ({"kind": "text", "pattern": r"\d+"}, "12a", False),
        ({"kind": "text", "most": 2}, "123", False),
        ({"kind": "multi_choice", "choices": "a | A"}, ["a"], True),
        ({"kind": "multi_choice", "choices": "a | A"}, ["a", "b"], False),
        ({"kind": "environment", "choices": "sandbox"}, "production", False),
        ({"kind": "sdp_list"}, ["10045822"], True),
        ({"kind": "sdp_list"}, ["no"], False),
        ({"kind": "emails", "most": 1}, ["a@b.example", "c@d.example"], False),
        ({"kind": "email"}, ["a@b.example"], False),
        ({"kind": "person"}, {"id": 7, "name": "Ned"}, True),
    ],
)
def test_a_value_is_allowed_or_not(field: dict[str, Any], value: Any, allowed: bool) -> None:
    assert allows(ItemField(name="it", label="It", **field), value) == allowed
