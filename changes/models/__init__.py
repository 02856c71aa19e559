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

__all__ = [
    "AffectedDocument",
    "Category",
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
