"""Which questions are asked: those whose condition holds, all the way up the chain."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.catalogue.conditions import asked
from tickets.models import ItemField

VALUES = ["yes", "no", "maybe"]


def question(name: str, show_field: str = "", show_values: str = "") -> ItemField:
    return ItemField(
        name=name, kind="choice", label=name, choices="\n".join(f"{one} | {one}" for one in VALUES),
        show_field=show_field, show_values=show_values,
    )  # fmt: skip


CHAIN = [question("urgent"), question("day", "urgent", "no, maybe"), question("hour", "day", "yes")]


@pytest.mark.parametrize(
    ("answers", "names"),
    [
        ({}, {"urgent"}),
        ({"urgent": "yes"}, {"urgent"}),
        ({"urgent": "no"}, {"urgent", "day"}),
        ({"urgent": "maybe", "day": "yes"}, {"urgent", "day", "hour"}),
        ({"urgent": "yes", "day": "yes"}, {"urgent"}),
        ({"urgent": ["yes", "no"]}, {"urgent", "day"}),
    ],
)
def test_a_field_is_asked_for_where_its_whole_chain_holds(answers: dict[str, Any], names: set[str]) -> None:
    assert asked(CHAIN, answers) == names


def test_conditions_in_a_circle_or_about_nothing_show_nothing() -> None:
    circle = [
        question("a", "b", "yes"),
        question("b", "a", "yes"),
        question("c", "gone", "yes"),
        question("d"),
    ]

    assert asked(circle, dict.fromkeys("abcd", "yes")) == {"d"}


@given(st.data())
def test_what_hangs_on_a_hidden_field_is_hidden(data: st.DataObject) -> None:
    names = [f"q{number}" for number in range(data.draw(st.integers(1, 8)))]
    fields = [
        question(name, data.draw(st.sampled_from(["", *names])), data.draw(st.sampled_from(VALUES)))
        for name in names
    ]
    answers = {name: data.draw(st.sampled_from(["", *VALUES])) for name in names}

    shown = asked(fields, answers)

    for field in fields:
        if field.name in shown and field.show_field:
            assert field.show_field in shown
            assert answers[field.show_field] == field.show_values
        elif field.name not in shown:
            assert field.show_field not in shown or answers[field.show_field] != field.show_values
    assert {field.name for field in fields if not field.show_field} <= shown
