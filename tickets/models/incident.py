"""Incident: something is not working as expected."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Record, RecordQuerySet
from tickets.models.service_clock import Clocked
from tickets.models.severity import Impact, Severity, Urgency


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


class Incident(Clocked, Record):
    """Something is not working as expected."""

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
                condition=Q(contact=None) | ~Q(contact=models.F("backup_contact")),
                name="incident_backup_is_somebody_else",
            ),
        ]

    def get_absolute_url(self) -> str:
        """The ticket's page."""
        return reverse("tickets:detail", args=[self.reference])
