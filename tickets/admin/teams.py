"""Teams in Django admin: who works on what is routed to them."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import DeskModelAdmin
from tickets.models import Team


@admin.register(Team)
class TeamAdmin(DeskModelAdmin):
    """Each team is a queue of the desk. Never deleted: tickets and the catalogue name it."""

    may_delete = False
    list_display = ("name", "name_fr", "slug", "size")
    search_fields = ("name", "name_fr", "slug")
    autocomplete_fields = ("members",)
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "name_fr", "slug", "members")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(people=Count("members"))

    @admin.display(description=gettext_lazy("members"), ordering="people")
    def size(self, team: Team) -> int:
        """How many people."""
        return int(team.people)  # type: ignore[attr-defined]
