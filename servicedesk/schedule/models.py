"""Due rows and heartbeats."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

BATCH = 100
PATIENCE = timedelta(minutes=1)
MAX_ATTEMPTS = 10


class DueRowQuerySet(models.QuerySet["DueRow"]):
    """Due rows."""

    def waiting(self) -> Self:
        """Neither fired, nor called off, nor given up."""
        return self.filter(fired_at=None, cancelled_at=None, dead_at=None)

    def due(self, at: datetime) -> Self:
        """Waiting rows whose moment has come."""
        return self.waiting().filter(available_at__lte=at)

    def lock_due(self, at: datetime, limit: int = BATCH) -> list["DueRow"]:
        """Take some due rows for this transaction, passing over those another sweep holds."""
        return list(self.due(at).order_by("available_at", "pk").select_for_update(skip_locked=True)[:limit])


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
                condition=Q(fired_at=None, cancelled_at=None, dead_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(fired_at=None) | Q(cancelled_at=None), name="due_row_fired_or_cancelled"
            )
        ]

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a mechanism last made progress. Liveness is progress, not a running process."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
