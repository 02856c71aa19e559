"""Asking LDCs what an RFC means to them, and hearing their answers.

An answer is its organization's own: what it says, and that it came, is known to that organization and the
desk. Others read how many organizations said what.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, Person
from changes import policy
from changes.actions.moving import append_event, move_change
from changes.models import Consultation, ConsultationAnswer, RequestForChange, Stance
from servicedesk.notifications.outbox import publish
from servicedesk.records.refusals import IllegalMove, Stale, Unusable
from servicedesk.schedule.planning import plan
from servicedesk.ui.moments import absolute

ANSWERED = "rfc.consultation_heard"
LONGEST_ANSWER = 5000


def open_consultation(
    rfc: RequestForChange, closes_at: datetime, *, by: Person, at: datetime, version: int, message: str = ""
) -> RequestForChange:
    """Ask all LDCs, until a moment. Raises Forbidden, IllegalMove, Stale, Unusable."""
    return move_change(rfc, "consult", by=by, at=at, version=version, message=message, closes_at=closes_at)


def end_consultation(
    rfc: RequestForChange, *, by: Person | None, at: datetime, version: int
) -> RequestForChange:
    """Go back to assessment with what was answered. Raises Forbidden, IllegalMove, Stale."""
    return move_change(rfc, "end_consultation", by=by, at=at, version=version)


@transaction.atomic
def answer(
    consultation: Consultation,
    organization: Organization,
    stance: str,
    text: str = "",
    *,
    by: Person,
    at: datetime,
) -> ConsultationAnswer:
    """Answer for an LDC; or change its answer, whoever gave it: the earlier one stays as history.

    Raises Forbidden, IllegalMove, Stale, Unusable.
    """
    policy.may_answer(by, consultation.rfc, organization).or_refuse()
    if consultation.closed_at or at >= consultation.closes_at:
        raise IllegalMove(
            _("This consultation ended on %(when)s.")
            % {"when": absolute(consultation.closed_at or consultation.closes_at)}
        )
    text = text.strip()
    if stance not in Stance.values:
        raise Unusable(_("Say whether your organization has a concern or an objection."))
    if stance != Stance.NO_OBJECTION and not text:
        raise Unusable(_("Say what the concern or the objection is."))
    if len(text) > LONGEST_ANSWER:
        raise Unusable(_("Shorten the answer to %(most)d characters.") % {"most": LONGEST_ANSWER})
    theirs = ConsultationAnswer.objects.filter(
        consultation=consultation, organization=organization, replaced_at=None
    )
    theirs.update(replaced_at=at)
    try:
        with transaction.atomic():
            given = ConsultationAnswer.objects.create(
                consultation=consultation,
                organization=organization,
                person=by,
                stance=stance,
                text=text,
                at=at,
            )
    except IntegrityError:
        raise Stale(
            _("A colleague answered at the same moment. Read their answer, then change it if need be.")
        ) from None
    # Who answered is not for everybody who reads the RFC: the desk writes it into the part of history it reads.
    plan(ANSWERED, key=f"{ANSWERED}:{given.pk}", due_at=at, record_id=consultation.rfc_id, answer=given.pk)
    return given


def hear_answer(given: ConsultationAnswer) -> None:
    """Write an answer into the RFC's history, for the desk. Call it inside a transaction."""
    rfc = given.consultation.rfc
    publish(
        append_event(
            rfc,
            "consultation_answered",
            by=given.person,
            at=given.at,
            internal=True,
            organization=given.organization.name,
            stance=given.stance,
        )
    )
