"""The schedule in Django admin, to look at: what will happen, what happened, what is alive."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from servicedesk.records.admin_base import ReadOnlyAdmin, StateFilter
from servicedesk.records.admin_words import ByName, call
from servicedesk.schedule.models import DueRow, Heartbeat, Job

call(
    {
        "canary": _("A task went all the way round"),
        "jobs": _("Long work was looked for"),
        "outbox": _("The outbox was emptied"),
        "sweep": _("What is due was looked for"),
    }
)


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

    known_by = ("kind", "record")
    list_display = ("kind", "record", "state", "due_at", "available_at", "attempts", "last_error", "key")
    list_filter = (DueState, ("kind", ByName))
    named = frozenset({"kind"})
    headings: ClassVar[Any] = {"kind": _("what happens then")}
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


class JobState(StateFilter):
    """Waiting, at work, finished or failed."""

    states = {
        "waiting": (_("Waiting"), Q(started_at=None, failed_at=None)),
        "working": (_("At work"), Q(started_at__isnull=False, finished_at=None, failed_at=None)),
        "finished": (_("Finished"), Q(finished_at__isnull=False)),
        "failed": (_("Failed"), Q(failed_at__isnull=False)),
    }


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """Long work, and how far it is. Never its result: it may be somebody's answer."""

    known_by = ("kind", "created_at")
    list_display = (
        "kind", "created_by", "state", "progress", "created_at", "stepped_at", "attempts", "last_error",
    )  # fmt: skip
    list_filter = (JobState, ("kind", ByName))
    named = frozenset({"kind"})
    headings: ClassVar[Any] = {"kind": _("what is done")}
    list_select_related = ("created_by",)
    search_fields = ("kind__startswith", "created_by__email__iexact")
    search_help_text = _("The beginning of a kind, or a person's whole e-mail")
    fields = (
        "public_id", "kind", "payload", "created_by", "state", "progress", "cursor", "created_at", "available_at",
        "started_at", "stepped_at", "finished_at", "failed_at", "attempts", "last_error",
    )  # fmt: skip
    readonly_fields = ("state", "progress")

    @admin.display(description=_("state"))
    def state(self, job: Job) -> str:
        """In a word."""
        name = (
            "finished" if job.finished_at
            else "failed" if job.failed_at
            else "working" if job.started_at
            else "waiting"
        )  # fmt: skip
        return str(JobState.states[name][0])

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        """How much of how much."""
        if job.total is None:
            return str(job.done)
        return _("%(done)d of %(total)d") % {"done": job.done, "total": job.total}


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """When each mechanism last made progress."""

    known_by = ("name",)
    list_display = ("name", "at")
    named = frozenset({"name"})
    headings: ClassVar[Any] = {"name": _("what is alive"), "at": _("last time")}
    search_fields = ("name",)
    ordering = ("name",)
