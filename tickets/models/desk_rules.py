"""Rules of the desk that are data: the severity matrix, and how long a ticket may be reopened."""

from django.db import models
from django.utils.translation import gettext_lazy

from tickets.models.calendar import ServiceCalendar
from tickets.models.severity import Impact, Severity, Urgency


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
