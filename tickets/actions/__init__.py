"""Everything that changes a ticket. Each function is one transaction.

The change, its history, the news and what falls due are written together or not at all. ``version``
is what the person was looking at.
"""

from tickets.actions.accepting import accept
from tickets.actions.approvals import decide, open_round, renew_round
from tickets.actions.delegating import delegate_approvals, end_delegation
from tickets.actions.editing import edit_request
from tickets.actions.holding import release, send, take_back
from tickets.actions.incidents import LateAtOnce, Report, change_severity, submit_incident
from tickets.actions.moving import CLOSING_KINDS, announce_closing, move_ticket
from tickets.actions.reading import mark_read
from tickets.actions.replying import reply
from tickets.actions.requests import Order, environment_in, first_status, move, move_request, submit_request
from tickets.actions.satisfaction import say_how_it_went
from tickets.actions.saved_views import delete_view, edit_view, restore_view, save_view
from tickets.actions.saying import add_followers, add_note, assign, change_contact, set_following
from tickets.actions.service_levels import escalate, excuse, move_to_versions
from tickets.actions.snoozing import snooze, wake

__all__ = [
    "CLOSING_KINDS",
    "LateAtOnce",
    "Order",
    "Report",
    "accept",
    "add_followers",
    "add_note",
    "announce_closing",
    "assign",
    "change_contact",
    "change_severity",
    "decide",
    "delegate_approvals",
    "delete_view",
    "edit_request",
    "edit_view",
    "end_delegation",
    "environment_in",
    "escalate",
    "excuse",
    "first_status",
    "mark_read",
    "move",
    "move_request",
    "move_ticket",
    "move_to_versions",
    "open_round",
    "release",
    "renew_round",
    "reply",
    "restore_view",
    "save_view",
    "say_how_it_went",
    "send",
    "set_following",
    "snooze",
    "submit_incident",
    "submit_request",
    "take_back",
    "wake",
]
