"""From a ticket's events to the moments that its clocks mind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from django.db.models import Q

from servicedesk.records.models import Event
from tickets.models import Ticket
from tickets.sla import rulebook
from tickets.sla.clock import Clock, Moment, Pause, read
from tickets.sla.rulebook import Terms, Versions
from tickets.transitions import HANDED_BACK, LET_GO, LIFECYCLES, RequestStatus

ENDS: dict[str, str] = {
    **dict.fromkeys(HANDED_BACK, "done"),
    **dict.fromkeys(LET_GO | {RequestStatus.CLOSED}, "withdrawn"),
}
"""How clocks end that still run. When a ticket is closed, they do only if it became another one."""
BEGINS = frozenset({"submitted", "reopen"})
RATES = frozenset({"submitted", "rated"})
MINDED = frozenset({"rated", "moved_to_versions", "excused", "converted"})
"""What clocks mind though no status changes."""
MERGED, UNMERGED = "merge", "unmerged"
"""What a ticket's history says of being merged into another one, and of that being undone."""


class Happened(Protocol):
    """As much of an event as a clock minds."""

    at: datetime
    internal: bool
    facts: dict[str, Any]
    comment_id: int | None
    actor_id: int | None

    @property
    def what(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Excuse:
    """A span of time that somebody excused for one target (rule 10)."""

    target: str
    pause: Pause


def minded(record_ids: Iterable[int]) -> Any:
    """The events that clocks mind of some tickets, in order: a status, a severity, an answer, an excuse."""
    return (
        Event.objects.filter(record__in=record_ids)
        .filter(
            Q(facts__has_key="now")
            | Q(name__in=[f"{kind}.{what}" for kind in LIFECYCLES for what in MINDED])
            | Q(comment__isnull=False, internal=False, facts__side="agent")
        )
        .order_by("record", "at", "pk")
        .only("record", "name", "at", "internal", "facts", "comment", "actor")
    )


def terms_of(ticket: Ticket) -> Terms:
    """What decides which promise holds for a ticket."""
    return Terms(ticket.kind, ticket.organization_id, ticket.item)


def lasting(events: Iterable[Happened]) -> list[Happened]:
    """The events that count: a merge that was undone never happened to the clocks, nor did its undoing."""
    kept: list[Happened] = []
    for event in events:
        if event.what == UNMERGED:
            kept = [one for one in kept if one.what != MERGED]
        else:
            kept.append(event)
    return kept


def moment_of(event: Happened, terms: Terms) -> Moment:
    """What a clock minds of an event; a moment that says nothing for what it does not."""
    facts, what = event.facts, event.what
    versions = _versions(facts)
    return Moment(
        at=datetime.fromisoformat(facts["clock_from"]) if "clock_from" in facts else event.at,
        status=facts.get("now", ""),
        severity=(facts.get("severity") or 0) if what in RATES else 0,
        answer=is_answer(event),
        begins=what in BEGINS,
        ends=ENDS.get(facts.get("now", ""), ""),
        words=facts.get("now", ""),
        pledges=rulebook.pledges(versions, terms) if versions else None,
    )


def is_answer(event: Happened) -> bool:
    """Is it a public message by a person of the desk (rule 2)?"""
    by_the_desk = event.facts.get("side") == "agent" and event.actor_id is not None
    return by_the_desk and event.comment_id is not None and not event.internal


def clocks_of(events: Iterable[Happened], terms: Terms) -> list[Clock]:
    """All clocks of a ticket, read from its events, oldest first."""
    return read([moment_of(event, terms) for event in lasting(events)], nothing_yet)


def excuses_in(events: Iterable[Happened]) -> list[Excuse]:
    """What was excused."""
    return [
        Excuse(
            event.facts["target"],
            Pause(
                datetime.fromisoformat(event.facts["start"]),
                datetime.fromisoformat(event.facts["end"]),
                event.facts["reason"],
                excused=True,
            ),
        )
        for event in events
        if event.what == "excused"
    ]


def adjusted(clock: Clock, excuses: Iterable[Excuse]) -> Clock | None:
    """The clock with what was excused for its target left out; None where that changes nothing."""
    spans = [
        excuse.pause for excuse in excuses if excuse.target == clock.target and _overlap(excuse.pause, clock)
    ]
    return clock.excused(spans) if spans else None


def _overlap(pause: Pause, clock: Clock) -> bool:
    return cast("datetime", pause.end) > clock.started_at and (
        clock.ended_at is None or pause.start < clock.ended_at
    )


def _versions(facts: dict[str, Any]) -> Versions | None:
    if "policy_version" not in facts:
        return None
    return Versions(facts["policy_version"], facts["calendar_version"])


def nothing_yet(severity: int) -> Iterator[Any]:
    """Before a ticket's first event, nothing is promised."""
    return iter(())
