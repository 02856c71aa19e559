"""Drafts: what somebody is writing and has not sent."""

import uuid
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from servicedesk.records.scope import Reader, ScopedQuerySet


class DraftQuerySet(ScopedQuerySet):
    """Drafts."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own, and nobody else's: not even an administrator reads an unsent text."""
        return self.filter(person=reader.standing().person_id)

    def unsent(self) -> Self:
        """Drafts that still wait for their author."""
        return self.filter(sent_at=None)


class Draft(models.Model):
    """An unsent form. The page draws its ``public_id``, so that saving it twice is saving it once.

    Once sent it is kept for a while and points to what it became: a second send leads there.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    became = models.ForeignKey("records.Record", models.CASCADE, related_name="+", null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-updated_at"], name="draft_unsent", condition=Q(sent_at=None))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, became=None) | Q(sent_at__isnull=False),
                name="draft_became_something_only_when_sent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} draft of {self.person_id}"
