"""Rating a change: the risk questionnaire, kept with the version of its formula."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.actions.moving import append_event, lock, write_columns
from changes.choices import formula_at
from changes.models import RequestForChange, RiskAssessment
from changes.risk import rating
from servicedesk.notifications.outbox import publish
from servicedesk.records.refusals import Unusable


@transaction.atomic
def rate_change(
    rfc: RequestForChange, answers: Mapping[str, str], *, by: Person, at: datetime, version: int
) -> RequestForChange:
    """Rate an RFC by today's formula. ``answers`` is by the name of the question. Earlier ratings stay.

    Raises Forbidden, IllegalMove once it awaits its decision, Stale, or Unusable for answers that are missing.
    """
    policy.may_rate(by, rfc).or_refuse()
    lock(rfc.pk)
    formula = formula_at(at)
    try:
        rated = rating(
            formula.questions, answers, medium_from=formula.medium_from, high_from=formula.high_from
        )
    except KeyError:
        raise Unusable(_("Answer every question of the questionnaire.")) from None
    was = rfc.risk
    rfc.amend(version=version, at=at)
    RiskAssessment.objects.create(
        rfc=rfc, formula=formula, answers=rated.answers, points=rated.points, risk=rated.risk, by=by, at=at
    )
    write_columns(rfc, {"risk": rated.risk})
    event = append_event(
        rfc,
        "rated",
        by=by,
        at=at,
        was_risk=was,
        risk=rated.risk,
        points=rated.points,
        formula=formula.number,
    )
    publish(event)
    return rfc
