"""Writing history: the only way an event comes into being."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from servicedesk.records.models import Comment, Event, Record


def record_event(
    record: Record,
    name: str,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    internal: bool = False,
    comment: Comment | None = None,
    **facts: Any,
) -> Event:
    """Append one event. ``by=None`` is the desk itself (a due row that fired).

    Call it inside the transaction that makes the change.
    """
    return Event.objects.create(
        record_id=record.pk,
        name=name,
        at=at,
        actor_id=by.pk if by else None,
        internal=internal,
        facts=facts,
        comment=comment,
    )
