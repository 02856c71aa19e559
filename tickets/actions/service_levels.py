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
from tickets.models import EscalationStep, Incident, ServiceClock
from tickets.sla import rulebook
from tickets.sla.clock import Moment
from tickets.sla.history import EXCUSED, MOVED, excuses_in, minded, terms_of
from tickets.sla.rollout import Shift, shifts
from tickets.sla.rulebook import Versions
from tickets.sla.standing import STEP, agenda, row_of

TELL = "sla.tell"


@transaction.atomic
def excuse(
    incident: Incident, target: str, start: datetime, end: datetime, reason: str, *, by: Person, at: datetime
) -> Incident:
    """Excuse a span of an incident's time for one target (docs/service-levels.md, rule 10).

    The raw clocks stay; those that have ended get their adjusted figures. Raises Forbidden, Unusable.
    """
    policy.may_excuse(by, incident).or_refuse()
    if not start < end <= at:
        raise Unusable(_("Choose a span of time that has passed, its start before its end."))
    lock(incident.pk)
    publish(
        append_event(
            incident,
            EXCUSED,
            by=by,
            at=at,
            target=target,
            start=start.isoformat(),
            end=end.isoformat(),
            reason=reason,
        )
    )
    events = list(minded([incident.pk]))
    excuses = excuses_in(events)
    for clock in read_clocks(incident, events).ended:
        row = row_of(clock, incident.pk, excuses)
        if row.adjusted_state:
            ServiceClock.objects.filter(
                record=incident.pk, target=row.target, cycle=row.cycle, leg=row.leg
            ).update(adjusted_due_at=row.adjusted_due_at, adjusted_state=row.adjusted_state)
    incident.touch(at=at)
    return incident


def escalate(rows: list[DueRow]) -> None:
    """Reach steps of the ladder, many at once: an event each, dated at its own moment, and one word to tell people.

    Call it inside the sweep's transaction.
    """
    steps = EscalationStep.objects.in_bulk({row.payload["step"] for row in rows})
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
                name="incident.escalated",
                at=row.due_at,
                internal=True,
                facts=facts,
            )
        )
    Event.objects.bulk_create(events)
    raised = [event for event in events if steps[event.facts["step"]].raises]
    if raised:
        first = Event.objects.filter(pk__in=[event.pk for event in raised], record=OuterRef("pk"))
        Incident.objects.filter(pk__in={event.record_id for event in raised}, raised_at=None).update(
            raised_at=Subquery(first.order_by("at").values("at")[:1])
        )
    ids = [event.pk for event in events]
    put([message(effect=TELL, key=f"{TELL}:{ids[0]}", at=rows[-1].due_at, events=ids)])


@transaction.atomic
def move_to_versions(
    incident: Incident, versions: Versions, why: str, *, by: Person | None, at: datetime
) -> list[Shift] | None:
    """Let an open incident go by other versions from now on (rule 11). Answers which due times moved.

    The old due times stay in its history. One that is done, or goes by them already, is left alone:
    the answer is None.
    """
    lock(incident.pk)
    incident.refresh_from_db()
    if incident.done_at or versions == Versions(incident.policy_version_id, incident.calendar_version_id):
        return None
    events = list(minded([incident.pk]))
    at = max(at, events[-1].at)  # what somebody did while this waited for the lock went by the old ones
    before = read_clocks(incident, events)
    newer = Moment(at, pledges=rulebook.pledges(versions, terms_of(incident)))
    stands = read_clocks(incident, events, newer)
    moved = shifts(before.running, stands.running, at=at)
    append_event(
        incident,
        MOVED,
        by=by,
        at=at,
        policy_version=versions.policy,
        calendar_version=versions.calendar,
        why=why,
        moved={one.target: [one.was_due_at, one.due_at] for one in moved},
    )
    incident.touch(at=incident.updated_at, due_at=stands.due_at)
    columns = {"policy_version_id": versions.policy, "calendar_version_id": versions.calendar}
    write_columns(incident, columns | stands.columns)
    keep(incident.pk, {STEP}, agenda(incident.pk, stands.running, at=at), at=at)
    return moved
