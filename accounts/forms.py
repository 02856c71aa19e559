"""Invitations and one's own profile."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Invitation, Organization, Person
from accounts.person_names import NamesAPerson
from accounts.roles import LDC_ROLES, Role
from servicedesk.records.plain_words import PlainWords


class InviteForm(NamesAPerson, PlainWords, forms.Form):
    """Whom to let in, where and as what."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Organization"), empty_label=None
    )
    email = forms.EmailField(label=gettext_lazy("Work e-mail"), max_length=254)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[(role.value, role.label) for role in Role if role in LDC_ROLES]
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        managed = (
            Organization.objects.visible_to(person).served().filter(pk__in=person.standing().administers)
        )
        self.fields["organization"].queryset = managed.order_by("name")  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


class JoinForm(NamesAPerson, PlainWords, forms.Form):
    """What an invited person chooses."""

    name = forms.CharField(label=gettext_lazy("Your name"), max_length=120)
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        help_text=gettext_lazy("At least 12 characters. A few unrelated words are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": gettext_lazy("Choose a password of at least 12 characters.")},
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        """Refuse passwords that are short, common, or like the person."""
        cleaned = super().clean() or {}
        if cleaned.get("password"):
            somebody = Person(email=self.invitation.email, name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], somebody)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class ThemeForm(forms.ModelForm):
    """Light, dark, or as the device has it."""

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = ["theme"]


class ProfileForm(NamesAPerson, PlainWords, forms.ModelForm):
    """One's own details and preferences. Whoever saves them has chosen about single keys."""

    single_keys = forms.BooleanField(
        label=gettext_lazy("Single-key shortcuts"),
        help_text=gettext_lazy(
            "Such as J for the next row, or G then H for home. When off, only keys pressed with Ctrl or Cmd"
            " work. Turn them off if you speak to your computer, or press keys by accident."
        ),
        required=False,
    )

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = ["name", "phone", "time_zone", "theme", "density", "single_keys"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["single_keys"] = self.instance.uses_single_keys()

    def clean_time_zone(self) -> str:
        """The model's check, in words that help."""
        zone = str(self.cleaned_data["time_zone"])
        if not zone:
            raise forms.ValidationError(_("Enter a time zone such as America/Toronto."))
        return zone
