"""The answers of a request: shown to people, carried over to another version, filled in again."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import dateformat

from servicedesk.ui.moments import absolute
from tickets.catalogue.definitions import (
    PREFIX,
    has_options,
    label_of,
    options_of,
    read_columns,
    sdp_pattern,
)
from tickets.catalogue.tables import cell_label, write_rows
from tickets.models import FieldKind, ItemField, ItemVersion, text_in

LISTS = frozenset({FieldKind.MULTI_CHOICE, FieldKind.EMAILS, FieldKind.SDP_LIST})
"""Kinds that are stored as a list of texts."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer, ready to be drawn: ``text`` always says it; a list has ``items``, a table ``rows``."""

    name: str
    label: str
    kind: str
    text: str
    items: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def shown(version: ItemVersion, answers: Mapping[str, Any]) -> list[Shown]:
    """The answers in the order of the form, in the active language and time zone.

    What that version does not ask for comes last, under the name it is stored by: nothing is lost.
    """
    fields = version.fields_in_order()
    names = {field.name for field in fields}
    known = [_shown(field, answers[field.name]) for field in fields if field.name in answers]
    return known + [
        Shown(name, name, FieldKind.TEXT, readable(value))
        for name, value in answers.items()
        if name not in names
    ]


def refit(answers: Mapping[str, Any], old: ItemVersion, new: ItemVersion) -> tuple[dict[str, Any], list[str]]:
    """What of some answers fits another version, and the rest as lines of text for people.

    An answer fits where the other version has a field of its name and kind that allows its value.
    """
    before = {field.name: field for field in old.fields_in_order()}
    after = {field.name: field for field in new.fields_in_order()}
    kept = {
        name: value
        for name, value in answers.items()
        if name in before
        and name in after
        and after[name].kind == before[name].kind
        and allows(after[name], value)
    }
    left = {name: value for name, value in answers.items() if name not in kept}
    return kept, [f"{one.label}: {one.text}" for one in shown(old, left)]


def initial_from(answers: Mapping[str, Any], version: ItemVersion) -> dict[str, Any]:
    """What a form of that version begins with, by name on the form: for "order again"."""
    found = {}
    for field in version.fields_in_order():
        if field.name in answers and _has_its_shape(field, answers[field.name]):
            found[f"{PREFIX}{field.name}"] = _initial(field, answers[field.name])
    return found


def allows(field: ItemField, value: Any) -> bool:
    """May this stored value stand as the answer to that question? Days from today are not looked at."""
    if not _has_its_shape(field, value):
        return False
    values = value if isinstance(value, list) else [value]
    if has_options(field):
        return {str(one) for one in values} <= {option.value for option in options_of(field)}
    if field.kind == FieldKind.TABLE:
        allowed = read_columns(field.columns)
        return all(set(row) == {column.name for column in allowed} for row in value) and _few(field, values)
    if field.kind in {FieldKind.TEXT, FieldKind.LONG_TEXT}:
        fits = not field.pattern or re.fullmatch(field.pattern, value)
        return bool(fits) and (field.most is None or len(value) <= field.most)
    if field.kind == FieldKind.SDP_LIST:
        pattern = re.compile(sdp_pattern(field)[0])
        return all(pattern.fullmatch(one) for one in values) and _few(field, values)
    return field.kind != FieldKind.EMAILS or _few(field, values)


def readable(value: Any) -> str:
    """A stored value of any shape, as one line."""
    if isinstance(value, Mapping):
        return str(value["name"]) if "name" in value and "id" in value else _joined(value.values())
    if isinstance(value, list):
        return "; ".join(readable(one) for one in value)
    return str(value)


def day_of(text: str) -> str:
    """``31 March 2027`` from an ISO day; anything else as it is."""
    try:
        return dateformat.format(date.fromisoformat(text), "j F Y")
    except ValueError:
        return text


def moment_of(text: str) -> str:
    """``Wed 31 Mar 2027, 14:00 EDT`` from an ISO moment, in the active zone; anything else as it is."""
    try:
        return absolute(datetime.fromisoformat(text))
    except ValueError:
        return text


def _shown(field: ItemField, value: Any) -> Shown:
    label = text_in(field, "label")
    if not _has_its_shape(field, value):
        return Shown(field.name, label, field.kind, readable(value))
    if field.kind == FieldKind.TABLE:
        columns = read_columns(field.columns)
        rows = tuple(tuple(cell_label(row.get(one.name, ""), one) for one in columns) for row in value)
        text = "; ".join(", ".join(cell for cell in row if cell) for row in rows)
        headings = tuple(text_in(one, "label") for one in columns)
        return Shown(field.name, label, field.kind, text, columns=headings, rows=rows)
    if field.kind in LISTS:
        options = options_of(field) if has_options(field) else []
        items = tuple(label_of(options, one) for one in value)
        return Shown(field.name, label, field.kind, ", ".join(items), items=items)
    return Shown(
        field.name, label, field.kind, _TEXTS.get(field.kind, lambda _field, one: readable(one))(field, value)
    )


def _chosen(field: ItemField, value: str) -> str:
    return label_of(options_of(field), value)


_TEXTS: dict[str, Callable[[ItemField, Any], str]] = {
    FieldKind.CHOICE: _chosen,
    FieldKind.ENVIRONMENT: _chosen,
    FieldKind.DATE: lambda _field, value: day_of(value),
    FieldKind.DATETIME: lambda _field, value: moment_of(value),
}


def _has_its_shape(field: ItemField, value: Any) -> bool:
    """Is it stored as answers of this kind are?"""
    if field.kind == FieldKind.TABLE:
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)
    if field.kind in LISTS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if field.kind == FieldKind.PERSON:
        return isinstance(value, dict) and {"id", "name"} <= set(value)
    return isinstance(value, str)


def _initial(field: ItemField, value: Any) -> Any:
    if field.kind == FieldKind.TABLE:
        return write_rows(value, read_columns(field.columns))
    if field.kind in {FieldKind.EMAILS, FieldKind.SDP_LIST}:
        return "\n".join(value)
    if field.kind == FieldKind.PERSON:
        return value["id"]
    if field.kind == FieldKind.DATETIME:
        return datetime.fromisoformat(value)
    return value


def _few(field: ItemField, values: Sequence[Any]) -> bool:
    return field.most is None or len(values) <= field.most


def _joined(values: Any) -> str:
    return ", ".join(readable(one) for one in values if one not in (None, ""))
