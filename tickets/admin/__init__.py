"""Tickets in Django admin: to look at; and the service levels and the catalogue, to edit, to try out and to publish."""

from tickets.admin import (  # the pages register themselves
    calendars,
    catalogue,
    catalogue_versions,
    clocks,
    desk_rules,
    incidents,
    policies,
    requests,
)

__all__ = [
    "calendars",
    "catalogue",
    "catalogue_versions",
    "clocks",
    "desk_rules",
    "incidents",
    "policies",
    "requests",
]
