"""What a merge and a split have to remember, so that either can be undone."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.models.problem import ForTheDesk
from tickets.models.ticket import Ticket

UNDO_FOR = timedelta(days=30)
"""How long a merge or a split can be undone (UX 5.16)."""

_UNDONE = Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False)


class Merge(models.Model):
    """One ticket goes on in another (docs/decisions/0010-merging.md). Read by the desk alone.

    Messages, files and history stay with the merged ticket. What the merge added to the survivor stands
    here, to be taken away again: ``followers`` are ids of people, ``links`` of links, ``absorbed`` those of
    tickets that had been merged into the merged one. ``was`` is the status that it came from, ``version``
    the one that it had afterwards.
    """

    merged = models.ForeignKey(Ticket, models.PROTECT, related_name="merges")
    survivor = models.ForeignKey(Ticket, models.PROTECT, related_name="taken_over")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    was = models.CharField(max_length=30)
    version = models.PositiveIntegerField()
    followers = models.JSONField(default=list)
    links = models.JSONField(default=list)
    absorbed = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = ForTheDesk.as_manager()

    class Meta:
        verbose_name = _("merge")
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merge_once"),
            models.CheckConstraint(condition=_UNDONE, name="merge_undone_together"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class Split(models.Model):
    """Some messages of a ticket became another one. Read by the desk alone."""

    source = models.ForeignKey(Ticket, models.PROTECT, related_name="splits")
    made = models.OneToOneField(Ticket, models.PROTECT, related_name="split_off")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = ForTheDesk.as_manager()

    class Meta:
        verbose_name = _("split")
        constraints = [models.CheckConstraint(condition=_UNDONE, name="split_undone_together")]

    def __str__(self) -> str:
        return f"{self.made_id} of {self.source_id}"
