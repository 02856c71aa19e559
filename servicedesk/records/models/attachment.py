"""Attachments: files on a record, or on a draft that has not been sent."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Sum

from servicedesk.records.models.record import Record, ours
from servicedesk.records.scope import Reader, ScopedQuerySet


class AttachmentQuerySet(ScopedQuerySet):
    """Attachments."""

    def visible_to(self, reader: Reader) -> Self:
        """Files of the records one may see (internal ones for SME staff only), and of one's own drafts.

        Of an RFC that is only published to one, those that belong to no comment.
        """
        standing = reader.standing()
        on_record = Q(Exists(Record.objects.visible_to(reader).filter(pk=OuterRef("record_id"))))
        if not standing.sees_all:
            on_record &= Q(Q(comment=None) | ours("record", reader), internal=False)
        return self.filter(on_record | Q(draft__person=standing.person_id))

    def total_bytes(self) -> int:
        """What these files weigh together."""
        return self.aggregate(total=Sum("size"))["total"] or 0


class Attachment(models.Model):
    """A file's name and whereabouts. Its bytes lie by their SHA-256 (servicedesk.records.files)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    record = models.ForeignKey("records.Record", models.PROTECT, related_name="attachments", null=True)
    draft = models.ForeignKey("records.Draft", models.CASCADE, related_name="attachments", null=True)
    comment = models.ForeignKey("records.Comment", models.PROTECT, related_name="attachments", null=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    internal = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["uploaded_by", "created_at"], name="attachment_pace")]
        constraints = [
            models.CheckConstraint(
                condition=Q(record=None, draft__isnull=False) | Q(record__isnull=False, draft=None),
                name="attachment_on_a_record_or_a_draft",
            )
        ]

    def __str__(self) -> str:
        return self.name
