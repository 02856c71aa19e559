"""What people hand in about their workspace."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.ui.forms import DeskForm
from tickets.forms import MomentField
from tickets.workspace.columns import COLUMNS
from tickets.workspace.snoozing import CHOICES, WAKE, moment_of


class SnoozeForm(DeskForm):
    """Until when a ticket sleeps, or that it wakes now: ``until`` is then None."""

    marks_optional = False
    choice = forms.ChoiceField(
        label=gettext_lazy("Snooze until"), choices=[*CHOICES, WAKE], initial="tomorrow"
    )
    moment = MomentField(label=gettext_lazy("Your own time"), required=False)

    def __init__(self, *args: Any, sleeping: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sleeping and not self.is_bound:
            self.fields["choice"].choices = CHOICES  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One's own time is needed where it is chosen."""
        cleaned = super().clean() or {}
        if cleaned.get("choice") == "moment" and not cleaned.get("moment") and "moment" not in self.errors:
            self.add_error("moment", _("Enter the date and time at which it comes back."))
        return cleaned

    def until(self) -> datetime | None:
        """When it wakes; None for now."""
        choice = self.cleaned_data["choice"]
        if choice == "moment":
            return self.cleaned_data["moment"]
        return (
            None if choice == WAKE[0] else moment_of(choice, timezone.now(), timezone.get_current_timezone())
        )


class LookForm(forms.ModelForm):
    """How queues look to somebody: the columns, and how close the rows stand."""

    queue_columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"),
        choices=list(COLUMNS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Person
        fields = ("queue_columns", "density")
