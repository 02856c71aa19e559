"""What people hand in about approvals: a decision, and who decides in their place."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.ui.forms import DeskForm
from tickets import approving
from tickets.actions.approvals import LONGEST_REASON

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class DecisionForm(DeskForm):
    """Approve, or decline and say why. Each is a button of its own, which sends ``decision``."""

    decision = forms.ChoiceField(
        choices=[("approve", gettext_lazy("Approve")), ("decline", gettext_lazy("Decline"))],
        widget=forms.HiddenInput,
        error_messages={
            "required": gettext_lazy("Choose “Approve” or “Decline”."),
            "invalid_choice": gettext_lazy("Choose “Approve” or “Decline”."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The requester reads it. You need one to decline."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Nobody is declined without a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "decline" and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why you decline. The requester reads it."))
        return cleaned


class DelegationForm(DeskForm):
    """Who decides in my place, from when to when."""

    delegate = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Who decides in your place?"),
        empty_label=gettext_lazy("Choose somebody"),
        error_messages={
            "invalid_choice": gettext_lazy("Choose somebody from the list: a colleague of your organization.")
        },
    )
    starts_on = forms.DateField(label=gettext_lazy("First day"), widget=DAY)
    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=DAY)

    def __init__(self, *args: Any, person: Person, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        people = approving.who_may_stand_in(person)
        self.fields["delegate"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Days that are still to come, in their order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and first < self.today:
            self.add_error("starts_on", _("Choose a first day that is not in the past."))
        if first and last and last < first:
            self.add_error("ends_on", _("Choose a last day that is not before the first."))
        return cleaned
