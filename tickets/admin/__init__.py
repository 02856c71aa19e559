"""Tickets in Django admin: to look at; and the service levels, to edit, to try out and to publish."""

from tickets.admin import (  # the pages register themselves
    calendars,
    clocks,
    desk_rules,
    incidents,
    policies,
    requests,
    teams,
)

__all__ = ["calendars", "clocks", "desk_rules", "incidents", "policies", "requests", "teams"]
