"""What the desk's workspace keeps for a person: what they have read, what sleeps for them, their views of queues."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Event
from servicedesk.records.scope import Reader, ScopedQuerySet


class OwnQuerySet(ScopedQuerySet):
    """Rows that are somebody's own."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(person=reader.standing().person_id)


class ReadMark(models.Model):
    """How far somebody has read a record: what happened after ``seen_at`` is news to them.

    There is none for what they never opened, and then all of it is news.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    record = models.ForeignKey("records.Record", models.CASCADE, related_name="read_marks")
    seen_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "record"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.person_id} read {self.record_id}"


class SnoozeQuerySet(OwnQuerySet):
    """Tickets that somebody put off."""

    def asleep(self, at: datetime | Now) -> Self:
        """Those whose time has not come, and on which the other side has done nothing since."""
        woken = Event.objects.filter(record=OuterRef("record"), at__gt=OuterRef("since"), facts__side="ldc")
        return self.filter(~Exists(woken), until__gt=at)


class Snooze(models.Model):
    """A ticket sleeps for one agent until a moment, or until the other side does something after ``since``.

    That it wakes is a condition on time and history, so nothing has to run for it (tickets/workspace/snoozing.py).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    record = models.ForeignKey("records.Record", models.CASCADE, related_name="snoozes")
    since = models.DateTimeField()
    until = models.DateTimeField()

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "record"], name="snooze_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="snooze_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} sleeps for {self.person_id}"


class SavedViewQuerySet(ScopedQuerySet):
    """Saved views."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own, and those that are shared with the desk: queues are the desk's alone."""
        standing = reader.standing()
        if not standing.sees_all:
            return self.none()
        return self.filter(Q(owner=standing.person_id) | Q(shared=True))

    def kept(self) -> Self:
        """Those that are not deleted."""
        return self.filter(deleted_at=None)


class SavedView(models.Model):
    """A queue, narrowed down and in an order, under a name. Its address is /desk/v/<public_id>/.

    ``filters`` are parameters of a list by name (tickets/workspace/parameters.py), nothing else; no
    ``columns`` are those that each person has chosen. A deleted one stays, so that deleting can be undone.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=60)
    queue = models.CharField(max_length=70)
    filters = models.JSONField(default=dict)
    sort = models.CharField(max_length=12, default="due")
    columns = ArrayField(models.CharField(max_length=16), default=list)
    shared = models.BooleanField(_("shared with the desk"), default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["name"], name="saved_view_shared", condition=Q(shared=True, deleted_at=None)
            ),
        ]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name")]

    def __str__(self) -> str:
        return self.name
