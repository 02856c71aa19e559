"""What is stored of a ticket's clocks: the running ones as columns, those that have ended as rows."""

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Record
from servicedesk.records.scope import Reader, ScopedQuerySet
from tickets.models.calendar import CalendarVersion, ServiceCalendar
from tickets.models.service_policy import PolicyVersion, TargetName
from tickets.models.severity import Severity
from tickets.sla.clock import State


class ClockState(models.TextChoices):
    """How a clock ended, for people."""

    MET = State.MET.value, _("Met")
    MISSED = State.MISSED.value, _("Missed")
    WITHDRAWN = State.WITHDRAWN.value, _("Withdrawn")


class ServiceClockQuerySet(ScopedQuerySet):
    """Clocks that have ended."""

    def visible_to(self, reader: Reader) -> Self:
        """Those of the records one may see."""
        return self.filter(record__in=Record.objects.visible_to(reader))


class ServiceClock(models.Model):
    """A clock that has ended (docs/service-levels.md). Only an excuse adds to it: the adjusted columns."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="clocks")
    target = models.CharField(max_length=10, choices=TargetName)
    cycle = models.PositiveSmallIntegerField()
    leg = models.PositiveIntegerField()
    severity = models.PositiveSmallIntegerField(choices=Severity, null=True)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+")
    calendar = models.ForeignKey(ServiceCalendar, models.PROTECT, related_name="+")
    within = models.DurationField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    due_at = models.DateTimeField()
    elapsed = models.DurationField()
    state = models.CharField(max_length=10, choices=ClockState)
    adjusted_due_at = models.DateTimeField(null=True, blank=True)
    adjusted_state = models.CharField(max_length=10, choices=ClockState, blank=True)

    objects = ServiceClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("ended clock")
        constraints = [
            models.UniqueConstraint(fields=["record", "target", "cycle", "leg"], name="service_clock_once"),
            models.CheckConstraint(
                condition=Q(state=State.MISSED.value, ended_at__gt=F("due_at"))
                | ~Q(state=State.MISSED.value) & Q(ended_at__lte=F("due_at")),
                name="service_clock_missed_iff_late",
            ),
            models.CheckConstraint(
                condition=Q(adjusted_due_at=None, adjusted_state="")
                | Q(adjusted_due_at__isnull=False) & ~Q(adjusted_state=""),
                name="service_clock_adjusted_together",
            ),
        ]
        indexes = [models.Index(fields=["ended_at"], name="service_clock_ended")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.target} {self.cycle}.{self.leg}"


class Clocked(models.Model):
    """The columns of a ticket under service levels: which versions it goes by, and its running clocks.

    All follow from its history (tickets/sla/standing.py); ``manage.py verify_sla`` proves it. Every
    due time is empty while its clock stands or when none runs. ``due_target`` is the target that
    the record's ``due_at`` is about; ``soon_at`` and ``urgent_at`` are when its chip changes
    colour; ``paused_left`` is the counted time that was left when the clocks stopped.
    """

    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    calendar_version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+")
    clock_started_at = models.DateTimeField()
    respond_due_at = models.DateTimeField(null=True, blank=True)
    responded_at = models.DateTimeField(null=True, blank=True)
    update_due_at = models.DateTimeField(null=True, blank=True)
    finish_due_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_left = models.DurationField(null=True, blank=True)
    due_target = models.CharField(max_length=10, choices=TargetName, blank=True)
    soon_at = models.DateTimeField(null=True, blank=True)
    urgent_at = models.DateTimeField(null=True, blank=True)
    raised_at = models.DateTimeField(_("escalated at"), null=True, blank=True)

    class Meta:
        abstract = True

    def clock_columns(self) -> dict[str, Any]:
        """The columns that follow from the history, as they stand."""
        return {name: getattr(self, name) for name in CLOCK_COLUMNS}


CLOCK_COLUMNS = (
    "clock_started_at", "respond_due_at", "responded_at", "update_due_at", "finish_due_at", "paused_at",
    "paused_left", "due_target", "soon_at", "urgent_at",
)  # fmt: skip
"""What ``Clocked`` derives from the history; the versions and ``raised_at`` are stated by events."""
