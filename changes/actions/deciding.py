"""Voting, counting, closing and minutes. Who votes: changes/bench.py; how votes count: changes/deciding.py.

An LDC's member of the board reaches no other organization's RFC in the database but to read it. So the vote
is written down at once, and the desk counts it: at once for its own people, with the next sweep for others.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.actions.consequences import DECISION_DUE, open_decision, void_decisions
from changes.actions.moving import append_event, lock, take_move
from changes.bench import bench_of, day_of, latest_review, may_close, may_vote, still_says
from changes.deciding import Result, Tally
from changes.models import Ballot, Board, ChangeReview, Choice, Decision, DecisionKind, DecisionState
from servicedesk.notifications.outbox import publish
from servicedesk.records.refusals import IllegalMove, Unusable
from servicedesk.schedule.planning import keep, plan

__all__ = [
    "close_decision",
    "count",
    "deadline",
    "hear",
    "open_decision",
    "remind",
    "void_decisions",
    "vote",
    "write_minutes",
]

HEARD = "rfc.count_ballot"
LONGEST_REASON = 1000
LONGEST_MINUTES = 20_000


@transaction.atomic
def vote(decision: Decision, choice: str, reason: str = "", *, by: Person, at: datetime) -> Ballot:
    """Vote on what was put to decision. Raises Forbidden, IllegalMove, Stale, Unusable."""
    decision = _locked(decision)
    may_vote(by, decision, bench_of(decision, on=day_of(at))).or_refuse()
    reason = reason.strip()
    if choice == Choice.DEFER and decision.kind != DecisionKind.BOARD:
        raise Unusable(_("Approve or decline: this cannot be deferred."))
    if choice != Choice.APPROVE and not reason:
        raise Unusable(_("Say why. Everybody who reads the RFC sees the reason, without your name."))
    if len(reason) > LONGEST_REASON:
        raise Unusable(_("Shorten the reason to %(most)d characters.") % {"most": LONGEST_REASON})
    ballot = Ballot.objects.create(decision=decision, person=by, choice=Choice(choice), reason=reason, at=at)
    if by.standing().sees_all:
        hear(ballot, at=at)
    else:
        plan(HEARD, key=f"{HEARD}:{ballot.pk}", due_at=at, record_id=decision.rfc_id, ballot=ballot.pk)
    return ballot


def hear(ballot: Ballot, *, at: datetime) -> None:
    """Write a vote into the RFC's history, for the desk, and count. Call it inside a transaction."""
    decision = ballot.decision
    append_event(decision.rfc, "voted", by=ballot.person, at=ballot.at, internal=True, round=decision.round)
    count(decision, at=at)


@transaction.atomic
def count(decision: Decision, *, at: datetime) -> None:
    """Close a decision that its votes decide by now. What it was changed under is taken back instead."""
    decision = _locked(decision)
    if decision.state != DecisionState.OPEN:
        return
    if not still_says(decision):
        _give_back(decision, at=at)
        return
    bench, board = bench_of(decision, on=day_of(at)), Board.objects.get()
    _enact(decision, bench.count(decision, board, at=at), at=at)


@transaction.atomic
def close_decision(decision: Decision, *, by: Person, at: datetime) -> Decision:
    """Close the voting before its time, with the votes that are there. Raises Forbidden, IllegalMove, Unusable."""
    decision = _locked(decision)
    may_close(by, decision).or_refuse()
    if not still_says(decision):
        raise IllegalMove(_("The RFC was changed since it was put to decision. Take it back first."))
    bench, board = bench_of(decision, on=day_of(at)), Board.objects.get()
    tally = bench.count(decision, board, at=decision.decide_by)
    if tally.result is Result.NO_QUORUM:
        raise Unusable(
            _("A quorum is %(quorum)d, and %(missing)d more have to vote.")
            % {"quorum": board.quorum, "missing": tally.missing}
        )
    _enact(decision, tally, at=at, by=by)
    return decision


@transaction.atomic
def write_minutes(decision: Decision, text: str, *, by: Person, at: datetime) -> Decision:
    """Write what was said, and publish it on the RFC. Raises Forbidden, IllegalMove, Unusable."""
    policy.may_manage(by).or_refuse()
    decision = _locked(decision)
    text = text.strip()
    if decision.state not in {DecisionState.APPROVED, DecisionState.DECLINED, DecisionState.DEFERRED}:
        raise IllegalMove(_("Minutes are written once it is decided."))
    if not text:
        raise Unusable(_("Write what was said before you publish it."))
    if len(text) > LONGEST_MINUTES:
        raise Unusable(_("Shorten the minutes to %(most)d characters.") % {"most": LONGEST_MINUTES})
    again = bool(decision.minutes)
    decision.minutes, decision.minutes_by, decision.minutes_at = text, by, at
    decision.save(update_fields=["minutes", "minutes_by", "minutes_at"])
    publish(append_event(decision.rfc, "minutes", by=by, at=at, round=decision.round, again=again))
    decision.rfc.touch(at=at)
    return decision


