"""Everything that changes an incident.

Each function is one transaction: the change, its history, the news and what falls due are
written together or not at all. ``version`` is what the person was looking at.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.files import move_to_record
from servicedesk.records.following import follow, unfollow
from servicedesk.records.models import Comment, Draft, Event, Kind, Visibility
from servicedesk.records.refusals import Unusable
from servicedesk.schedule.planning import Wanted, keep
from servicedesk.ui.moments import absolute
from tickets import limits, policy
from tickets.actions.clocks import append_event, lock, read_clocks, restate, write_columns
from tickets.models import Incident
from tickets.sla import rulebook
from tickets.sla.clock import Moment
from tickets.sla.history import minded
from tickets.sla.promises import closing_times, fresh_clocks, incident_terms, severity_for
from tickets.sla.standing import STEP, agenda, standing
from tickets.transitions import LIFECYCLE, Status

CLOSING_KINDS = {"incident.closing_soon", "incident.auto_close"}


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
    severity = severity_for(report.impact, report.urgency)
    versions, start = rulebook.current_versions(), min(promised_at or at, at)
    stands = standing(fresh_clocks(severity, incident_terms(report.organization_id), versions, start))
    incident = Incident.objects.create(
        kind=Kind.INCIDENT,
        reference=Incident.next_reference(Kind.INCIDENT),
        title=report.title,
        organization_id=report.organization_id,
        visibility=report.visibility,
        reporter=by,
        status=Status.NEW,
        due_at=stands.due_at,
        created_at=at,
        updated_at=at,
        severity=severity,
        impact=report.impact,
        urgency=report.urgency,
        environment=report.environment,
        description=report.description,
        references=report.references,
        occurred_at=report.occurred_at,
        contact=report.contact,
        backup_contact=report.backup_contact,
        phone=report.phone,
        policy_version_id=versions.policy,
        calendar_version_id=versions.calendar,
        **stands.columns,
    )
    follow(incident, {by.pk, *_contact_ids(incident)}, at=at)
    move_to_record(draft, incident)
    event = append_event(
        incident,
        "incident.submitted",
        by=by,
        at=at,
        now=Status.NEW,
        severity=severity,
        clock_from=start.isoformat(),
        policy_version=versions.policy,
        calendar_version=versions.calendar,
        respond_by=incident.respond_due_at,
        finish_by=incident.finish_due_at,
    )
    publish(event)
    keep(incident.pk, {STEP}, agenda(incident.pk, stands.running, at=at), at=at)
    Draft.objects.filter(pk=draft.pk).update(sent_at=at, became=incident)
    return incident


@transaction.atomic
def move_incident(
    incident: Incident,
    name: str,
    *,
    by: Person | None,
    at: datetime,
    version: int,
    message: str = "",
    resolution: str = "",
    draft: Draft | None = None,
) -> Incident:
    """Take one step in an incident's life. ``by=None`` is the desk itself.

    Raises IllegalMove, Forbidden, Stale, or Unusable for files that do not fit.
    """
    move = LIFECYCLE.step(name, incident.status)
    policy.may_move(by, incident, move, at=at).or_refuse()
    lock(incident.pk)
    comment = _say(incident, message, by=by, at=at, draft=draft) if by and message else None
    facts: dict[str, Any] = {"was": incident.status, "now": move.target}
    changes: dict[str, Any] = {"resolution": "", "reopen_until": None}
    closing: list[Wanted] = []
    if move.target == Status.RESOLVED:
        remind_at, close_at = closing_times(at)
        closing = _closing(incident, remind_at, close_at)
        changes["reopen_until"] = close_at
        facts["resolution"] = changes["resolution"] = resolution
    elif move.target == Status.CLOSED:
        del changes["resolution"], changes["reopen_until"]
    if name == "reopen":  # a new cycle goes by today's calendars
        versions = rulebook.Versions(incident.policy_version_id, rulebook.current_versions().calendar)
        facts |= {"policy_version": versions.policy, "calendar_version": versions.calendar}
        changes |= {"calendar_version_id": versions.calendar, "raised_at": None}
    event = append_event(incident, f"incident.{name}", by=by, at=at, comment=comment, **facts)

    stands = restate(incident, at=at)
    incident.advance(move, LIFECYCLE, version=version, at=at, due_at=stands.due_at)
    write_columns(incident, changes | stands.columns)
    publish(event)
    wanted = [*agenda(incident.pk, stands.running, at=at), *closing]
    keep(incident.pk, {STEP, *CLOSING_KINDS}, wanted, at=at)
    return incident


@transaction.atomic
def reply(incident: Incident, body: str, *, by: Person, at: datetime, draft: Draft | None = None) -> Incident:
    """Write a message that both sides read. The LDC's answer to a question sets the clock going again.

    It takes no version: a message is sent whatever else changed meanwhile. Raises Forbidden,
    IllegalMove, TooMany, Unusable.
    """
    lock(incident.pk)
    incident = Incident.objects.get(pk=incident.pk)
    policy.may_reply(by, incident).or_refuse()
    limits.check_writing(by, at=at)
    agent = policy.party_of(by, incident) == "agent"
    if incident.status == Status.WAITING_LDC and not agent:
        return move_incident(
            incident, "answer", by=by, at=at, version=incident.version, message=body, draft=draft
        )
    comment = _say(incident, body, by=by, at=at, draft=draft)
    publish(append_event(incident, "incident.replied", by=by, at=at, comment=comment))
    if not agent or incident.done_at:
        incident.touch(at=at)
        return incident
    stands = restate(incident, at=at)
    incident.touch(at=at, due_at=stands.due_at)
    write_columns(incident, stands.columns)
    keep(incident.pk, {STEP}, agenda(incident.pk, stands.running, at=at), at=at)
    return incident


@transaction.atomic
def add_note(
    incident: Incident, body: str, *, by: Person, at: datetime, draft: Draft | None = None
) -> Incident:
    """Write an internal note, which no LDC sees. Raises Forbidden, Unusable."""
    policy.may_work(by, incident).or_refuse()
    comment = _say(incident, body, by=by, at=at, draft=draft, internal=True)
    publish(append_event(incident, "incident.noted", by=by, at=at, comment=comment, internal=True))
    incident.touch(at=at)
    return incident


@transaction.atomic
def assign(
    incident: Incident, assignee: Person | None, *, by: Person, at: datetime, version: int
) -> Incident:
    """Give an incident to an agent, or back to the queue. Raises Forbidden, Stale, Unusable."""
    policy.may_work(by, incident).or_refuse()
    if assignee and not policy.who_may_work().filter(pk=assignee.pk).exists():
        raise Unusable(_("%(name)s does not work on tickets. Choose an agent.") % {"name": assignee})
    was = incident.assignee
    incident.amend(version=version, at=at, assignee_id=assignee.pk if assignee else None)
    publish(
        append_event(
            incident,
            "incident.assigned",
            by=by,
            at=at,
            internal=True,
            was_assigned=str(was or ""),
            assignee=str(assignee or ""),
        )
    )
    return incident


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
) -> Incident:
    """Rate an incident anew. Its targets count from the start of the cycle, its pauses stay.

    A shorter target may lie in the past: that is done only with ``accept_late`` (docs/service-levels.md,
    rule 7). Raises Forbidden, Stale, LateAtOnce.
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
    was, incident.severity = incident.severity, severity
    incident.amend(version=version, at=at, due_at=rated.due_at)
    write_columns(incident, {"severity": severity, **rated.columns})
    publish(
        append_event(
            incident,
            "incident.rated",
            by=by,
            at=at,
            was_severity=was,
            severity=severity,
            reason=reason,
            raised=severity < was,
            late_since=min(late, default=None),
            respond_by=incident.respond_due_at,
            finish_by=incident.finish_due_at,
        )
    )
    keep(incident.pk, {STEP}, agenda(incident.pk, rated.running, at=at), at=at)
    return incident


