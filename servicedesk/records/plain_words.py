"""Errors of forms that say what to do, in the place of Django's own words (UX §8.4), and text that can be seen."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from servicedesk.records.visible_text import in_a_line, in_lines
from servicedesk.records.years import check_year

_ONE_LINE = {"text", "search", "email", "url", "tel"}


class PlainWords:
    """Says what to do in the place of "This field is required." and of what is too long."""

    fields: dict[str, forms.Field]
    data: Any

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

    def full_clean(self) -> None:
        """Take what hides out of the texts before they are looked at: a title of nothing else is missing."""
        if self.is_bound:  # type: ignore[attr-defined]
            self.data = self._visible()
        super().full_clean()  # type: ignore[misc]

    def _visible(self) -> Any:
        given = dict(self.data.lists()) if isinstance(self.data, QueryDict) else None
        seen: dict[str, Any] = {}
        for name, field in self.fields.items():
            key, clean = self.add_prefix(name), _as_seen(field)  # type: ignore[attr-defined]
            if clean is None or key not in self.data:
                continue
            typed = given[key] if given is not None else [self.data[key]]
            shown = [clean(text) if isinstance(text, str) else text for text in typed]
            if shown != typed:
                seen[key] = shown
        if not seen:
            return self.data
        data = self.data.copy()
        for key, values in seen.items():
            if given is None:
                data[key] = values[0]
            else:
                data.setlist(key, values)
        return data


def _as_seen(field: forms.Field) -> Callable[[str], str] | None:
    """What leaves the visible part of what is typed into a field; nothing for what is no text, and for passwords."""
    if not isinstance(field, forms.CharField):
        return None
    kind = "lines" if isinstance(field.widget, forms.Textarea) else getattr(field.widget, "input_type", "")
    if kind in _ONE_LINE:
        return in_a_line
    return in_lines if kind in {"lines", "hidden"} else None


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
