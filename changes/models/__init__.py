"""The tables of this app."""

from changes.models.deciding import (
    Ballot,
    Board,
    BoardMember,
    ChangeReview,
    Choice,
    Consultation,
    ConsultationAnswer,
    Decision,
    DecisionKind,
    DecisionState,
    Stance,
)
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
    "Ballot",
    "Board",
    "BoardMember",
    "Booking",
    "CalendarFeed",
    "Category",
    "ChangeReview",
    "ChangeSubscription",
    "ChangeSubscriptionQuerySet",
    "ChangeTemplate",
    "Choice",
    "Consultation",
    "ConsultationAnswer",
    "Decision",
    "DecisionKind",
    "DecisionState",
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
    "Stance",
]
