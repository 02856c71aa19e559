"""What keeps an item from being published, in words; and what the database refuses by itself."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tickets.catalogue.problems import problems
from tickets.models import ApprovalStep, CatalogueItem, ItemField, ItemVersion, TaskTemplate

YES_NO: dict[str, Any] = {"name": "urgent", "kind": "choice", "choices": "yes | Yes | Oui\nno | No | Non"}


def field(**said: Any) -> ItemField:
    return ItemField(**{"name": "it", "kind": "text", "label": "It"} | said)


def wrong(*fields: ItemField, **said: Any) -> list[str]:
    return problems(ItemVersion(**{"name": "Tea", "summary": "A cup of tea."} | said), fields)


def test_a_sound_item_has_no_problems() -> None:
    assert wrong(field(**YES_NO), field(show_field="urgent", show_values="yes, no")) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "Its Name"}, "Write its name in small letters, digits and low lines, beginning with a letter."),
        ({"label": ""}, "Give it a label."),
        ({"pattern": "("}, "Its pattern is no regular expression: missing ), unterminated subpattern at position 0."),
        ({"kind": "choice", "choices": " \n"}, "Give it choices."),
        ({"kind": "choice", "choices": "a | A\nb"}, "Line 2 of the choices: write value | English | French."),
        ({"kind": "choice", "choices": "a | A\na | B"}, "“a” is in the list twice."),
        ({"kind": "table", "columns": "\n"}, "Give it columns."),
        (
            {"kind": "table", "columns": "who | number | Who | Qui"},
            "Line 1 of the columns: write name | kind | English | French | required or optional | choices "
            "separated by ;. A kind is one of text, email, date, choice.",
        ),
        ({"kind": "environment", "choices": "attic"},
         "Name environments only, one on a line: production, recovery, quality, sandbox."),
        ({"show_field": "gone", "show_values": "yes"}, "It depends on “gone”, which has to come before it."),
        ({"show_field": "later", "show_values": "yes"}, "It depends on “later”, which has to come before it."),
        ({"show_field": "free", "show_values": "yes"}, "It depends on “free”, which has no choices."),
        ({"show_field": "urgent", "show_values": "yes, often"}, "It waits for “often”, which “urgent” does not offer."),
    ],
)  # fmt: skip
def test_a_problem_says_how_to_mend_it(said: dict[str, Any], words: str) -> None:
    around = (field(**YES_NO), field(name="free"))
    later = field(name="later", kind="choice", choices="yes | Yes")
    name = said.get("name", "it")

    assert wrong(*around, field(**said), later) == [f"Field “{name}”: {words}"]


def test_a_version_needs_words_fields_and_names_that_differ() -> None:
    assert wrong(name="") == ["Give the item a name and a summary.", "Add at least one field."]
    assert wrong(field(), field()) == ["Field “it”: Another field has the same name."] * 2


def test_an_effect_needs_the_fields_it_reads() -> None:
    person = field(name="person", kind="person", show_field="urgent", show_values="yes")

    assert wrong(field(**YES_NO), person, effect="deactivate") == [
        "The effect needs a field “person” that is always asked for: Person of the organization."
    ]
    assert wrong(field(name="person", kind="person"), effect="deactivate") == []


@pytest.fixture
def draft(db: None) -> ItemVersion:
    item = CatalogueItem.objects.create(slug="meter-tea", choice="data")
    return ItemVersion.objects.create(item=item, name="Tea", summary="A cup of tea.", note="New.")


@pytest.mark.parametrize(
    ("said", "constraint"),
    [
        ({"label": ""}, "item_field_is_named"),
        ({"choices": "a | A"}, "item_field_choices_iff_choice"),
        ({"kind": "choice"}, "item_field_choices_iff_choice"),
        ({"kind": "table"}, "item_field_columns_iff_table"),
        ({"columns": "a | text | A | A"}, "item_field_columns_iff_table"),
        ({"show_field": "other"}, "item_field_shown_for_values"),
        ({"show_values": "yes"}, "item_field_shown_for_values"),
        ({"pattern": "a"}, "item_field_pattern_with_words"),
        ({"pattern_words": "Write a."}, "item_field_pattern_with_words"),
        ({"kind": "email", "pattern": "a", "pattern_words": "Write a."}, "item_field_pattern_with_words"),
        ({"earliest_days": 1}, "item_field_days_only_of_dates"),
        ({"kind": "date", "earliest_days": 2, "latest_days": 1}, "item_field_earliest_first"),
        ({"kind": "date", "most": 2}, "item_field_most_of_what"),
        ({"most": 0}, "item_field_most_of_what"),
    ],
)
def test_the_database_refuses_a_field_of_two_minds(
    draft: ItemVersion, said: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ItemField.objects.create(version=draft, **{"name": "it", "kind": "text", "label": "It"} | said)


@pytest.mark.parametrize(
    ("model", "said", "constraint"),
    [
        (ApprovalStep, {"asks": "sme_approver", "remind_after_days": 3, "decide_within_days": 3},
         "approval_step_reminds_first"),
        (ApprovalStep, {"asks": "sme_approver", "position": 1}, "approval_step_one_at_a_time"),
        (TaskTemplate, {"title": ""}, "task_template_has_a_title"),
        (TaskTemplate, {"title": "Brew", "due_percent": 101}, "task_template_percent_in_range"),
        (ItemField, {"name": "there", "kind": "text", "label": "It"}, "item_field_name_once"),
    ],
)  # fmt: skip
def test_the_database_refuses_steps_and_tasks_that_cannot_be(
    draft: ItemVersion, model: Any, said: dict[str, Any], constraint: str
) -> None:
    ApprovalStep.objects.create(version=draft, position=1, asks="organization_admin")
    ItemField.objects.create(version=draft, name="there", kind="text", label="There")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.create(version=draft, **said)


@pytest.mark.parametrize(
    ("said", "constraint"),
    [({"number": 1}, "item_version_numbered_iff_published"), ({"name": ""}, "item_version_has_a_name")],
)
def test_the_database_refuses_a_version_half_published(
    draft: ItemVersion, said: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ItemVersion.objects.filter(pk=draft.pk).update(**said)
