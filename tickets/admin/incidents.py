"""Incidents in Django admin, to look at. An incident changes only through its moves, on its own page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import ReadOnlyAdmin
from tickets.models import Incident
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
    words: ClassVar[Any] = {"status": dict(Status.choices)}
    list_filter = (ByStatus, "severity", "environment", "organization")
    list_select_related = ("organization", "assignee")
    search_fields = ("reference__iexact", "title")
    fields = (
        "reference", "page", "title", "organization", "visibility", "reporter", "contact", "backup_contact",
        "phone", "assignee", "status", "severity", "impact", "urgency", "environment", "description",
        "references", "occurred_at", "created_at", "updated_at", "done_at", "due_at", "clock_started_at",
        "respond_due_at", "responded_at", "update_due_at", "finish_due_at", "paused_at", "raised_at",
        "policy_version", "calendar_version", "resolution", "reopen_until", "version",
    )  # fmt: skip
    readonly_fields = ("page",)

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, incident: Incident) -> str:
        """The way to where it can be worked on."""
        return format_html('<a href="{}">{}</a>', incident.get_absolute_url(), _("Open the ticket"))
