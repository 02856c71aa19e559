"""The small forms around a request's own: whose it is, and rows that come as CSV."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.ui.forms import DeskForm
from tickets import policy
from tickets.catalogue.fields import LONGEST_LIST
from tickets.forms import STRANGER


class RequesterForm(DeskForm):
    """For whom the desk orders: somebody who acts for that organization."""

    requester = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("For whom?"),
        help_text=gettext_lazy("It becomes this person’s request: they hear of each step."),
        empty_label=gettext_lazy("Choose one"),
        error_messages=STRANGER,
    )

    def __init__(self, *args: Any, organization_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requester"].queryset = policy.who_may_be_contact(organization_id)  # type: ignore[attr-defined]


class RowsForm(DeskForm):
    """Rows to be looked at before they are taken."""

    marks_optional = False
    rows = forms.CharField(
        label=gettext_lazy("Rows"),
        required=False,
        strip=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
    )
