"""What people may be called: not what the desk calls itself, where its own acts stand among theirs."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _

_OURS = frozenset({"mdmr", "servicedesk", "mdmrservicedesk", "smeservicedesk"})


class NamesAPerson:
    """A form with the name of a person."""

    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        """Raises ValidationError for the product's name and the desk's."""
        name = str(self.cleaned_data["name"])
        letters = "".join(filter(str.isalpha, unicodedata.normalize("NFKC", name).casefold()))
        if letters.removeprefix("the") in _OURS:
            raise forms.ValidationError(
                _("“%(name)s” is what the desk is called. Enter the person’s own name.") % {"name": name}
            )
        return name
