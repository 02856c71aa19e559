"""The desk's own rules in Django admin: the severity matrix, and how long a resolution may be doubted."""

from django.contrib import admin

from servicedesk.records.admin_base import DeskModelAdmin
from tickets.models import DeskRules, SeverityRule


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
