"""The form of an item: what it asks, what it refuses and how, and the answers it gives."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from accounts.models import Organization, OrgId, Person
from tickets.catalogue.answers import initial_from
from tickets.catalogue.forms import RequestForm, initial_from_typed
from tickets.models import CatalogueItem, ItemField, ItemVersion

TODAY = date(2027, 3, 9)
EVERY_KIND: list[dict[str, Any]] = [
    {"name": "reason", "kind": "text", "most": 20},
    {"name": "notes", "kind": "long_text", "required": False},
    {"name": "urgent", "kind": "choice", "choices": "yes | Yes | Oui\nno | No | Non"},
    {"name": "reads", "kind": "multi_choice", "choices": "interval | Interval | Intervalle\nregister | Register"},
    {"name": "last_day", "kind": "date", "show_field": "urgent", "show_values": "no", "earliest_days": 0,
     "latest_days": 30},
    {"name": "opens_at", "kind": "datetime"},
    {"name": "environment", "kind": "environment", "choices": "quality\nsandbox"},
    {"name": "org_id", "kind": "org_id"},
    {"name": "person", "kind": "person"},
    {"name": "email", "kind": "email"},
    {"name": "told", "kind": "emails", "required": False},
    {"name": "sdps", "kind": "sdp_list", "pattern": r"\d{8}", "pattern_words": "An ID has eight digits."},
    {"name": "evidence", "kind": "file"},
    {"name": "users", "kind": "table", "columns": "name | text | Name | Nom\nemail | email | E-mail | Courriel"},
]  # fmt: skip


@pytest.fixture
def version(db: None) -> ItemVersion:
    """An item that asks for one of everything."""
    item = CatalogueItem.objects.create(slug="one-of-everything", choice="data")
    made = ItemVersion.objects.create(
        item=item, name="One of everything", name_fr="Un de chaque", summary="All kinds.", note="New."
    )
    for position, said in enumerate(EVERY_KIND):
        label = said["name"].replace("_", " ").capitalize()
        ItemField.objects.create(version=made, position=position, label=label, **said)
    return made


@pytest.fixture
def sent(lakeshore: Organization, ned: Person) -> dict[str, Any]:
    """A complete answer, as a browser sends it."""
    OrgId.objects.create(organization=lakeshore, code="LAKE1")
    return {
        "title": "  Extract   for June ", "f_reason": "Audit", "f_notes": "", "f_urgent": "no",
        "f_reads": ["interval", "register"], "f_last_day": "2027-03-31", "f_opens_at": "2027-03-10T09:00",
        "f_environment": "sandbox", "f_org_id": "LAKE1", "f_person": str(ned.pk),
        "f_email": "dana@utility.example", "f_told": "", "f_sdps": "10045822\r\n10045823",
        "f_users": "Dana,dana@utility.example",
    }  # fmt: skip


class Asking:
    """The form, for what was sent."""

    def __init__(self, version: ItemVersion, organization: Organization, reader: Person) -> None:
        self.about = {"version": version, "organization": organization, "reader": reader, "today": TODAY}

    def __call__(self, sent: dict[str, Any] | None = None, **more: Any) -> RequestForm:
        if sent is None:
            return RequestForm(**self.about | more)
        data = QueryDict(mutable=True)
        for name, value in sent.items():
            data.setlist(name, value if isinstance(value, list) else [value])
        return RequestForm(data, **self.about | {"has_files": True} | more)


@pytest.fixture
def ask(version: ItemVersion, lakeshore: Organization, rita: Person) -> Asking:
    return Asking(version, lakeshore, rita)


def test_the_answers_are_what_json_can_hold(ask: Asking, sent: dict[str, Any], ned: Person) -> None:
    form = ask(sent)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["title"] == "Extract for June"
    assert form.answers() == {
        "reason": "Audit",
        "urgent": "no",
        "reads": ["interval", "register"],
        "last_day": "2027-03-31",
        "opens_at": "2027-03-10T14:00:00+00:00",
        "environment": "sandbox",
        "org_id": "LAKE1",
        "person": {"id": ned.pk, "name": "Ned"},
        "email": "dana@utility.example",
        "sdps": ["10045822", "10045823"],
        "users": [{"name": "Dana", "email": "dana@utility.example"}],
    }


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("f_reason", "", ["Fill in “Reason”."]),
        ("f_urgent", "", ["Choose an answer for “Urgent”."]),
        ("f_urgent", "perhaps", ["Choose an answer from the list."]),
        ("f_reads", ["interval", "none"], ["Choose an answer from the list."]),
        ("f_last_day", "", ["Fill in “Last day”."]),
        ("f_last_day", "soon", ["Enter a day such as 2027-03-31."]),
        ("f_last_day", "2027-03-08", ["Enter a day from 9 March 2027 on."]),
        ("f_last_day", "2027-04-09", ["Enter a day up to 8 April 2027."]),
        ("f_opens_at", "soon", ["Enter a date and time such as 2027-03-31 14:00."]),
        ("f_environment", "production", ["Choose an answer from the list."]),
        ("f_org_id", "PINE1", ["Choose an answer from the list."]),
        ("f_email", "dana", ["Write an address such as dana@utility.example."]),
        ("f_told", "dana", ["Line 1: “dana” Write an address such as dana@utility.example."]),
        ("f_sdps", " \r\n", ["Fill in “Sdps”."]),
        ("f_sdps", "10045822\r\n\r\n1004582", ["Line 3: “1004582” An ID has eight digits."]),
        ("f_users", "Dana", ["Line 1: Fill in “E-mail”."]),
        ("title", "", ["Fill in “Title”."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_how_to_fix_it(
    ask: Asking, sent: dict[str, Any], name: str, value: Any, words: list[str]
) -> None:
    assert dict(ask(sent | {name: value}).errors) == {name: words}


def test_a_stranger_is_not_to_be_chosen(ask: Asking, sent: dict[str, Any], stan: Person) -> None:
    form = ask(sent | {"f_person": str(stan.pk)})

    assert form.errors == {"f_person": ["Choose somebody from the list: a colleague in that organization."]}


@pytest.mark.parametrize("typed", ["2027-03-31", "", "nonsense"])
def test_a_field_that_is_not_shown_is_neither_required_nor_kept(
    ask: Asking, sent: dict[str, Any], typed: str
) -> None:
    form = ask(sent | {"f_urgent": "yes", "f_last_day": typed})

    assert form.is_valid(), form.errors
    assert "last_day" not in form.answers()


@pytest.mark.parametrize(("has_files", "words"), [(True, []), (False, ["Attach a file for “Evidence”."])])
def test_a_field_for_files_looks_at_the_draft(
    ask: Asking, sent: dict[str, Any], has_files: bool, words: list[str]
) -> None:
    assert ask(sent, has_files=has_files).errors.get("f_evidence", []) == words


def test_an_organization_without_an_org_id_types_one(ask: Asking, sent: dict[str, Any]) -> None:
    OrgId.objects.all().delete()

    form = ask(sent | {"f_org_id": "LAKE9"})

    assert form.is_valid(), form.errors
    assert form.answers()["org_id"] == "LAKE9"


def test_the_only_org_id_is_chosen_already(ask: Asking, sent: dict[str, Any]) -> None:
    assert ask()["f_org_id"].initial == "LAKE1"


def test_a_field_says_when_it_is_asked_for(ask: Asking) -> None:
    field = ask()["f_last_day"]

    assert (field.show_field, field.show_values) == ("f_urgent", "no")
    assert field.help_text.startswith("Only when “Urgent” is “No”.")
    assert (ask()["title"].show_field, ask()["f_reason"].show_values) == ("", "")


def test_days_and_times_name_their_zone(ask: Asking) -> None:
    with timezone.override("America/Winnipeg"):
        form = ask()

    assert form["f_opens_at"].help_text == "Date and time in America/Winnipeg."
    assert form["f_last_day"].help_text.endswith("A day in America/Winnipeg.")
    assert form["f_last_day"].field.widget.attrs["min"] == "2027-03-09"


def test_the_form_speaks_the_readers_language(ask: Asking) -> None:
    with translation.override("fr"):
        form = ask()

    assert form["title"].initial == "Un de chaque"
    assert [str(option.label) for option in form["f_urgent"].options] == ["Oui", "Non"]


def test_ordering_again_begins_with_the_same_answers(
    ask: Asking, sent: dict[str, Any], version: ItemVersion
) -> None:
    first = ask(sent)
    assert first.is_valid()
    answers = first.answers()

    again = ask(initial=initial_from(answers, version))
    typed = {name: again[name].value() for name in again.fields if again[name].value() is not None}
    typed["f_opens_at"] = "2027-03-10T09:00"  # as the box shows the instant

    second = ask(typed)
    assert second.is_valid(), second.errors
    assert second.answers() == answers


def test_a_draft_is_filled_in_as_it_was_typed(ask: Asking, sent: dict[str, Any]) -> None:
    draft = {name: value if isinstance(value, list) else [value] for name, value in sent.items()}

    form = ask(initial=initial_from_typed(draft | {"f_users": ["Dana,dana"]}))

    assert form["f_reads"].value() == ["interval", "register"]
    assert form["f_users"].value() == "Dana,dana"


def test_one_form_leaves_nothing_behind_in_the_next(ask: Asking, version: ItemVersion) -> None:
    ask()

    assert set(RequestForm.base_fields) == {"title"}


def test_a_line_end_counts_once_and_is_stored_as_one_character(
    ask: Asking, version: ItemVersion, sent: dict[str, Any]
) -> None:
    """Browsers send two: a text that just fits there would be refused, and one left alone would look edited."""
    version.fields.filter(name="notes").update(most=9)

    form = ask(sent | {"f_notes": "One\r\nTwo\r\n3"})

    assert form.is_valid(), form.errors
    assert form.answers()["notes"] == "One\nTwo\n3"
