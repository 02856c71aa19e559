"""How every form of the desk is drawn: label, help, error and control tied together for eyes and ears.

Forms stay plain Django forms. ``{{ form.title.as_field_group }}`` draws one field,
``{{ form }}`` the error summary and all fields.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from servicedesk.records.plain_words import PlainWords
from servicedesk.ui.widgets import drawn

CLASSES = {
    "radioselect": "form-check-input",
    "checkboxselectmultiple": "form-check-input",
    "checkbox": "form-check-input",
    "select": "form-select",
    "selectmultiple": "form-select",
    "nullbooleanselect": "form-select",
    "selectdatewidget": "form-select",
}
KINDS = {
    "radioselect": "choices",
    "checkboxselectmultiple": "choices",
    "checkbox": "checkbox",
    "password": "password",
}


@dataclass(frozen=True, slots=True)
class Option:
    """One radio button or checkbox of a group, ready to draw."""

    input: SafeString
    id: str
    label: str
    hint: str


class DeskBoundField(BoundField):
    """A field on its form. Adds Tabler's classes and what the field template needs to know."""

    @property
    def kind(self) -> str:
        """Which branch of the field template draws it: choices, checkbox, password, group or control."""
        return KINDS.get(self.widget_type, "group" if self.use_fieldset else "control")

    @property
    def is_optional(self) -> bool:
        """Whether "(optional)" stands beside the label. A form may switch it off (filters, sign-in)."""
        wanted = getattr(self.form, "marks_optional", True)
        return wanted and not self.field.required and not self.is_hidden and self.kind != "checkbox"

    @property
    def anchor(self) -> str:
        """The id that the error summary jumps to: the control, or the first of a group."""
        if self.kind == "choices":
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id

    @property
    def described_by(self) -> str:
        """Ids of the help text and the errors, for a fieldset."""
        return " ".join(
            part
            for part, present in (
                (f"{self.auto_id}_helptext", self.help_text),
                (f"{self.auto_id}_error", self.errors),
            )
            if present
        )

    @property
    def options(self) -> Iterable[Option]:
        """The buttons of a group. Hints come from ``field.hints``, a dictionary by value."""
        hints = getattr(self.field, "hints", {})
        for widget in self.subwidgets:
            data = widget.data
            attrs = {**data["attrs"], "type": data["type"], "name": data["name"], "value": data["value"]}
            attrs["id"] = widget.id_for_label
            hint = str(hints.get(data["value"], hints.get(str(data["value"]), "")))
            if hint:
                attrs["aria-describedby"] = f"{widget.id_for_label}_hint"
            yield Option(
                input=format_html("<input{}>", flatatt(attrs)),
                id=widget.id_for_label,
                label=str(data["label"]),
                hint=hint,
            )

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        widget = widget or self.field.widget
        if not widget.is_hidden and not self.use_fieldset:
            wanted = CLASSES.get(self.widget_type, "form-control")
            given = " ".join(str(one) for one in (widget.attrs.get("class"), attrs.get("class")) if one)
            if wanted not in given:
                attrs["class"] = f"{given} {wanted}{' is-invalid' if self.errors else ''}".strip()
        elif self.kind == "choices":
            attrs["class"] = f"{widget.attrs.get('class', '')} form-check-input".strip()
        return attrs


class DeskRenderer(TemplatesSetting):
    """Our field, form and error templates; the widgets themselves stay Django's, some of them drawn faster."""

    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = DeskBoundField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        quickly = drawn(template_name, context["widget"]) if "widget" in context else None
        return super().render(template_name, context, request) if quickly is None else quickly


class DeskForm(PlainWords, forms.Form):
    """A plain Django form whose "required" errors say what to do."""


class DeskModelForm(PlainWords, forms.ModelForm):
    """The same for a model form."""


class CardChoiceField(forms.ChoiceField):
    """One of a few choices, as large cards. ``hints`` explains choices, by value."""

    widget = forms.RadioSelect

    def __init__(self, *, hints: dict[Any, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hints = hints or {}
