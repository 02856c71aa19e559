"""Everything that changes a ticket. Each function is one transaction."""

from tickets.actions.incidents import (
    CLOSING_KINDS,
    LateAtOnce,
    Report,
    add_note,
    announce_closing,
    assign,
    change_contact,
    change_severity,
    move_incident,
    reply,
    set_following,
    submit_incident,
)
from tickets.actions.service_levels import escalate, excuse, move_to_versions

__all__ = [
    "CLOSING_KINDS",
    "LateAtOnce",
    "Report",
    "add_note",
    "announce_closing",
    "assign",
    "change_contact",
    "change_severity",
    "escalate",
    "excuse",
    "move_incident",
    "move_to_versions",
    "reply",
    "set_following",
    "submit_incident",
]
