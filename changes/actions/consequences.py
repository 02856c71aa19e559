"""What hangs on a move: decisions and consultations that begin or end with it, and what falls due.

``take_move`` calls it, so that nobody can take the move without its consequences.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from changes.bench import day_of, digest_for
from changes.models import Board, Consultation, Decision, DecisionKind, DecisionState, RequestForChange
from changes.transitions import ChangeClass
from servicedesk.records.refusals import Unusable
from servicedesk.records.transitions import Move
from servicedesk.schedule.planning import Wanted, keep
from tickets.models import DeskRules
from tickets.sla import rulebook
from tickets.sla.calendar import Calendar, instant_of

REMINDER, DEADLINE = "rfc.decision_reminder", "rfc.decision_deadline"
CLOSES, REVIEW_OPENS = "rfc.consultation_closes", "rfc.review_opens"
DECISION_DUE = frozenset({REMINDER, DEADLINE})

Consequence = Callable[..., dict[str, Any]]


def follow_up(
    rfc: RequestForChange, move: Move, *, by: Person | None, at: datetime, facts: dict[str, Any]
) -> dict[str, Any]:
    """Begin and end what hangs on a move that was just made. Answers what its event says of it besides.

    Call it inside the transaction of the move. Raises Unusable.
    """
    found: dict[str, Any] = {}
    for consequence in _FOLLOWS.get(move.name, ()):
        found |= consequence(rfc, by=by, at=at, facts=facts)
    return found


def open_decision(rfc: RequestForChange, kind: DecisionKind, *, by: Person | None, at: datetime) -> Decision:
    """Put an RFC to decision as it stands now, with a reminder and a deadline. Call it inside a transaction."""
    board, calendar = Board.objects.get(), desk_calendar()
    if kind == DecisionKind.TWO:
        remind_at, decide_by = None, at + timedelta(hours=board.emergency_hours)
    else:
        days = board.review_days if kind == DecisionKind.REVIEW else board.decision_days
        decide_by = calendar.end_of_day(at, days)
        remind_at = calendar.end_of_day(at, days - 1) if days > 1 else None
    rounds = rfc.decisions.aggregate(latest=Max("round"))["latest"] or 0
    decision = Decision.objects.create(
        rfc=rfc,
        kind=kind,
        round=rounds + 1,
        digest=digest_for(kind, rfc),
        opened_at=at,
        opened_by=by,
        decide_by=decide_by,
    )
    moments = {REMINDER: remind_at, DEADLINE: decide_by}
    wanted = [
        Wanted(due, f"{due}:{decision.pk}", moment, {"decision": decision.pk})
        for due, moment in moments.items()
        if moment
    ]
    keep(rfc.pk, DECISION_DUE, wanted, at=at)
    return decision


def void_decisions(
    rfc: RequestForChange, *, reason: str, at: datetime, states: Iterable[str] = (DecisionState.OPEN,)
) -> None:
    """Make decisions of an RFC void and say why; what was voted stays readable. Call it inside a transaction."""
    rfc.decisions.filter(state__in=states).update(state=DecisionState.VOID, voided_at=at, void_reason=reason)
    keep(rfc.pk, DECISION_DUE, [], at=at)


def desk_calendar() -> Calendar:
    """The desk's working days."""
    return rulebook.current_calendar(DeskRules.objects.get().calendar_id)


def next_business_day(at: datetime) -> datetime:
    """The opening of the first working day after a moment's own day."""
    midnight = instant_of(day_of(at) + timedelta(days=1), 0, timezone.get_default_timezone())
    return desk_calendar().next_open(midnight)


def _put_to_board(rfc: RequestForChange, *, by: Person | None, at: datetime, facts: Any) -> dict[str, Any]:
    return _opened(open_decision(rfc, DecisionKind.BOARD, by=by, at=at))


