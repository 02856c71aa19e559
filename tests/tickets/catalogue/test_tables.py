"""Pasted tables: rows by column, in whatever order a heading says."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tickets.catalogue.definitions import Column, read_columns
from tickets.catalogue.tables import explain, read_rows, write_rows

USERS = read_columns(
    "name | text | Name | Nom | required\n"
    "email | email | Work e-mail | Courriel | required\n"
    "role | choice | Role | Rôle | required | view = Read only = Lecture seule; bill = Billing = Facturation\n"
    "since | date | Since | Depuis | optional"
)
DANA = {"name": "Dana", "email": "dana@utility.example", "role": "view", "since": ""}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Dana,dana@utility.example,view", id="commas"),
        pytest.param("Dana;dana@utility.example;view;", id="semicolons"),
        pytest.param(
            "Dana\tdana@utility.example\tRead only", id="tabs of a spreadsheet, a choice by its name"
        ),
        pytest.param("Dana, dana@utility.example, lecture seule", id="a choice by its French name"),
        pytest.param("Name,Work e-mail,Role,Since\n\nDana,dana@utility.example,view", id="a heading"),
        pytest.param(
            "Rôle,Courriel,Nom\r\nview,dana@utility.example,Dana\r\n", id="a French heading in another order"
        ),
        pytest.param('\ufeff"Dana","dana@utility.example","view"', id="quotation marks"),
    ],
)
def test_a_row_is_read_however_it_was_pasted(text: str) -> None:
    assert read_rows(text, USERS) == ([DANA], [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dana,dana,view", ["Line 1: “Work e-mail” is an address such as dana@utility.example."]),
        ("Dana,dana@utility.example,boss", ["Line 1: “Role” is one of: Read only, Billing."]),
        ("\n\n,dana@utility.example,view", ["Line 3: Fill in “Name”."]),
        ("Dana,dana@utility.example,view,soon", ["Line 1: “Since” is a day such as 2027-03-31."]),
        (
            "Roy, Dana,dana@utility.example,view,2027-03-31",
            ["Line 1: There are 5 cells for 4 columns. Put a cell with a comma in quotation marks."],
        ),
        (
            '"Dana\nRoy",dana@utility.example,view\nNed,ned,view',
            ["Line 3: “Work e-mail” is an address such as dana@utility.example."],
        ),
    ],
)
def test_a_wrong_row_is_named_by_its_line(text: str, said: list[str]) -> None:
    assert [str(error) for error in read_rows(text, USERS).errors] == said


def test_a_table_that_is_too_long_says_so_once() -> None:
    rows, errors = read_rows("Dana,dana@utility.example,view\n" * 4, USERS, 2)

    assert (len(rows), [error.line for error in errors]) == (2, [3])


def test_a_cell_that_looks_like_a_formula_stays_the_text_it_is() -> None:
    rows, errors = read_rows('=HYPERLINK("x"),dana@utility.example,view', USERS)

    assert errors == []
    assert rows[0]["name"].startswith("=HYPERLINK(")


def test_the_help_explains_the_columns_in_the_readers_language() -> None:
    assert explain(USERS) == (
        "One row on a line, with commas between: Name, Work e-mail, Role (Read only or Billing), "
        "Since (optional). Or paste from a spreadsheet."
    )
    with translation.override("fr"):
        assert "Rôle (Lecture seule" in explain(USERS)


@given(
    st.lists(
        st.fixed_dictionaries(
            {name: st.text(st.sampled_from("ab1=;,'\" -é"), max_size=8) for name in ("a", "b")}
        ),
        max_size=10,
    )
)
def test_rows_that_are_written_are_read_again(rows: list[dict[str, str]]) -> None:
    columns = [Column("a", "text", "First thing"), Column("b", "text", "Second thing", required=False)]
    clean = [{name: cell.strip() for name, cell in row.items()} for row in rows if row["a"].strip()]

    assert read_rows(write_rows(clean, columns), columns) == (clean, [])
