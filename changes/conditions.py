"""What has to be there before a move, besides the right to make it. Asked on the server, at every move.

Each condition answers with a sentence when it is not met. Which moves it guards stands in one table, so
that a page can show what is missing before anybody presses the button.
"""

from collections.abc import Callable, Iterator
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.models import RequestForChange, RiskAssessment
from changes.transitions import ChangeClass

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


_GUARDS: dict[str, tuple[Condition, ...]] = {
    "consult": (_is_rated,),
    "put_to_board": (_is_rated, _plans_by_risk),
    "call_two": (_is_rated, _plans_by_risk),
    "accept": (_template_counts,),
    "schedule": (_has_implementer, _template_counts),
    "start": (_has_implementer,),
}
