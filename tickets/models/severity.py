"""How bad it is: impact and urgency as their reporter states them, and the severity that follows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Impact(models.TextChoices):
    """Who or what is affected, in the reporter's words (DOMAIN, severity matrix)."""

    ALL = "all", _("Production is down, or every LDC is affected")
    BILLING = "billing", _("Our billing is stopped")
    PART = "part", _("Part of our processing is affected")
    MINOR = "minor", _("One user is affected, or it only looks wrong")


class Urgency(models.TextChoices):
    """How soon it has to work again."""

    NOW = "now", _("Now: a billing window is at risk")
    TODAY = "today", _("Today")
    WEEK = "week", _("This week")
    WAIT = "wait", _("It can wait")


class Severity(models.IntegerChoices):
    """What follows from impact and urgency."""

    CRITICAL = 1, _("Severity 1 – critical")
    HIGH = 2, _("Severity 2 – high")
    MEDIUM = 3, _("Severity 3 – medium")
    LOW = 4, _("Severity 4 – low")


SEVERE = frozenset({Severity.CRITICAL, Severity.HIGH})
"""Those that go to the critical incident managers at once, and need a back-up contact."""
