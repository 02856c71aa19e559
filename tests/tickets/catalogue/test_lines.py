"""Pasted lists: every entry is read, every wrong line is named, and no other."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.catalogue.lines import LineError, read_emails, read_lines, summary

EIGHT_DIGITS = r"\d{8}"
WORDS = "An ID has eight digits."


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("10045822\n10045823", ["10045822", "10045823"], id="lines"),
        pytest.param("10045822\r\n10045823\r\n", ["10045822", "10045823"], id="lines of Windows"),
        pytest.param("10045822, 10045823;10045824\t10045825", ["10045822", "10045823", "10045824", "10045825"],
                     id="commas, semicolons, tabs"),
        pytest.param("\ufeffUSDP ID\n10045822", ["10045822"], id="a heading from a spreadsheet"),
        pytest.param('"10045822"\n"10045823"', ["10045822", "10045823"], id="quotation marks"),
        pytest.param(" 10045822 ,\n\n,\u00a010045823", ["10045822", "10045823"], id="gaps"),
    ],
)  # fmt: skip
def test_entries_stand_on_lines_or_between_marks(text: str, values: list[str]) -> None:
    assert read_lines(text, EIGHT_DIGITS) == (values, [])


def test_what_is_wrong_is_said_by_line_and_how_to_fix_it() -> None:
    text = "10045822\n\n1004582\n10045823\n10045822"

    values, errors = read_lines(text, EIGHT_DIGITS, words=WORDS)

    assert values == ["10045822", "10045823"]
    assert [str(error) for error in errors] == [
        "Line 3: “1004582” An ID has eight digits.",
        "Line 5: “10045822” is on line 1 already. Take one of them out.",
    ]


def test_a_list_that_is_too_long_says_so_once() -> None:
    values, errors = read_lines("10000001\n10000002\n10000003\n10000004", EIGHT_DIGITS, 2)

    assert values == ["10000001", "10000002"]
    assert errors == [LineError(3, "The list is full with 2. Put the rest in another request.")]


def test_of_five_thousand_lines_exactly_the_three_bad_ones_are_named_at_once() -> None:
    lines = [str(10_000_000 + number) for number in range(5_000)]
    lines[16], lines[2_499], lines[4_998] = "1000O016", "10000000", ""
    lines[4_999] = "=1+1"

    began = time.perf_counter()
    values, errors = read_lines("\n".join(lines), EIGHT_DIGITS, 5_000, words=WORDS)

    assert time.perf_counter() - began < 1
    assert [error.line for error in errors] == [17, 2_500, 5_000]
    assert len(values) == 4_996


def test_addresses_are_read_the_same_way() -> None:
    values, errors = read_emails("dana@utility.example; ned\nDana@utility.example")

    assert values == ["dana@utility.example"]
    assert [str(error) for error in errors] == [
        "Line 1: “ned” Write an address such as dana@utility.example.",
        "Line 2: “Dana@utility.example” is on line 1 already. Take one of them out.",
    ]


def test_many_errors_are_told_in_part_and_counted() -> None:
    _values, errors = read_lines("\n".join(f"bad{n}" for n in range(13)), EIGHT_DIGITS)

    assert len(summary(errors)) == 11
    assert summary(errors)[-1] == "And 3 more lines are wrong."


@given(
    st.lists(
        st.sampled_from(["", "good", "bad", "twice"]), max_size=40
    ),
    st.sampled_from(["\n", "\r\n"]),
)  # fmt: skip
def test_every_entry_is_either_a_value_or_an_error_of_its_line(sorts: list[str], end: str) -> None:
    written = {"": "", "bad": "not one", "twice": "20000000"}
    lines = [written.get(sort, str(10_000_000 + number)) for number, sort in enumerate(sorts)]
    first = sorts.index("twice") if "twice" in sorts else None

    values, errors = read_lines(end.join(lines), EIGHT_DIGITS)

    wrong = [
        number for number, sort in enumerate(sorts) if sort == "bad" or (sort == "twice" and number != first)
    ]
    assert [error.line - 1 for error in errors] == wrong
    assert values == [line for number, line in enumerate(lines) if line and number not in wrong]
