"""The tables of this app."""

from tickets.models.bulk import REVERSIBLE, BulkKind, BulkRow, BulkRun, BulkState
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
from tickets.models.merging import UNDO_FOR, Merge, Split
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
from tickets.models.satisfaction import ASKED_FOR, Satisfaction
from tickets.models.service_clock import CLOCK_COLUMNS, Clocked, ClockState, ServiceClock
from tickets.models.service_policy import Audience, EscalationStep, PolicyRule, PolicyVersion, TargetName
from tickets.models.severity import SEVERE, Impact, Severity, Urgency
from tickets.models.ticket import Environment, Resolution, Ticket
from tickets.models.workspace import ReadMark, SavedView, Snooze
from tickets.models.writing import HeldMessage, ReplyTemplate

__all__ = [
    "ASKED_FOR",
    "CHOICE_GROUPS",
    "CLOCK_COLUMNS",
    "REVERSIBLE",
    "SEVERE",
    "UNDO_FOR",
    "Approval",
    "ApprovalState",
    "ApprovalStep",
    "Approver",
    "AreaRule",
    "Audience",
    "BulkKind",
    "BulkRow",
    "BulkRun",
    "BulkState",
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
    "Merge",
    "Needs",
    "PolicyRule",
    "PolicyVersion",
    "Problem",
    "ProblemAffects",
    "ProblemCandidate",
    "ProblemInternals",
    "ProblemNote",
    "ProblemSubscription",
    "ReadMark",
    "ReplyTemplate",
    "Resolution",
    "RolloutShift",
    "Satisfaction",
    "SavedView",
    "ServiceArea",
    "ServiceCalendar",
    "ServiceClock",
    "ServiceRequest",
    "Severity",
    "SeverityRule",
    "Snooze",
    "Split",
    "TargetName",
    "TaskTemplate",
    "Team",
    "Ticket",
    "Urgency",
    "Vote",
    "text_in",
]
