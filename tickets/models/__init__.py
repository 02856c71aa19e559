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
from tickets.models.incident import Environment, Incident, Resolution
from tickets.models.item_field import FieldKind, ItemField
from tickets.models.rollout import RolloutShift
from tickets.models.service_clock import CLOCK_COLUMNS, Clocked, ClockState, ServiceClock
from tickets.models.service_policy import Audience, EscalationStep, PolicyRule, PolicyVersion, TargetName
from tickets.models.severity import SEVERE, Impact, Severity, Urgency

__all__ = [
    "CHOICE_GROUPS",
    "CLOCK_COLUMNS",
    "SEVERE",
    "ApprovalStep",
    "Approver",
    "Audience",
    "CalendarDay",
    "CalendarVersion",
    "CatalogueItem",
    "Choice",
    "ClockState",
    "Clocked",
    "DeskRules",
    "Effect",
    "Environment",
    "EscalationStep",
    "FieldKind",
    "Impact",
    "Incident",
    "ItemField",
    "ItemVersion",
    "Needs",
    "PolicyRule",
    "PolicyVersion",
    "Resolution",
    "RolloutShift",
    "ServiceCalendar",
    "ServiceClock",
    "Severity",
    "SeverityRule",
    "TargetName",
    "TaskTemplate",
    "Team",
    "Urgency",
    "text_in",
]
