"""Comments: the conversation on a record."""

from typing import Self

from django.conf import settings
from django.db import models

from servicedesk.records.markup import to_html
from servicedesk.records.models.record import Record, ours
from servicedesk.records.scope import Reader, ScopedQuerySet


class CommentQuerySet(ScopedQuerySet):
    """Comments."""

    def visible_to(self, reader: Reader) -> Self:
        """Comments on the records one may see; internal notes for SME staff only.

        An RFC that is published to every organization is read by all; what is said on it is not.
        """
        seen = self.filter(record__in=Record.objects.visible_to(reader))
        return seen if reader.standing().sees_all else seen.filter(ours("record", reader), internal=False)


class Comment(models.Model):
    """A public message, or an internal note that no LDC ever sees."""

    record = models.ForeignKey("records.Record", models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField()
    internal = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["record", "created_at"], name="comment_conversation"),
            models.Index(fields=["author", "created_at"], name="comment_pace"),
        ]

    def __str__(self) -> str:
        return f"Comment {self.pk} on {self.record_id}"

    def html(self) -> str:
        """The body as safe HTML."""
        return to_html(self.body)