@transaction.atomic
def remind(decision: Decision, *, at: datetime) -> None:
    """Tell those whose vote is still out."""
    decision = _locked(decision)
    if decision.state == DecisionState.OPEN:
        publish(_told(decision, "decision_reminded", at=at))


@transaction.atomic
def deadline(decision: Decision, *, at: datetime) -> None:
    """The time is over: what is there decides. Without a quorum it stays open, and managers and voters are told."""
    count(decision, at=at)
    decision = _locked(decision)
    if decision.state == DecisionState.OPEN and decision.escalated_at is None:
        Decision.objects.filter(pk=decision.pk).update(escalated_at=at)
        publish(_told(decision, "no_quorum", at=at))


def _told(decision: Decision, what: str, *, at: datetime) -> Any:
    """An event that asks for votes. It names nobody: who hears is asked when it is told."""
    return append_event(
        decision.rfc, what, by=None, at=at, round=decision.round, decide_by=decision.decide_by
    )


def _enact(decision: Decision, tally: Tally, *, at: datetime, by: Person | None = None) -> None:
    """Carry out what the votes come to, if they come to something. ``by`` closed the voting before its time."""
    states = {
        Result.APPROVED: DecisionState.APPROVED,
        Result.DECLINED: DecisionState.DECLINED,
        Result.DEFERRED: DecisionState.DEFERRED,
    }
    if tally.result not in states:
        return
    at = max(at, decision.rfc.updated_at)  # somebody may have written since it fell due
    given = decision.ballots.exclude(reason="").order_by("at", "pk")
    decision.state, decision.closed_at = states[tally.result], at
    decision.votes = {"approve": tally.approve, "decline": tally.decline, "defer": tally.defer}
    decision.reasons = [list(one) for one in given.values_list("choice", "reason")]
    decision.save(update_fields=["state", "closed_at", "votes", "reasons"])
    keep(decision.rfc_id, DECISION_DUE, [], at=at)
    facts: dict[str, Any] = {"kind": decision.kind, "round": decision.round, "votes": decision.votes}
    if by is not None:
        facts["closed_by"] = by.name
    enact = _REVIEWS if decision.kind == DecisionKind.REVIEW else _MOVES
    enact[decision.state](decision, facts, at=at)


def _reasons(decision: Decision) -> str:
    """What was said against approving, without names."""
    words = [reason for choice, reason in decision.reasons if choice != Choice.APPROVE]
    return "\n\n".join(words) or _("No majority approved it.")


def _take(name: str) -> Callable[..., None]:
    """Carry out one move of the board, or of the two people."""

    def take(decision: Decision, facts: dict[str, Any], *, at: datetime) -> None:
        rfc = decision.rfc
        columns: dict[str, Any] = {}
        message = "" if name == "approve" else _reasons(decision)
        if name == "defer":
            until = day_of(at) + timedelta(days=Board.objects.get().defer_days)
            columns["deferred_until"] = facts["until"] = until
        move = rfc.lifecycle.step(name, rfc.status)
        take_move(rfc, move, by=None, at=at, version=rfc.version, message=message, columns=columns, **facts)

    return take


def _accept_review(decision: Decision, facts: dict[str, Any], *, at: datetime) -> None:
    rfc, review = decision.rfc, latest_review(decision.rfc)
    if review is None:  # nobody votes before it is written, and it is never taken away
        raise IllegalMove(_("The review is not written yet. You are told when it is."))
    ChangeReview.objects.filter(pk=review.pk).update(decision=decision)
    move = rfc.lifecycle.step("review", rfc.status)
    columns = {"outcome": review.outcome}
    take_move(
        rfc, move, by=None, at=at, version=rfc.version, columns=columns, outcome=review.outcome, **facts
    )


def _refuse_review(decision: Decision, facts: dict[str, Any], *, at: datetime) -> None:
    """The review has to be written again: the RFC stays where it is."""
    reason = _reasons(decision)
    publish(
        append_event(decision.rfc, "review_refused", by=None, at=at, internal=True, reason=reason, **facts)
    )
    decision.rfc.touch(at=at)


_MOVES = {
    DecisionState.APPROVED: _take("approve"),
    DecisionState.DECLINED: _take("decline"),
    DecisionState.DEFERRED: _take("defer"),
}
_REVIEWS = {DecisionState.APPROVED: _accept_review, DecisionState.DECLINED: _refuse_review}


def _give_back(decision: Decision, *, at: datetime) -> None:
    """What was put to decision was changed: it goes back, and may be put again as it stands now."""
    rfc, at = decision.rfc, max(at, decision.rfc.updated_at)
    reason = _("The RFC was changed after it was put to decision.")
    if decision.kind == DecisionKind.REVIEW:
        void_decisions(rfc, reason=reason, at=at)
        return
    move = rfc.lifecycle.step("take_back", rfc.status)
    take_move(rfc, move, by=None, at=at, version=rfc.version, message=reason)


def _locked(decision: Decision) -> Decision:
    """The decision and its RFC as they are now, held until the transaction ends."""
    lock(decision.rfc_id)
    held = Decision.objects.select_for_update(of=("self",)).select_related("rfc__organization")
    found: Decision = held.get(pk=decision.pk)
    return found
