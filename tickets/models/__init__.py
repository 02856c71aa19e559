"""The tables of this app."""

from tickets.models.calendar import CalendarDay, CalendarVersion, ServiceCalendar
from tickets.models.desk_rules import DeskRules, SeverityRule
from tickets.models.incident import Environment, Incident, Resolution
from tickets.models.rollout import RolloutShift
from tickets.models.service_clock import CLOCK_COLUMNS, Clocked, ClockState, ServiceClock
from tickets.models.service_policy import Audience, EscalationStep, PolicyRule, PolicyVersion, TargetName
from tickets.models.severity import SEVERE, Impact, Severity, Urgency

__all__ = [
    "CLOCK_COLUMNS",
    "SEVERE",
    "Audience",
    "CalendarDay",
    "CalendarVersion",
    "ClockState",
    "Clocked",
    "DeskRules",
    "Environment",
    "EscalationStep",
    "Impact",
    "Incident",
    "PolicyRule",
    "PolicyVersion",
    "Resolution",
    "RolloutShift",
    "ServiceCalendar",
    "ServiceClock",
    "Severity",
    "SeverityRule",
    "TargetName",
    "Urgency",
]
