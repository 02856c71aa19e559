"""Filing an incident, and rating it anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Draft, Visibility
from servicedesk.records.refusals import Unusable
from servicedesk.schedule.planning import keep
from servicedesk.ui.moments import absolute
from tickets import limits, policy
from tickets.actions.clocks import append_event, lock, read_clocks, write_columns
from tickets.actions.filing import file_ticket
from tickets.models import Incident
from tickets.sla.clock import Moment
from tickets.sla.history import minded
from tickets.sla.promises import incident_terms, severity_for
from tickets.sla.standing import STEP, agenda
from tickets.transitions import Status


@dataclass(frozen=True, slots=True)
class Report:
    """What a reporter states. Contacts are people of the same organization; None is everybody there."""

    organization_id: int
    title: str
    description: str
    environment: str
    impact: str
    urgency: str
    visibility: str = Visibility.ORGANIZATION
    occurred_at: datetime | None = None
    references: str = ""
    phone: str = ""
    contact: Person | None = None
    backup_contact: Person | None = None


class LateAtOnce(Unusable):
    """The targets of that severity lie in the past: say so, and ask whether that is meant."""

    def __init__(self, severity: int, since: datetime) -> None:
        words = _(
            "With severity %(severity)d this was due %(when)s, so it is late at once. Tick the box if that is right."
        )
        super().__init__(words % {"severity": severity, "when": absolute(since)})


@transaction.atomic
def submit_incident(
    report: Report, *, draft: Draft, by: Person, at: datetime, promised_at: datetime | None = None
) -> Incident:
    """File an incident from a draft, once: a draft that was sent already answers with what it became.

    Its clocks start when the promise that the reporter was shown was made (``promised_at``), so
    that what is stored is what was shown. Raises TooMany.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.became_id:
        return Incident.objects.get(pk=draft.became_id)
    limits.check_filing(by, report.organization_id, at=at)
    return file_ticket(
        Incident,
        incident_terms(report.organization_id),
        status=Status.NEW,
        draft=draft,
        by=by,
        at=at,
        clock_from=min(promised_at or at, at),
        title=report.title,
        visibility=report.visibility,
        reporter=by,
        severity=severity_for(report.impact, report.urgency),
        impact=report.impact,
        urgency=report.urgency,
        environment=report.environment,
        description=report.description,
        references=report.references,
        occurred_at=report.occurred_at,
        contact=report.contact,
        backup_contact=report.backup_contact,
        phone=report.phone,
    )


@transaction.atomic
def change_severity(
    incident: Incident,
    severity: int,
    reason: str,
    *,
    by: Person,
    at: datetime,
    version: int,
    accept_late: bool = False,
    **facts: Any,
) -> Incident:
    """Rate an incident anew. Its targets count from the start of the cycle, its pauses stay.

    A shorter target may lie in the past: that is done only with ``accept_late`` (docs/service-levels.md,
    rule 7). ``facts`` go into its event. Raises Forbidden, Stale, LateAtOnce.
    """
    policy.may_work(by, incident).or_refuse()
    lock(incident.pk)
    events = list(minded([incident.pk]))
    before = {(clock.target, clock.leg): clock.due_at for clock in read_clocks(incident, events).running}
    rated = read_clocks(incident, events, Moment(at, severity=severity))
    late = [
        clock.due_at
        for clock in rated.running
        if clock.due_at and clock.due_at < at <= (before.get((clock.target, clock.leg)) or at)
    ]
    if late and not accept_late:
        raise LateAtOnce(severity, min(late))
    was, incident.severity = cast("int", incident.severity), severity
    incident.amend(version=version, at=at, due_at=rated.due_at)
    write_columns(incident, {"severity": severity, **rated.columns})
    publish(
        append_event(
            incident,
            "rated",
            by=by,
            at=at,
            was_severity=was,
            severity=severity,
            reason=reason,
            raised=severity < was,
            late_since=min(late, default=None),
            respond_by=incident.respond_due_at,
            finish_by=incident.finish_due_at,
            **facts,
        )
    )
    keep(incident.pk, {STEP}, agenda(incident.pk, rated.running, at=at), at=at)
    return incident
