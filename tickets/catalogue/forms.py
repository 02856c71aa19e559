"""The form of an item's version, for the people of an organization."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person, PersonQuerySet
from servicedesk.ui.forms import DeskBoundField, DeskForm
from tickets import policy
from tickets.catalogue.conditions import asked
from tickets.catalogue.definitions import PREFIX, condition_words, show_values
from tickets.catalogue.fields import Surroundings, form_field
from tickets.models import FieldKind, ItemField, ItemVersion, text_in

UPLOADER = "id_files_request"
"""The control in which a page with this form takes files (templates/ui/_uploader.html)."""


class RequestBoundField(DeskBoundField):
    """A field on the form of a request. Knows when it is asked for."""

    @property
    def item_field(self) -> ItemField | None:
        """The item's field behind it; none for the title."""
        return cast("RequestForm", self.form).item_fields.get(self.name)

    @property
    def item_kind(self) -> str:
        """What it asks for (FieldKind); nothing for the title."""
        return self.item_field.kind if self.item_field else ""

    @property
    def show_field(self) -> str:
        """The name, on the form, of the field that decides whether it is asked for; nothing for always."""
        controller = self.item_field.show_field if self.item_field else ""
        return f"{PREFIX}{controller}" if controller else ""

    @property
    def show_values(self) -> str:
        """With which of that field's answers: separated by commas."""
        return ",".join(show_values(self.item_field)) if self.item_field else ""

    @property
    def anchor(self) -> str:
        return UPLOADER if self.item_kind == FieldKind.FILE else super().anchor


class RequestForm(DeskForm):
    """What somebody orders. ``answers()`` is what is stored of it.

    A field whose condition does not hold is neither required nor checked, and what was typed into
    it is dropped. ``has_files`` says whether the draft has any, for a field that wants evidence.
    """

    bound_field_class = RequestBoundField
    use_required_attribute = False  # a field that is not shown would hold the form back unseen

    title = forms.CharField(
        label=gettext_lazy("Title"), help_text=gettext_lazy("So that you find it again."), max_length=120
    )

    def __init__(
        self,
        *args: Any,
        version: ItemVersion,
        organization: Organization,
        reader: Person,
        has_files: bool = False,
        today: date | None = None,
        **kwargs: Any,
    ) -> None:
        initial = {"title": text_in(version, "name")} | (kwargs.pop("initial", None) or {})
        self.questions = version.fields_in_order()
        self.item_fields = {f"{PREFIX}{field.name}": field for field in self.questions}
        self._has_files = has_files
        people = cast("PersonQuerySet", policy.who_may_be_contact(organization.pk))
        around = Surroundings(
            people=people.visible_to(reader),
            org_ids=_codes(organization, self.questions),
            today=today or timezone.localdate(),
        )
        # PlainWords gives the fields their words when the form is made, so they have to be there by then
        self.base_fields = self.base_fields | {  # type: ignore[misc]  # this form's own from here on
            name: self._field(field, around) for name, field in self.item_fields.items()
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        """Forget the fields that are not asked for; see that there are files where some are wanted."""
        cleaned = super().clean() or {}
        given = {field.name: cleaned.get(name) for name, field in self.item_fields.items()}
        wanted = asked(self.questions, given)
        for name, field in self.item_fields.items():
            if field.kind == FieldKind.FILE and field.name in wanted:
                self._check_files(name, field)
            elif field.name not in wanted:
                self.errors.pop(name, None)
                cleaned.pop(name, None)
        return cleaned

    def answers(self) -> dict[str, Any]:
        """The answers by field name, as JSON can hold them, without those left empty. The form is valid."""
        found: dict[str, Any] = {}
        for name, field in self.item_fields.items():
            value = self.cleaned_data.get(name)
            if value not in (None, "", []) and field.kind != FieldKind.FILE:
                found[field.name] = _stored(value)
        return found

    def _field(self, field: ItemField, around: Surroundings) -> forms.Field:
        made = form_field(field, around)
        condition = condition_words(field, self.questions)
        made.help_text = " ".join(part for part in (condition, str(made.help_text)) if part)
        return made

    def _check_files(self, name: str, field: ItemField) -> None:
        self.errors.pop(name, None)  # "required" looked for something typed
        if field.required and not self._has_files:
            self.add_error(name, _("Attach a file for “%(label)s”.") % {"label": text_in(field, "label")})


def initial_from_typed(typed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The form's initial values from a draft's: lists of what was typed, by name on the form."""
    return {name: _one_or_all(list(values)) for name, values in typed.items()}


def _one_or_all(values: list[str]) -> Any:
    """Of one box the text; of several ticked ones, all."""
    return values[0] if len(values) == 1 else values


def _codes(organization: Organization, fields: Sequence[ItemField]) -> list[str]:
    """The organization's ORG IDs, if a field asks for one."""
    if not any(field.kind == FieldKind.ORG_ID for field in fields):
        return []
    return list(organization.org_ids.order_by("code").values_list("code", flat=True))


def _stored(value: Any) -> Any:
    """A cleaned answer, as JSON can hold it."""
    if isinstance(value, Person):
        return {"id": value.pk, "name": value.name}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
