"""Due rows, jobs and heartbeats."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from servicedesk.records.scope import Reader, ScopedQuerySet

BATCH = 500
PATIENCE = timedelta(minutes=1)
MAX_ATTEMPTS = 10


def back_off(attempts: int) -> timedelta:
    """How long to wait after that many failures in a row: 1, 2, 4 … 64 min, then every 64 min."""
    return PATIENCE * 2 ** min(attempts - 1, 6)


STILL_WAITING = Q(fired_at=None, cancelled_at=None, dead_at=None)


class DueRowQuerySet(models.QuerySet["DueRow"]):
    """Due rows."""

    def waiting(self) -> Self:
        """Neither fired, nor called off, nor given up."""
        return self.filter(STILL_WAITING)

    def due(self, at: datetime) -> Self:
        """Waiting rows whose moment has come."""
        return self.waiting().filter(available_at__lte=at)

    def in_order(self) -> Self:
        """By the moment they stand for, or may be tried again at."""
        return self.order_by("available_at", "pk")

    def lock_due(self, at: datetime, limit: int = BATCH) -> list["DueRow"]:
        """Take some due rows for this transaction, passing over those another sweep holds."""
        return list(self.due(at).in_order().select_for_update(skip_locked=True)[:limit])


class DueRow(models.Model):
    """Something that happens at a moment, exactly once.

    ``due_at`` is the moment it stands for; ``available_at`` when the next try may be (they differ
    only after a failure). The unique key makes planning the same thing twice harmless.
    """

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    record = models.ForeignKey(
        "records.Record", models.CASCADE, related_name="due_rows", null=True, blank=True
    )
    payload = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField()
    available_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)

    objects = DueRowQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                name="due_row_waiting",
                condition=STILL_WAITING,
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(fired_at=None) | Q(cancelled_at=None), name="due_row_fired_or_cancelled"
            )
        ]

    def __str__(self) -> str:
        return self.key


class JobQuerySet(ScopedQuerySet):
    """Jobs."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(created_by=reader.standing().person_id)

    def waiting(self) -> Self:
        """Neither finished nor given up: not begun, or between two steps."""
        return self.filter(finished_at=None, failed_at=None)

    def lock_next(self, at: datetime) -> "Job | None":
        """Take the oldest job that may go on, for this transaction, passing over those at work elsewhere."""
        ready = self.waiting().filter(available_at__lte=at).order_by("available_at", "pk")
        job: Job | None = ready.select_for_update(skip_locked=True).first()
        return job


class Job(models.Model):
    """Long work that is done in steps, each in a transaction of its own, and shows how far it is.

    ``cursor`` is the step function's own note of where the next step goes on, ``result`` what it
    found. ``total`` is null until it is known. ``attempts`` counts the failures of the present step;
    ``stepped_at`` is the moment of the last step, which the step itself may stamp things with.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    payload = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    total = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    result = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    stepped_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(default="", blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["available_at", "id"],
                name="job_waiting",
                condition=Q(finished_at=None, failed_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(failed_at=None), name="job_finished_or_failed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Heartbeat(models.Model):
    """When a mechanism last made progress. Liveness is progress, not a running process."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
