"""What people hand in about their workspace."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.ui.forms import DeskForm
from tickets.actions.saved_views import Look
from tickets.forms import MomentField
from tickets.workspace.columns import COLUMNS
from tickets.workspace.parameters import FILTERS, check, sort_in
from tickets.workspace.saved_views import kept_query, may_share
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


class SavedViewForm(DeskForm):
    """A view to keep. ``query`` is the list's own query string, ``version`` that of the view that is changed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    shared = forms.BooleanField(label=gettext_lazy("Share it with the desk"), required=False)
    with_columns = forms.BooleanField(label=gettext_lazy("Keep the columns with it"), required=False)
    queue = forms.CharField(max_length=70, widget=forms.HiddenInput)
    query = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, person: Person, queues: list[str], columns: list[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.queues, self.columns = queues, columns
        if not may_share(person):
            del self.fields["shared"]

    def clean_name(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["name"].split())

    def clean_queue(self) -> str:
        """One that there is."""
        if self.cleaned_data["queue"] not in self.queues:
            raise forms.ValidationError(_("This queue is no longer there. Choose another one and save that."))
        return str(self.cleaned_data["queue"])

    def look(self) -> Look:
        """What the action takes. Raises Unlisted for what is no parameter of a list."""
        query = QueryDict(self.cleaned_data["query"])
        check(query, "sort", *FILTERS)
        return Look(
            name=self.cleaned_data["name"],
            queue=self.cleaned_data["queue"],
            filters=kept_query(query),
            sort=sort_in(query),
            columns=self.columns if self.cleaned_data["with_columns"] else [],
            shared=self.cleaned_data.get("shared", False),
        )
