"""Sending what an agent wrote: held for a few seconds, in which it can be taken back (decision 0010).

Until it leaves, a message is no part of the ticket: no comment, no event, no clock and no mail knows
of it, so taking it back undoes nothing.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import message, publish, put
from servicedesk.records.files import files_that_fit
from servicedesk.records.following import follow as let_follow
from servicedesk.records.models import Draft, Kind
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused
from tickets import limits, policy
from tickets.actions.clocks import append_event, lock
from tickets.actions.reading import mark_read
from tickets.actions.replying import reply
from tickets.actions.requests import move as take_step
from tickets.actions.saying import add_note
from tickets.models import HeldMessage, Incident, ReadMark, ServiceRequest, Ticket

RELEASE = "ticket.release_message"
KEPT_FOR = timedelta(days=30)
"""How long the words of a message that did not leave are kept for its author."""
MODELS: dict[str, type[Ticket]] = {Kind.INCIDENT: Incident, Kind.REQUEST: ServiceRequest}


@transaction.atomic
def send(
    ticket: Ticket,
    body: str,
    *,
    by: Person,
    at: datetime,
    draft: Draft | None = None,
    internal: bool = False,
    move: str = "",
    version: int | None = None,
    left_out: Collection[Person] = (),
    follow: Collection[int] = (),
) -> HeldMessage | None:
    """Send a message or a note: an agent's leaves once it can no longer be taken back, an LDC's at once.

    Answers what waits to leave, if it waits.

    ``move`` is a step that goes with it, for the ``version`` that its author saw. ``left_out`` are not
    told; those in ``follow`` (ids) follow the ticket from then on. Raises Forbidden, IllegalMove, Stale,
    TooMany, Unusable: what would be refused then is refused now.
    """
    if not settings.MESSAGE_HOLD or policy.party_of(by, ticket) != "agent":
        _say(ticket, body, by=by, at=at, draft=draft, internal=internal, move=move,
             version=version, left_out=left_out, follow=follow)  # fmt: skip
        return None
    (policy.may_work if internal else policy.may_reply)(by, ticket).or_refuse()
    if move:
        step = ticket.lifecycle.step(move, ticket.status)
        policy.may_move(by, ticket, step, at=at).or_refuse()
        if version != ticket.version:
            raise ticket.stale()
    waiting = HeldMessage.objects.filter(author=by, state=HeldMessage.State.WAITING)
    limits.check_writing(by, at=at, waiting=waiting)
    if draft:
        files_that_fit(draft, ticket)
    held = HeldMessage.objects.create(
        ticket_id=ticket.pk,
        author=by,
        body=body,
        internal=internal,
        move=move,
        left_out=[person.pk for person in left_out],
        follow=sorted(follow),
        draft=draft,
        sent_at=at,
        leaves_at=at + settings.MESSAGE_HOLD,
    )
    put(
        [
            message(
                effect=RELEASE,
                key=f"{RELEASE}:{held.pk}",
                at=at,
                available_at=held.leaves_at,
                message=str(held.public_id),
            )
        ]
    )
    return held


@transaction.atomic
def take_back(held: HeldMessage, *, by: Person, at: datetime) -> HeldMessage:
    """Keep a message from leaving. Its words wait for its author. Raises Forbidden, IllegalMove."""
    held = HeldMessage.objects.select_for_update().get(pk=held.pk)
    policy.may_take_back(by, held).or_refuse()
    _end(held, HeldMessage.State.TAKEN_BACK, at=at)
    return held


@transaction.atomic
def release(public_id: str, *, now: datetime) -> str:
    """Let a message leave. It is dated with the moment until which it was held, or what happened after that.

    ``now`` is the worker's clock: where that is later, lists that were read in between learn of the message by
    the ticket's latest movement. Its author has read what was there when they wrote, not what came since.

    A step that the ticket can no longer take is left out, and the message sent alone. One that cannot be
    sent at all comes back to its author. Answers what came of it.
    """
    held = (
        HeldMessage.objects.select_for_update(of=("self",))
        .select_related("author", "draft")
        .get(public_id=public_id)
    )
    if held.state != HeldMessage.State.WAITING:
        return "taken back"
    lock(held.ticket_id)
    kind = Ticket.objects.values_list("kind", flat=True).get(pk=held.ticket_id)
    ticket = MODELS[kind].objects.get(pk=held.ticket_id)
    at = max(held.leaves_at, ticket.updated_at)
    read = ReadMark.objects.filter(person=held.author, record=ticket.pk).values_list("seen_at", flat=True)
    seen_at = max([held.sent_at, *read])
    said: dict[str, Any] = {
        "by": held.author,
        "at": at,
        "draft": held.draft,
        "internal": held.internal,
        "left_out": Person.objects.filter(pk__in=held.left_out).order_by("name"),
        "follow": held.follow,
    }
    try:
        if not held.author.is_active:
            raise Forbidden(_("%(name)s has no account any more.") % {"name": held.author})
        try:
            with transaction.atomic():
                _say(ticket, held.body, move=held.move, version=ticket.version, **said)
        except IllegalMove:
            if not held.move:
                raise
            with transaction.atomic():
                _say(ticket, held.body, **said)
    except Refused as refusal:
        publish(
            append_event(
                ticket,
                "not_sent",
                by=None,
                at=at,
                internal=True,
                author=held.author_id,
                writer=str(held.author),
                reason=str(refusal),
                message=str(held.public_id),
            )
        )
        _end(held, HeldMessage.State.NOT_SENT, at=at)
        return "refused"
    mark_read(ticket, by=held.author, up_to=seen_at)
    ticket.touch(at=now)
    _end(held, HeldMessage.State.SENT, at=at, body="")
    HeldMessage.objects.filter(ended_at__lt=at - KEPT_FOR).delete()
    return "sent"


def _say(
    ticket: Ticket,
    body: str,
    *,
    by: Person,
    at: datetime,
    draft: Draft | None,
    internal: bool,
    left_out: Collection[Person],
    follow: Collection[int],
    move: str = "",
    version: int | None = None,
) -> None:
    """Write it on the ticket. Raises as the actions do that it calls; who may write may let colleagues in."""
    if follow:
        policy.may_reply(by, ticket).or_refuse()
        allowed = policy.who_may_be_contact(ticket.organization_id).filter(pk__in=follow)
        let_follow(ticket, allowed.values_list("pk", flat=True), at=at)
    if internal:
        add_note(ticket, body, by=by, at=at, draft=draft, left_out=left_out)
    elif move:
        take_step(
            ticket,
            move,
            by=by,
            at=at,
            version=ticket.version if version is None else version,
            message=body,
            draft=draft,
            left_out=left_out,
        )
    else:
        reply(ticket, body, by=by, at=at, draft=draft, left_out=left_out)


def _end(held: HeldMessage, state: HeldMessage.State, *, at: datetime, **changes: Any) -> None:
    HeldMessage.objects.filter(pk=held.pk).update(state=state, ended_at=at, **changes)
