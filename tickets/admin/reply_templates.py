"""Reply templates in Django admin, with a check of their variables."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import DeskModelAdmin, OrNone
from tickets.models import ReplyTemplate
from tickets.writing.variables import VARIABLES, unknown_in

HOW = gettext_lazy("Variables stand in double braces, such as {{ reference }}.")


class ReplyTemplateForm(forms.ModelForm):
    """A template, whose variables are looked at."""

    class Meta:
        model = ReplyTemplate
        fields = ("title", "audience", "team", "body", "body_fr", "is_active")
        help_texts = {"body": HOW, "body_fr": gettext_lazy("Empty: the English text is offered.")}

    def clean_body(self) -> str:
        """No unknown variables."""
        return _checked(self.cleaned_data["body"])

    def clean_body_fr(self) -> str:
        """No unknown variables."""
        return _checked(self.cleaned_data["body_fr"])


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(DeskModelAdmin):
    """Templates that agents begin a message with."""

    form = ReplyTemplateForm
    list_display = ("title", "audience", "team", "has_french", "is_active")
    list_editable = ("is_active",)
    list_filter = ("audience", ("team", OrNone), "is_active")
    list_select_related = ("team",)
    search_fields = ("title", "body", "body_fr")
    ordering = ("title",)
    readonly_fields = ("variables",)

    @admin.display(description=gettext_lazy("French"), boolean=True)
    def has_french(self, template: ReplyTemplate) -> bool:
        """Is it written in French too?"""
        return bool(template.body_fr)

    @admin.display(description=gettext_lazy("Variables"))
    def variables(self, template: ReplyTemplate) -> str:
        """All that there are, and what they stand for."""
        return "; ".join(f"{{{{ {name} }}}} – {what}" for name, (what, _value) in VARIABLES.items())


def _checked(text: Any) -> str:
    unknown = unknown_in(str(text))
    if unknown:
        raise ValidationError(
            _("There is no variable %(unknown)s. Use one of %(known)s, or write the words themselves.")
            % {
                "unknown": ", ".join(f"{{{{ {name} }}}}" for name in unknown),
                "known": ", ".join(f"{{{{ {name} }}}}" for name in VARIABLES),
            }
        )
    return str(text)
