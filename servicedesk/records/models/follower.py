"""Followers: who is told about a record beyond those who have to be."""

from typing import Self

from django.conf import settings
from django.db import models

from servicedesk.records.scope import Reader, ScopedQuerySet


class FollowerQuerySet(ScopedQuerySet):
    """Follower rows."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own rows; the record's page shows the rest to those who may see the record."""
        return self.filter(person=reader.standing().person_id)


class Follower(models.Model):
    """One person follows one record. On a restricted record this is also what lets them in."""

    record = models.ForeignKey("records.Record", models.CASCADE, related_name="followers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="following")
    since = models.DateTimeField()

    objects = FollowerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="follower_once")]

    def __str__(self) -> str:
        return f"{self.person_id} follows {self.record_id}"
