"""What people may hand in about an incident, and how it is checked."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from servicedesk.records.models import Visibility
from servicedesk.records.years import check_year
from servicedesk.ui.forms import CardChoiceField, DeskForm
from tickets import policy
from tickets.actions import Report
from tickets.models import (
    Environment,
    Impact,
    Resolution,
    Satisfaction,
    Severity,
    TargetName,
    Ticket,
    Urgency,
)
from tickets.models.severity import SEVERE
from tickets.sla.promises import severity_for

EVERYBODY = gettext_lazy("Everyone in my organization")
LONGEST_TEXT = 20_000
CAUSES = (
    ("open", gettext_lazy("Open a problem from this incident")),
    ("join", gettext_lazy("It belongs to a problem that is logged")),
    ("later", gettext_lazy("Neither, for now")),
)
"""What a resolution by workaround may lead to (DOMAIN: it opens or joins a problem)."""
OF_A_WORKAROUND = frozenset({"problem", "problem_reference"})
STRANGER = {
    "invalid_choice": gettext_lazy("Choose somebody from the list: a colleague in that organization.")
}


class MomentField(forms.DateTimeField):
    """A date and time as typed, in the reader's zone.

    At a clock change it takes the first of two instants, or the one as far after the gap as was
    typed into it; pages show it with the zone's name, so the reader sees which (PROMISES, SLA).
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        """The instant. Raises ValidationError for what is no date and time."""
        try:
            typed = parse_datetime(str(value or "").strip())
        except ValueError:
            typed = None
        if typed is None or timezone.is_aware(typed):
            return super().to_python(value)
        check_year(typed)  # at the very end of time another zone has no such moment
        return typed.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)


