"""Errors of forms that say what to do, in the place of Django's own words (UX §8.4)."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from servicedesk.records.years import check_year


class PlainWords:
    """Says what to do in the place of "This field is required." and of what is too long."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = str(field.label or name.replace("_", " ").capitalize())
            dated = isinstance(field, forms.DateField | forms.DateTimeField)
            if dated and check_year not in field.validators:
                field.validators.append(check_year)
            if isinstance(field, forms.CharField) and field.max_length:
                field.error_messages.setdefault("max_length", _too_long(label))
            stock = field.default_error_messages.get(
                "required", forms.Field.default_error_messages["required"]
            )
            if field.required and field.error_messages.get("required") in (
                stock,
                forms.Field.default_error_messages["required"],
            ):
                field.error_messages["required"] = _what_to_do(field) % {"label": label}


def _what_to_do(field: forms.Field) -> str:
    if isinstance(field, forms.FileField):
        return gettext("Choose a file for “%(label)s”.")
    if isinstance(field, forms.BooleanField):
        return gettext("Tick “%(label)s” to go on.")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return gettext("Choose an answer for “%(label)s”.")
    return gettext("Fill in “%(label)s”.")


def _too_long(label: str) -> str:
    """What a text's limit says: Django fills in the numbers, so a percent sign in the label is doubled."""
    words = gettext("Shorten “%(label)s” to %(most)s characters. It has %(number)s.")
    numbers = {"most": "%(limit_value)d", "number": "%(show_value)d"}
    return words % {"label": label.replace("%", "%%"), **numbers}
