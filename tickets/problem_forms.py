"""What people may hand in about problems, and how it is checked."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from servicedesk.ui.forms import DeskForm
from tickets.actions.problem_faces import Face, Internals
from tickets.forms import LONGEST_TEXT
from tickets.models import Environment, Problem, ServiceArea

MARKDOWN = gettext_lazy("Every organization reads this: name none. Markdown works.")


def day_field(**kwargs: Any) -> forms.DateField:
    """A day, with the browser's own picker."""
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


def text_field(rows: int, **kwargs: Any) -> forms.CharField:
    """A longer text."""
    return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class FaceForm(DeskForm):
    """What every organization reads. Its cleaned form is a Face."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    area = forms.ChoiceField(label=gettext_lazy("Service area"), choices=ServiceArea)
    environment = forms.ChoiceField(
        label=gettext_lazy("Environment"),
        choices=[("", gettext_lazy("Any")), *Environment.choices],
        required=False,
    )
    symptom = text_field(5, label=gettext_lazy("What does one see?"), help_text=MARKDOWN)
    affected = text_field(
        2,
        label=gettext_lazy("Who is affected?"),
        help_text=gettext_lazy("In words: such as “whoever sends files larger than 50 MB”."),
        required=False,
    )
    workaround = text_field(
        6,
        label=gettext_lazy("Workaround"),
        help_text=gettext_lazy("Steps, one on a line that begins with its number and a full stop."),
        required=False,
    )
    planned_fix = text_field(3, label=gettext_lazy("Planned fix"), required=False)
    planned_release = forms.CharField(label=gettext_lazy("Release"), max_length=60, required=False)
    fix_planned_on = day_field(label=gettext_lazy("Planned for"), required=False)

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def face(self) -> Face:
        """What the action takes."""
        return Face(**{name: self.cleaned_data[name] for name in FACE_FIELDS})


FACE_FIELDS = tuple(FaceForm.base_fields)


class EditFaceForm(FaceForm):
    """The same of a problem that is there. ``version`` is what the person was looking at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    wording_only = forms.BooleanField(
        label=gettext_lazy("Only the wording changes: tell nobody"), required=False
    )


class OpenForm(FaceForm):
    """A new problem, and the incidents that it causes."""

    incidents = text_field(
        2,
        label=gettext_lazy("Incidents that it causes"),
        help_text=gettext_lazy("Their references, with spaces or commas between them."),
        required=False,
    )
    root_cause = text_field(
        3,
        label=gettext_lazy("Root cause, as far as it is known"),
        help_text=gettext_lazy("Internal: no organization reads it."),
        required=False,
    )

    def references(self) -> list[str]:
        """The incidents named, in order, each once."""
        named = self.cleaned_data["incidents"].upper().replace(",", " ").split()
        return list(dict.fromkeys(named))


class InternalsForm(DeskForm):
    """What only the desk reads. Its cleaned form is an Internals."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    root_cause = text_field(5, label=gettext_lazy("Root cause"), required=False)
    contributing_factors = text_field(4, label=gettext_lazy("Contributing factors"), required=False)
    vendor_notes = text_field(4, label=gettext_lazy("Vendor notes"), required=False)

    def internals(self) -> Internals:
        """What the action takes."""
        return Internals(**{name: text for name, text in self.cleaned_data.items() if name != "version"})


class ProblemMoveForm(DeskForm):
    """What a move needs said, and no more."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    duplicate_of = forms.CharField(
        label=gettext_lazy("Of which problem?"), help_text=gettext_lazy("Such as PRB-10003."), max_length=20
    )
    rfc_reference = forms.CharField(
        label=gettext_lazy("RFC"),
        help_text=gettext_lazy("Such as RFC-10023, once there is one."),
        max_length=20,
        required=False,
    )
    release = forms.CharField(label=gettext_lazy("Release"), max_length=60, required=False)
    planned_at = day_field(label=gettext_lazy("Planned for"), required=False)
    message = text_field(
        3, label=gettext_lazy("Why?"), help_text=gettext_lazy("Whoever reads the problem reads this.")
    )

    def __init__(self, *args: Any, needs: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = needs | ({"rfc_reference", "release", "planned_at"} if "fix" in needs else frozenset())
        for name in set(self.fields) - wanted - {"version"}:
            del self.fields[name]

    def clean_rfc_reference(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["rfc_reference"]).strip().upper()


class VerifyForm(DeskForm):
    """The day on which the workaround was tried."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = day_field(label=gettext_lazy("Tried on"))

    def clean_on(self) -> Any:
        """Not a day that is still to come."""
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Enter a day that is not in the future."))
        return day


class JoinForm(DeskForm):
    """An incident that the problem causes."""

    reference = forms.CharField(
        label=gettext_lazy("Incident"), help_text=gettext_lazy("Such as INC-10023."), max_length=20
    )


class AffectsForm(DeskForm):
    """Whom it affects: one of the organizations that somebody acts for."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Organization"), empty_label=None
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = Organization.objects.visible_to(person).served().order_by("name")
        self.fields["organization"].queryset = served  # type: ignore[attr-defined]


class NotesForm(DeskForm):
    """The message that goes to the ticked incidents."""

    message = text_field(8, label=gettext_lazy("What they read"))


class DecideForm(DeskForm):
    """Why a candidate is no problem."""

    reason = forms.CharField(label=gettext_lazy("Why is it no problem?"), max_length=500)


def initial_of(problem: Problem) -> dict[str, Any]:
    """What the form of the public face begins with."""
    return {name: getattr(problem, name) for name in FACE_FIELDS} | {"version": problem.version}
