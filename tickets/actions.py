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
from servicedesk.records.history import record_event
from servicedesk.records.models import Comment, Draft, Event, Kind, Visibility
from servicedesk.records.refusals import Unusable
from servicedesk.schedule.planning import call_off, plan
from tickets import limits, policy
from tickets.models import Incident
from tickets.sla.promises import closing_times, history_of, promise, severity_for
from tickets.transitions import LIFECYCLE, PAUSED, Status

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


@transaction.atomic
def submit_incident(report: Report, *, draft: Draft, by: Person, at: datetime) -> Incident:
    """File an incident from a draft, once: a draft that was sent already answers with what it became.

    Raises TooMany.
    """
    draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if draft.became_id:
        return Incident.objects.get(pk=draft.became_id)
    limits.check_filing(by, report.organization_id, at=at)
    severity = severity_for(report.impact, report.urgency)
    promised = promise(severity, start=at)
    incident = Incident.objects.create(
        kind=Kind.INCIDENT,
        reference=Incident.next_reference(Kind.INCIDENT),
        title=report.title,
        organization_id=report.organization_id,
        visibility=report.visibility,
        reporter=by,
        status=Status.NEW,
        due_at=promised.respond_by,
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
        clock_started_at=at,
        respond_due_at=promised.respond_by,
        restore_due_at=promised.restore_by,
    )
    follow(incident, {by.pk, *_contact_ids(incident)}, at=at)
    move_to_record(draft, incident)
    event = _record(
        incident,
        "incident.submitted",
        by=by,
        at=at,
        now=Status.NEW,
        severity=severity,
        respond_by=promised.respond_by,
        restore_by=promised.restore_by,
    )
    publish(event)
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
    comment = _say(incident, message, by=by, at=at, draft=draft) if by and message else None
    facts: dict[str, Any] = {"was": incident.status, "now": move.target}
    changes: dict[str, Any] = {"resolution": "", "reopen_until": None}
    closing: tuple[datetime, datetime] | None = None
    if move.target == Status.RESOLVED:
        closing = closing_times(at)
        changes["reopen_until"] = closing[1]
        facts["resolution"] = changes["resolution"] = resolution
    elif move.target == Status.CLOSED:
        del changes["resolution"], changes["reopen_until"]
    if name == "reopen":
        changes |= {"clock_started_at": at, "responded_at": None}
        incident.clock_started_at, incident.responded_at = at, None
    event = _record(incident, f"incident.{name}", by=by, at=at, comment=comment, **facts)
    if comment and policy.party_of(by, incident) == "agent" and incident.responded_at is None:
        changes["responded_at"] = incident.responded_at = at

    changes["paused_at"] = (incident.paused_at or at) if move.target in PAUSED else None
    changes |= _deadlines(incident)
    due_at = _next_due(incident, changes)
    incident.advance(move, LIFECYCLE, version=version, at=at, due_at=due_at)
    _write(incident, changes)

    publish(event)
    call_off(record_id=incident.pk, kinds=CLOSING_KINDS, at=at)
    if closing:
        _plan_closing(incident, *closing)
    return incident


@transaction.atomic
def reply(incident: Incident, body: str, *, by: Person, at: datetime, draft: Draft | None = None) -> Incident:
    """Write a message that both sides read. The LDC's answer to a question sets the clock going again.

    It takes no version: a message is sent whatever else changed meanwhile. Raises Forbidden,
    IllegalMove, TooMany, Unusable.
    """
    incident = Incident.objects.select_for_update().get(pk=incident.pk)
    policy.may_reply(by, incident).or_refuse()
    limits.check_writing(by, at=at)
    agent = policy.party_of(by, incident) == "agent"
    if incident.status == Status.WAITING_LDC and not agent:
        return move_incident(
            incident, "answer", by=by, at=at, version=incident.version, message=body, draft=draft
        )
    comment = _say(incident, body, by=by, at=at, draft=draft)
    publish(_record(incident, "incident.replied", by=by, at=at, comment=comment))
    if agent and incident.responded_at is None:
        _meet_response(incident, at)
    incident.touch(at=at)
    return incident