def _call_two(rfc: RequestForChange, *, by: Person | None, at: datetime, facts: Any) -> dict[str, Any]:
    return _opened(open_decision(rfc, DecisionKind.TWO, by=by, at=at))


def _opened(decision: Decision) -> dict[str, Any]:
    return {"round": decision.round, "decide_by": decision.decide_by}


def _void_open(rfc: RequestForChange, *, by: Person | None, at: datetime, facts: Any) -> dict[str, Any]:
    edited = _("The RFC was changed after it was put to decision.")
    reason = facts.get("message") or (edited if facts.get("fields") else _("It was taken back."))
    void_decisions(rfc, reason=reason, at=at)
    return {}


def _void_approval(rfc: RequestForChange, *, by: Person | None, at: datetime, facts: Any) -> dict[str, Any]:
    """What was approved is something else now, or is planned anew."""
    states = (DecisionState.OPEN, DecisionState.APPROVED)
    reason = facts.get("message") or _("The RFC was changed after it was approved.")
    void_decisions(rfc, reason=reason, at=at, states=states)
    keep(rfc.pk, {REVIEW_OPENS}, [], at=at)
    return {}


def _consult(
    rfc: RequestForChange, *, by: Person | None, at: datetime, facts: dict[str, Any]
) -> dict[str, Any]:
    """Ask the LDCs until the moment that the move names. Raises Unusable when that gives them too little time."""
    closes_at = facts.get("closes_at")
    if by is None or not isinstance(closes_at, datetime):
        raise Unusable(_("Say until when LDCs can answer."))
    days = Board.objects.get().consultation_days
    if day_of(closes_at) < day_of(at) + timedelta(days=days):
        raise Unusable(_("Give LDCs %(days)d days or more to answer.") % {"days": days})
    question = facts.get("message", "")
    asked = Consultation.objects.create(
        rfc=rfc, opened_at=at, opened_by=by, closes_at=closes_at, question=question
    )
    keep(
        rfc.pk,
        {CLOSES},
        [Wanted(CLOSES, f"{CLOSES}:{asked.pk}", closes_at, {"consultation": asked.pk})],
        at=at,
    )
    return {}


def _end_consultation(
    rfc: RequestForChange, *, by: Person | None, at: datetime, facts: Any
) -> dict[str, Any]:
    asked = Consultation.objects.filter(rfc=rfc, closed_at=None).first()
    if asked is None:
        return {}
    Consultation.objects.filter(pk=asked.pk).update(closed_at=at)
    keep(rfc.pk, {CLOSES}, [], at=at)
    return {"stances": dict(asked.stances())}


def _plan_review(rfc: RequestForChange, *, by: Person | None, at: datetime, facts: Any) -> dict[str, Any]:
    """An emergency is put to the board on the next business day, for review."""
    if (
        rfc.change_class != ChangeClass.EMERGENCY
        or rfc.decisions.filter(kind=DecisionKind.REVIEW, state=DecisionState.OPEN).exists()
    ):
        return {}
    key = f"{REVIEW_OPENS}:{rfc.pk}:{rfc.version}"
    keep(rfc.pk, {REVIEW_OPENS}, [Wanted(REVIEW_OPENS, key, next_business_day(at))], at=at)
    return {}


def _reviewed(rfc: RequestForChange, *, by: Person | None, at: datetime, facts: Any) -> dict[str, Any]:
    keep(rfc.pk, {REVIEW_OPENS}, [], at=at)
    return {}


_FOLLOWS: dict[str, tuple[Consequence, ...]] = {
    "put_to_board": (_put_to_board,),
    "call_two": (_call_two,),
    "take_back": (_void_open,),
    "withdraw": (_void_open, _end_consultation),
    "void": (_void_approval,),
    "plan_again": (_void_approval,),
    "consult": (_consult,),
    "end_consultation": (_end_consultation,),
    "finish": (_plan_review,),
    "back_out": (_plan_review,),
    "review": (_reviewed,),
}
