"""Service levels as data: severity matrix, targets, calendars, desk rules."""

from datetime import date, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import check_zone
from tickets.models.incident import Impact, Severity, Urgency
from tickets.sla.calendar import DAY, Window, WorkingCalendar


def _minutes(text: str) -> int:
    if text == "24:00":
        return DAY
    wall = time.fromisoformat(text)
    return wall.hour * 60 + wall.minute


def _windows(pairs: list[list[str]]) -> tuple[Window, ...]:
    """Windows from [["08:00", "17:00"], …]; one that ends at or before its start passes midnight."""
    read = [(_minutes(start), _minutes(end)) for start, end in pairs]
    return tuple((start, end if end > start else end + DAY) for start, end in read)


class ServiceCalendar(models.Model):
    """When a clock runs.

    ``windows`` has seven lists (Monday first) of ["from", "to"] pairs in wall-clock time;
    ``exceptions`` maps "2026-12-25" to {"name": "Christmas Day", "windows": []}.
    """

    name = models.CharField(max_length=60, unique=True)
    zone = models.CharField(max_length=60, default="America/Toronto", validators=[check_zone])
    windows = models.JSONField()
    exceptions = models.JSONField(default=dict, blank=True)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what could not be read back as a calendar."""
        try:
            calendar = self.working()
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise ValidationError(
                _(
                    'Write seven lists of ["from", "to"] pairs, Monday first, and days as "2026-12-25". (%(error)s)'
                )
                % {"error": error}
            ) from error
        if not any(calendar.windows):
            raise ValidationError(_("A clock has to run at some time: give at least one day a window."))
        if len(calendar.windows) != 7:
            raise ValidationError(_("A week has seven days: write seven lists, Monday first."))

    def working(self) -> WorkingCalendar:
        """This calendar for calculating with."""
        exceptions = cast("dict[str, dict[str, Any]]", self.exceptions)
        return WorkingCalendar(
            ZoneInfo(self.zone),
            tuple(_windows(day) for day in self.windows),
            {date.fromisoformat(day): _windows(what.get("windows", [])) for day, what in exceptions.items()},
        )


class ServiceLevel(models.Model):
    """What is promised for one severity. Targets are minutes of the calendar beside them."""

    severity = models.PositiveSmallIntegerField(choices=Severity, unique=True)
    respond_minutes = models.PositiveIntegerField(gettext_lazy("respond within (minutes)"))
    respond_calendar = models.ForeignKey(ServiceCalendar, models.PROTECT, related_name="+")
    restore_minutes = models.PositiveIntegerField(gettext_lazy("restore within (minutes)"))
    restore_calendar = models.ForeignKey(ServiceCalendar, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.get_severity_display())

    @property
    def respond_within(self) -> timedelta:
        """The response target."""
        return timedelta(minutes=self.respond_minutes)

    @property
    def restore_within(self) -> timedelta:
        """The restoration target."""
        return timedelta(minutes=self.restore_minutes)


class SeverityRule(models.Model):
    """One cell of the severity matrix."""

    impact = models.CharField(max_length=10, choices=Impact)
    urgency = models.CharField(max_length=10, choices=Urgency)
    severity = models.PositiveSmallIntegerField(choices=Severity)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["impact", "urgency"], name="severity_rule_once")]

    def __str__(self) -> str:
        return f"{self.get_impact_display()} × {self.get_urgency_display()}"


class DeskRules(models.Model):
    """How long a resolved incident may be reopened, and when its closing is announced.

    One row. Business days are days of ``calendar``.
    """

    calendar = models.ForeignKey(ServiceCalendar, models.PROTECT, related_name="+")
    reopen_days = models.PositiveSmallIntegerField(gettext_lazy("reopen within (business days)"), default=10)
    remind_days = models.PositiveSmallIntegerField(
        gettext_lazy("remind before closing (business days)"), default=2
    )

    class Meta:
        verbose_name_plural = "desk rules"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="desk_rules_single_row"),
            models.CheckConstraint(
                condition=models.Q(remind_days__lt=models.F("reopen_days")),
                name="desk_rules_remind_first",
                violation_error_message=gettext_lazy("Remind earlier than the day of closing."),
            ),
        ]

    def __str__(self) -> str:
        return "Desk rules"
