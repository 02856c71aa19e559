"""What people hand in about decisions, consultations and reviews, and how it is checked."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from changes.actions.consulting import LONGEST_ANSWER
from changes.actions.deciding import LONGEST_MINUTES, LONGEST_REASON
from changes.actions.reviewing import LONGEST_REVIEW
from changes.models import Choice, DecisionKind, Outcome, RequestForChange, Stance
from changes.transitions import ChangeStatus
from servicedesk.ui.forms import CardChoiceField, DeskForm
from tickets.sla.calendar import instant_of

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class VoteForm(DeskForm):
    """A vote on the round that was shown: a later round is another question."""

    round = forms.IntegerField(widget=forms.HiddenInput)
    choice = CardChoiceField(label=gettext_lazy("Your vote"), choices=Choice)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Needed unless you approve. Everybody who reads the RFC sees it, without your name."
        ),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != DecisionKind.BOARD:
            choices = [choice for choice in Choice.choices if choice[0] != Choice.DEFER]
            self.fields["choice"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Nobody votes against something without a reason."""
        cleaned = super().clean() or {}
        against = cleaned.get("choice") not in {None, Choice.APPROVE.value}
        if against and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why you do not approve."))
        return cleaned


class MinutesForm(DeskForm):
    """What was said."""

    round = forms.IntegerField(widget=forms.HiddenInput)
    minutes = forms.CharField(
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("Published on the RFC: everybody who reads it sees them."),
        max_length=LONGEST_MINUTES,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ConsultForm(DeskForm):
    """Until when LDCs can answer."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    closes_on = forms.DateField(label=gettext_lazy("Last day for answers"), widget=DAY)
    message = forms.CharField(
        label=gettext_lazy("What do you ask them?"),
        help_text=gettext_lazy("Every LDC reads it."),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, earliest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        self.fields["closes_on"].help_text = _("%(day)s at the earliest.") % {"day": earliest.isoformat()}

    def clean_closes_on(self) -> date:
        """LDCs need time to answer."""
        day: date = self.cleaned_data["closes_on"]
        if day < self.earliest:
            raise forms.ValidationError(_("Choose %(day)s or later.") % {"day": self.earliest.isoformat()})
        return day

    def closes_at(self) -> datetime:
        """The end of the last day, in the desk's zone."""
        midnight = self.cleaned_data["closes_on"] + timedelta(days=1)
        return instant_of(midnight, 0, timezone.get_default_timezone())


class AnswerForm(DeskForm):
    """What an organization answers."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Organization"),
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("Choose an organization that you report for.")},
    )
    stance = CardChoiceField(
        label=gettext_lazy("What does your organization say?"),
        choices=Stance,
        hints={
            Stance.NO_OBJECTION: gettext_lazy("It can go ahead as described."),
            Stance.CONCERN: gettext_lazy("It can go ahead, if something is considered."),
            Stance.OBJECTION: gettext_lazy("It should not go ahead as described."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("The Service Desk reads it. Other LDCs only see how many said what."),
        max_length=LONGEST_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, person: Person, mine: list[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = Organization.objects.visible_to(person).filter(pk__in=[one.pk for one in mine])
        self.fields["organization"].queryset = theirs  # type: ignore[attr-defined]
        if len(mine) == 1:
            self.fields["organization"].initial = mine[0].pk
            self.fields["organization"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A concern is said in words."""
        cleaned = super().clean() or {}
        in_words = cleaned.get("stance") in {None, Stance.NO_OBJECTION.value} or cleaned.get("text")
        if not in_words and "text" not in self.errors:
            self.add_error("text", _("Say what the concern or the objection is."))
        return cleaned


class ReviewForm(DeskForm):
    """What was learned."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = CardChoiceField(label=gettext_lazy("How did it go?"), choices=Outcome)
    text = forms.CharField(
        label=gettext_lazy("What was learned?"),
        max_length=LONGEST_REVIEW,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    actions = forms.CharField(
        label=gettext_lazy("What is still to do"),
        help_text=gettext_lazy("References of tickets or RFCs, such as INC-10001, with spaces between them."),
        max_length=400,
        required=False,
    )

    def __init__(self, *args: Any, rfc: RequestForChange, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        failed = rfc.status == ChangeStatus.BACKED_OUT
        fits = [choice for choice in Outcome.choices if (choice[0] == Outcome.BACKED_OUT) == failed]
        self.fields["outcome"].choices = fits  # type: ignore[attr-defined]

    def clean_actions(self) -> list[str]:
        """The references."""
        return str(self.cleaned_data["actions"]).replace(",", " ").split()
