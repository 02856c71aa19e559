"""Approvals of a request: opened step by step, decided, made void. Who decides: tickets/approving.py."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.following import follow
from servicedesk.records.refusals import Unusable
from servicedesk.schedule.planning import Wanted, keep
from tickets import approving
from tickets.actions.clocks import append_event, lock, write_columns
from tickets.actions.fulfilment import begin_tasks
from tickets.actions.moving import take_move
from tickets.actions.saying import say
from tickets.approving import Bench, bench_of, day_of
from tickets.models import Approval, ApprovalState, Approver, DeskRules, Needs, ServiceRequest, Vote
from tickets.sla import rulebook

REMINDER, OVERDUE = "request.approval_reminder", "request.approval_overdue"
DUE_KINDS = frozenset({REMINDER, OVERDUE})
LONGEST_REASON = 500
UNDECIDED = (ApprovalState.LATER, ApprovalState.WAITING)


def open_round(request: ServiceRequest, *, at: datetime) -> None:
    """Ask for what the request's item needs: its first step waits, the others come later.

    Nothing happens where the item needs no approval. Call it inside a transaction.
    """
    steps = list(request.item_version.approval_steps.order_by("position"))
    if not steps:
        return
    rounds = request.approvals.aggregate(latest=Max("round"))["latest"] or 0
    Approval.objects.bulk_create(
        Approval(
            request=request,
            round=rounds + 1,
            position=step.position,
            asks=step.asks,
            needs=step.needs,
            state=ApprovalState.LATER,
        )
        for step in steps
    )
    _open_next(request, at=at)


def void_round(request: ServiceRequest, *, at: datetime) -> None:
    """Make what still waits void, because the request has ended. Call it inside a transaction."""
    request.approvals.filter(state__in=UNDECIDED).update(state=ApprovalState.VOID, decided_at=at)
    keep(request.pk, DUE_KINDS, [], at=at)


def renew_round(request: ServiceRequest, *, at: datetime) -> None:
    """Make every approval void, those given too, because something else is asked now; and ask anew.

    Call it inside a transaction.
    """
    request.approvals.exclude(state=ApprovalState.VOID).update(state=ApprovalState.VOID, decided_at=at)
    keep(request.pk, DUE_KINDS, [], at=at)
    open_round(request, at=at)


@transaction.atomic
def decide(approval: Approval, agrees: bool, reason: str = "", *, by: Person, at: datetime) -> Approval:
    """Agree to an approval, or decline it, in one's own place or in the place of whoever delegated it.

    Where all have to agree, one's word counts for everybody in whose place one stands. The first to
    decline declines the request. Raises IllegalMove, Stale, Forbidden, Unusable.
    """
    lock(approval.request_id)
    approval = _fresh(approval)
    request = approval.request
    bench = bench_of(approval, on=day_of(at))
    approving.may_decide(by, approval, bench).or_refuse()
    reason = reason.strip()
    if not agrees and not reason:
        raise Unusable(_("Say why you decline. The requester reads it."))
    if len(reason) > LONGEST_REASON:
        raise Unusable(_("Shorten the reason to %(most)d characters.") % {"most": LONGEST_REASON})
    places = bench.places_of(by.pk)
    if not (agrees and approval.needs == Needs.ALL):
        places = places[:1]
    Vote.objects.bulk_create(
        Vote(approval=approval, person_id=place, cast_by=by, agrees=agrees, reason=reason, at=at)
        for place in places
    )
    facts: dict[str, Any] = {
        "approval": str(approval.public_id),
        "in_place_of": _names(place for place in places if place != by.pk),
    }
    if not agrees:
        _close(approval, ApprovalState.DECLINED, at=at)
        move = request.lifecycle.step("decline", request.status)
        take_move(request, move, by=by, at=at, version=request.version, message=reason, **facts)
        void_round(request, at=at)
    elif approval.needs == Needs.ANY or bench_of(approval, on=day_of(at)).agree:
        _complete(approval, facts, by=by, at=at, reason=reason)
    else:
        _agreed(request, facts, by=by, at=at, reason=reason)
    return approval


def remind(approval: Approval, *, at: datetime) -> None:
    """Tell those it still waits for; or go on, if those it waited for have left. Call it inside a transaction."""
    waiting = _still_waiting(approval, at=at)
    if waiting is None:
        return
    approval, bench = waiting
    _let_follow(approval, bench, at=at)
    publish(append_event(approval.request, "approval_reminded", by=None, at=at, **_asked(approval, bench)))


def raise_overdue(approval: Approval, *, at: datetime) -> None:
    """Say that the time for a decision is over, and show the request as escalated. It decides nothing.

    Call it inside a transaction.
    """
    waiting = _still_waiting(approval, at=at)
    if waiting is None:
        return
    approval, bench = waiting
    publish(append_event(approval.request, "approval_overdue", by=None, at=at, **_asked(approval, bench)))
    if approval.request.raised_at is None:
        write_columns(approval.request, {"raised_at": at})


def _still_waiting(approval: Approval, *, at: datetime) -> tuple[Approval, Bench] | None:
    """The approval under lock, if it waits for somebody; where all have agreed who are left, it is given now."""
    lock(approval.request_id)
    approval = _fresh(approval)
    if approval.state != ApprovalState.WAITING:
        return None
    bench = bench_of(approval, on=day_of(at))
    if approval.needs == Needs.ALL and bench.agree:
        at = max(at, approval.request.updated_at)  # somebody may have written since it fell due
        facts = {"approval": str(approval.public_id), "others_left": True}
        _complete(approval, facts, by=None, at=at)
        return None
    return approval, bench


def _open_next(request: ServiceRequest, *, at: datetime) -> None:
    """Let the next step wait: its moments, what falls due, and word to those who decide."""
    approval = request.approvals.filter(state=ApprovalState.LATER).earliest("position")
    approval.request = request
    step = request.item_version.approval_steps.get(position=approval.position)
    calendar = rulebook.current_calendar(DeskRules.objects.get().calendar_id)
    approval.state = ApprovalState.WAITING
    approval.opened_at = at
    approval.remind_at = calendar.end_of_day(at, step.remind_after_days)
    approval.decide_by = calendar.end_of_day(at, step.decide_within_days)
    approval.save()
    bench = bench_of(approval, on=day_of(at))
    _let_follow(approval, bench, at=at)
    publish(append_event(request, "approval_asked", by=None, at=at, **_asked(approval, bench)))
    wanted = [
        Wanted(kind, f"{kind}:{approval.public_id}", due_at, {"approval": approval.pk})
        for kind, due_at in ((REMINDER, approval.remind_at), (OVERDUE, approval.decide_by))
    ]
    keep(request.pk, DUE_KINDS, wanted, at=at)


def _complete(
    approval: Approval, facts: dict[str, Any], *, by: Person | None, at: datetime, reason: str = ""
) -> None:
    """An approval is given: the next step waits, or work begins."""
    request = approval.request
    _close(approval, ApprovalState.APPROVED, at=at)
    if request.approvals.filter(state=ApprovalState.LATER).exists():
        _agreed(request, facts, by=by, at=at, reason=reason)
        _open_next(request, at=at)
        return
    keep(request.pk, DUE_KINDS, [], at=at)
    votes = Vote.objects.filter(approval__request=request, approval__state=ApprovalState.APPROVED)
    approvers = list(votes.order_by("at", "pk").values_list("person__name", flat=True))
    move = request.lifecycle.step("approve", request.status)
    take_move(
        request, move, by=by, at=at, version=request.version, message=reason, approved_by=approvers, **facts
    )
    begin_tasks(request)


def _agreed(
    request: ServiceRequest, facts: dict[str, Any], *, by: Person | None, at: datetime, reason: str
) -> None:
    """Write down a word that lets the request wait for others."""
    comment = say(request, reason, by=by, at=at, draft=None) if by and reason else None
    publish(append_event(request, "approval_agreed", by=by, at=at, comment=comment, **facts))
    request.touch(at=at)


def _close(approval: Approval, state: ApprovalState, *, at: datetime) -> None:
    approval.state, approval.decided_at = state, at
    approval.save(update_fields=["state", "decided_at"])


def _let_follow(approval: Approval, bench: Bench, *, at: datetime) -> None:
    """Delegates follow, so that they see a restricted request. Whoever works for the SME sees all."""
    if bench.asks == Approver.ORGANIZATION_ADMIN:
        follow(approval.request, {hand for hands in bench.seats.values() for hand in hands}, at=at)


def _asked(approval: Approval, bench: Bench) -> dict[str, Any]:
    """What an event says of an approval that waits. Times are ISO."""
    return {
        "approval": str(approval.public_id),
        "asks": bench.asks.value,
        "approvers": sorted(bench.hands),
        "decide_by": approval.decide_by.isoformat() if approval.decide_by else "",
    }


def _names(people: Iterable[int]) -> list[str]:
    return list(Person.objects.filter(pk__in=list(people)).order_by("name").values_list("name", flat=True))


def _fresh(approval: Approval) -> Approval:
    """The approval and its request as they are now that the request's record is locked."""
    found: Approval = Approval.objects.select_related("request__item_version").get(pk=approval.pk)
    return found
