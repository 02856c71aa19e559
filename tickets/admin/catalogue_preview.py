"""An item's form as the people of an organization see it, in either language. Nothing is saved by trying it."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from accounts.models import Organization, Person
from servicedesk.ui.forms import DeskForm
from tickets.admin.catalogue_words import approval_words, general_terms
from tickets.catalogue.answers import Shown, shown
from tickets.catalogue.forms import RequestForm
from tickets.models import ItemVersion, text_in
from tickets.sla import rulebook
from tickets.sla.spans import fulfilment_time


class PreviewForm(DeskForm):
    """For whom, and in which language."""

    marks_optional = False
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Organization"), empty_label=None
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        served = Organization.objects.served().order_by("name")
        self.fields["organization"].queryset = served  # type: ignore[attr-defined]


def preview(request: HttpRequest, version: ItemVersion, *, reader: Person, back: str) -> HttpResponse:
    """The form, and after "Continue" the answers to check. ``back`` is the address of the version's page."""
    first = Organization.objects.served().order_by("name").values_list("pk", flat=True).first()
    language = (translation.get_language() or settings.LANGUAGE_CODE).partition("-")[0]
    chosen = PreviewForm({"organization": first, "language": language} | request.GET.dict())
    if not chosen.is_valid():
        chosen = PreviewForm({"organization": first, "language": language})
    organization = chosen.cleaned_data["organization"] if chosen.is_valid() else None
    with translation.override(chosen.cleaned_data.get("language", language)):
        form, answers = _tried(request, version, organization, reader) if organization else (None, None)
        promised = fulfilment_time(
            rulebook.current_versions(), general_terms(version.item.slug), on=timezone.localdate()
        )
        context = {
            "chosen": chosen,
            "form": form,
            "answers": answers,
            "name": text_in(version, "name"),
            "summary": text_in(version, "summary"),
            "prepare": text_in(version, "prepare"),
            "promise": promised.words(),
            "approvals": approval_words(version.approval_steps.all()),
            "organization": organization,
            "version": version,
            "back": back,
        }
        return TemplateResponse(request, "admin/tickets/catalogue_preview.html", context).render()


def _tried(
    request: HttpRequest, version: ItemVersion, organization: Organization, reader: Person
) -> tuple[RequestForm | None, list[Shown] | None]:
    """The form, and the answers once it is filled in well. No form where the draft cannot be read as one."""
    try:
        form = RequestForm(
            request.POST or None, version=version, organization=organization, reader=reader, has_files=True
        )
        if form.is_bound and form.is_valid():
            return form, shown(version, form.answers())
    except (ValueError, re.error):  # said on the version's page, field by field
        return None, None
    return form, None
