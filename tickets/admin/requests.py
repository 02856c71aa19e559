"""Service requests in Django admin, to look at. A request changes only through what is done on its own page."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import OrNone, ReadOnlyAdmin
from servicedesk.records.admin_columns import NOTHING
from tickets.catalogue.answers import shown
from tickets.models import FulfilmentTask, ServiceRequest
from tickets.models.catalogue import text_in
from tickets.transitions import RequestStatus


class ByRequestStatus(admin.SimpleListFilter):
    """The statuses of a request, known from its life cycle."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(RequestStatus.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() in RequestStatus.values else queryset


@admin.register(ServiceRequest)
class ServiceRequestAdmin(ReadOnlyAdmin):
    """Every request, whatever its team."""

    list_display = (
        "reference", "title", "organization", "ordered", "team", "status", "assignee", "due_at", "created_at",
    )  # fmt: skip
    words: ClassVar[Any] = {"status": dict(RequestStatus.choices)}
    list_filter = (ByRequestStatus, ("team", OrNone), "environment", "organization")
    list_select_related = ("organization", "assignee", "team", "item_version")
    search_fields = ("reference__iexact", "title", "item")
    fields = (
        "reference", "page", "title", "organization", "visibility", "reporter", "contact", "backup_contact",
        "phone", "assignee", "team", "status", "item_version", "answered", "work", "environment", "created_at",
        "updated_at", "done_at", "due_at", "clock_started_at", "finish_due_at", "paused_at", "raised_at",
        "policy_version", "calendar_version", "resolution", "reopen_until", "version",
    )  # fmt: skip
    readonly_fields = ("page", "answered", "work")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceRequest]:
        tasks = FulfilmentTask.objects.select_related("template", "done_by").order_by("pk")
        return super().get_queryset(request).prefetch_related(Prefetch("tasks", tasks))

    @admin.display(description=gettext_lazy("item"))
    def ordered(self, request: ServiceRequest) -> str:
        """The item. In which version it was filled in stands on the page."""
        return text_in(request.item_version, "name")

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, request: ServiceRequest) -> str:
        """The way to where it can be worked on."""
        return format_html('<a href="{}">{}</a>', request.get_absolute_url(), _("Open the ticket"))

    @admin.display(description=gettext_lazy("answers"))
    def answered(self, request: ServiceRequest) -> str:
        """What was filled in."""
        lines = ((one.label, one.text) for one in shown(request.item_version, request.answers))
        return format_html_join("", "<p>{}: {}</p>", lines) or NOTHING

    @admin.display(description=gettext_lazy("tasks"))
    def work(self, request: ServiceRequest) -> str:
        """What is done, and by whom."""
        lines = ((str(one.template), str(one.done_by or _("open"))) for one in request.tasks.all())
        return format_html_join("", "<p>{}: {}</p>", lines) or NOTHING
