"""Approvals, votes and delegations in Django admin, to look at. They change only through their actions."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy

from servicedesk.records.admin_base import ReadOnlyAdmin
from tickets.models import Approval, Delegation, Vote


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    """Every step of every round."""

    known_by = ("reference", "asks", "state")
    list_display = (
        "reference", "round", "position", "asks", "needs", "state", "opened_at", "decide_by", "decided_at",
    )  # fmt: skip
    list_filter = ("state", "asks", "needs")
    list_select_related = ("request",)
    search_fields = ("request__reference__iexact",)
    search_help_text = gettext_lazy("A whole reference, such as REQ-10001")
    fields = (
        "reference", "public_id", "round", "position", "asks", "needs", "state", "opened_at", "remind_at",
        "decide_by", "decided_at",
    )  # fmt: skip
    readonly_fields = ("reference",)

    @admin.display(description=gettext_lazy("request"))
    def reference(self, approval: Approval) -> str:
        """Whose approval it is."""
        return approval.request.reference


@admin.register(Vote)
class VoteAdmin(ReadOnlyAdmin):
    """Every word, and who gave it in whose place."""

    known_by = ("reference", "person")
    list_display = ("reference", "person", "cast_by", "agrees", "reason", "at")
    list_filter = ("agrees",)
    list_select_related = ("approval__request", "person", "cast_by")
    search_fields = ("approval__request__reference__iexact", "person__name")
    search_help_text = gettext_lazy("A whole reference, such as REQ-10001, or a name")
    fields = ("reference", "person", "cast_by", "agrees", "reason", "at")
    readonly_fields = ("reference",)

    @admin.display(description=gettext_lazy("request"))
    def reference(self, vote: Vote) -> str:
        """What it is about."""
        return vote.approval.request.reference


@admin.register(Delegation)
class DelegationAdmin(ReadOnlyAdmin):
    """Who decides in whose place, and when."""

    known_by = ("person", "starts_on")
    list_display = ("person", "delegate", "starts_on", "ends_on")
    headings: ClassVar[Any] = {
        "person": gettext_lazy("in whose place"),
        "starts_on": gettext_lazy("from"),
        "ends_on": gettext_lazy("until"),
    }
    list_select_related = ("person", "delegate")
    search_fields = ("person__name", "delegate__name")
    fields = list_display
