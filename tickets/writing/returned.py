"""A message that its author took back, or that could not be sent: its words go back into the composer."""

import uuid
from dataclasses import dataclass

from accounts.models import Person
from tickets.models import HeldMessage, Ticket

CAME_BACK = (HeldMessage.State.TAKEN_BACK, HeldMessage.State.NOT_SENT)


@dataclass(frozen=True, slots=True)
class Returned:
    """What stood in the composer. ``draft_key`` is the draft that still holds its files, or ""."""

    body: str
    kind: str
    draft_key: str


def returned_to(person: Person, ticket: Ticket, public_id: str) -> Returned | None:
    """A message of theirs that came back: on this ticket, or on one that was merged into it since.

    None when there is none of that id, or it is somebody else's.
    """
    try:
        key = uuid.UUID(public_id)
    except ValueError:
        return None
    held = (
        HeldMessage.objects.visible_to(person)
        .filter(
            public_id=key, ticket__in=[ticket.pk, *ticket.absorbed_ids], author=person, state__in=CAME_BACK
        )
        .select_related("draft")
        .first()
    )
    if held is None:
        return None
    draft_key = str(held.draft.public_id) if held.draft else ""
    return Returned(held.body, "internal" if held.internal else "public", draft_key)
