"""Ticket: what an incident and a standard request have in common, so that one query lists both."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, Left, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from servicedesk.records.models import Comment, Event, Record, RecordQuerySet
from servicedesk.records.models.record import own
from servicedesk.records.scope import Reader
from servicedesk.records.transitions import Lifecycle
from tickets.models.catalogue import Team
from tickets.models.satisfaction import Satisfaction
from tickets.models.service_clock import Clocked
from tickets.models.severity import Severity
from tickets.models.workspace import ReadMark, Snooze
from tickets.transitions import LIFECYCLES

BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN_OF_A_MESSAGE = 160
"""Characters of the last message that a line of a list shows at most."""


class Environment(models.TextChoices):
    """An MDM/R environment."""

    PRODUCTION = "production", _("Production")
    RECOVERY = "recovery", _("Disaster Recovery")
    QUALITY = "quality", _("Quality Assurance (test)")
    SANDBOX = "sandbox", _("Sandbox")


class Resolution(models.TextChoices):
    """How a ticket's work was done."""

    FIX = "fix", _("Fixed")
    WORKAROUND = "workaround", _("By a workaround, for now")
    FULFILLED = "fulfilled", _("Fulfilled")


class TicketQuerySet(RecordQuerySet):
    """Tickets, of whatever kind."""

    def visible_to(self, reader: Reader) -> Self:
        """SME staff see every ticket; others their organizations'. None is ever published to everyone."""
        return self if reader.standing().sees_all else self.filter(own(reader))

    def with_news(self, reader: Reader) -> Self:
        """Add what is news to this reader, and never what they may not see.

        ``seen_at``: up to when they know what happened, None if they never opened it; ``unread``: did
        somebody else do something since? ``last_said``: the last message; ``sleeps_until``. All are looked
        up by index for the rows that are shown.
        """
        mine = {"person": reader.standing().person_id, "record": OuterRef("pk")}
        marks = ReadMark.objects.filter(**mine)
        sleeping = Snooze.objects.filter(**mine).asleep(Now())
        events, said = (
            Event.objects.filter(record=OuterRef("pk")),
            Comment.objects.filter(record=OuterRef("pk")),
        )
        if not reader.standing().sees_all:
            events, said = events.filter(internal=False), said.filter(internal=False)
        after = Coalesce(OuterRef("seen_at"), Value(BEFORE_ALL))
        by_others = Q(actor=None) | ~Q(actor=reader.standing().person_id)
        last = said.order_by("-created_at", "-pk").values(
            words=JSONObject(
                body=Left("body", SHOWN_OF_A_MESSAGE), internal="internal", author="author__name"
            )
        )
        return self.annotate(seen_at=Subquery(marks.values("seen_at"))).annotate(
            sleeps_until=Subquery(sleeping.values("until")),
            unread=Exists(events.filter(by_others, at__gt=after)),
            last_said=Subquery(last[:1]),
        )

    def with_absorbed(self) -> Self:
        """Tickets that know which others were merged into them: ``absorbed_ids``."""
        absorbed = Ticket.objects.filter(merged_into=OuterRef("pk")).order_by("pk").values("pk")
        return self.annotate(absorbed_ids=ArraySubquery(absorbed))


class Ticket(Clocked, Record):
    """A record under service levels, in a queue. Each is of one kind, which has a table of its own.

    ``severity`` is an incident's; ``item`` is the slug of what a request orders. ``environment`` is
    empty where a request is about none. ``merged_into`` is the ticket that goes on in its place.
    """

    severity = models.PositiveSmallIntegerField(choices=Severity, null=True, blank=True)
    item = models.CharField(max_length=60, blank=True)
    environment = models.CharField(max_length=12, choices=Environment, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="tickets", null=True, blank=True)
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    backup_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    phone = models.CharField(max_length=40, blank=True)
    resolution = models.CharField(max_length=12, choices=Resolution, blank=True)
    reopen_until = models.DateTimeField(null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField(choices=Satisfaction, null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, related_name="absorbed", null=True, blank=True, editable=False
    )

    absorbed_ids: Sequence[int] = ()
    """What ``with_absorbed`` found."""

    objects = TicketQuerySet.as_manager()  # type: ignore[misc]  # the same manager, for this model
    seen_at: datetime | None  # set by with_news(), with unread, last_said and sleeps_until

    class Meta:
        indexes = [models.Index(fields=["severity"], name="ticket_severity")]
        constraints = [
            models.CheckConstraint(
                condition=Q(resolution="", reopen_until=None)
                | ~Q(resolution="") & Q(reopen_until__isnull=False),
                name="ticket_resolution_iff_reopen_until",
            ),
            models.CheckConstraint(
                condition=Q(contact=None) | ~Q(contact=models.F("backup_contact")),
                name="ticket_backup_is_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(item="", severity__isnull=False) | ~Q(item="") & Q(severity=None),
                name="ticket_severity_unless_it_orders",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("record_ptr")),
                name="ticket_not_merged_into_itself",
            ),
        ]

    @property
    def lifecycle(self) -> Lifecycle:
        """The table of its moves."""
        return LIFECYCLES[self.kind]

    def search_text(self) -> str:
        """What it says, for the search index. Each kind has its own."""
        raise NotImplementedError

    def get_absolute_url(self) -> str:
        """The ticket's page."""
        return reverse("tickets:detail", args=[self.reference])
