"""The schedule in Django admin, to look at: what will happen, what happened, what is alive."""

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.records.admin_base import ReadOnlyAdmin, StateFilter
from servicedesk.schedule.models import DueRow, Heartbeat


class DueState(StateFilter):
    """Waiting, fired, called off or dead."""

    states = {
        "waiting": (_("Waiting"), Q(fired_at=None, cancelled_at=None, dead_at=None)),
        "fired": (_("Fired"), Q(fired_at__isnull=False)),
        "cancelled": (_("Called off"), Q(cancelled_at__isnull=False)),
        "dead": (_("Dead"), Q(dead_at__isnull=False)),
    }


@admin.register(DueRow)
class DueRowAdmin(ReadOnlyAdmin):
    """Everything that happens at a moment."""

    list_display = ("key", "kind", "record", "state", "due_at", "available_at", "attempts", "last_error")
    list_filter = (DueState, "kind")
    list_select_related = ("record",)
    search_fields = ("key__startswith", "record__reference__iexact")
    search_help_text = _("The beginning of a key, or a reference such as INC-10001")
    fields = (
        "key", "kind", "record", "state", "payload", "due_at", "available_at", "fired_at", "cancelled_at",
        "dead_at", "attempts", "last_error",
    )  # fmt: skip
    readonly_fields = ("state",)

    @admin.display(description=_("state"))
    def state(self, row: DueRow) -> str:
        """In a word."""
        name = (
            "fired" if row.fired_at
            else "cancelled" if row.cancelled_at
            else "dead" if row.dead_at
            else "waiting"
        )  # fmt: skip
        return str(DueState.states[name][0])


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When each mechanism last made progress."""

    list_display = ("name", "at")
    search_fields = ("name",)
    ordering = ("name",)
