"""Who else of the desk looks at a ticket, or writes on it: a hint, kept in Redis alone.

With Redis away nobody is seen, and nothing else changes. An LDC's people are neither noted nor told.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from accounts.models import Person

LASTS = timedelta(seconds=75)
"""A page tells that it is open every 30 seconds; two of these may get lost."""


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is there."""

    name: str
    writing: bool


def note_presence(reference: str, person: Person, *, writing: bool, at: datetime) -> list[Present]:
    """Note that somebody is on a ticket's page, and answer who else is. One round trip."""
    mine = json.dumps({"name": str(person), "writing": writing, "at": at.timestamp()})
    board = cache.put_and_gather(  # type: ignore[attr-defined]  # our own kind of cache
        f"presence:{reference}", str(person.pk), mine, seconds=int(LASTS.total_seconds())
    )
    since = (at - LASTS).timestamp()
    others = [json.loads(value) for key, value in board.items() if key != str(person.pk)]
    return sorted(
        (Present(one["name"], one["writing"]) for one in others if one["at"] > since),
        key=lambda one: (not one.writing, one.name),
    )
