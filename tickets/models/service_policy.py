"""Service policies: what is promised to whom, in versions that are published and then never changed."""

from datetime import timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organization
from servicedesk.records.models import Kind
from tickets.models.calendar import ServiceCalendar
from tickets.models.published import NUMBERED_IFF_PUBLISHED, Published
from tickets.models.severity import Severity
from tickets.sla.clock import Target
from tickets.transitions import PAUSED

PROMISED = [(kind.value, kind.label) for kind in (Kind.INCIDENT, Kind.REQUEST)]
"""The kinds of record that service levels are promised for."""


def waiting_for_ldc() -> list[str]:
    """The statuses in which a clock stands unless a policy says otherwise (DOMAIN, Incident management)."""
    return sorted(PAUSED)


class TargetName(models.TextChoices):
    """The targets, for people."""

    RESPOND = Target.RESPOND.value, gettext_lazy("First answer")
    UPDATE = Target.UPDATE.value, gettext_lazy("Next update")
    RESTORE = Target.RESTORE.value, gettext_lazy("Restoration")
    FULFIL = Target.FULFIL.value, gettext_lazy("Fulfilment")


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    """Versions of the service policy."""

    def published(self) -> Self:
        """Those that count for some tickets."""
        return self.exclude(number=None)


class PolicyVersion(Published):
    """All that is promised, as one edition. A draft until it has a ``number``; then nobody changes it.

    A ticket keeps the version that was the latest when it was filed.
    """

    objects = PolicyVersionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("service policy version")
        constraints = [
            models.CheckConstraint(
                condition=NUMBERED_IFF_PUBLISHED,
                name="policy_version_numbered_iff_published",
            ),
        ]

    def __str__(self) -> str:
        if self.number is None:
            return _("Service policy, draft")
        return _("Service policy, version %(number)d") % {"number": self.number}


class PolicyRule(models.Model):
    """What is promised for some tickets. Of the rules that fit a ticket, the most specific counts.

    That is the one that names most of organization, catalogue item and severity; between equals an
    organization comes before an item, an item before a severity. Lengths are minutes that the
    calendar beside them counts.
    """

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="rules")
    kind = models.CharField(
        gettext_lazy("ticket type"), max_length=20, choices=PROMISED, default=Kind.INCIDENT
    )
    severity = models.PositiveSmallIntegerField(
        gettext_lazy("severity"), choices=Severity, null=True, blank=True
    )
    item = models.CharField(gettext_lazy("catalogue item"), max_length=60, blank=True)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=gettext_lazy("organization"),
    )  # fmt: skip
    respond_minutes = models.PositiveIntegerField(
        gettext_lazy("answer within (minutes)"), null=True, blank=True
    )
    respond_calendar = models.ForeignKey(
        ServiceCalendar, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=gettext_lazy("answer calendar"),
    )  # fmt: skip
    update_minutes = models.PositiveIntegerField(
        gettext_lazy("update every (minutes)"), null=True, blank=True
    )
    update_calendar = models.ForeignKey(
        ServiceCalendar, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=gettext_lazy("update calendar"),
    )  # fmt: skip
    finish_minutes = models.PositiveIntegerField(gettext_lazy("restore or fulfil within (minutes)"))
    finish_calendar = models.ForeignKey(
        ServiceCalendar, models.PROTECT, related_name="+", verbose_name=gettext_lazy("restoration calendar")
    )
    pauses = ArrayField(
        models.CharField(max_length=30),  # of whichever kind of ticket: each has its own statuses
        verbose_name=gettext_lazy("stands still while"),
        default=waiting_for_ldc,
        blank=True,
        help_text=gettext_lazy("For updates and restoration. The first answer never waits."),
    )

    class Meta:
        verbose_name = gettext_lazy("promise")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "severity", "item", "organization"],
                name="policy_rule_once",
                nulls_distinct=False,
                violation_error_message=gettext_lazy("There is a promise for the same tickets already."),
            ),
            models.CheckConstraint(
                condition=Q(respond_minutes__isnull=False, respond_calendar__isnull=False)
                | Q(respond_minutes=None, respond_calendar=None, kind=Kind.REQUEST),
                name="policy_rule_respond_has_a_calendar",
                violation_error_message=gettext_lazy(
                    "Give the first answer both a length and a calendar. Only requests may do without."
                ),
            ),
            models.CheckConstraint(
                condition=Q(update_minutes=None, update_calendar=None)
                | Q(update_minutes__gt=0, update_calendar__isnull=False),
                name="policy_rule_update_has_a_calendar",
                violation_error_message=gettext_lazy(
                    "Give updates both a length and a calendar, or neither."
                ),
            ),
        ]

    def __str__(self) -> str:
        about = [
            self.get_kind_display(),
            self.get_severity_display() if self.severity else "",
            self.item,
            str(self.organization or ""),
        ]
        return " · ".join(str(part) for part in about if part)

    def rank(self) -> tuple[int, bool, bool, bool]:
        """How specific it is; of two rules that fit, the greater counts."""
        named = (self.organization_id is not None, bool(self.item), self.severity is not None)
        return (sum(named), *named)


