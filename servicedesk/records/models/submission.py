"""Submissions: which forms have been sent already, by their idempotency key."""

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """One key of one person, the digest of what came with it, and where it led."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    location = models.CharField(max_length=500, default="")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="submission_age")]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="submission_once")]

    def __str__(self) -> str:
        return str(self.key)