@transaction.atomic
def add_note(
    incident: Incident, body: str, *, by: Person, at: datetime, draft: Draft | None = None
) -> Incident:
    """Write an internal note, which no LDC sees. Raises Forbidden, Unusable."""
    policy.may_work(by, incident).or_refuse()
    comment = _say(incident, body, by=by, at=at, draft=draft, internal=True)
    publish(_record(incident, "incident.noted", by=by, at=at, comment=comment, internal=True))
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
        _record(
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
    incident: Incident, severity: int, reason: str, *, by: Person, at: datetime, version: int
) -> Incident:
    """Rate an incident anew. Its targets count from the start of the cycle, its pauses stay.

    Raises Forbidden, Stale.
    """
    policy.may_work(by, incident).or_refuse()
    was, incident.severity = incident.severity, severity
    changes = {"severity": severity, **_deadlines(incident)}
    due_at = None if incident.done_at else _next_due(incident, changes)
    incident.amend(version=version, at=at, due_at=due_at)
    _write(incident, changes)
    publish(
        _record(
            incident,
            "incident.rated",
            by=by,
            at=at,
            was_severity=was,
            severity=severity,
            reason=reason,
            raised=severity < was,
            respond_by=incident.respond_due_at,
            restore_by=incident.restore_due_at,
        )
    )
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
    _write(incident, {"contact": contact, "backup_contact": backup_contact})
    follow(incident, _contact_ids(incident), at=at)
    publish(
        _record(
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
    event = _record(incident, "incident.closing_soon", by=None, at=at, closes_at=incident.reopen_until)
    publish(event)
    return event


def _record(incident: Incident, name: str, *, by: Person | None, at: datetime, **what: Any) -> Event:
    """Append an event that also says which side its actor is on."""
    return record_event(incident, name, by=by, at=at, side=policy.party_of(by, incident), **what)


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


def _deadlines(incident: Incident) -> dict[str, Any]:
    """The due times that follow from the present cycle's history, for Incident's columns."""
    promised = promise(incident.severity, start=incident.clock_started_at, history=history_of(incident))
    return {"respond_due_at": promised.respond_by, "restore_due_at": promised.restore_by}


def _next_due(incident: Incident, changes: dict[str, Any]) -> datetime | None:
    """The moment the queue sorts by: the answer while it is owed, then the restoration.

    For an incident that somebody has to work on; where that has ended, nothing is due.
    """
    due: datetime | None = changes["restore_due_at" if incident.responded_at else "respond_due_at"]
    return due


def _meet_response(incident: Incident, at: datetime) -> None:
    """The first answer was given: from now on the restoration is what is due next."""
    incident.responded_at = at
    changes = {"responded_at": at, "restore_due_at": incident.restore_due_at}
    due_at = None if incident.done_at else _next_due(incident, changes)
    incident.amend(version=incident.version, at=at, due_at=due_at)
    _write(incident, changes)


def _write(incident: Incident, changes: dict[str, Any]) -> None:
    """Write Incident's own columns. The record's version was compared just before."""
    Incident.objects.filter(pk=incident.pk).update(**changes)
    for field, value in changes.items():
        setattr(incident, field, value)


def _contact_ids(incident: Incident) -> set[int]:
    return {pk for pk in (incident.contact_id, incident.backup_contact_id) if pk}


def _plan_closing(incident: Incident, remind_at: datetime, close_at: datetime) -> None:
    """Put the reminder and the closing on the schedule. The version makes each resolution's rows its own."""
    for kind, due_at in (("incident.closing_soon", remind_at), ("incident.auto_close", close_at)):
        plan(kind, key=f"{kind}:{incident.pk}:{incident.version}", due_at=due_at, record_id=incident.pk)
