"""Taking an RFC from one status to the next."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from changes import policy
from changes.actions.booking import rebook, release
from changes.actions.consequences import follow_up
from changes.conditions import unmet
from changes.models import Outcome, RequestForChange
from changes.transitions import OCCUPYING
from servicedesk.notifications.outbox import publish
from servicedesk.records.files import move_to_record
from servicedesk.records.history import record_event
from servicedesk.records.models import Comment, Draft, Event, Record
from servicedesk.records.refusals import IllegalMove
from servicedesk.records.search import index_said
from servicedesk.records.transitions import Move


@transaction.atomic
def move_change(
    rfc: RequestForChange,
    name: str,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    **facts: Any,
) -> RequestForChange:
    """Take one step in an RFC's life. ``by=None`` is the desk itself.

    Raises IllegalMove (no such step from here, or something is missing), Forbidden, Stale.
    """
    lock(rfc.pk)
    move = rfc.lifecycle.step(name, rfc.status)
    policy.may_move(by, rfc, move).or_refuse()
    return take_move(rfc, move, by=by, at=at, version=version, message=message, **facts)


def take_move(
    rfc: RequestForChange,
    move: Move,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    columns: dict[str, Any] | None = None,
    **facts: Any,
) -> RequestForChange:
    """Write down a move that is possible and allowed: ask first. ``facts`` go into its event.

    ``columns`` of the RFC are written with it. What hangs on the move follows
    (changes.actions.consequences). Raises IllegalMove with what is missing, Stale, Unusable.
    """
    missing = unmet(rfc, move.name, on=timezone.localdate(at, timezone.get_default_timezone()))
    if missing:
        raise IllegalMove(" ".join(missing))
    was = rfc.status
    facts |= {"was": was, "now": move.target}
    if message:
        facts["message"] = message
    columns = (columns or {}) | _outcome(move, facts)
    rfc.advance(move, rfc.lifecycle, version=version, at=at)
    if columns:
        write_columns(rfc, columns)
    facts |= follow_up(rfc, move, by=by, at=at, facts=facts)
    if was in OCCUPYING and move.target not in OCCUPYING:
        release(rfc, at=at)
    publish(append_event(rfc, move.name, by=by, at=at, **facts))
    return rfc


def _outcome(move: Move, facts: dict[str, Any]) -> dict[str, Any]:
    """How an implementation went, as far as a move says so."""
    if move.name == "back_out":
        return {"outcome": Outcome.BACKED_OUT.value}
    if move.name == "plan_again":
        return {"outcome": ""}
    return {"outcome": facts["outcome"]} if "outcome" in facts else {}


def append_event(
    rfc: RequestForChange, what: str, *, by: Person | None, at: datetime, internal: bool = False, **facts: Any
) -> Event:
    """Append an event of an RFC. ``side`` in its facts says from where: other LDCs are told that, and no name."""
    facts["side"] = "ldc" if by and not by.standing().sees_all else "desk"
    return record_event(rfc, f"{rfc.kind}.{what}", by=by, at=at, internal=internal, **facts)


def say(
    rfc: RequestForChange,
    body: str,
    *,
    by: Person,
    at: datetime,
    draft: Draft | None = None,
    internal: bool = False,
) -> Comment:
    """Write a comment, with the files of its draft. Raises Unusable for files that do not fit."""
    comment = Comment.objects.create(record_id=rfc.pk, author=by, body=body, internal=internal, created_at=at)
    index_said(rfc, body, internal=internal)
    if draft:
        move_to_record(draft, rfc, comment=comment, internal=internal)
        Draft.objects.filter(pk=draft.pk).update(sent_at=at, became_id=rfc.pk)
    return comment


def lock(rfc_id: int) -> None:
    """Hold everybody else off until the transaction ends."""
    Record.objects.select_for_update(no_key=True).filter(pk=rfc_id).values("pk").first()


def write_columns(rfc: RequestForChange, changes: dict[str, Any]) -> None:
    """Write the RFC's own columns. The record was locked, or its version compared, just before."""
    RequestForChange.objects.filter(pk=rfc.pk).update(**changes)
    for field, value in changes.items():
        setattr(rfc, field, value)
    if rfc.status in OCCUPYING and changes.keys() & {"environments", "interfaces"}:
        rebook(rfc)
