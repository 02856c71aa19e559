"""What is handed in with the composer: a message, who is not to hear of it, and what was seen before sending."""

from typing import Any

from django import forms
from django.http import QueryDict

from tickets.forms import MessageForm
from tickets.writing.variables import to_fill_in


class Numbers(forms.Field):
    """Several hidden or ticked numbers of one name. What is no number is passed over."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> set[int]:
        """The numbers."""
        return {int(one) for one in value or () if str(one).isdecimal() and len(str(one)) < 19}


def unticked_in(posted: QueryDict) -> dict[str, set[int]]:
    """Those who were listed for a kind of message, and did not stay ticked."""
    numbers = Numbers()
    return {
        kind: numbers.clean(posted.getlist(f"offered_{kind}")) - numbers.clean(posted.getlist(f"tell_{kind}"))
        for kind in ("public", "internal")
    }


class ComposerForm(MessageForm):
    """A message as it is sent from the composer; an agent's may have begun with a template.

    ``seen`` is the latest event that stood on the page.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    follow = Numbers(required=False)

    def __init__(self, *args: Any, for_desk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_desk = for_desk

    def clean_message(self) -> str:
        """All variables of a template are filled in."""
        message = str(self.cleaned_data["message"])
        if self.for_desk and (left := to_fill_in(message)):
            raise forms.ValidationError(left)
        return message
