"""Tables that were pasted from a spreadsheet or come from a CSV file, checked row by row.

Cells stay the text that they are, one that looks like a formula too: it is made harmless where a
spreadsheet would run it, on its way out (tickets/exports.py).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import NamedTuple

from django.utils.translation import gettext as _

from servicedesk.records.years import is_near
from tickets.catalogue.definitions import Column, Option
from tickets.catalogue.lines import LineError, is_email
from tickets.models import text_in

LONGEST_CELL = 200
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_MARKS = set(',;\t\n"')


class Rows(NamedTuple):
    """The good rows in order, by column name, and what is wrong with the others."""

    rows: list[dict[str, str]]
    errors: list[LineError]


class Checked(NamedTuple):
    """A row as it was looked at: its line and cells, and either its values or what is wrong with it."""

    line: int
    cells: list[str]
    row: dict[str, str]
    wrong: str


def read_rows(text: str, columns: Sequence[Column], most: int | None = None) -> Rows:
    """Rows of a table, cells separated by commas, semicolons or tabs, whichever it has.

    A heading may come first, in either language; its order then counts. Empty cells at the end may
    be left out.
    """
    looked_at = list(check_rows(text, columns, most))
    return Rows(
        [one.row for one in looked_at if not one.wrong],
        [LineError(one.line, one.wrong) for one in looked_at if one.wrong],
    )


def check_rows(text: str, columns: Sequence[Column], most: int | None = None) -> Iterator[Checked]:
    """The same row by row, good and bad. Nothing comes after the row that is one too many."""
    order: Sequence[Column] = columns
    good = 0
    for number, (line, cells) in enumerate(_cells(text)):
        if number == 0 and (headed := _heading(cells, columns)):
            order = headed
            continue
        if most is not None and good >= most:
            words = _("The table is full with %(most)d rows. Put the rest in another request.")
            yield Checked(line, cells, {}, words % {"most": most})
            return
        if len(cells) > len(order):
            words = _(
                "There are %(n)d cells for %(columns)d columns. Put a cell with a comma in quotation marks."
            )
            yield Checked(line, cells, {}, words % {"n": len(cells), "columns": len(order)})
            continue
        given = dict(zip((column.name for column in order), cells, strict=False))
        row = {column.name: _plain(given.get(column.name, ""), column) for column in columns}
        wrong = " ".join(words for column in columns if (words := _wrong(row[column.name], column)))
        good += not wrong
        yield Checked(line, cells, row, wrong)


def write_rows(rows: Iterable[Mapping[str, str]], columns: Sequence[Column]) -> str:
    """The text that ``read_rows`` reads the same rows from, below a heading."""
    lines = [[str(row.get(column.name, "")) for column in columns] for row in rows]
    heading = [text_in(column, "label") for column in columns]
    return "\n".join(",".join(map(_written, cells)) for cells in [heading, *lines]) if lines else ""


def explain(columns: Sequence[Column]) -> str:
    """How to type the rows: ``One row on a line, with commas between: name, work e-mail, role (…).``"""
    named = [_column_words(column) for column in columns]
    return _("One row on a line, with commas between: %(columns)s. Or paste from a spreadsheet.") % {
        "columns": ", ".join(named)
    }


def cell_label(value: str, column: Column) -> str:
    """What a cell shows: a choice by its label, anything else as it is."""
    return next((text_in(option, "label") for option in column.options if option.value == value), value)


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins on."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), skipinitialspace=True)
    begins = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            while stripped and not stripped[-1]:
                stripped.pop()
            if stripped:
                yield begins, stripped
            begins = reader.line_num + 1
    except csv.Error:  # a cell longer than a hundred thousand characters
        yield begins, ["x" * (LONGEST_CELL + 1)]


def _delimiter(text: str) -> str:
    """A tab if there is any, else the commoner mark: those within quotation marks apart."""
    bare = _QUOTED.sub("", text)
    return "\t" if "\t" in bare else max(",;", key=bare.count)


def _written(cell: str) -> str:
    quoted = cell.replace('"', '""')
    return f'"{quoted}"' if set(cell) & _MARKS else cell


def _heading(cells: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    """The columns in the order of a heading; nothing when the row is none."""
    names = {
        name.casefold(): column
        for column in columns
        for name in (column.name, column.label, column.label_fr)
        if name
    }
    if not all(cell.casefold() in names for cell in cells):
        return []
    headed = [names[cell.casefold()] for cell in cells]
    return headed if len(set(headed)) == len(headed) else []


def _plain(cell: str, column: Column) -> str:
    """A choice as its value, whichever of its names was typed."""
    for option in column.options:
        if cell.casefold() in _names(option):
            return option.value
    return cell


def _wrong(cell: str, column: Column) -> str:
    """What is wrong with a cell, in words; nothing when it is good."""
    label = text_in(column, "label")
    if not cell:
        return _("Fill in “%(label)s”.") % {"label": label} if column.required else ""
    if len(cell) > LONGEST_CELL:
        return _("“%(label)s” has at most %(most)d characters.") % {"label": label, "most": LONGEST_CELL}
    if column.kind == "email" and not is_email(cell):
        return _("“%(label)s” is an address such as dana@utility.example.") % {"label": label}
    if column.kind == "date" and not _is_date(cell):
        return _("“%(label)s” is a day such as 2027-03-31.") % {"label": label}
    if column.options and cell not in {option.value for option in column.options}:
        choices = ", ".join(text_in(option, "label") for option in column.options)
        return _("“%(label)s” is one of: %(choices)s.") % {"label": label, "choices": choices}
    return ""


def _column_words(column: Column) -> str:
    words = text_in(column, "label")
    if column.options:
        words += f" ({_(' or ').join(text_in(option, 'label') for option in column.options)})"
    return words if column.required else _("%(column)s (optional)") % {"column": words}


def _names(option: Option) -> set[str]:
    return {name.casefold() for name in (option.value, option.label, option.label_fr) if name}


def _is_date(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return is_near(day) and len(text) == len("2027-03-31")
