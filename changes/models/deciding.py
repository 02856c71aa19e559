"""Who decides on RFCs, what was put to them, and what each of them said; consultation of LDCs; reviews."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import today
from changes.models.rfc import OfChange, Outcome, RequestForChange
from servicedesk.records.models.record import ours
from servicedesk.records.scope import Reader, ScopedQuerySet


class Board(models.Model):
    """The change advisory board and its rules: one row. They are our choice (DOMAIN): configuration.

    Business days are days of the desk's calendar; ``quorum`` counts votes.
    """

    name = models.CharField(_("name"), max_length=80, default="Change advisory board")
    quorum = models.PositiveSmallIntegerField(_("quorum (votes)"), default=3)
    decision_days = models.PositiveSmallIntegerField(_("time to decide (business days)"), default=5)
    review_days = models.PositiveSmallIntegerField(
        _("time to decide on an emergency’s review (business days)"), default=5
    )
    defer_days = models.PositiveSmallIntegerField(_("deferred for (days)"), default=30)
    emergency_hours = models.PositiveSmallIntegerField(_("time to agree to an emergency (hours)"), default=4)
    consultation_days = models.PositiveSmallIntegerField(_("shortest consultation (days)"), default=10)

    class Meta:
        verbose_name = _("change advisory board")
        verbose_name_plural = _("change advisory board")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="board_single_row"),
            models.CheckConstraint(
                condition=Q(quorum__gte=1),
                name="board_quorum_of_somebody",
                violation_error_message=_("A quorum is one vote or more."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoardMemberQuerySet(ScopedQuerySet):
    """Who sits on the board."""

    def visible_to(self, reader: Reader) -> Self:
        """The desk and the board know who sits on it."""
        standing = reader.standing()
        if standing.sees_all or sits_on_the_board(standing.person_id):
            return self
        return self.none()

    def active(self, on: date) -> Self:
        """Those who sit on it on a day, and can still sign in."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on, person__is_active=True)


