"""Links between records."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.records.scope import ScopedQuerySet


class Relation(models.TextChoices):
    """How the source record stands to the target."""

    RELATED = "related", _("is related to")
    DUPLICATE = "duplicate", _("is a duplicate of")
    CAUSED_BY = "caused_by", _("is caused by")


class Link(models.Model):
    """One record points to another. Shown only where the reader may see both ends."""

    source = models.ForeignKey("records.Record", models.CASCADE, related_name="links_out")
    target = models.ForeignKey("records.Record", models.CASCADE, related_name="links_in")
    relation = models.CharField(max_length=20, choices=Relation)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "relation"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"
