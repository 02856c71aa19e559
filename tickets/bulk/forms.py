"""What has to be said before something is done to many tickets. What a clean form says are the terms of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from servicedesk.ui.forms import DeskForm
from tickets import policy
from tickets.forms import LONGEST_TEXT, AssignForm, SeverityForm
from tickets.models import BulkKind, Severity, Team


class TermsForm(DeskForm):
    """Nothing has to be said."""

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def terms(self) -> dict[str, Any]:
        """What is to be done with each, ready to be stored."""
        return {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}


class AssignManyForm(TermsForm, AssignForm):
    """Who works on them. It begins with whoever asks."""

    version = None  # type: ignore[assignment]  # each row has its own

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].initial = self.person.pk


class RateManyForm(TermsForm, SeverityForm):
    """Another severity, and why."""

    version = None  # type: ignore[assignment]
    severity = forms.TypedChoiceField(
        label=_("Severity"), choices=[("", _("Choose one")), *Severity.choices], coerce=int
    )
    accept_late = forms.BooleanField(
        label=_("Tickets may be late at once"),
        help_text=_("Without this, those whose new due time lies in the past are left out."),
        required=False,
    )


class RouteManyForm(TermsForm):
    """Whose queue they wait in."""

    marks_optional = False
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("No team")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = policy.teams()  # type: ignore[attr-defined]


class LetGoManyForm(TermsForm):
    """Why they end without being done."""

    message = forms.CharField(
        label=_("Reason"),
        help_text=_("Each organization reads this on its ticket."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class JoinManyForm(TermsForm):
    """The problem that causes them."""

    problem = forms.CharField(label=_("Which problem?"), help_text=_("Such as PRB-10003."), max_length=20)


FORMS: dict[str, type[TermsForm]] = {
    BulkKind.ASSIGN: AssignManyForm,
    BulkKind.SEVERITY: RateManyForm,
    BulkKind.TEAM: RouteManyForm,
    BulkKind.LET_GO: LetGoManyForm,
    BulkKind.PROBLEM: JoinManyForm,
    BulkKind.EXPORT: TermsForm,
}
