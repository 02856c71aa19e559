"""What gathers around problems: who wants to hear of an area, notes that wait, signs that there may be a problem."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.incident import Incident
from tickets.models.problem import ForTheDesk, Problem, ServiceArea
from tickets.models.workspace import OwnQuerySet


class ProblemSubscription(models.Model):
    """Somebody wants to hear of every problem in a service area."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="problem_subscriptions")
    area = models.CharField(_("service area"), max_length=8, choices=ServiceArea)
    since = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription to problems")
        verbose_name_plural = _("subscriptions to problems")
        constraints = [models.UniqueConstraint(fields=["area", "person"], name="problem_subscription_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.area}"


class ProblemNote(models.Model):
    """An unsent message about a problem's workaround, offered once on each open incident that is linked to it.

    An agent sends it, or decides not to.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DECLINED = "declined", _("Not sent")

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="notes")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="problem_notes")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    offered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = ForTheDesk.as_manager()

    class Meta:
        verbose_name = _("note about a workaround")
        verbose_name_plural = _("notes about workarounds")
        constraints = [
            models.UniqueConstraint(fields=["problem", "incident"], name="problem_note_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | ~Q(state="waiting") & Q(decided_at__isnull=False, decided_by__isnull=False),
                name="problem_note_decided_iff_not_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.problem_id} on {self.incident_id} {self.state}"


class Deflection(models.Model):
    """Somebody who was filing found their problem in the log: counted on that click alone.

    ``ended`` when they stopped filing there. ``draft_key`` is the draft's, which may be gone.
    """

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="deflections")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organization = models.ForeignKey("accounts.Organization", models.PROTECT, related_name="+")
    draft_key = models.UUIDField()
    ended = models.BooleanField()
    at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("deflection")
        constraints = [
            models.UniqueConstraint(fields=["problem", "draft_key"], name="deflection_once_a_draft")
        ]

    def __str__(self) -> str:
        return f"{self.draft_key} by {self.problem_id}"


class AreaRule(models.Model):
    """How incidents are told to be about a service area, and from how many in a week there may be a problem.

    ``words`` stand one on a line, in both languages. ``factor`` is how many times the baseline it takes.
    """

    area = models.CharField(_("service area"), max_length=8, choices=ServiceArea, unique=True)
    words = models.TextField(_("words"), blank=True)
    least = models.PositiveSmallIntegerField(_("at least"), default=3, validators=[MinValueValidator(1)])
    factor = models.DecimalField(
        _("times the baseline"),
        max_digits=4,
        decimal_places=1,
        default=2,
        validators=[MinValueValidator(1)],
    )

    objects = models.Manager()

    class Meta:
        verbose_name = _("service area of problems")
        verbose_name_plural = _("service areas of problems")
        constraints = [
            models.CheckConstraint(condition=Q(least__gte=1, factor__gte=1), name="area_rule_asks_for_some")
        ]

    def __str__(self) -> str:
        return str(ServiceArea(self.area).label)


class ProblemCandidate(models.Model):
    """More incidents in a service area than usual in one week: somebody decides whether that is a problem."""

    area = models.CharField(_("service area"), max_length=8, choices=ServiceArea)
    week_starts_on = models.DateField()
    incidents = models.ManyToManyField(Incident, related_name="+")
    number = models.PositiveIntegerField()
    baseline = models.DecimalField(max_digits=8, decimal_places=1)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    problem = models.ForeignKey(Problem, models.PROTECT, related_name="+", null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    objects = ForTheDesk.as_manager()

    class Meta:
        verbose_name = _("candidate for a problem")
        verbose_name_plural = _("candidates for problems")
        constraints = [
            models.UniqueConstraint(fields=["area", "week_starts_on"], name="problem_candidate_once"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, problem=None, reason="")
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                & (Q(problem__isnull=False, reason="") | Q(problem=None) & ~Q(reason="")),
                name="problem_candidate_accepted_or_dismissed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} in the week of {self.week_starts_on}"
