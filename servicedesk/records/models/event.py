"""Event: append-only history. Audit trail, timeline and the SLA clock's input in one."""

from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from servicedesk.records.models.record import Record, ours
from servicedesk.records.scope import Reader, ScopedQuerySet


class EventQuerySet(ScopedQuerySet):
    """History rows."""

    def visible_to(self, reader: Reader) -> Self:
        """Events of the records one may see; internal ones for SME staff only.

        Of an RFC that is only published to one, those that nobody said anything with.
        """
        seen = self.filter(record__in=Record.objects.visible_to(reader))
        if reader.standing().sees_all:
            return seen
        return seen.filter(Q(comment=None) | ours("record", reader), internal=False)


class Event(models.Model):
    """Something happened to a record. Never updated, never deleted: a trigger refuses both."""

    record = models.ForeignKey("records.Record", models.PROTECT, related_name="events")
    name = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    internal = models.BooleanField(default=False)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    comment = models.OneToOneField("records.Comment", models.PROTECT, related_name="event", null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["record", "at", "id"], name="event_timeline")]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only; the database would refuse the rest anyway, with less kind words."""
        if self.pk:
            raise TypeError("An event is never changed. Record a new one that corrects it.")
        super().save(*args, **kwargs)

    @property
    def what(self) -> str:
        """What happened, the kind of record apart: "submitted" of "incident.submitted"."""
        return self.name.partition(".")[2]
