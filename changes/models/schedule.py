"""The schedule: what a change occupies and when, freezes, accepted and open conflicts, and feeds of the calendar."""

from datetime import time
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import check_zone
from changes.models.rfc import OfChange, RequestForChange
from servicedesk.records.scope import Reader, ScopedQuerySet
from tickets.models import Environment


class BookingQuerySet(OfChange):
    """What changes occupy."""

    def active(self) -> Self:
        """Those of changes that are on the schedule."""
        return self.filter(active=True)


class Booking(models.Model):
    """One thing that an RFC occupies during its window: ``env:production`` or ``service:billing``.

    ``overridden`` says that somebody accepted the overlap, or that it came about by an edit: the database
    lets it stand beside others, and the conflict is kept in ScheduleConflict.
    """

    rfc = models.ForeignKey(RequestForChange, models.CASCADE, related_name="bookings")
    resource = models.CharField(max_length=40)
    span = DateTimeRangeField()
    overridden = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        indexes = [models.Index(fields=["rfc"], name="booking_active", condition=Q(active=True))]
        constraints = [
            ExclusionConstraint(
                name="booking_one_at_a_time",
                expressions=[("resource", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=Q(active=True, overridden=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rfc_id} {self.resource}"


class Freeze(models.Model):
    """A time in which environments stay as they are (DOMAIN: year-end, the OEB's price changes).

    A hard one is overridden by a change manager alone; a soft one asks for a reason too. Everyone reads them.
    """

    name = models.CharField(_("name"), max_length=80)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    environments = ArrayField(
        models.CharField(max_length=12, choices=Environment), verbose_name=_("environments"), default=list
    )
    hard = models.BooleanField(_("hard"), default=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("freeze")
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="freeze_span")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="freeze_ends_after_it_starts",
                violation_error_message=_("Choose an end that is after the start."),
            ),
            models.UniqueConstraint(
                fields=["name", "starts_at"],
                name="freeze_once",
                violation_error_message=_("A freeze of this name begins at that moment already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeskOnly(ScopedQuerySet):
    """Rows that name several organizations' changes: for SME staff."""

    def visible_to(self, reader: Reader) -> Self:
        """All of them to SME staff, none to others."""
        return self if reader.standing().sees_all else self.none()


class AboutConflict(models.Model):
    """What an RFC meets, as it was then. Exactly one of ``other``, ``freeze`` and ``calendar`` names it.

    ``token`` is the conflict's own (changes.conflicts): it says what is met and when, so another window on
    either side is another conflict.
    """

    rfc = models.ForeignKey(RequestForChange, models.CASCADE, related_name="%(class)ss")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    token = models.CharField(max_length=160)
    other = models.ForeignKey(RequestForChange, models.CASCADE, related_name="+", null=True, blank=True)
    freeze = models.ForeignKey(Freeze, models.PROTECT, related_name="+", null=True, blank=True)
    calendar = models.CharField(max_length=120, blank=True)

    objects = DeskOnly.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=False, freeze=None, calendar="")
                | Q(other=None, freeze__isnull=False, calendar="")
                | Q(other=None, freeze=None) & ~Q(calendar=""),
                name="%(class)s_names_one_thing",
            ),
            models.UniqueConstraint(fields=["rfc", "starts_at", "ends_at", "token"], name="%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rfc_id} {self.token}"


class ScheduleOverride(AboutConflict):
    """Somebody accepted a conflict of a window, with a reason. It holds as long as both sides stay where they are."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta(AboutConflict.Meta):
        verbose_name = _("schedule override")


class ScheduleConflict(AboutConflict):
    """A conflict that a scheduled RFC stands in and nobody accepted. Found anew at every edit of either side."""

    freeze = models.ForeignKey(Freeze, models.CASCADE, related_name="+", null=True, blank=True)
    found_at = models.DateTimeField()

    class Meta(AboutConflict.Meta):
        verbose_name = _("schedule conflict")


class ScheduleRules(models.Model):
    """When changes are proposed to begin and end, in wall time: one row, edited in the administration.

    Hours that close at or before they open pass midnight; ``horizon`` is in days.
    """

    zone = models.CharField(_("time zone"), max_length=60, default="America/Toronto", validators=[check_zone])
    opens = models.TimeField(_("maintenance from"), default=time(20))
    closes = models.TimeField(_("until"), default=time(6))
    horizon = models.PositiveSmallIntegerField(_("days looked ahead"), default=120)

    class Meta:
        verbose_name = verbose_name_plural = _("schedule rules")

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        """Refuse hours of no length."""
        if self.opens == self.closes:
            raise ValidationError({"closes": _("Choose an end that differs from the start.")})


class FeedQuerySet(ScopedQuerySet):
    """Feeds of the calendar."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own, whoever one is."""
        return self.filter(person=reader.standing().person_id)

    def live(self) -> Self:
        """Those that answer."""
        return self.filter(revoked_at=None)


class CalendarFeed(models.Model):
    """A person's own address of the calendar feed. What is kept of its token is a SHA-256."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        constraints = [
            models.UniqueConstraint(fields=["person"], name="feed_one_live", condition=Q(revoked_at=None))
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"
