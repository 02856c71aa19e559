"""Looking back: what was learned from an implementation, and what is still to do.

A change manager reviews normal and standard changes. An emergency's review is put to the board, from the
next business day on, and only what the board accepts lets it be closed.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.actions.consequences import open_decision, void_decisions
from changes.actions.moving import append_event, lock, take_move
from changes.bench import digest_for
from changes.models import ChangeReview, Decision, DecisionKind, DecisionState, Outcome, RequestForChange
from changes.transitions import OVER, ChangeClass, ChangeStatus
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Link, Record, Relation
from servicedesk.records.refusals import IllegalMove, Stale, Unusable

LONGEST_REVIEW = 20_000


@transaction.atomic
def review(
    rfc: RequestForChange,
    text: str,
    outcome: str,
    *,
    actions: Iterable[str] = (),
    by: Person,
    at: datetime,
    version: int,
) -> ChangeReview:
    """Write the review of an implementation. ``actions`` are references of records that follow from it.

    Raises Forbidden, IllegalMove, Stale, Unusable.
    """
    policy.may_manage(by).or_refuse()
    lock(rfc.pk)
    if rfc.status not in OVER:
        raise IllegalMove(_("A review is written once the change was implemented or backed out."))
    _check(rfc, text.strip(), outcome)
    _link(rfc, actions, by=by, at=at)
    written = ChangeReview.objects.create(rfc=rfc, text=text.strip(), outcome=outcome, by=by, at=at)
    if rfc.change_class != ChangeClass.EMERGENCY:
        move = rfc.lifecycle.step("review", rfc.status)
        policy.may_move(by, rfc, move).or_refuse()
        take_move(rfc, move, by=by, at=at, version=version, columns={"outcome": outcome}, outcome=outcome)
        return written
    if version != rfc.version:
        raise Stale(
            _("%(reference)s was changed by somebody else while you were writing.")
            % {"reference": rfc.reference}
        )
    publish(append_event(rfc, "review_written", by=by, at=at, internal=True))
    rfc.touch(at=at)
    _put(rfc, at=at)
    return written


@transaction.atomic
def open_review(rfc: RequestForChange, *, at: datetime) -> None:
    """Put an emergency's review to the board, on the business day after it was carried out."""
    lock(rfc.pk)
    if rfc.status in OVER and not _open(rfc):
        _ask(rfc, at=at)


def _put(rfc: RequestForChange, *, at: datetime) -> None:
    """Let the board see what the review says now. Votes on an earlier text are void."""
    waiting = _open(rfc)
    if waiting is not None and not waiting.ballots.exists():
        Decision.objects.filter(pk=waiting.pk).update(digest=digest_for(DecisionKind.REVIEW, rfc))
    elif waiting is not None:
        void_decisions(rfc, reason=_("The review was written anew."), at=at)
        _ask(rfc, at=at)
    elif rfc.decisions.filter(kind=DecisionKind.REVIEW, state=DecisionState.DECLINED).exists():
        _ask(rfc, at=at)  # the board refused an earlier text; a first one waits for its business day


def _ask(rfc: RequestForChange, *, at: datetime) -> None:
    decision = open_decision(rfc, DecisionKind.REVIEW, by=None, at=at)
    publish(
        append_event(rfc, "review_asked", by=None, at=at, round=decision.round, decide_by=decision.decide_by)
    )


def _open(rfc: RequestForChange) -> Decision | None:
    found: Decision | None = rfc.decisions.filter(kind=DecisionKind.REVIEW, state=DecisionState.OPEN).first()
    return found


def _check(rfc: RequestForChange, text: str, outcome: str) -> None:
    if not text:
        raise Unusable(_("Write what was learned."))
    if len(text) > LONGEST_REVIEW:
        raise Unusable(_("Shorten the review to %(most)d characters.") % {"most": LONGEST_REVIEW})
    if outcome not in Outcome.values:
        raise Unusable(_("Say how the implementation went."))
    if (rfc.status == ChangeStatus.BACKED_OUT) != (outcome == Outcome.BACKED_OUT):
        raise Unusable(_("The outcome does not fit how the implementation ended."))


def _link(rfc: RequestForChange, references: Iterable[str], *, by: Person, at: datetime) -> None:
    """Records that carry on what the review found. They continue the RFC. Raises Unusable for unknown ones."""
    for reference in references:
        other = Record.objects.visible_to(by).filter(reference=reference.strip().upper()).first()
        if other is None or other.pk == rfc.pk:
            raise Unusable(
                _("You see nothing with the reference %(reference)s. Check the number.")
                % {"reference": reference}
            )
        Link.objects.get_or_create(
            source_id=other.pk,
            target_id=rfc.pk,
            relation=Relation.CONTINUES,
            defaults={"made_by_id": by.pk, "made_at": at},
        )
