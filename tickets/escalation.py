"""Who is told when a step of the escalation ladder is reached, and whether their mail may leave now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person
from accounts.roles import Permission
from servicedesk.records.models import Event
from tickets.models import Audience, EscalationStep
from tickets.sla import rulebook

_HOLDING = {
    Audience.TEAM: Permission.WORK_TICKETS,
    Audience.MANAGER: Permission.MANAGE_SERVICE_LEVELS,
    Audience.CRITICAL: Permission.TAKE_CRITICAL,
}


@dataclass(frozen=True, slots=True)
class Telling:
    """One person who hears of one step that was reached."""

    person_id: int
    event_id: int
    step: EscalationStep


def who_hears(
    reached: Iterable[tuple[Event, EscalationStep]], assignees: dict[int, int | None]
) -> list[Telling]:
    """Everybody who is told: the step's audience, or the team where that is nobody.

    ``assignees`` is by record. SME staff only: the ladder is the desk's own business. Three queries.
    """
    holding = {
        audience: list(Person.objects.holding(permission).values_list("pk", flat=True))
        for audience, permission in _HOLDING.items()
    }
    team = holding[Audience.TEAM]
    told = []
    for event, step in reached:
        assignee = assignees[event.record_id]
        if step.tells == Audience.ASSIGNEE:
            people = [assignee] if assignee in team else team
        else:
            people = holding[Audience(step.tells)] or team
        told += [Telling(pk, event.pk, step) for pk in people if pk is not None]
    return told


def quiet_until(step: EscalationStep, *, at: datetime) -> datetime | None:
    """When the step's quiet hours end; None when its mail may leave now."""
    if step.quiet_calendar_id is None:
        return None
    opens = rulebook.current_calendar(step.quiet_calendar_id).next_open(at)
    return opens if opens > at else None
