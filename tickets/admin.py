"""Service levels in Django admin, as data to edit; incidents to look at.

An incident changes only through its moves, on its own page.
"""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import DeskModelAdmin, ReadOnlyAdmin
from tickets.models import DeskRules, Incident, ServiceCalendar, ServiceLevel, SeverityRule
from tickets.transitions import Status


class ByStatus(admin.SimpleListFilter):
    """The statuses of an incident, known from its life cycle."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Status.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() in Status.values else queryset


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    """Every incident, whatever its queue."""

    list_display = (
        "reference", "title", "organization", "severity", "status", "assignee", "due_at", "created_at",
    )  # fmt: skip
    list_filter = (ByStatus, "severity", "environment", "organization")
    list_select_related = ("organization", "assignee")
    search_fields = ("reference__iexact", "title")
    fields = (
        "reference", "page", "title", "organization", "visibility", "reporter", "contact", "backup_contact",
        "phone", "assignee", "status", "severity", "impact", "urgency", "environment", "description",
        "references", "occurred_at", "created_at", "updated_at", "done_at", "due_at", "clock_started_at",
        "respond_due_at", "responded_at", "restore_due_at", "paused_at", "resolution", "reopen_until", "version",
    )  # fmt: skip
    readonly_fields = ("page",)

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, incident: Incident) -> str:
        """The way to where it can be worked on."""
        return format_html('<a href="{}">{}</a>', incident.get_absolute_url(), _("Open the ticket"))


class EntryPerLine(forms.JSONField):
    """JSON for people: one entry of the list or dictionary a line."""

    widget = forms.Textarea(attrs={"class": "vLargeTextField json", "rows": 14, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        """A list as lines of entries, a dictionary as lines of names and values."""
        if isinstance(value, InvalidJSONInput):
            return value
        if isinstance(value, list) and value:
            return "[\n" + ",\n".join(f"  {_line(entry)}" for entry in value) + "\n]"
        if isinstance(value, dict) and value:
            lines = [f"  {_line(name)}: {_line(value[name])}" for name in sorted(value)]
            return "{\n" + ",\n".join(lines) + "\n}"
        return super().prepare_value(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


class CalendarForm(forms.ModelForm):
    """A calendar's week and its exceptions, as text that can be read."""

    windows = EntryPerLine(
        label=gettext_lazy("Working hours"),
        help_text=gettext_lazy(
            'Seven lines, Monday first. Each lists ["from", "to"] pairs on the wall clock, such as'
            ' [["08:00", "12:00"], ["13:00", "17:00"]]; [] is a day off; ["00:00", "24:00"] a whole day;'
            " a pair whose end comes first passes midnight."
        ),
    )
    exceptions = EntryPerLine(
        label=gettext_lazy("Days that differ"),
        required=False,
        help_text=gettext_lazy(
            'A line a day, such as "2026-12-25": {"name": "Christmas Day", "windows": []}.'
            ' A half-day has windows: [["08:00", "12:00"]].'
        ),
    )

    class Meta:
        model = ServiceCalendar
        fields = ("name", "zone", "windows", "exceptions")

    def clean_windows(self) -> Any:
        """A week without work would never reach any due time."""
        week = self.cleaned_data["windows"]
        if isinstance(week, list) and not any(week):
            raise forms.ValidationError(
                _("Write working hours for one day at least: no clock would ever end.")
            )
        return week

    def clean_exceptions(self) -> Any:
        """An empty box means none."""
        return self.cleaned_data["exceptions"] or {}


@admin.register(ServiceCalendar)
class ServiceCalendarAdmin(DeskModelAdmin):
    """When clocks run."""

    form = CalendarForm
    list_display = ("name", "zone")
    search_fields = ("name", "zone")
    ordering = ("name",)


@admin.register(ServiceLevel)
class ServiceLevelAdmin(DeskModelAdmin):
    """What is promised for each severity."""

    may_add = may_delete = False
    list_display = (
        "severity", "respond_minutes", "respond_calendar", "restore_minutes", "restore_calendar",
    )  # fmt: skip
    list_filter = ("severity",)
    list_select_related = ("respond_calendar", "restore_calendar")
    search_fields = ("respond_calendar__name", "restore_calendar__name")
    autocomplete_fields = ("respond_calendar", "restore_calendar")
    readonly_fields = ("severity",)
    ordering = ("severity",)


@admin.register(SeverityRule)
class SeverityRuleAdmin(DeskModelAdmin):
    """The severity matrix, edited in its list."""

    may_add = may_delete = False
    list_display = ("impact", "urgency", "severity")
    list_display_links = None
    list_editable = ("severity",)
    list_filter = ("impact", "urgency", "severity")
    search_fields = ("impact", "urgency")
    readonly_fields = ("impact", "urgency")
    ordering = ("pk",)


@admin.register(DeskRules)
class DeskRulesAdmin(DeskModelAdmin):
    """How long a resolved incident may be reopened: one row."""

    may_add = may_delete = False
    list_display = ("__str__", "calendar", "reopen_days", "remind_days")
    list_select_related = ("calendar",)
    search_fields = ("calendar__name",)
    autocomplete_fields = ("calendar",)
