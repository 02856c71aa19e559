"""What is wrong with an item's form, in words: asked before it is published."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from tickets.catalogue.definitions import has_options, options_of, read_choices, read_columns, show_values
from tickets.models import Effect, Environment, FieldKind, ItemField, ItemVersion

NAME = re.compile(r"[a-z][a-z0-9_]*")
NEEDED: dict[str, dict[str, tuple[str, ...]]] = {
    Effect.INVITE: {
        "name": (FieldKind.TEXT,),
        "email": (FieldKind.EMAIL,),
        "role": (FieldKind.CHOICE,),
        "language": (FieldKind.CHOICE,),
    },
    Effect.CHANGE_ROLE: {"person": (FieldKind.PERSON,), "role": (FieldKind.CHOICE,)},
    Effect.DEACTIVATE: {"person": (FieldKind.PERSON,)},
    Effect.CHANGE_ADMINISTRATOR: {"person": (FieldKind.PERSON,)},
}
"""The fields, and their kinds, that an effect reads."""


def problems(version: ItemVersion, fields: Sequence[ItemField]) -> list[str]:
    """Everything that keeps a version from being published; nothing for a sound one. Reads no rows."""
    found = list(_of_the_version(version, fields))
    for number, field in enumerate(fields):
        found += [
            _("Field “%(name)s”: %(problem)s") % {"name": field.name, "problem": problem}
            for problem in _of_a_field(field, fields[:number], fields)
        ]
    return found


def _of_the_version(version: ItemVersion, fields: Sequence[ItemField]) -> Iterator[str]:
    if not version.name or not version.summary:
        yield _("Give the item a name and a summary.")
    if not fields:
        yield _("Add at least one field.")
    asked = {field.name: field for field in fields}
    for name, kinds in NEEDED.get(version.effect, {}).items():
        if name not in asked or asked[name].kind not in kinds or asked[name].show_field:
            yield _("The effect needs a field “%(name)s” that is always asked for: %(kinds)s.") % {
                "name": name,
                "kinds": ", ".join(str(FieldKind(kind).label) for kind in kinds),
            }


def _of_a_field(field: ItemField, earlier: Sequence[ItemField], fields: Sequence[ItemField]) -> Iterator[str]:
    if not NAME.fullmatch(field.name):
        yield _("Write its name in small letters, digits and low lines, beginning with a letter.")
    if not field.label:
        yield _("Give it a label.")
    if [one.name for one in fields].count(field.name) > 1:
        yield _("Another field has the same name.")
    yield from _of_its_text(field)
    if field.show_field:
        yield from _of_its_condition(field, {one.name: one for one in earlier})


def _of_its_text(field: ItemField) -> Iterator[str]:
    """What the database cannot read: patterns, choices and columns."""
    try:
        re.compile(field.pattern)
    except re.error as error:
        yield _("Its pattern is no regular expression: %(error)s.") % {"error": error}
    try:
        if field.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE} and not read_choices(field.choices):
            yield _("Give it choices.")
        if field.kind == FieldKind.TABLE and not read_columns(field.columns):
            yield _("Give it columns.")
    except ValueError as error:
        yield str(error)
    if field.kind == FieldKind.ENVIRONMENT and not set(field.choices.split()) <= set(Environment.values):
        yield _("Name environments only, one on a line: %(all)s.") % {"all": ", ".join(Environment.values)}


def _of_its_condition(field: ItemField, earlier: dict[str, ItemField]) -> Iterator[str]:
    controller = earlier.get(field.show_field)
    if controller is None:
        yield _("It depends on “%(other)s”, which has to come before it.") % {"other": field.show_field}
        return
    if not has_options(controller):
        yield _("It depends on “%(other)s”, which has no choices.") % {"other": field.show_field}
        return
    try:
        offered = {option.value for option in options_of(controller)}
    except ValueError:
        return  # said of that field already
    for value in show_values(field):
        if value not in offered:
            yield _("It waits for “%(value)s”, which “%(other)s” does not offer.") % {
                "value": value,
                "other": field.show_field,
            }