class ReportForm(DeskForm):
    """Something is not working as expected. Its cleaned form is a Report."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Organization"),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": gettext_lazy("Choose an organization that you act for.")},
    )
    title = forms.CharField(
        label=gettext_lazy("What is not working?"),
        help_text=gettext_lazy("A few words, such as “BQ responses missing for cycle 14”."),
        max_length=120,
    )
    description = forms.CharField(
        label=gettext_lazy("What did you expect, and what did you see?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    environment = forms.ChoiceField(
        label=gettext_lazy("In which environment?"), choices=Environment, initial=Environment.PRODUCTION
    )
    occurred_at = MomentField(label=gettext_lazy("Since when?"), required=False)
    references = forms.CharField(
        label=gettext_lazy("References"),
        help_text=gettext_lazy("File names, ORG IDs or service delivery points, one on a line."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    impact = CardChoiceField(label=gettext_lazy("Who or what is affected?"), choices=Impact)
    urgency = CardChoiceField(label=gettext_lazy("By when does it have to work again?"), choices=Urgency)
    contact = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Main contact"),
        help_text=gettext_lazy("Notices go to this person, or to everyone if you choose nobody."),
        required=False,
        empty_label=EVERYBODY,
        error_messages=STRANGER,
    )
    backup_contact = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Back-up contact"),
        help_text=gettext_lazy("Needed for severity 1 and 2."),
        required=False,
        error_messages=STRANGER,
        empty_label=gettext_lazy("Nobody"),
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    visibility = CardChoiceField(
        label=gettext_lazy("Who in your organization may see it?"),
        choices=Visibility.own(),
        initial=Visibility.ORGANIZATION,
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.severity = Severity.LOW.value  # until impact and urgency are stated
        served = Organization.objects.visible_to(person).served()
        self.fields["organization"].queryset = served  # type: ignore[attr-defined]
        chosen = self._chosen_organization()
        people = policy.who_may_be_contact(chosen) if chosen else Person.objects.none()
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]
        self.fields["backup_contact"].queryset = people  # type: ignore[attr-defined]
        zone = timezone.get_current_timezone_name()
        self.fields["occurred_at"].help_text = _("Date and time in %(zone)s.") % {"zone": zone}

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean_occurred_at(self) -> datetime | None:
        """Something that happens later cannot be reported yet."""
        moment: datetime | None = self.cleaned_data["occurred_at"]
        if moment and moment > timezone.now():
            raise forms.ValidationError(_("Enter a time that is not in the future."))
        return moment

    def clean(self) -> dict[str, Any]:
        """Severe incidents need a second person to talk to."""
        cleaned = super().clean() or {}
        contact, backup = cleaned.get("contact"), cleaned.get("backup_contact")
        if cleaned.get("impact") and cleaned.get("urgency"):
            self.severity = severity_for(cleaned["impact"], cleaned["urgency"])
        if backup and backup == contact:
            self.add_error("backup_contact", _("Choose somebody other than the contact."))
        if not backup and contact and self.severity in SEVERE and self._has_colleagues():
            self.add_error("backup_contact", _("Choose a back-up contact: severity 1 and 2 need one."))
        return cleaned

    def report(self) -> Report:
        """What the action takes."""
        fields = {name: value for name, value in self.cleaned_data.items() if name != "organization"}
        return Report(organization_id=self.cleaned_data["organization"].pk, **fields)

    def _chosen_organization(self) -> int | None:
        """The organization whose people may be contacts, if it is one that this person acts for."""
        stated = str((self.data if self.is_bound else self.initial).get("organization", ""))
        mine = self.person.standing()
        allowed = stated.isdigit() and (mine.sees_all or int(stated) in mine.organizations)
        return int(stated) if allowed else None

    def _has_colleagues(self) -> bool:
        people = self.fields["contact"].queryset  # type: ignore[attr-defined]
        return bool(people.count() > 1)


class MessageForm(DeskForm):
    """A message, alone or with a move that needs one."""

    message = forms.CharField(
        label=gettext_lazy("Message"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )


class MoveForm(DeskForm):
    """What a move needs said, and no more. ``version`` is what the person was looking at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        label=gettext_lazy("Message"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    resolution = CardChoiceField(label=gettext_lazy("How was it resolved?"), choices=Resolution)
    problem = CardChoiceField(
        label=gettext_lazy("What becomes of the cause?"), choices=CAUSES, initial="open", required=False
    )
    problem_reference = forms.CharField(
        label=gettext_lazy("Which problem?"),
        help_text=gettext_lazy("Such as PRB-10003."),
        max_length=20,
        required=False,
    )

    def __init__(self, *args: Any, needs: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = needs | (OF_A_WORKAROUND if "resolution" in needs else frozenset())
        for name in {"message", "resolution", *OF_A_WORKAROUND} - asked:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """To join a problem, one says which."""
        cleaned = super().clean() or {}
        by_workaround = cleaned.get("resolution") == Resolution.WORKAROUND
        if by_workaround and cleaned.get("problem") == "join" and not cleaned.get("problem_reference"):
            self.add_error("problem_reference", _("Enter the reference of the problem, such as PRB-10003."))
        return cleaned


class SatisfactionForm(DeskForm):
    """How it went."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    satisfaction = CardChoiceField(label=gettext_lazy("How satisfied are you?"), choices=Satisfaction)
    message = forms.CharField(
        label=gettext_lazy("What was good, or should be better?"),
        help_text=gettext_lazy("The service desk and your organization read it."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_satisfaction(self) -> Satisfaction:
        """As a member of the scale."""
        return Satisfaction(int(self.cleaned_data["satisfaction"]))


class AssignForm(DeskForm):
    """Who works on it."""

    marks_optional = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    assignee = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Assignee"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        workers = policy.who_may_work()
        if self.is_bound:
            workers = workers.with_standing()  # for ``assign``, which asks for it
        self.fields["assignee"].queryset = workers  # type: ignore[attr-defined]


class SeverityForm(DeskForm):
    """Another severity, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    severity = forms.TypedChoiceField(label=gettext_lazy("Severity"), choices=Severity, coerce=int)
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)
    accept_late = forms.BooleanField(label=gettext_lazy("It may be late at once"), required=False)


class ExcuseForm(DeskForm):
    """A span of time that is not to count against the desk, and why."""

    target = forms.ChoiceField(label=gettext_lazy("For which promise?"), choices=TargetName)
    start = MomentField(label=gettext_lazy("From"))
    end = MomentField(label=gettext_lazy("Until"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=500)

    def clean(self) -> dict[str, Any]:
        """A span that has passed."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", _("Enter an end that comes after the start."))
        elif end and end > timezone.now():
            self.add_error("end", _("Enter a time that is not in the future."))
        return cleaned


class FollowersForm(DeskForm):
    """Colleagues who are to hear of a ticket. Those who follow it already are not offered."""

    people = forms.ModelMultipleChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Who should follow it?"),
        help_text=gettext_lazy("They are told now, and hear of what happens on it as their preferences say."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = policy.who_may_be_contact(ticket.organization_id)
        following = ticket.followers.values("person")
        self.fields["people"].queryset = people.exclude(pk__in=following)  # type: ignore[attr-defined]


class ContactForm(DeskForm):
    """Other people to talk to."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    contact = forms.ModelChoiceField(
        Person.objects.none(), label=gettext_lazy("Contact"), required=False, empty_label=EVERYBODY
    )
    backup_contact = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Back-up contact"),
        required=False,
        empty_label=gettext_lazy("Nobody"),
    )

    def __init__(self, *args: Any, organization_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = policy.who_may_be_contact(organization_id)
        self.fields["contact"].queryset = people  # type: ignore[attr-defined]
        self.fields["backup_contact"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Two different people."""
        cleaned = super().clean() or {}
        if cleaned.get("contact") and cleaned["contact"] == cleaned.get("backup_contact"):
            self.add_error("backup_contact", _("Choose somebody other than the contact."))
        return cleaned
