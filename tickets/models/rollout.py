"""What a new calendar or policy version does to the open tickets, found before it is published or done by it."""

from typing import Self

from django.db import models

from servicedesk.records.models import Record
from servicedesk.records.scope import Reader, ScopedQuerySet
from servicedesk.schedule.models import Job
from tickets.models.service_policy import TargetName


class RolloutShiftQuerySet(ScopedQuerySet):
    """Due times that move."""

    def visible_to(self, reader: Reader) -> Self:
        """The desk's own business: all of them for SME staff, none for others."""
        return self if reader.standing().sees_all else self.none()


class RolloutShift(models.Model):
    """A running clock that a job moves, or would move. No time means that the clock stands, or is not there.

    ``newly_late`` says that it is late by the new due time and was not by the old one.
    """

    job = models.ForeignKey(Job, models.CASCADE, related_name="shifts")
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    target = models.CharField(max_length=10, choices=TargetName)
    was_due_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    newly_late = models.BooleanField()

    objects = RolloutShiftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "record", "target"], name="rollout_shift_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.target}: {self.was_due_at} → {self.due_at}"
