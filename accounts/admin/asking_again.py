"""What changes who may do what asks its administrator who they are, as the portal's own pages do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.translation import gettext as _

from accounts.confirming import ask_who_it_is, must_confirm
from accounts.held_forms import take


class AsksAgain(admin.ModelAdmin):
    """A form that comes long after sign-in is kept, and shown again once its author has confirmed who they are."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if must_confirm(request):
            return ask_who_it_is(request, page=request.path)
        held = take(request, page=request.path) if request.method == "GET" else None
        if held:
            _as_sent(request, held)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The actions of a list are POSTs to it."""
        if must_confirm(request):
            return ask_who_it_is(request, page=request.path)
        response: HttpResponseBase = super().changelist_view(request, extra_context)
        return response

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        made: Any = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (_NotSent, made), {}) if getattr(request, "shown_again", False) else made


class _NotSent(forms.ModelForm):
    """A form that nobody has sent again yet: it shows what was typed, and is never valid."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.add_error(
            None, _("Thank you, it is you. Nothing is saved yet: look at what you typed, and save it.")
        )
        return cleaned


def _as_sent(request: HttpRequest, held: dict[str, list[str]]) -> None:
    """Let Django's page read what was held as if it came now: it fills its form and its rows from a POST alone."""
    # Django reads a POST's files with its fields: read them while this is a GET, or it would empty what we put in.
    _none = request.FILES
    sent = QueryDict(mutable=True)
    for name, values in held.items():
        sent.setlist(name, values)
    request.method, request.POST = "POST", sent  # type: ignore[assignment]
    request.shown_again = True  # type: ignore[attr-defined]
