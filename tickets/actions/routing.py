"""Handing a ticket to a team: whose queue it waits in."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from tickets import policy
from tickets.actions.clocks import AnyTicket, append_event, write_columns
from tickets.models import Team


@transaction.atomic
def route(
    ticket: AnyTicket, team: Team | None, *, by: Person, at: datetime, version: int, **facts: Any
) -> AnyTicket:
    """Hand a ticket to a team, or to none. ``facts`` go into its event. Raises Forbidden, IllegalMove, Stale."""
    policy.may_route(by, ticket).or_refuse()
    was = ticket.team
    ticket.amend(version=version, at=at)
    write_columns(ticket, {"team": team})
    publish(
        append_event(
            ticket,
            "routed",
            by=by,
            at=at,
            internal=True,
            was_team=was.name if was else "",
            was_team_fr=was.name_fr if was else "",
            team=team.name if team else "",
            team_fr=team.name_fr if team else "",
            **facts,
        )
    )
    return ticket
