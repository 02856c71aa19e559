"""Incident: something is not working as expected."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Record, RecordQuerySet


class Impact(models.TextChoices):
    """Who or what is affected, in the reporter's words (DOMAIN, severity matrix)."""

    ALL = "all", _("Production is down, or every LDC is affected")
    BILLING = "billing", _("Our billing is stopped")
    PART = "part", _("Part of our processing is affected")
    MINOR = "minor", _("One user is affected, or it only looks wrong")


class Urgency(models.TextChoices):
    """How soon it has to work again."""

    NOW = "now", _("Now: a billing window is at risk")
    TODAY = "today", _("Today")
    WEEK = "week", _("This week")
    WAIT = "wait", _("It can wait")


class Severity(models.IntegerChoices):
    """What follows from impact and urgency."""

    CRITICAL = 1, _("Severity 1 – critical")
    HIGH = 2, _("Severity 2 – high")
    MEDIUM = 3, _("Severity 3 – medium")
    LOW = 4, _("Severity 4 – low")


SEVERE = frozenset({Severity.CRITICAL, Severity.HIGH})
"""Those that go to the critical incident managers at once, and need a back-up contact."""


class Environment(models.TextChoices):
    """An MDM/R environment."""

    PRODUCTION = "production", _("Production")
    RECOVERY = "recovery", _("Disaster Recovery")
    QUALITY = "quality", _("Quality Assurance (test)")
    SANDBOX = "sandbox", _("Sandbox")


class Resolution(models.TextChoices):
    """How an incident was resolved."""

    FIX = "fix", _("Fixed")
    WORKAROUND = "workaround", _("By a workaround, for now")


class Incident(Record):
    """Something is not working as expected.

    ``clock_started_at`` is when the present cycle of the service level began (filing, or the last
    reopening). ``restore_due_at`` is empty while the clock is paused.
    """

    severity = models.PositiveSmallIntegerField(choices=Severity)
    impact = models.CharField(max_length=10, choices=Impact)
    urgency = models.CharField(max_length=10, choices=Urgency)
    environment = models.CharField(max_length=12, choices=Environment)
    description = models.TextField()
    references = models.TextField(blank=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    backup_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    phone = models.CharField(max_length=40, blank=True)

    clock_started_at = models.DateTimeField()
    respond_due_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True, blank=True)
    restore_due_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    resolution = models.CharField(max_length=12, choices=Resolution, blank=True)
    reopen_until = models.DateTimeField(null=True, blank=True)

    objects = RecordQuerySet.as_manager()  # type: ignore[misc]  # the same manager, for this model

    class Meta:
        indexes = [models.Index(fields=["severity"], name="incident_severity")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolution="", reopen_until=None)
                | ~Q(resolution="") & Q(reopen_until__isnull=False),
                name="incident_resolution_iff_reopen_until",
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(restore_due_at=None), name="incident_paused_has_no_due_time"
            ),
            models.CheckConstraint(
                condition=Q(contact=None) | ~Q(contact=models.F("backup_contact")),
                name="incident_backup_is_somebody_else",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The ticket's page."""
        return reverse("tickets:detail", args=[self.reference])
