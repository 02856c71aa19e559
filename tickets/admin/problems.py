"""Problems in Django admin, to look at; and what tells service areas apart, to edit."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import DeskModelAdmin, ReadOnlyAdmin
from tickets.models import (
    AreaRule,
    Deflection,
    Problem,
    ProblemAffects,
    ProblemCandidate,
    ProblemNote,
    ProblemSubscription,
)
from tickets.problem_transitions import ProblemStatus


class ByProblemStatus(admin.SimpleListFilter):
    """The statuses of a problem, known from its life cycle."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(ProblemStatus.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(status=self.value()) if self.value() in ProblemStatus.values else queryset


@admin.register(Problem)
class ProblemAdmin(ReadOnlyAdmin):
    """Every problem, published or not, with both faces."""

    list_display = ("reference", "title", "area", "status", "visibility", "assignee", "changed_at")
    words: ClassVar[Any] = {"status": dict(ProblemStatus.choices)}
    list_filter = (ByProblemStatus, "area", "visibility", "environment")
    list_select_related = ("assignee",)
    search_fields = ("reference__iexact", "title")
    fields = (
        "reference", "page", "title", "visibility", "published_at", "status", "area", "environment", "symptom",
        "affected", "workaround", "last_verified_on", "planned_fix", "fix_rfc_reference", "planned_release",
        "fix_planned_on", "fix_verified_at", "fix_verified_by", "duplicate_of", "root_cause",
        "contributing_factors", "vendor_notes", "reporter", "assignee", "created_at", "updated_at", "changed_at",
        "done_at", "version",
    )  # fmt: skip
    readonly_fields = ("page", "root_cause", "contributing_factors", "vendor_notes")

    @admin.display(description=gettext_lazy("work on it"))
    def page(self, problem: Problem) -> str:
        """The way to where it can be worked on."""
        return format_html('<a href="{}">{}</a>', problem.get_absolute_url(), _("Open the problem"))

    @admin.display(description=gettext_lazy("root cause"))
    def root_cause(self, problem: Problem) -> str:
        """Of the internal face."""
        return str(problem.internals.root_cause)

    @admin.display(description=gettext_lazy("contributing factors"))
    def contributing_factors(self, problem: Problem) -> str:
        """Of the internal face."""
        return str(problem.internals.contributing_factors)

    @admin.display(description=gettext_lazy("vendor notes"))
    def vendor_notes(self, problem: Problem) -> str:
        """Of the internal face."""
        return str(problem.internals.vendor_notes)


@admin.register(ProblemAffects)
class ProblemAffectsAdmin(ReadOnlyAdmin):
    """Which organizations problems affect, and since when."""

    known_by = ("problem", "organization")
    list_display = ("problem", "organization", "person", "at", "withdrawn_at")
    list_filter = ("organization",)
    list_select_related = ("problem", "organization", "person")
    search_fields = ("problem__reference__iexact", "organization__name")
    fields = ("problem", "organization", "person", "at", "withdrawn_at", "withdrawn_by")


@admin.register(ProblemSubscription)
class ProblemSubscriptionAdmin(ReadOnlyAdmin):
    """Who hears of every problem in a service area."""

    known_by = ("person", "area")
    list_display = ("person", "area", "since")
    list_filter = ("area",)
    list_select_related = ("person",)
    search_fields = ("person__name", "person__email")
    fields = ("person", "area", "since")


@admin.register(ProblemNote)
class ProblemNoteAdmin(ReadOnlyAdmin):
    """Notes about workarounds: which wait, and what became of the others."""

    known_by = ("problem", "incident")
    list_display = ("problem", "incident", "state", "offered_at", "decided_by")
    list_filter = ("state",)
    list_select_related = ("problem", "incident", "decided_by")
    search_fields = ("problem__reference__iexact", "incident__reference__iexact")
    fields = ("problem", "incident", "state", "offered_at", "decided_at", "decided_by")


@admin.register(ProblemCandidate)
class ProblemCandidateAdmin(ReadOnlyAdmin):
    """What stood out in which week, and what was decided."""

    known_by = ("area", "week_starts_on")
    list_display = ("area", "week_starts_on", "number", "baseline", "decided_by", "problem")
    headings: ClassVar[Any] = {
        "week_starts_on": gettext_lazy("week from"),
        "number": gettext_lazy("incidents"),
        "baseline": gettext_lazy("usually"),
    }
    list_filter = ("area",)
    list_select_related = ("decided_by", "problem")
    search_fields = ("problem__reference__iexact", "reason")
    fields = (
        "area", "week_starts_on", "number", "baseline", "found_at", "decided_at", "decided_by", "problem", "reason",
    )  # fmt: skip


@admin.register(Deflection)
class DeflectionAdmin(ReadOnlyAdmin):
    """Who found their problem in the log while filing."""

    known_by = ("problem", "person")
    list_display = ("problem", "person", "organization", "ended", "at")
    list_filter = ("ended", "organization")
    list_select_related = ("problem", "person", "organization")
    search_fields = ("problem__reference__iexact", "person__name")
    fields = ("problem", "person", "organization", "ended", "at")


@admin.register(AreaRule)
class AreaRuleAdmin(DeskModelAdmin):
    """The words of each service area, and how many incidents of it in a week make a candidate."""

    may_add = may_delete = False
    list_display = ("area", "least", "factor")
    list_filter = ("least",)
    search_fields = ("words",)
    fields = ("area", "words", "least", "factor")
    readonly_fields = ("area",)
    ordering = ("pk",)
