"""Risk: a questionnaire whose points anybody can add up, kept with the version of its formula."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models.rfc import OfChange, RequestForChange


class Risk(models.TextChoices):
    """How risky a change is."""

    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")


class RiskFormula(models.Model):
    """A version of the questionnaire. Published ones never change; RFCs keep the one they were rated by.

    ``questions``: [{"name", "text", "answers": [{"value", "text", "points"}]}]; ``medium_from`` and
    ``high_from`` are sums of points; ``plans``: {"low": ["implementation_plan"], …}, what each risk requires;
    ``lead_days``: {"low": 5, …}, calendar days between approval and start.
    """

    number = models.PositiveIntegerField(unique=True)
    questions = models.JSONField()
    medium_from = models.PositiveSmallIntegerField()
    high_from = models.PositiveSmallIntegerField()
    plans = models.JSONField()
    lead_days = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("risk formula")

    def __str__(self) -> str:
        return f"{self.number}"


class RiskAssessment(models.Model):
    """One rating of an RFC. The latest counts; earlier ones stay."""

    rfc = models.ForeignKey(RequestForChange, models.CASCADE, related_name="assessments")
    formula = models.ForeignKey(RiskFormula, models.PROTECT, related_name="+")
    answers = models.JSONField()
    points = models.PositiveSmallIntegerField()
    risk = models.CharField(max_length=10, choices=Risk)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OfChange.as_manager()

    class Meta:
        verbose_name = _("risk assessment")
        indexes = [models.Index(fields=["rfc", "-at"], name="risk_latest")]

    def __str__(self) -> str:
        return f"{self.rfc_id} {self.risk}"
