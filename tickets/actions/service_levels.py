"""What changes a ticket's service levels: excuses, escalations, and moving to newer versions."""

from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import message, publish, put
from servicedesk.records.models import Event
from servicedesk.records.refusals import Unusable
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.planning import keep
from tickets import policy
from tickets.actions.clocks import append_event, lock, read_clocks, write_columns
from tickets.models import EscalationStep, ServiceClock, Ticket
from tickets.sla import rulebook
from tickets.sla.clock import Moment
from tickets.sla.history import excuses_in, minded, terms_of
from tickets.sla.rollout import Shift, shifts
from tickets.sla.rulebook import Versions
from tickets.sla.standing import STEP, agenda, row_of

TELL = "sla.tell"


@transaction.atomic
def excuse(
    ticket: Ticket, target: str, start: datetime, end: datetime, reason: str, *, by: Person, at: datetime
) -> Ticket:
    """Excuse a span of a ticket's time for one target (docs/service-levels.md, rule 10).

    The raw clocks stay; those that have ended get their adjusted figures. Raises Forbidden, Unusable.
    """
    policy.may_excuse(by, ticket).or_refuse()
    if not start < end <= at:
        raise Unusable(_("Choose a span of time that has passed, its start before its end."))
    lock(ticket.pk)
    publish(
        append_event(
            ticket,
            "excused",
            by=by,
            at=at,
            target=target,
            start=start.isoformat(),
            end=end.isoformat(),
            reason=reason,
        )
    )
    events = list(minded([ticket.pk]))
    excuses = excuses_in(events)
    for clock in read_clocks(ticket, events).ended:
        row = row_of(clock, ticket.pk, excuses)
        if row.adjusted_state:
            ServiceClock.objects.filter(
                record=ticket.pk, target=row.target, cycle=row.cycle, leg=row.leg
            ).update(adjusted_due_at=row.adjusted_due_at, adjusted_state=row.adjusted_state)
    ticket.touch(at=at)
    return ticket


def escalate(rows: list[DueRow]) -> None:
    """Reach steps of the ladder, many at once: an event each, dated at its own moment, and one word to tell people.

    Call it inside the sweep's transaction.
    """
    steps = EscalationStep.objects.in_bulk({row.payload["step"] for row in rows})
    about = {cast("int", row.record_id) for row in rows}
    kinds = dict(Ticket.objects.filter(pk__in=about).values_list("pk", "kind"))
    events = []
    for row in rows:
        step = steps[row.payload["step"]]
        facts = {
            "side": "system",
            "step": step.pk,
            "target": step.target,
            "when": step.when(),
            "due_at": row.payload["due_at"],
        }
        events.append(
            Event(
                record_id=cast("int", row.record_id),
                name=f"{kinds[cast('int', row.record_id)]}.escalated",
                at=row.due_at,
                internal=True,
                facts=facts,
            )
        )
    Event.objects.bulk_create(events)
    raised = [event for event in events if steps[event.facts["step"]].raises]
    if raised:
        first = Event.objects.filter(pk__in=[event.pk for event in raised], record=OuterRef("pk"))
        Ticket.objects.filter(pk__in={event.record_id for event in raised}, raised_at=None).update(
            raised_at=Subquery(first.order_by("at").values("at")[:1])
        )
    ids = [event.pk for event in events]
    put([message(effect=TELL, key=f"{TELL}:{ids[0]}", at=rows[-1].due_at, events=ids)])


@transaction.atomic
def move_to_versions(
    ticket: Ticket, versions: Versions, why: str, *, by: Person | None, at: datetime
) -> list[Shift] | None:
    """Let an open ticket go by other versions from now on (rule 11). Answers which due times moved.

    The old due times stay in its history. One that is done, or goes by them already, is left alone:
    the answer is None.
    """
    lock(ticket.pk)
    ticket.refresh_from_db()
    if ticket.done_at or versions == Versions(ticket.policy_version_id, ticket.calendar_version_id):
        return None
    events = list(minded([ticket.pk]))
    at = max(at, events[-1].at)  # what somebody did while this waited for the lock went by the old ones
    before = read_clocks(ticket, events)
    newer = Moment(at, pledges=rulebook.pledges(versions, terms_of(ticket)))
    stands = read_clocks(ticket, events, newer)
    moved = shifts(before.running, stands.running, at=at)
    append_event(
        ticket,
        "moved_to_versions",
        by=by,
        at=at,
        policy_version=versions.policy,
        calendar_version=versions.calendar,
        why=why,
        moved={one.target: [one.was_due_at, one.due_at] for one in moved},
    )
    ticket.touch(at=ticket.updated_at, due_at=stands.due_at)
    columns = {"policy_version_id": versions.policy, "calendar_version_id": versions.calendar}
    write_columns(ticket, columns | stands.columns)
    keep(ticket.pk, {STEP}, agenda(ticket.pk, stands.running, at=at), at=at)
    return moved
