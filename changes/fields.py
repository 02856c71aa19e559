"""The table of documents on a form: three boxes a row, under three names that come as often as there are rows."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from changes.actions.filing import Document

COLUMNS = ("document_title", "document_old", "document_new")
BLANK_ROWS = 2
MOST_DOCUMENTS = 20
LONGEST_TITLE, LONGEST_VERSION = 160, 20


class DocumentsWidget(forms.Widget):
    """Rows of title, old and new version, with some blank ones below: another form brings more."""

    template_name = "changes/widgets/documents.html"
    use_fieldset = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[list[str]]:
        """The rows in which something was typed."""
        return rows_in(data)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """A table without rows says that there are none."""
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Every row with its boxes."""
        context = super().get_context(name, value, attrs)
        rows = [list(row) for row in value or []]
        blank = [["", "", ""] for _row in range(min(BLANK_ROWS, MOST_DOCUMENTS - len(rows)))]
        context["widget"]["rows"] = [*rows, *blank]
        return context


class DocumentsField(forms.Field):
    """Its clean value is a list of Documents."""

    widget = DocumentsWidget

    def clean(self, value: list[list[str]]) -> list[Document]:
        """Every row names a document once, and its new version."""
        found = [Document(*(" ".join(part.split()) for part in row)) for row in value]
        if len(found) > MOST_DOCUMENTS:
            raise forms.ValidationError(
                _("%(most)d documents are the most we take. Ask for several changes.")
                % {"most": MOST_DOCUMENTS}
            )
        for number, one in enumerate(found, start=1):
            if not one.title or not one.new_version:
                raise forms.ValidationError(
                    _("Fill in the title and the new version in row %(number)d.") % {"number": number}
                )
            longest = max(len(one.old_version), len(one.new_version))
            if len(one.title) > LONGEST_TITLE or longest > LONGEST_VERSION:
                raise forms.ValidationError(
                    _(
                        "Shorten row %(number)d: a title has up to %(title)d characters, a version %(version)d."
                    )
                    % {"number": number, "title": LONGEST_TITLE, "version": LONGEST_VERSION}
                )
        if len({one.title for one in found}) < len(found):
            raise forms.ValidationError(_("Name each document once."))
        return found


def rows_in(data: Mapping[str, Any]) -> list[list[str]]:
    """The rows that a form or a draft holds, those without a word left out."""
    lists = [data.getlist(name) if hasattr(data, "getlist") else data.get(name, []) for name in COLUMNS]
    rows = [[str(part).strip() for part in row] for row in zip(*lists, strict=False)]
    return [row for row in rows if any(row)]
