"""What agents hand in to merge a ticket, or to split it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from servicedesk.ui.forms import CardChoiceField, DeskForm
from tickets.models import Environment, Impact, Urgency


class IntoForm(DeskForm):
    """Which ticket goes on."""

    marks_optional = False
    into = forms.CharField(
        label=gettext_lazy("Which ticket goes on?"),
        help_text=gettext_lazy("Its reference, such as INC-10023. You see what would happen first."),
        max_length=20,
        widget=forms.TextInput(attrs={"autofocus": True}),  # the page is there to ask this
    )

    def clean_into(self) -> str:
        """As references are written."""
        return str(self.cleaned_data["into"]).strip().upper()


class MergeForm(DeskForm):
    """The deed itself. ``version`` is the merged ticket's."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    into = forms.CharField(widget=forms.HiddenInput, max_length=20)


class UndoForm(DeskForm):
    """Take a merge back."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SplitForm(DeskForm):
    """Which messages (ids of their events) become another incident, and what it is about.

    It carries no version: messages never change.
    """

    messages = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Messages of the new ticket"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one message.")},
    )
    title = forms.CharField(label=gettext_lazy("Title of the new ticket"), max_length=120)
    environment = forms.ChoiceField(label=gettext_lazy("In which environment?"), choices=Environment)
    impact = CardChoiceField(label=gettext_lazy("Who or what is affected?"), choices=Impact)
    urgency = CardChoiceField(label=gettext_lazy("By when does it have to work again?"), choices=Urgency)

    def __init__(self, *args: Any, messages: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["messages"].choices = list(messages)  # type: ignore[attr-defined]
