"""The outbox, and the notices under the bell."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import Q

from servicedesk.notifications.apps import CLAIMED_AT_ONCE
from servicedesk.records.scope import Reader, ScopedQuerySet

GIVE_UP_AFTER = timedelta(hours=48)
_BACK_OFF = [timedelta(seconds=30), *(timedelta(minutes=m) for m in (1, 2, 5, 10, 30, 60))]


def back_off(failures: int) -> timedelta:
    """How long to wait after that many failures (PROMISES, rule 4): 30 s … 1 h, then every 2 h."""
    return _BACK_OFF[failures - 1] if failures <= len(_BACK_OFF) else timedelta(hours=2)


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Outbox rows."""

    def waiting(self) -> Self:
        """Neither delivered nor given up."""
        return self.filter(done_at=None, dead_at=None)

    def due(self, at: datetime) -> Self:
        """Waiting rows whose next try may be now."""
        return self.waiting().filter(available_at__lte=at)

    @transaction.atomic
    def claim(self, *, at: datetime, limit: int = CLAIMED_AT_ONCE) -> list["OutboxMessage"]:
        """Take some due rows by postponing them for the length of a lease.

        A worker that dies leaves nothing to repair: its rows fall due again.
        """
        rows = self.due(at).order_by("available_at", "pk").select_for_update(skip_locked=True)
        claimed: list[OutboxMessage] = list(rows[:limit])
        for message in claimed:
            message.claims += 1
            message.available_at = at + settings.OUTBOX_LEASE
        OutboxMessage.objects.bulk_update(claimed, ["claims", "available_at"])
        return claimed


class OutboxMessage(models.Model):
    """One effect for one recipient, written in the transaction of the change it tells of.

    ``effect`` names a function in servicedesk.notifications.effects' registry; the unique key
    makes asking twice harmless. ``claims`` is the lease's fencing token.
    """

    key = models.CharField(max_length=200, unique=True)
    effect = models.CharField(max_length=60)
    event = models.ForeignKey("records.Event", models.CASCADE, null=True, blank=True, related_name="+")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    payload = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    claims = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=200, default="", blank=True)
    last_error = models.TextField(default="", blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["available_at", "id"], name="outbox_waiting", condition=Q(done_at=None, dead_at=None)
            ),
            models.Index(fields=["dead_at"], name="outbox_dead", condition=Q(dead_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(dead_at=None), name="outbox_done_or_dead")
        ]

    def __str__(self) -> str:
        return self.key


class NoticeQuerySet(ScopedQuerySet):
    """Notices."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(person=reader.standing().person_id)

    def unread(self) -> Self:
        """Not yet looked at."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """One event, told to one person under the bell."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    event = models.ForeignKey("records.Event", models.CASCADE, related_name="notices")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_list"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None)),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.person_id}"
