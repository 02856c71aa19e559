"""What has to be there before a move, besides the right to make it. Asked on the server, at every move.

Each condition answers with a sentence when it is not met. Which moves it guards stands in one table, so
that a page can show what is missing before anybody presses the button.
"""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.bench import who_would_vote
from changes.models import (
    Ballot,
    Board,
    Choice,
    DecisionKind,
    DecisionState,
    RequestForChange,
    RiskAssessment,
)
from changes.transitions import ChangeClass
from servicedesk.records.models import Visibility

Condition = Callable[[RequestForChange, date], Iterator[str]]

PLANS = {
    "implementation_plan": gettext_lazy("implementation plan"),
    "test_plan": gettext_lazy("test plan"),
    "communication_plan": gettext_lazy("communication plan"),
    "back_out_plan": gettext_lazy("back-out plan"),
}


def unmet(rfc: RequestForChange, move: str, *, on: date) -> list[str]:
    """What is missing for a move on a day (in the desk's zone), in words; nothing when it may be made."""
    return [words for condition in _GUARDS.get(move, ()) for words in condition(rfc, on)]


def latest_rating(rfc: RequestForChange) -> RiskAssessment | None:
    """The rating that counts. Reads what was prefetched, where it was."""
    return max(rfc.assessments.all(), key=lambda one: (one.at, one.pk), default=None)


def _is_rated(rfc: RequestForChange, on: date) -> Iterator[str]:
    if not rfc.risk:
        yield _("Answer the risk questionnaire first.")


def _plans_by_risk(rfc: RequestForChange, on: date) -> Iterator[str]:
    """Which plans a risk requires stands in the formula that it was rated by."""
    latest = latest_rating(rfc)
    required = latest.formula.plans.get(rfc.risk, []) if latest else []
    for name in required:
        if not getattr(rfc, name).strip():
            yield _("At this risk the %(plan)s is required.") % {"plan": PLANS[name]}


def _template_counts(rfc: RequestForChange, on: date) -> Iterator[str]:
    if rfc.change_class == ChangeClass.STANDARD and rfc.template and rfc.template.expires_on <= on:
        yield _("Its template expired on %(day)s. Ask for a normal change, or renew the template.") % {
            "day": rfc.template.expires_on.isoformat()
        }


def _has_implementer(rfc: RequestForChange, on: date) -> Iterator[str]:
    if rfc.implementer_id is None:
        yield _("Name the person who implements it first.")
    elif rfc.implementer_id == rfc.reporter_id:
        yield _("Whoever asks for a change does not implement it. Name somebody else.")


def _board_can_decide(rfc: RequestForChange, on: date) -> Iterator[str]:
    """A quorum that nobody could ever reach would wait for ever."""
    quorum, voters = Board.objects.get().quorum, len(who_would_vote(rfc, DecisionKind.BOARD, on=on))
    if voters < quorum:
        yield _("%(quorum)d votes are a quorum, and only %(voters)d board members may vote on this.") % {
            "quorum": quorum,
            "voters": voters,
        }


def _is_published(rfc: RequestForChange, on: date) -> Iterator[str]:
    if rfc.visibility != Visibility.EVERYONE:
        yield _("Publish the RFC first, so that LDCs can read what they are asked about.")


def _approvers_do_not_implement(rfc: RequestForChange, on: date) -> Iterator[str]:
    """Whose vote approved it, as it stands now, does not carry it out."""
    approved = Ballot.objects.filter(
        decision__rfc=rfc,
        decision__state=DecisionState.APPROVED,
        decision__kind__in=(DecisionKind.BOARD, DecisionKind.TWO),
        choice=Choice.APPROVE,
    )
    if rfc.implementer_id and approved.filter(person=rfc.implementer_id).exists():
        yield _("Its implementer voted for it. Name somebody who did not.")


_GUARDS: dict[str, tuple[Condition, ...]] = {
    "consult": (_is_rated, _is_published),
    "put_to_board": (_is_rated, _plans_by_risk, _board_can_decide),
    "call_two": (_is_rated, _plans_by_risk),
    "accept": (_template_counts,),
    "schedule": (_has_implementer, _approvers_do_not_implement, _template_counts),
    "start": (_has_implementer, _approvers_do_not_implement),
}