@transaction.atomic
def change_contact(
    incident: Incident,
    contact: Person | None,
    backup_contact: Person | None,
    *,
    by: Person,
    at: datetime,
    version: int,
) -> Incident:
    """Name other contacts. They follow the ticket from then on. Raises Forbidden, IllegalMove, Stale."""
    policy.may_change_contact(by, incident).or_refuse()
    was = incident.contact
    incident.amend(version=version, at=at)
    write_columns(incident, {"contact": contact, "backup_contact": backup_contact})
    follow(incident, _contact_ids(incident), at=at)
    publish(
        append_event(
            incident,
            "incident.contact_changed",
            by=by,
            at=at,
            was_contact=str(was or ""),
            contact=str(contact or ""),
            backup_contact=str(backup_contact or ""),
        )
    )
    return incident


@transaction.atomic
def set_following(incident: Incident, following: bool, *, by: Person, at: datetime) -> None:
    """Follow an incident, or stop. Raises Unusable for a contact of a restricted one, who would lose sight of it."""
    if following:
        follow(incident, [by.pk], at=at)
        return
    if incident.visibility == Visibility.RESTRICTED and by.pk in _contact_ids(incident):
        raise Unusable(_("You are a contact of this restricted ticket. Name another contact first."))
    unfollow(incident, by.pk)


def announce_closing(incident: Incident, *, at: datetime) -> Event:
    """Say that a resolved incident will close by itself soon. Call it inside a transaction."""
    event = append_event(incident, "incident.closing_soon", by=None, at=at, closes_at=incident.reopen_until)
    publish(event)
    return event


def _say(
    incident: Incident, body: str, *, by: Person, at: datetime, draft: Draft | None, internal: bool = False
) -> Comment:
    """Write a comment, with the files of its draft."""
    comment = Comment.objects.create(
        record_id=incident.pk, author=by, body=body, internal=internal, created_at=at
    )
    if draft:
        move_to_record(draft, incident, comment=comment, internal=internal)
        Draft.objects.filter(pk=draft.pk).update(sent_at=at, became_id=incident.pk)
    return comment


def _contact_ids(incident: Incident) -> set[int]:
    return {pk for pk in (incident.contact_id, incident.backup_contact_id) if pk}


def _closing(incident: Incident, remind_at: datetime, close_at: datetime) -> list[Wanted]:
    """The reminder and the closing, for the schedule. The version makes each resolution's rows its own."""
    return [
        Wanted(kind, f"{kind}:{incident.pk}:{incident.version}", due_at)
        for kind, due_at in (("incident.closing_soon", remind_at), ("incident.auto_close", close_at))
    ]
