"""What an item's fields say in writing: choices, columns and conditions, a line or a comma each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models import Environment, FieldKind, ItemField, text_in

PREFIX = "f_"
"""Before the name of an item's field on a form, so that none is taken for the page's own."""
COLUMN_KINDS = ("text", "email", "date", "choice")
REQUIRED, OPTIONAL = "required", "optional"
ORDINARY_SDP = r"[A-Za-z0-9][A-Za-z0-9._-]{5,29}"
"""An SDP or USDP ID where the field has no pattern of its own (DOMAIN names no format)."""
ORDINARY_SDP_WORDS = gettext_lazy("An ID has 6 to 30 letters and digits, such as 10045822.")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    value: str
    label: str
    label_fr: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``options`` only for a choice."""

    name: str
    kind: str
    label: str
    label_fr: str = ""
    required: bool = True
    options: tuple[Option, ...] = ()


def read_choices(text: str) -> list[Option]:
    """Choices from lines ``value | English | French``. Raises ValueError, which names the line."""
    options = []
    for number, parts in _lines(text):
        value, label, label_fr = (*parts, "", "")[:3]
        if not value or not label or len(parts) > 3:
            raise ValueError(
                _("Line %(number)d of the choices: write value | English | French.") % {"number": number}
            )
        options.append(Option(value, label, label_fr))
    _refuse_twice([option.value for option in options])
    return options


def read_columns(text: str) -> list[Column]:
    """Columns from lines ``name | kind | English | French | required or optional | choices separated by ;``.

    A choice is ``value`` or ``value = English = French``. Raises ValueError, which names the line.
    """
    columns = []
    for number, parts in _lines(text):
        name, kind, label, label_fr, need, choices = (*parts, "", "", "", "", "")[:6]
        options = tuple(_option(one) for one in choices.split(";") if one.strip())
        whole = name and label and kind in COLUMN_KINDS and need in {REQUIRED, OPTIONAL, ""}
        if not whole or len(parts) > 6 or (kind == "choice") != bool(options):
            raise ValueError(
                _(
                    "Line %(number)d of the columns: write name | kind | English | French | required or "
                    "optional | choices separated by ;. A kind is one of %(kinds)s."
                )
                % {"number": number, "kinds": ", ".join(COLUMN_KINDS)}
            )
        columns.append(Column(name, kind, label, label_fr, need != OPTIONAL, options))
    _refuse_twice([column.name for column in columns])
    return columns


def options_of(field: ItemField) -> list[Option]:
    """What can be chosen in a field of some choices; every environment unless it names some."""
    if field.kind == FieldKind.ENVIRONMENT:
        named = field.choices.split()
        return [Option(one.value, str(one.label)) for one in Environment if not named or one.value in named]
    return read_choices(field.choices)


def label_of(options: Sequence[Option], value: str) -> str:
    """A choice's label in the active language; one that is not offered any more, as it is written."""
    return next((text_in(option, "label") for option in options if option.value == value), value)


def show_values(field: ItemField) -> list[str]:
    """The answers of ``show_field`` with which a field is asked for."""
    return [value.strip() for value in field.show_values.split(",") if value.strip()]


def sdp_pattern(field: ItemField) -> tuple[str, str]:
    """What the IDs of a list have to look like: a pattern, and how to fix one that does not match it."""
    if field.pattern:
        return field.pattern, text_in(field, "pattern_words")
    return ORDINARY_SDP, str(ORDINARY_SDP_WORDS)


def condition_words(field: ItemField, fields: Sequence[ItemField]) -> str:
    """``Only when “Is it urgent?” is “Yes”.``, or nothing for a field that is always asked for."""
    asked = next((one for one in fields if one.name == field.show_field), None)
    if asked is None:
        return ""
    options = options_of(asked) if has_options(asked) else []
    answers = _(" or ").join(
        _("“%(answer)s”") % {"answer": label_of(options, value)} for value in show_values(field)
    )
    return _("Only when “%(question)s” is %(answers)s.") % {
        "question": text_in(asked, "label"),
        "answers": answers,
    }


def has_options(field: Any) -> bool:
    """Is it a field of some choices?"""
    return field.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE, FieldKind.ENVIRONMENT}


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, [part.strip() for part in line.split("|")]


def _option(text: str) -> Option:
    value, label, label_fr = (*(part.strip() for part in text.split("=")), "", "")[:3]
    return Option(value, label or value, label_fr)


def _refuse_twice(names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(_("“%(name)s” is in the list twice.") % {"name": name})
