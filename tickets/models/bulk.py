"""What an agent does to many tickets at once: what was chosen, what it is to do, what came of each."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Record
from servicedesk.records.scope import Reader, ScopedQuerySet
from servicedesk.schedule.models import Job

UNDO_FOR = timedelta(minutes=10)
"""How long after its end an action on many can be undone."""


class BulkKind(models.TextChoices):
    """What is done to each of them."""

    ASSIGN = "assign", _("Assign")
    STATUS = "status", _("Status")
    SEVERITY = "severity", _("Severity")
    TEAM = "team", _("Team")
    LET_GO = "let_go", _("Cancel or decline")
    PROBLEM = "problem", _("Link problem")
    REPLY = "reply", _("Reply")
    SNOOZE = "snooze", _("Snooze")
    MERGE = "merge", _("Merge")
    EXPORT = "export", _("Export")


REVERSIBLE = frozenset({BulkKind.ASSIGN, BulkKind.SEVERITY, BulkKind.TEAM, BulkKind.REPLY, BulkKind.SNOOZE})
"""What is taken back all at once. A merge is undone on the page of either ticket, for longer."""


class BulkRunQuerySet(ScopedQuerySet):
    """Actions on many tickets."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(by=reader.standing().person_id)


class BulkRun(models.Model):
    """An action on many tickets: chosen, then begun, then finished.

    ``terms`` is what is to be done with each, ``back`` the list that they were chosen in. ``is_cut``:
    more were meant than one action takes. ``undoes`` is the action that this one takes back.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=BulkKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    terms = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    back = models.CharField(max_length=1000, blank=True)
    is_cut = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    job = models.OneToOneField(Job, models.SET_NULL, related_name="+", null=True, blank=True)
    undoes = models.OneToOneField("self", models.CASCADE, related_name="undone_by", null=True, blank=True)

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(started_at__isnull=False), name="bulk_run_begins_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def undo_until(self) -> datetime | None:
        """Until when it can be undone; None for what cannot, and for what has not ended."""
        reversible = self.kind in REVERSIBLE and self.undoes_id is None
        return self.finished_at + UNDO_FOR if reversible and self.finished_at else None


class BulkState(models.TextChoices):
    """What came of one ticket."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Not possible")
    CHANGED = "changed", _("Changed meanwhile")


class BulkRowQuerySet(ScopedQuerySet):
    """The tickets of actions on many."""

    def visible_to(self, reader: Reader) -> Self:
        """Those of one's own actions."""
        return self.filter(run__by=reader.standing().person_id)

    def waiting(self) -> Self:
        """Those whose turn has not come, in the order of their primary keys, so that no two actions lock crosswise."""
        return self.filter(state=BulkState.WAITING).order_by("record")

    def counted(self) -> dict[str, int]:
        """How many are in which state."""
        rows = self.order_by().values_list("state").annotate(number=Count("pk"))
        return dict(rows)


class BulkRow(models.Model):
    """One ticket of it. ``version`` is what the agent was looking at, ``version_after`` what it led to.

    ``was`` is what undoing restores. ``words`` says why nothing was done, or who changed it meanwhile.
    """

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="rows")
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.WAITING)
    words = models.TextField(blank=True)
    was = models.JSONField(default=dict, blank=True)
    version_after = models.PositiveIntegerField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = BulkRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "record"], name="bulk_row_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="bulk_row_ended_iff_not_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state="done", version_after__gte=F("version"))
                | ~Q(state="done") & Q(version_after=None),
                name="bulk_row_done_iff_version_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.state}"
