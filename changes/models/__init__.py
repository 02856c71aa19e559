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
from changes.models.subscription import ChangeSubscription, ChangeSubscriptionQuerySet

__all__ = [
    "AffectedDocument",
    "Category",
    "ChangeSubscription",
    "ChangeSubscriptionQuerySet",
    "ChangeTemplate",
    "Interface",
    "OfChange",
    "Outcome",
    "Release",
    "RequestForChange",
    "Risk",
    "RiskAssessment",
    "RiskFormula",
]
