"""The tables of this app."""

from changes.models.rfc import (
    AffectedDocument,
    Category,
    ChangeTemplate,
    Interface,
    OfChange,
    Outcome,
    Release,
    RequestForChange,
)
from changes.models.risk import Risk, RiskAssessment, RiskFormula
from changes.models.schedule import (
    Booking,
    CalendarFeed,
    Freeze,
    ScheduleConflict,
    ScheduleOverride,
    ScheduleRules,
)
from changes.models.subscription import ChangeSubscription, ChangeSubscriptionQuerySet

__all__ = [
    "AffectedDocument",
    "Booking",
    "CalendarFeed",
    "Category",
    "ChangeSubscription",
    "ChangeSubscriptionQuerySet",
    "ChangeTemplate",
    "Freeze",
    "Interface",
    "OfChange",
    "Outcome",
    "Release",
    "RequestForChange",
    "Risk",
    "RiskAssessment",
    "RiskFormula",
    "ScheduleConflict",
    "ScheduleOverride",
    "ScheduleRules",
]
