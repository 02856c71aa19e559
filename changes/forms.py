"""What people may hand in about an RFC, and how it is checked."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from changes import policy
from changes.actions.editing import EDITABLE
from changes.actions.filing import Document, Proposal
from changes.choices import releases, templates_on
from changes.conditions import PLANS
from changes.fields import DocumentsField, rows_in
from changes.models import Category, ChangeTemplate, Interface, Outcome, Release, RequestForChange
from changes.transitions import ChangeClass
from changes.wording import FIELDS
from servicedesk.records.models import Visibility
from servicedesk.ui.forms import CardChoiceField, DeskForm
from tickets.models import Environment, Problem
from tickets.problem_policy import may_work_on_problems

LONGEST_TEXT = 20_000
LISTS = frozenset({"environments", "interfaces"})
HINTS = {
    Category.SOFTWARE: gettext_lazy("A program, a report, a screen, an interface’s behaviour."),
    Category.HARDWARE: gettext_lazy("A server, a line, storage, a certificate device."),
    Category.DOCUMENT: gettext_lazy("A manual or an interface specification."),
}
CLASS_HINTS = {
    ChangeClass.NORMAL: gettext_lazy("Assessed, then decided by the change advisory board."),
    ChangeClass.STANDARD: gettext_lazy("Follows a template that is approved already."),
    ChangeClass.EMERGENCY: gettext_lazy(
        "Cannot wait for the board: two people decide now, the board looks back."
    ),
}


def _text(rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": rows}), **more)


class WhatForm(DeskForm):
    """What is to change, why, where, and for whom."""

    title = forms.CharField(
        label=gettext_lazy("What is to change, in a few words?"),
        help_text=gettext_lazy("Such as “Deliver exception reports once a cycle”."),
        max_length=120,
    )
    category = CardChoiceField(
        label=gettext_lazy("What kind of thing changes?"), choices=Category, hints=HINTS
    )
    description = _text(
        rows=6, label=gettext_lazy("How does it work today, and how should it?"), required=True
    )
    reason = _text(label=gettext_lazy("Why? What happens if it does not change?"))
    affected = _text(
        rows=3,
        label=gettext_lazy("Who is affected?"),
        help_text=gettext_lazy(
            "In words that every LDC may read once it is published: name no other company."
        ),
        required=False,
    )
    environments = forms.MultipleChoiceField(
        label=gettext_lazy("In which environments?"), choices=Environment, widget=forms.CheckboxSelectMultiple
    )
    interfaces = forms.MultipleChoiceField(
        label=gettext_lazy("Which services and interfaces?"),
        choices=Interface,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    documents = DocumentsField(
        label=gettext_lazy("Documents that change"),
        help_text=gettext_lazy("Manuals and interface specifications, with the version before and after."),
        required=False,
    )

    def clean_title(self) -> str:
        """One line."""
        return " ".join(self.cleaned_data["title"].split())

    def clean(self) -> dict[str, Any]:
        """A change of a document names one."""
        cleaned = super().clean() or {}
        if cleaned.get("category") == Category.DOCUMENT and not self.errors and not cleaned.get("documents"):
            self.add_error("documents", _("Name the document that changes, and its new version."))
        return cleaned


class ProposalForm(WhatForm):
    """A request for change, as it is submitted. Its cleaned form is a Proposal."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label=gettext_lazy("Organization"),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": gettext_lazy("Choose an organization that you act for.")},
    )
    desired_on = forms.DateField(
        label=gettext_lazy("By when?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    change_class = CardChoiceField(
        label=gettext_lazy("How is it decided?"),
        choices=[
            (one.value, one.label)
            for one in (ChangeClass.NORMAL, ChangeClass.STANDARD, ChangeClass.EMERGENCY)
        ],
        hints=CLASS_HINTS,
        initial=ChangeClass.NORMAL,
    )
    template = forms.ModelChoiceField(
        ChangeTemplate.objects.none(),
        label=gettext_lazy("Template of a standard change"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    visibility = CardChoiceField(
        label=gettext_lazy("Who in your organization may see it before it is published?"),
        choices=Visibility.own(),
        initial=Visibility.ORGANIZATION,
    )
    problem = forms.ModelChoiceField(
        Problem.objects.none(),
        label=gettext_lazy("Problem"),
        widget=forms.HiddenInput,
        required=False,
        to_field_name="reference",
    )

    def __init__(self, *args: Any, person: Person, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        if may_work_on_problems(person):
            self.fields["problem"].queryset = Problem.objects.visible_to(person)  # type: ignore[attr-defined]
        else:  # what mends a problem is the desk's to say
            del self.fields["problem"]
        mine = [one for one in person.standing().organizations if policy.may_submit(person, one)]
        own = Organization.objects.visible_to(person).filter(pk__in=mine)
        self.fields["organization"].queryset = own  # type: ignore[attr-defined]
        self.fields["template"].queryset = templates_on(today)  # type: ignore[attr-defined]

    def clean_desired_on(self) -> date | None:
        """A day that is still to come."""
        day: date | None = self.cleaned_data["desired_on"]
        if day and day < self.today:
            raise forms.ValidationError(_("Enter a day that has not passed."))
        return day

    def clean(self) -> dict[str, Any]:
        """A standard change follows a template, and no other does."""
        cleaned = super().clean()
        standard = cleaned.get("change_class") == ChangeClass.STANDARD
        if standard and not cleaned.get("template") and "template" not in self.errors:
            self.add_error("template", _("Choose the template that this standard change follows."))
        if not standard:
            cleaned["template"] = None
        return cleaned

    def proposal(self) -> Proposal:
        """What the action takes."""
        said = self.cleaned_data
        fields = {name: said[name] for name in said.keys() - {"organization", "change_class"}}
        emergency = said["change_class"] == ChangeClass.EMERGENCY
        return Proposal(organization_id=said["organization"].pk, emergency=emergency, **fields)


class EditForm(WhatForm):
    """Everything that an RFC says, to be changed. ``version`` is what the person was looking at."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    desired_on = forms.DateField(
        label=gettext_lazy("By when?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    downtime = forms.IntegerField(
        label=gettext_lazy("Downtime, in minutes"), min_value=0, max_value=10_080, initial=0
    )
    implementation_plan = _text(label=FIELDS["implementation_plan"], required=False)
    test_plan = _text(label=FIELDS["test_plan"], required=False)
    communication_plan = _text(label=FIELDS["communication_plan"], required=False)
    back_out_plan = _text(label=FIELDS["back_out_plan"], required=False)

    def __init__(self, *args: Any, standard: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if standard:  # its plans are the template's
            for name in PLANS:
                del self.fields[name]

    def wanted(self) -> dict[str, Any]:
        """The columns that the action takes."""
        return {name: self.cleaned_data[name] for name in EDITABLE if name in self.cleaned_data}

    def documents_wanted(self) -> list[Document]:
        """And the documents."""
        documents: list[Document] = self.cleaned_data["documents"]
        return documents


def initial_of(rfc: RequestForChange, documents: list[Document]) -> dict[str, Any]:
    """What the edit form of an RFC begins with."""
    return {name: getattr(rfc, name) for name in EDITABLE} | {"documents": documents, "version": rfc.version}


def initial_in(fields: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What a draft or a held form was left with, as a form begins."""
    single = {name: values[-1] for name, values in fields.items() if values and name not in LISTS}
    lists = {name: list(values) for name, values in fields.items() if name in LISTS}
    return single | lists | {"documents": rows_in(fields)}


class PlanForm(DeskForm):
    """How it is decided, who carries it out, and in which release."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    change_class = CardChoiceField(label=gettext_lazy("Class"), choices=ChangeClass, hints=CLASS_HINTS)
    template = forms.ModelChoiceField(
        ChangeTemplate.objects.none(),
        label=gettext_lazy("Template of a standard change"),
        required=False,
        empty_label=gettext_lazy("None"),
    )
    implementer = forms.ModelChoiceField(
        Person.objects.none(),
        label=gettext_lazy("Implementer"),
        required=False,
        empty_label=gettext_lazy("Nobody yet"),
        error_messages={"invalid_choice": gettext_lazy("Choose an agent from the list.")},
    )
    release = forms.ModelChoiceField(
        Release.objects.none(),
        label=gettext_lazy("Release"),
        required=False,
        empty_label=gettext_lazy("None"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate(timezone=timezone.get_default_timezone())
        self.fields["template"].queryset = templates_on(today)  # type: ignore[attr-defined]
        self.fields["implementer"].queryset = policy.who_may_implement()  # type: ignore[attr-defined]
        self.fields["release"].queryset = releases()  # type: ignore[attr-defined]


class RiskForm(DeskForm):
    """The questionnaire, as a formula asks it. Every answer shows its points."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [question["name"] for question in questions]
        for question in questions:
            answers = question["answers"]
            self.fields[f"q_{question['name']}"] = CardChoiceField(
                label=question["text"],
                choices=[(one["value"], one["text"]) for one in answers],
                hints={one["value"]: points_words(one["points"]) for one in answers},
                error_messages={
                    "required": _("Choose an answer for “%(label)s”.") % {"label": question["text"]}
                },
            )

    def answers(self) -> dict[str, str]:
        """What the action takes: the answer by the name of its question."""
        return {name: self.cleaned_data[f"q_{name}"] for name in self.names}


def points_words(points: int) -> str:
    """What an answer adds."""
    return _("%(n)d points") % {"n": points} if points != 1 else _("1 point")


class MessageForm(DeskForm):
    """A message, alone or with a move that needs one."""

    message = _text(label=gettext_lazy("Message"))


class ReasonForm(DeskForm):
    """Taking back what was published, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(label=gettext_lazy("Reason"), max_length=500)


class VersionForm(DeskForm):
    """Nothing but what the person was looking at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(DeskForm):
    """What a move needs said, and no more. ``version`` is what the person was looking at."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs: frozenset[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "message" in needs:
            self.fields["message"] = _text(
                label=_("Reason"), error_messages={"required": _("Say why, in a sentence or two.")}
            )
        if "outcome" in needs:
            self.fields["outcome"] = CardChoiceField(
                label=_("How did it go?"),
                choices=[(one.value, one.label) for one in (Outcome.SUCCESSFUL, Outcome.WITH_ISSUES)],
            )


class SubscriptionForm(DeskForm):
    """Which published changes somebody wants to hear of, and how often."""

    EVERYTHING = "all"

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Which changes do you want to hear of?"),
        choices=[(EVERYTHING, gettext_lazy("All changes")), *Environment.choices],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    often = CardChoiceField(
        label=gettext_lazy("How often?"),
        choices=[("now", gettext_lazy("At once")), ("daily", gettext_lazy("Once a day"))],
        hints={"daily": gettext_lazy("One mail at 08:00 in your time zone, if there is news.")},
        initial="now",
    )

    def wanted(self) -> set[str]:
        """What the action takes."""
        return {"" if one == self.EVERYTHING else one for one in self.cleaned_data["scopes"]}
