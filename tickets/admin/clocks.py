"""Ended clocks in Django admin, to look at."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import ReadOnlyAdmin
from servicedesk.ui.moments import length
from tickets.models import ServiceClock


@admin.register(ServiceClock)
class ServiceClockAdmin(ReadOnlyAdmin):
    """How each promise ended."""

    known_by = ("reference", "target", "state")
    list_display = (
        "reference", "target", "cycle", "leg", "severity", "state", "adjusted_state", "due_at", "ended_at", "counted",
        "promised",
    )  # fmt: skip
    list_filter = ("state", "target", "severity")
    list_select_related = ("record",)
    search_fields = ("record__reference__iexact",)
    search_help_text = gettext_lazy("A whole reference, such as INC-10001")
    fields = (
        "ticket", "target", "cycle", "leg", "severity", "state", "promised", "counted", "started_at", "due_at",
        "ended_at", "adjusted_state", "adjusted_due_at", "policy_version", "calendar_version", "calendar",
    )  # fmt: skip
    readonly_fields = ("ticket", "promised", "counted")

    @admin.display(description=gettext_lazy("ticket"))
    def reference(self, clock: ServiceClock) -> str:
        """Whose clock it is."""
        return clock.record.reference

    @admin.display(description=gettext_lazy("ticket"))
    def ticket(self, clock: ServiceClock) -> SafeString:
        """The way to it."""
        reference = clock.record.reference
        return format_html('<a href="{}">{}</a>', reverse("tickets:detail", args=[reference]), reference)

    @admin.display(description=gettext_lazy("promised"))
    def promised(self, clock: ServiceClock) -> str:
        """The target's length."""
        return length(clock.within)

    @admin.display(description=gettext_lazy("counted"))
    def counted(self, clock: ServiceClock) -> str:
        """What was counted when it ended."""
        return length(clock.elapsed)
