"""Naming somebody who decides in one's place, for a while."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccountEvent, Person
from servicedesk.records.following import follow
from servicedesk.records.refusals import IllegalMove, Unusable
from servicedesk.records.verdict import no
from servicedesk.schedule.planning import plan
from tickets import approving
from tickets.approving import day_of
from tickets.models import Approver, Delegation

BEGINS = "delegation.begins"


@transaction.atomic
def delegate_approvals(
    delegate: Person, *, starts_on: date, ends_on: date, by: Person, at: datetime
) -> Delegation:
    """Let somebody decide in ``by``'s place from a day to a day, both included, by the desk's zone.

    From then on they follow what waits, so that they see it even if it is restricted. Raises Forbidden,
    Unusable.
    """
    approving.may_delegate(by).or_refuse()
    if not approving.who_may_stand_in(by).filter(pk=delegate.pk).exists():
        raise Unusable(
            _("%(name)s cannot decide in your place. Choose somebody of your own organization.")
            % {"name": delegate}
        )
    today = day_of(at)
    if starts_on < today:
        raise Unusable(_("Choose a first day that is not in the past."))
    if ends_on < starts_on:
        raise Unusable(_("Choose a last day that is not before the first."))
    made = Delegation.objects.create(person=by, delegate=delegate, starts_on=starts_on, ends_on=ends_on)
    _remember("approvals.delegated", made, by=by, at=at)
    if starts_on <= today:
        let_follow(made, at=at)
    else:
        begins_at = datetime.combine(starts_on, time.min, timezone.get_default_timezone())
        plan(BEGINS, key=f"{BEGINS}:{made.pk}", due_at=begins_at, delegation=made.pk)
    return made


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Person, at: datetime) -> None:
    """Take back a delegation: from now on its delegate decides nothing more. Raises Forbidden, IllegalMove."""
    if delegation.person_id != by.pk:
        no(_("Only whoever named somebody can take it back.")).or_refuse()
    today = day_of(at)
    if delegation.ends_on < today:
        raise IllegalMove(_("This ended already."))
    _remember("approvals.delegation_ended", delegation, by=by, at=at)
    if delegation.starts_on >= today:
        delegation.delete()
    else:
        Delegation.objects.filter(pk=delegation.pk).update(ends_on=today - timedelta(days=1))


def let_follow(delegation: Delegation, *, at: datetime) -> None:
    """Let a delegate see what waits for whom they stand in for. Call it inside a transaction."""
    for approval, bench in approving.waiting_for(delegation.person, on=day_of(at)).items():
        stands_in = delegation.delegate_id in bench.seats.get(delegation.person_id, ())
        if stands_in and bench.asks == Approver.ORGANIZATION_ADMIN:
            follow(approval.request, [delegation.delegate_id], at=at)


def _remember(name: str, delegation: Delegation, *, by: Person, at: datetime) -> None:
    """Into the history of people and their access."""
    days = {"from": delegation.starts_on.isoformat(), "to": delegation.ends_on.isoformat()}
    AccountEvent.objects.create(name=name, at=at, actor=by, person=delegation.delegate, facts=days)
