"""Service calendars: when clocks run, in versions that are published and then never changed."""

from collections.abc import Iterable
from datetime import time
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization, check_zone
from tickets.models.published import NUMBERED_IFF_PUBLISHED, Published
from tickets.sla.calendar import DAY, Window, WorkingCalendar

WEEKDAYS = 7


def read_windows(pairs: Iterable[Iterable[str]]) -> tuple[Window, ...]:
    """Windows from [["08:00", "17:00"], …]; one that ends at or before its start passes midnight.

    Raises ValueError or TypeError for what is no list of pairs of wall-clock times.
    """
    read = [(_minutes(start), _minutes(end)) for start, end in pairs]
    return tuple((start, end if end > start else end + DAY) for start, end in read)


def _minutes(text: str) -> int:
    if text == "24:00":
        return DAY
    wall = time.fromisoformat(text)
    return wall.hour * 60 + wall.minute


def check_windows(pairs: Any) -> None:
    """Refuse what is no list of ["from", "to"] pairs."""
    try:
        read_windows(pairs)
    except (TypeError, ValueError, AttributeError) as error:
        raise ValidationError(
            _('Write ["from", "to"] pairs such as ["08:00", "17:00"]. (%(error)s)') % {"error": error}
        ) from error


def check_week(week: Any) -> None:
    """Refuse what is no week of windows, or one in which no clock would ever end."""
    if not isinstance(week, list) or len(week) != WEEKDAYS:
        raise ValidationError(_("A week has seven days: write seven lists, Monday first."))
    for day in week:
        check_windows(day)
    if not any(week):
        raise ValidationError(_("A clock has to run at some time: give at least one day a window."))


class ServiceCalendar(models.Model):
    """A calendar by its name. What it says stands in its versions."""

    name = models.CharField(gettext_lazy("name"), max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class CalendarVersionQuerySet(models.QuerySet["CalendarVersion"]):
    """Versions of calendars."""

    def published(self) -> Self:
        """Those that count, or will from their day on."""
        return self.exclude(number=None)

    def latest_number(self) -> int:
        """The number of the latest publication, of whichever calendar."""
        return int(self.aggregate(latest=models.Max("number"))["latest"] or 0)


class CalendarVersion(Published):
    """What a calendar says from a day on. A draft until it has a ``number``; then nobody changes it.

    Numbers are drawn across all calendars, so that one number says which versions of all of them a
    ticket was read with. ``windows`` has seven lists (Monday first) of ["from", "to"] pairs.
    """

    calendar = models.ForeignKey(ServiceCalendar, models.PROTECT, related_name="versions")
    effective_on = models.DateField(
        gettext_lazy("effective on"),
        help_text=gettext_lazy("From midnight of this day. Before it, the version before counts."),
    )
    zone = models.CharField(
        gettext_lazy("time zone"), max_length=60, default="America/Toronto", validators=[check_zone]
    )
    windows = models.JSONField(gettext_lazy("working hours"), validators=[check_week])

    objects = CalendarVersionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("calendar version")
        constraints = [
            models.CheckConstraint(
                condition=NUMBERED_IFF_PUBLISHED,
                name="calendar_version_numbered_iff_published",
            ),
        ]

    def __str__(self) -> str:
        if self.number is None:
            return _("%(calendar)s, draft") % {"calendar": self.calendar}
        return _("%(calendar)s, version %(number)d") % {"calendar": self.calendar, "number": self.number}

    def working(self, days: Iterable["CalendarDay"]) -> WorkingCalendar:
        """This version for calculating with, given its own days that are to count."""
        different = list(days)
        return WorkingCalendar(
            ZoneInfo(self.zone),
            tuple(read_windows(day) for day in self.windows),
            {one.day: read_windows(one.windows) for one in different},
            {one.day: one.name for one in different},
        )


class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, a half-day, or a day one organization is closed."""

    version = models.ForeignKey(CalendarVersion, models.CASCADE, related_name="days")
    day = models.DateField(gettext_lazy("day"))
    name = models.CharField(gettext_lazy("name"), max_length=80)
    windows = models.JSONField(gettext_lazy("hours"), default=list, blank=True, validators=[check_windows])
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=gettext_lazy("only for"),
    )

    class Meta:
        verbose_name = gettext_lazy("day that differs")
        verbose_name_plural = gettext_lazy("days that differ")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "day", "organization"],
                name="calendar_day_once",
                nulls_distinct=False,
                violation_error_message=gettext_lazy("This day is in the list twice."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="calendar_day_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.name}"
