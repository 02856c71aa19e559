"""The tables of this app."""

from tickets.models.calendar import CalendarDay, CalendarVersion, ServiceCalendar
from tickets.models.catalogue import (
    CHOICE_GROUPS,
    ApprovalStep,
    Approver,
    CatalogueItem,
    Choice,
    Effect,
    ItemVersion,
    Needs,
    TaskTemplate,
    Team,
    text_in,
)
from tickets.models.desk_rules import DeskRules, SeverityRule
from tickets.models.incident import Incident
from tickets.models.item_field import FieldKind, ItemField
from tickets.models.problem import Problem, ProblemAffects, ProblemInternals, ServiceArea
from tickets.models.problem_signals import (
    AreaRule,
    Deflection,
    ProblemCandidate,
    ProblemNote,
    ProblemSubscription,
)
from tickets.models.request import Approval, ApprovalState, Delegation, FulfilmentTask, ServiceRequest, Vote
from tickets.models.rollout import RolloutShift
from tickets.models.service_clock import CLOCK_COLUMNS, Clocked, ClockState, ServiceClock
from tickets.models.service_policy import Audience, EscalationStep, PolicyRule, PolicyVersion, TargetName
from tickets.models.severity import SEVERE, Impact, Severity, Urgency
from tickets.models.ticket import Environment, Resolution, Ticket
from tickets.models.writing import HeldMessage, ReplyTemplate

__all__ = [
    "CHOICE_GROUPS",
    "CLOCK_COLUMNS",
    "SEVERE",
    "Approval",
    "ApprovalState",
    "ApprovalStep",
    "Approver",
    "AreaRule",
    "Audience",
    "CalendarDay",
    "CalendarVersion",
    "CatalogueItem",
    "Choice",
    "ClockState",
    "Clocked",
    "Deflection",
    "Delegation",
    "DeskRules",
    "Effect",
    "Environment",
    "EscalationStep",
    "FieldKind",
    "FulfilmentTask",
    "HeldMessage",
    "Impact",
    "Incident",
    "ItemField",
    "ItemVersion",
    "Needs",
    "PolicyRule",
    "PolicyVersion",
    "Problem",
    "ProblemAffects",
    "ProblemCandidate",
    "ProblemInternals",
    "ProblemNote",
    "ProblemSubscription",
    "ReplyTemplate",
    "Resolution",
    "RolloutShift",
    "ServiceArea",
    "ServiceCalendar",
    "ServiceClock",
    "ServiceRequest",
    "Severity",
    "SeverityRule",
    "TargetName",
    "TaskTemplate",
    "Team",
    "Ticket",
    "Urgency",
    "Vote",
    "text_in",
]
