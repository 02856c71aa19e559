"""History in Django admin, to look at.

Comments and files are read on their record's page; drafts are nobody's but their author's.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from servicedesk.records.admin_base import ReadOnlyAdmin
from servicedesk.records.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What happened to every record. Never changed: corrections are new events."""

    known_by = ("record", "name")
    list_display = ("at", "record", "name", "actor", "internal")
    named = frozenset({"name"})
    headings: ClassVar[Any] = {"name": _("what happened"), "actor": _("by")}
    list_filter = ("internal", "record__kind")
    list_select_related = ("record", "actor")
    search_fields = ("record__reference__exact", "name__exact")
    search_help_text = _("A reference such as INC-10001, or the name of an event such as incident.resolve")
    fields = ("record", "name", "at", "actor", "internal", "says_something", "facts")
    readonly_fields = ("says_something",)

    @admin.display(description=_("with a message"), boolean=True)
    def says_something(self, event: Event) -> bool:
        """Is there a message with it? It is read on the record's page."""
        return event.comment_id is not None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """References are in capitals, names of events in small letters; both have an exact match."""
        is_name = "." in search_term
        return super().get_search_results(
            request, queryset, search_term.lower() if is_name else search_term.upper()
        )
