"""Tickets in Django admin: to look at; and the service levels and the catalogue, to edit, to try out and to publish."""

from tickets.admin import (  # the pages register themselves
    approvals,
    calendars,
    catalogue,
    catalogue_versions,
    clocks,
    desk_rules,
    incidents,
    mechanisms,
    policies,
    problems,
    reply_templates,
    requests,
)

__all__ = [
    "approvals",
    "calendars",
    "catalogue",
    "catalogue_versions",
    "clocks",
    "desk_rules",
    "incidents",
    "mechanisms",
    "policies",
    "problems",
    "reply_templates",
    "requests",
]
