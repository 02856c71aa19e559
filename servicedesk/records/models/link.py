"""Links between records."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models.record import Record
from servicedesk.records.scope import Reader, ScopedQuerySet


class Relation(models.TextChoices):
    """How the source record stands to the target."""

    RELATED = "related", _("is related to")
    DUPLICATE = "duplicate", _("is a duplicate of")
    CAUSED_BY = "caused_by", _("is caused by")
    CONTINUES = "continues", _("continues")
    FIXED_BY = "fixed_by", _("is fixed by")

    @property
    def inverse(self) -> str | Promise:
        """How the target stands to the source."""
        return _INVERSE[self]

    @classmethod
    def by_hand(cls) -> list[tuple[str, str | Promise]]:
        """Those that people choose from: the others follow from what was done to the records."""
        return [choice for choice in cls.choices if choice[0] not in _BY_ITSELF]

    @property
    def stays(self) -> bool:
        """Does it tell how a record came about, or what mends it? Then nobody removes it by hand."""
        return self in _BY_ITSELF


_BY_ITSELF = frozenset({Relation.CONTINUES, Relation.FIXED_BY})

_INVERSE: dict[Relation, str | Promise] = {
    Relation.RELATED: _("is related to"),
    Relation.DUPLICATE: _("has as a duplicate"),
    Relation.CAUSED_BY: _("is the cause of"),
    Relation.CONTINUES: _("goes on as"),
    Relation.FIXED_BY: _("fixes"),
}


class LinkQuerySet(ScopedQuerySet):
    """Links."""

    def visible_to(self, reader: Reader) -> Self:
        """Those of which one may see both ends."""
        seen = Record.objects.visible_to(reader)
        return self.filter(source__in=seen, target__in=seen)

    def of(self, record_id: int) -> Self:
        """Those at one record, whichever end it is."""
        return self.filter(Q(source=record_id) | Q(target=record_id))


class Link(models.Model):
    """One record points to another. Shown only where the reader may see both ends."""

    source = models.ForeignKey("records.Record", models.CASCADE, related_name="links_out")
    target = models.ForeignKey("records.Record", models.CASCADE, related_name="links_in")
    relation = models.CharField(max_length=20, choices=Relation)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "target", "relation"], name="link_once"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_not_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"