class BoardMember(models.Model):
    """Somebody sits on the board, from a day to a day (both included); with no end, until further notice."""

    board = models.ForeignKey(Board, models.CASCADE, related_name="members", default=1)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="board_seats")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = BoardMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("board member")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="board_member_ends_after_start",
                violation_error_message=_("Choose a last day that is not before the first."),
            ),
            models.UniqueConstraint(
                fields=["board", "person"],
                condition=Q(ends_on=None),
                name="board_member_one_open_seat",
                violation_error_message=_("This person sits on the board already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} from {self.starts_on}"


class DecisionKind(models.TextChoices):
    """Who decides, and on what."""

    BOARD = "board", _("Decision of the board")
    TWO = "two", _("Emergency approval by two people")
    REVIEW = "review", _("Review of an emergency change by the board")


class DecisionState(models.TextChoices):
    """How a decision stands."""

    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    DEFERRED = "deferred", _("Deferred")
    VOID = "void", _("Void")


class Decision(models.Model):
    """Something that was put to the board, or to the two people of an emergency, and what came of it.

    ``digest`` is the fingerprint of what was put to them (changes.digest); ``round`` counts an RFC's
    decisions. A void one was taken back, or decided on something that was changed since.

    ``votes`` (number by choice) and ``reasons`` ([choice, reason], in the order they were given) are what
    everybody reads of the ballots once it is closed: without names.
    """

    rfc = models.ForeignKey(RequestForChange, models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=6, choices=DecisionKind)
    round = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    decide_by = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DecisionState, default=DecisionState.OPEN)
    closed_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    votes = models.JSONField(default=dict, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    minutes = models.TextField(blank=True)
    minutes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    minutes_at = models.DateTimeField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(blank=True)

    objects = OfChange.as_manager()

    class Meta:
        verbose_name = _("decision")
        constraints = [
            models.UniqueConstraint(fields=["rfc", "round"], name="decision_once_a_round"),
            models.UniqueConstraint(fields=["rfc"], condition=Q(state="open"), name="decision_one_open"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | Q(state__in=["approved", "declined", "deferred"], closed_at__isnull=False)
                | Q(state="void"),
                name="decision_closed_iff_decided",
            ),
            models.CheckConstraint(
                condition=Q(state="void", voided_at__isnull=False) & ~Q(void_reason="")
                | ~Q(state="void") & Q(voided_at=None, void_reason=""),
                name="decision_void_iff_said_why",
            ),
            models.CheckConstraint(
                condition=Q(minutes="", minutes_by=None, minutes_at=None)
                | ~Q(minutes="") & Q(minutes_by__isnull=False, minutes_at__isnull=False),
                name="decision_minutes_iff_written_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="deferred") | Q(kind="board"), name="decision_deferred_by_the_board_only"
            ),
        ]
        indexes = [models.Index(fields=["decide_by", "id"], name="decision_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.rfc_id} {self.round} {self.state}"


class Choice(models.TextChoices):
    """What somebody votes for."""

    APPROVE = "approve", _("Approve")
    DECLINE = "decline", _("Decline")
    DEFER = "defer", _("Defer")


class BallotQuerySet(ScopedQuerySet):
    """Votes."""

    def visible_to(self, reader: Reader) -> Self:
        """The desk and the board see who voted how, on the RFCs that they may see; everybody their own."""
        standing = reader.standing()
        seen = self.filter(decision__in=Decision.objects.visible_to(reader))
        if standing.sees_all or sits_on_the_board(standing.person_id):
            return seen
        return seen.filter(person=standing.person_id)


class Ballot(models.Model):
    """One person's vote. It is given once, and stays."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="ballots")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    objects = BallotQuerySet.as_manager()

    class Meta:
        verbose_name = _("ballot")
        constraints = [
            models.UniqueConstraint(fields=["decision", "person"], name="ballot_once"),
            models.CheckConstraint(
                condition=Q(choice="approve") | ~Q(reason=""), name="ballot_against_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} {self.person_id} {self.choice}"


class Consultation(models.Model):
    """LDCs are asked what an RFC means to them, until a moment. ``closed_at`` is when it really ended."""

    rfc = models.ForeignKey(RequestForChange, models.CASCADE, related_name="consultations")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    question = models.TextField(blank=True)

    objects = OfChange.as_manager()

    class Meta:
        verbose_name = _("consultation")
        constraints = [
            models.UniqueConstraint(
                fields=["rfc"], condition=Q(closed_at=None), name="consultation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opened_at")), name="consultation_closes_after_it_opens"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rfc_id} until {self.closes_at:%Y-%m-%d %H:%M}"

    def stances(self) -> Mapping[str, int]:
        """How many organizations said what. Counted with the owner's eyes: no name comes along."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT stance, number FROM changes_stances(%s)", [self.pk])
            return dict(cursor.fetchall())


class Stance(models.TextChoices):
    """What an organization says to a change."""

    NO_OBJECTION = "no_objection", _("No objection")
    CONCERN = "concern", _("Concern")
    OBJECTION = "objection", _("Objection")


class AnswerQuerySet(ScopedQuerySet):
    """Answers to consultations."""

    def visible_to(self, reader: Reader) -> Self:
        """The desk sees all, an organization its own: another's name or words never."""
        standing = reader.standing()
        if standing.sees_all:
            return self
        return self.filter(
            consultation__in=Consultation.objects.visible_to(reader), organization__in=standing.organizations
        )

    def current(self) -> Self:
        """What counts: an answer that was changed stays as history."""
        return self.filter(replaced_at=None)


class ConsultationAnswer(models.Model):
    """What one organization answers. A changed answer is another row, and the earlier one says until when it held."""

    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="answers")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stance = models.CharField(max_length=12, choices=Stance)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation answer")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "organization"],
                condition=Q(replaced_at=None),
                name="answer_one_counts_for_each_organization",
            ),
            models.CheckConstraint(
                condition=Q(stance="no_objection") | ~Q(text=""), name="answer_concern_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.organization_id} {self.stance}"


class ReviewQuerySet(ScopedQuerySet):
    """Reviews."""

    def visible_to(self, reader: Reader) -> Self:
        """The desk, the board, and the organization that asked: others read how it ended, on the RFC."""
        standing = reader.standing()
        seen = self.filter(rfc__in=RequestForChange.objects.visible_to(reader))
        if standing.sees_all or sits_on_the_board(standing.person_id):
            return seen
        return seen.filter(ours("rfc", reader))


class ChangeReview(models.Model):
    """What was learned from an implementation. The latest counts; an emergency's is accepted by the board."""

    rfc = models.ForeignKey(RequestForChange, models.CASCADE, related_name="reviews")
    text = models.TextField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="accepts", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("post-implementation review")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="review_says_something")]
        indexes = [models.Index(fields=["rfc", "-at"], name="review_latest")]

    def __str__(self) -> str:
        return f"{self.rfc_id} {self.outcome}"


def sits_on_the_board(person_id: int) -> bool:
    """Does somebody sit on the board today? The database's policies ask the same."""
    return BoardMember.objects.active(today()).filter(person=person_id).exists()
