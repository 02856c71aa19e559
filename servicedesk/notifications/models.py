"""The outbox, the bundles that leave through it, the notices under the bell, and what people wish to hear."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy

from servicedesk.notifications.apps import CLAIMED_AT_ONCE
from servicedesk.notifications.groups import How
from servicedesk.notifications.hours import Quiet
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
    makes asking twice harmless. ``claims`` is the lease's fencing token. ``held_until`` is when it
    should leave, where that is later than the change.
    """

    key = models.CharField(max_length=200, unique=True)
    effect = models.CharField(max_length=60)
    event = models.ForeignKey("records.Event", models.CASCADE, null=True, blank=True, related_name="+")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    bundle = models.OneToOneField(
        "notifications.Bundle", models.CASCADE, null=True, blank=True, related_name="message"
    )
    payload = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    held_until = models.DateTimeField(null=True, blank=True)
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

    @property
    def groups(self) -> list[str]:
        """The group of preferences that a letter about one event was told under, if any."""
        return [self.payload["group"]] if self.payload.get("group") else []

    @property
    def claimed_at(self) -> datetime:
        """When the worker that holds the row took it: claiming put ``available_at`` one lease ahead."""
        return self.available_at - settings.OUTBOX_LEASE


class BundleQuerySet(models.QuerySet["Bundle"]):
    """Bundles."""

    def open_for(self, kind: str, people: Iterable[int], *, at: datetime) -> dict[int, int]:
        """Find or open each person's open bundle of a kind, and hold them all until the transaction ends.

        Answers bundles by person. One statement: PostgreSQL either inserts the row or locks the one
        that is there, and asks again when a closing came between. The order keeps two callers from
        waiting for each other. (bulk_create cannot name a partial unique index.)
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO notifications_bundle AS bundle (kind, person_id, opened_at)"
                " SELECT %s, person, %s FROM unnest(%s::bigint[]) AS person ORDER BY person"
                " ON CONFLICT (person_id, kind) WHERE closed_at IS NULL"
                " DO UPDATE SET opened_at = bundle.opened_at RETURNING person_id, id",
                [kind, at, sorted(set(people))],
            )
            return dict(cursor.fetchall())


class Bundle(models.Model):
    """What one person is told in one mail. ``kind`` is the effect that delivers it.

    Open, it takes more events; closed, what the mail says is fixed. servicedesk.notifications.bundles
    opens and closes.
    """

    kind = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["closed_at"], name="bundle_closed", condition=Q(closed_at__isnull=False))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="bundle_one_open", condition=Q(closed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


class BundledEvent(models.Model):
    """An event in a bundle, and the group of preferences that it was told under, if any.

    Person and kind are the bundle's, repeated so that the database itself refuses to tell anybody
    of the same event twice.
    """

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="contents")
    kind = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    event = models.ForeignKey("records.Event", models.CASCADE, related_name="+", db_index=False)
    group = models.CharField(max_length=40, blank=True, default="", db_default="")

    class Meta:
        constraints = [  # begins with the event, whose index it is too
            models.UniqueConstraint(fields=["event", "person", "kind"], name="bundled_once")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} in {self.bundle_id}"


MOST_FOLDED = 20
"""Earlier notices of a day that are shown below the last one about a record."""
LONGEST_DAY = timedelta(hours=25)


class NoticeQuerySet(ScopedQuerySet):
    """Notices."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(person=reader.standing().person_id)

    def unread(self) -> Self:
        """Not yet looked at."""
        return self.filter(read_at=None)

    def latest_of_a_day(self) -> Self:
        """The last one about each record on each day of the zone in force.

        ``earlier_ids`` are those before it, the latest first, at most ``MOST_FOLDED`` and one. A notice is as
        old as its event, so both are found by the record's history: few rows, however many notices there are.
        """
        same = self.filter(event__record=OuterRef("event__record"), at__date=OuterRef("day"))
        later = same.filter(Q(at__gt=OuterRef("at")) | Q(pk__gt=OuterRef("pk")))
        earlier = same.filter(Q(at__lt=OuterRef("at")) | Q(pk__lt=OuterRef("pk")))
        return (
            self.annotate(
                day=TruncDate("at"), day_before=F("at") - LONGEST_DAY, day_after=F("at") + LONGEST_DAY
            )
            .filter(~Exists(later.filter(event__at__gte=OuterRef("at"), event__at__lt=OuterRef("day_after"))))
            .annotate(
                earlier_ids=ArraySubquery(
                    earlier.filter(event__at__lte=OuterRef("at"), event__at__gt=OuterRef("day_before"))
                    .order_by("-at", "-pk")
                    .values("pk")[: MOST_FOLDED + 1]
                )
            )
        )

    def of_a_day_until(self, last: "Notice") -> Self:
        """Those about the same record, on the same day, that are no later than this one."""
        day = timezone.localdate(last.at)
        return self.filter(event__record=last.event.record_id, at__date=day, at__lte=last.at)


class Notice(models.Model):
    """One event, told to one person under the bell."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    event = models.ForeignKey("records.Event", models.CASCADE, related_name="notices")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    group = models.CharField(max_length=40, blank=True, default="", db_default="")

    objects = NoticeQuerySet.as_manager()
    earlier_ids: Sequence[int]  # set by latest_of_a_day()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="notice_list"),
            models.Index(fields=["person"], name="notice_unread", condition=Q(read_at=None)),
        ]
        constraints = [models.UniqueConstraint(fields=["person", "event"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.event_id} to {self.person_id}"


class OwnQuerySet(ScopedQuerySet):
    """What is somebody's own."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(person=reader.standing().person_id)


class Preference(models.Model):
    """In which way somebody hears of a group (servicedesk.notifications.groups), where that is not the default."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    group = models.CharField(max_length=40)
    how = models.CharField(max_length=10, choices=How)
    since = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "group"], name="preference_once"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="preference_known_way"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.group}: {self.how}"


DAILY_AT = time(7, 30)
"""When the daily mail leaves, on its reader's clock, unless they chose otherwise."""


def every_day() -> list[int]:
    """Monday to Sunday."""
    return list(range(7))


class MailHours(models.Model):
    """When somebody's mail leaves, on their own clock. No row: at 07:30 what is daily, the rest at any hour.

    ``version`` is that of all their preferences, so that two windows do not undo each other's.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_hours")
    daily_at = models.TimeField(gettext_lazy("daily e-mail at"), default=DAILY_AT)
    quiet_from = models.TimeField(gettext_lazy("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(gettext_lazy("quiet until"), null=True, blank=True)
    quiet_days = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    version = models.PositiveIntegerField(default=1)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mail hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | (Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until"))),
                name="mail_hours_from_and_until",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: daily at {self.daily_at:%H:%M}"

    def quiet(self) -> Quiet | None:
        """The quiet hours, if there are any."""
        if self.quiet_from is None or self.quiet_until is None:
            return None
        return Quiet(self.quiet_from, self.quiet_until, frozenset(self.quiet_days))


class WayOut(models.Model):
    """What the link at the foot of a mail stops: these groups of this person. ``groups`` is in order, by commas.

    The link names the row by an id that says nothing about either (servicedesk.notifications.unsubscribing).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    groups = models.CharField(max_length=400)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "ways out"
        constraints = [models.UniqueConstraint(fields=["person", "groups"], name="way_out_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.groups}"
