"""The board and who sits on it, to edit; decisions, votes, consultations and reviews, to look at."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.models import (
    Ballot,
    Board,
    BoardMember,
    ChangeReview,
    Consultation,
    ConsultationAnswer,
    Decision,
)
from servicedesk.records.admin_base import DeskModelAdmin, ReadOnlyAdmin

BY_REFERENCE = gettext_lazy("A whole reference, such as RFC-10001")


@admin.register(Board)
class BoardAdmin(DeskModelAdmin):
    """The board's rules: one row. What is open keeps the deadline that it was put with."""

    may_add = may_delete = False
    list_display = ("name", "quorum", "decision_days", "review_days", "emergency_hours", "consultation_days")
    search_fields = ("name",)


@admin.register(BoardMember)
class BoardMemberAdmin(DeskModelAdmin):
    """Who sits on the board, and until when. Seats end; what was voted from them stays."""

    may_delete = False
    known_by = ("person",)
    list_display = ("person", "starts_on", "ends_on")
    list_select_related = ("person",)
    list_filter = ("starts_on", "ends_on")
    search_fields = ("person__name", "person__email")
    autocomplete_fields = ("person",)
    fields = ("person", "starts_on", "ends_on")

    def get_readonly_fields(self, request: HttpRequest, obj: BoardMember | None = None) -> tuple[str, ...]:
        """A seat stays its person's."""
        return ("person",) if obj else ()


class OfRfcAdmin(ReadOnlyAdmin):
    """Rows that belong to an RFC."""

    search_fields = ("rfc__reference__iexact",)
    search_help_text = BY_REFERENCE


@admin.register(Decision)
class DecisionAdmin(OfRfcAdmin):
    """Everything that was put to decision, and what came of it."""

    known_by = ("rfc", "kind")
    list_display = ("rfc", "round", "kind", "state", "opened_at", "decide_by", "closed_at")
    list_filter = ("state", "kind")
    list_select_related = ("rfc",)
    fields = (
        "rfc", "round", "kind", "state", "digest", "opened_at", "opened_by", "decide_by", "escalated_at", "closed_at",
        "votes", "reasons", "minutes", "minutes_by", "minutes_at", "voided_at", "void_reason",
    )  # fmt: skip


@admin.register(Ballot)
class BallotAdmin(ReadOnlyAdmin):
    """Every vote."""

    known_by = ("reference", "person")
    list_display = ("reference", "put_to", "person", "choice", "at")
    list_filter = ("choice",)
    list_select_related = ("decision__rfc", "person")
    search_fields = ("decision__rfc__reference__iexact", "person__name")
    search_help_text = gettext_lazy("A whole reference, such as RFC-10001, or a name")
    fields = ("reference", "put_to", "person", "choice", "reason", "at")
    readonly_fields = ("reference", "put_to")

    @admin.display(description=gettext_lazy("decision"))
    def put_to(self, ballot: Ballot) -> str:
        """What it is a vote in."""
        words = {"kind": ballot.decision.get_kind_display(), "n": ballot.decision.round}
        return _("%(kind)s, round %(n)d") % words

    @admin.display(description=gettext_lazy("request for change"))
    def reference(self, ballot: Ballot) -> str:
        """What it is about."""
        return ballot.decision.rfc.reference


@admin.register(Consultation)
class ConsultationAdmin(OfRfcAdmin):
    """What LDCs were asked, and until when."""

    known_by = ("rfc",)
    list_display = ("rfc", "opened_at", "closes_at", "closed_at")
    list_filter = ("opened_at",)
    list_select_related = ("rfc",)
    fields = ("rfc", "question", "opened_at", "opened_by", "closes_at", "closed_at")


@admin.register(ConsultationAnswer)
class ConsultationAnswerAdmin(ReadOnlyAdmin):
    """What each LDC answered; earlier answers too."""

    known_by = ("reference", "organization")
    list_display = ("reference", "organization", "stance", "person", "at", "replaced_at")
    list_filter = ("stance",)
    list_select_related = ("consultation__rfc", "organization", "person")
    search_fields = ("consultation__rfc__reference__iexact", "organization__name")
    search_help_text = gettext_lazy("A whole reference, such as RFC-10001, or an organization")
    fields = ("reference", "organization", "person", "stance", "text", "at", "replaced_at")
    readonly_fields = ("reference",)

    @admin.display(description=gettext_lazy("request for change"))
    def reference(self, answer: ConsultationAnswer) -> str:
        """What it is about."""
        return answer.consultation.rfc.reference


@admin.register(ChangeReview)
class ChangeReviewAdmin(OfRfcAdmin):
    """What was learned from each implementation."""

    known_by = ("rfc", "outcome")
    list_display = ("rfc", "outcome", "by", "at")
    list_filter = ("outcome",)
    list_select_related = ("rfc", "by")
    fields = ("rfc", "outcome", "text", "by", "at", "decision")
