"""What has to be said before something is done to many tickets. What a clean form says are the terms of it.

Some actions ask something first, without which there is nothing to look at: FIRST. Its answer is carried by
the form that follows.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.ui.forms import DeskForm
from tickets import policy
from tickets.bulk.steps import STEPS
from tickets.forms import LONGEST_TEXT, AssignForm, SeverityForm
from tickets.models import BulkKind, ReplyTemplate, Resolution, Severity, Team, Ticket
from tickets.workspace.forms import SnoozeForm

CHOOSE = gettext_lazy("Choose one")
READ_BY_ALL = gettext_lazy("Each organization reads this on its ticket.")


class TermsForm(DeskForm):
    """Nothing has to be said."""

    def __init__(self, *args: Any, person: Person, tickets: Mapping[int, Ticket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.tickets = person, tickets

    def terms(self) -> dict[str, Any]:
        """What is to be done with each, ready to be stored."""
        return {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}

    def carried(self) -> dict[str, Any]:
        """What the form that follows begins with."""
        return self.terms()


class AssignManyForm(TermsForm, AssignForm):
    """Who works on them. It begins with whoever asks."""

    version = None  # type: ignore[assignment]  # each row has its own

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].initial = self.person.pk


class StepForm(TermsForm):
    """Which step in their lives. Those are offered that some of them can take."""

    move = forms.ChoiceField(
        label=gettext_lazy("Which step?"),
        error_messages={"invalid_choice": gettext_lazy("Choose a step that some of them can take.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        all_, now = len(self.tickets), timezone.now()
        able = {
            name: sum(bool(step.possible(one, by=self.person, at=now)) for one in self.tickets.values())
            for name, step in STEPS.items()
        }
        words = _("%(step)s: %(able)d of %(all)d")
        self.fields["move"].choices = [("", CHOOSE)] + [  # type: ignore[attr-defined]
            (name, words % {"step": STEPS[name].label, "able": number, "all": all_})
            for name, number in able.items()
            if number
        ]


class MoveManyForm(TermsForm):
    """What the step needs said, and no more."""

    move = forms.ChoiceField(choices=[(name, name) for name in STEPS], widget=forms.HiddenInput)
    resolution = forms.ChoiceField(
        label=gettext_lazy("How were they resolved?"),
        help_text=gettext_lazy("What has a workaround for now belongs to a problem: resolve that by itself."),
        choices=[one for one in Resolution.choices if one[0] != Resolution.WORKAROUND],
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        help_text=READ_BY_ALL,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = STEPS.get(str((self.data if self.is_bound else self.initial).get("move")))
        for name in {"resolution", "message"} - (step.needs if step else frozenset()):
            del self.fields[name]


class RateManyForm(TermsForm, SeverityForm):
    """Another severity, and why."""

    version = None  # type: ignore[assignment]
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"), choices=[("", CHOOSE), *Severity.choices], coerce=int
    )
    accept_late = forms.BooleanField(
        label=gettext_lazy("Tickets may be late at once"),
        help_text=gettext_lazy("Without this, those whose new due time lies in the past are left out."),
        required=False,
    )


class RouteManyForm(TermsForm):
    """Whose queue they wait in."""

    marks_optional = False
    team = forms.ModelChoiceField(
        Team.objects.none(), label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("No team")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = policy.teams()  # type: ignore[attr-defined]


class LetGoManyForm(TermsForm):
    """Why they end without being done."""

    message = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=READ_BY_ALL,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class JoinManyForm(TermsForm):
    """The problem that causes them."""

    problem = forms.CharField(
        label=gettext_lazy("Which problem?"), help_text=gettext_lazy("Such as PRB-10003."), max_length=20
    )


class TemplateForm(TermsForm):
    """What they are answered with."""

    template = forms.ModelChoiceField(
        ReplyTemplate.objects.none(),
        label=gettext_lazy("Which template?"),
        empty_label=CHOOSE,
        error_messages={
            "invalid_choice": gettext_lazy("This template is no longer there. Choose another one.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = ReplyTemplate.objects.visible_to(self.person).offered_to(self.person.pk)
        public = offered.filter(audience=ReplyTemplate.Audience.PUBLIC).order_by("title")
        self.fields["template"].queryset = public  # type: ignore[attr-defined]

    def carried(self) -> dict[str, Any]:
        """The template, and what it said when it was looked at."""
        return self.terms() | {"looked_at": _fingerprint(self.cleaned_data["template"])}


class ReplyManyForm(TemplateForm):
    """Send what was looked at, and nothing else: ``looked_at`` is the fingerprint of the template's words."""

    looked_at = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """The template still says what was looked at."""
        cleaned = super().clean() or {}
        said = cleaned.pop("looked_at", "")
        if cleaned.get("template") and said != (present := _fingerprint(cleaned["template"])):
            self.data = {name: self.data.get(name, "") for name in self.fields} | {"looked_at": present}
            self.add_error(
                None, _("The template was changed since you looked. Look at it again, then send it.")
            )
        return cleaned


class SurvivorForm(TermsForm):
    """Which of them goes on."""

    into = forms.TypedChoiceField(
        label=gettext_lazy("Which one goes on?"),
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the tickets that you ticked.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [  # type: ignore[attr-defined]
            (pk, f"{one.reference} · {one.title}") for pk, one in self.tickets.items()
        ]


class MergeManyForm(SurvivorForm):
    """The deed itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].widget = forms.HiddenInput()


class SnoozeManyForm(TermsForm, SnoozeForm):
    """Until when they sleep, or that they wake."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, sleeping=True, **kwargs)

    def terms(self) -> dict[str, Any]:
        """The moment; None is now."""
        until = self.until()
        return {"until": until.isoformat() if until else None}


FIRST: dict[str, type[TermsForm]] = {
    BulkKind.STATUS: StepForm,
    BulkKind.REPLY: TemplateForm,
    BulkKind.MERGE: SurvivorForm,
}
"""What is asked before there is something to look at."""
FORMS: dict[str, type[TermsForm]] = {
    BulkKind.ASSIGN: AssignManyForm,
    BulkKind.STATUS: MoveManyForm,
    BulkKind.SEVERITY: RateManyForm,
    BulkKind.TEAM: RouteManyForm,
    BulkKind.LET_GO: LetGoManyForm,
    BulkKind.PROBLEM: JoinManyForm,
    BulkKind.REPLY: ReplyManyForm,
    BulkKind.SNOOZE: SnoozeManyForm,
    BulkKind.MERGE: MergeManyForm,
    BulkKind.EXPORT: TermsForm,
}


def _fingerprint(template: ReplyTemplate) -> str:
    return sha256(f"{template.body}\0{template.body_fr}".encode()).hexdigest()[:32]