class Audience(models.TextChoices):
    """Who is told when a step of the ladder is reached."""

    ASSIGNEE = "assignee", gettext_lazy("The assignee, or the team while there is none")
    TEAM = "team", gettext_lazy("Everyone who works on tickets")
    MANAGER = "manager", gettext_lazy("Service level managers")
    CRITICAL = "critical", gettext_lazy("Critical incident managers")


class EscalationStep(models.Model):
    """One rung of the ladder: at so much of the target, or so long before or after it is due.

    Exactly one of ``percent`` (of the target's counted time) and ``offset_minutes`` (wall-clock time
    from the due moment, negative before it) is set. With ``quiet_calendar``, mail waits until it opens.
    """

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="steps")
    target = models.CharField(gettext_lazy("target"), max_length=10, choices=TargetName)
    severities = ArrayField(
        models.PositiveSmallIntegerField(choices=Severity),
        verbose_name=gettext_lazy("severities"), default=list, blank=True,
        help_text=gettext_lazy("None chosen means all."),
    )  # fmt: skip
    percent = models.PositiveSmallIntegerField(
        gettext_lazy("at percent of the target"), null=True, blank=True
    )
    offset_minutes = models.IntegerField(
        gettext_lazy("minutes after it is due"), null=True, blank=True,
        help_text=gettext_lazy("Negative: before."),
    )  # fmt: skip
    tells = models.CharField(gettext_lazy("tells"), max_length=10, choices=Audience)
    by_mail = models.BooleanField(gettext_lazy("by mail too"), default=False)
    raises = models.BooleanField(gettext_lazy("shows it as escalated"), default=False)
    quiet_calendar = models.ForeignKey(
        ServiceCalendar, models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=gettext_lazy("mail only in the hours of"),
    )  # fmt: skip

    class Meta:
        verbose_name = gettext_lazy("escalation step")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__isnull=False, offset_minutes=None)
                | Q(percent=None, offset_minutes__isnull=False),
                name="escalation_step_percent_or_offset",
                violation_error_message=gettext_lazy("Give a percentage or a number of minutes, not both."),
            ),
            models.CheckConstraint(
                condition=Q(percent=None) | Q(percent__gt=0, percent__lte=400),
                name="escalation_step_percent_in_range",
                violation_error_message=gettext_lazy("A percentage is between 1 and 400."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_target_display()}, {self.when()}: {self.get_tells_display()}"

    def when(self) -> str:
        """The rung, the same in every version that has it: ``75%``, ``+60m``, ``-30m``."""
        return f"{self.percent}%" if self.percent is not None else f"{self.offset_minutes:+d}m"

    @property
    def offset(self) -> timedelta:
        """Wall-clock time from the due moment."""
        return timedelta(minutes=self.offset_minutes or 0)
