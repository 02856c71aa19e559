"""The tables of this app."""

from tickets.models.incident import Environment, Impact, Incident, Resolution, Severity, Urgency
from tickets.models.service_level import DeskRules, ServiceCalendar, ServiceLevel, SeverityRule

__all__ = [
    "DeskRules",
    "Environment",
    "Impact",
    "Incident",
    "Resolution",
    "ServiceCalendar",
    "ServiceLevel",
    "Severity",
    "SeverityRule",
    "Urgency",
]
