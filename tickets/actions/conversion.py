"""Making another thing of a ticket: a request for another item, an incident of a request, a request of an incident.

A request for another item stays the same record, and goes by that item's promise from its start. What
becomes an incident, or a request, is a new record that is linked to the old one; the old one stays
readable and ends.
"""

import copy
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Attachment, Draft, Relation, Visibility
from servicedesk.records.refusals import Unusable
from servicedesk.records.search import index_face
from servicedesk.records.transitions import Move
from servicedesk.schedule.planning import keep
from tickets import policy
from tickets.actions.approvals import open_round, renew_round, void_round
from tickets.actions.clocks import append_event, lock, read_clocks, restate, write_columns
from tickets.actions.filing import draft_of_copies, file_ticket
from tickets.actions.fulfilment import begin_tasks
from tickets.actions.linking import join
from tickets.actions.moving import take_move
from tickets.actions.requests import environment_in, first_status
from tickets.actions.saying import say
from tickets.fitting import Fit, description_from, fit_incident, fit_request
from tickets.models import Incident, ItemVersion, ServiceRequest, Ticket, text_in
from tickets.sla.clock import Moment
from tickets.sla.history import minded
from tickets.sla.promises import incident_terms, request_terms, severity_for
from tickets.sla.standing import STEP, agenda
from tickets.transitions import AT_WORK, RequestStatus, Status


@transaction.atomic
def convert_request(
    request: ServiceRequest,
    version: ItemVersion,
    *,
    by: Person,
    at: datetime,
    version_seen: int,
    message: str = "",
) -> ServiceRequest:
    """Make it a request for another item, as that is offered now. ``message`` is what the agent says of it.

    Answers that fit are kept, the others go into a public message. Open tasks and approvals are those of
    the new item; a restricted request stays restricted. Raises Forbidden, IllegalMove, Stale, Unusable.
    """
    lock(request.pk)
    policy.may_convert(by, request).or_refuse()
    _check(version, request)
    found, move, was = fit_request(request, version), _move_for(request, version), request.item_version
    with translation.override(request.reporter.language):
        words = _message(fit_request(request, version), message)
    comment = say(request, words, by=by, at=at, draft=None) if words else None
    turned = {"was": request.status, "now": move.target} if move else {}
    event = append_event(
        request,
        "converted",
        by=by,
        at=at,
        comment=comment,
        was_item=was.name,
        was_item_fr=was.name_fr,
        item=version.name,
        item_fr=version.name_fr,
        kept=sorted(found.kept),
        rest=found.rest,
        **turned,
    )
    _become(request, version, found)
    stands = restate(request, at=at)
    changes = {"due_at": stands.due_at, "visibility": visibility_after(request, version)}
    if move:
        request.advance(move, request.lifecycle, version=version_seen, at=at, **changes)
    else:
        request.amend(version=version_seen, at=at, **changes)
    columns = {"item": request.item, "team_id": version.team_id, "environment": request.environment}
    write_columns(request, columns | stands.columns)
    request.tasks.filter(done_at=None).delete()
    if request.status in AT_WORK:
        begin_tasks(request)
    renew_round(request, at=at)
    publish(event)
    keep(request.pk, {STEP}, agenda(request.pk, stands.running, at=at), at=at)
    return request


@transaction.atomic
def convert_to_incident(
    request: ServiceRequest,
    impact: str,
    urgency: str,
    environment: str,
    *,
    by: Person,
    at: datetime,
    version_seen: int,
) -> Incident:
    """Make an incident of it, whose clocks start now. Its conversation stays with the request, which is closed.

    Raises Forbidden, IllegalMove, Stale.
    """
    lock(request.pk)
    policy.may_convert(by, request).or_refuse()
    with translation.override(request.reporter.language):
        description = description_from(request)
    incident = file_ticket(
        Incident,
        incident_terms(request.organization_id),
        status=Status.NEW,
        draft=_copies(request, by=by, at=at),
        by=by,
        at=at,
        clock_from=at,
        followers=_followers(request),
        severity=severity_for(impact, urgency),
        impact=impact,
        urgency=urgency,
        environment=environment,
        description=description,
        **_people(request),
    )
    join(incident, request, Relation.CONTINUES, by=by, at=at)
    step = request.lifecycle.step("convert", request.status)
    take_move(request, step, by=by, at=at, version=version_seen, became=incident.reference)
    void_round(request, at=at)
    return incident


@transaction.atomic
def convert_to_request(
    incident: Incident,
    version: ItemVersion,
    *,
    by: Person,
    at: datetime,
    version_seen: int,
    message: str = "",
) -> ServiceRequest:
    """Make a request of it, whose clock starts now. The incident is cancelled, with a message that names the request.

    Raises Forbidden, IllegalMove, Stale, Unusable.
    """
    lock(incident.pk)
    policy.may_convert(by, incident).or_refuse()
    _check(version)
    found = fit_incident(incident, version)
    people = _people(incident) | {"visibility": visibility_after(incident, version)}
    request = file_ticket(
        ServiceRequest,
        request_terms(incident.organization_id, version.item.slug),
        status=first_status(version),
        draft=_copies(incident, by=by, at=at),
        by=by,
        at=at,
        clock_from=at,
        followers=_followers(incident),
        team=version.team,
        item_version=version,
        answers=found.kept,
        environment=environment_in(version, found.kept),
        **people,
    )
    join(request, incident, Relation.CONTINUES, by=by, at=at)
    with translation.override(incident.reporter.language):
        goes_on = _("This goes on as %(reference)s, “%(item)s”.") % {
            "reference": request.reference,
            "item": text_in(version, "name"),
        }
        words = _message(Fit({}, [], fit_incident(incident, version).missing), f"{goes_on} {message}".strip())
    step = incident.lifecycle.step("cancel", incident.status)
    take_move(incident, step, by=by, at=at, version=version_seen, message=words, became=request.reference)
    open_round(request, at=at)
    return request


def outlook(request: ServiceRequest, version: ItemVersion, *, at: datetime) -> datetime | None:
    """When it would have to be fulfilled, converted now; None while it would wait for approval or for the LDC."""
    as_if, move = copy.copy(request), _move_for(request, version)
    as_if.item = version.item.slug
    status = move.target if move else request.status
    stands = read_clocks(as_if, list(minded([request.pk])), Moment(at, status, words=status))
    due_at: datetime | None = stands.columns["finish_due_at"]
    return due_at


def _check(version: ItemVersion, request: ServiceRequest | None = None) -> None:
    """A conversion leads to another item, as it is offered now. Raises Unusable."""
    if not ItemVersion.objects.offered().filter(pk=version.pk).exists():
        raise Unusable(_("This form has changed meanwhile. Look at what is kept, then convert it again."))
    if request and request.item == version.item.slug:
        raise Unusable(_("It is a request for that already. Choose another form."))


def _move_for(request: ServiceRequest, version: ItemVersion) -> Move | None:
    """Where it has to go: to the approval that the new item needs, or away from one that it does not need."""
    waits, needs = request.status == RequestStatus.WAITING_APPROVAL, version.approval_steps.exists()
    if waits == needs:
        return None
    return request.lifecycle.step("await_approval" if needs else "need_no_approval", request.status)


def _become(request: ServiceRequest, version: ItemVersion, found: Fit) -> None:
    """Write down the item and its answers. Its promise is read from the item."""
    ServiceRequest.objects.filter(pk=request.pk).update(item_version=version, answers=found.kept)
    request.item_version, request.answers, request.item = version, found.kept, version.item.slug
    request.environment = environment_in(version, found.kept)
    index_face(request, request.search_text())


def visibility_after(ticket: Ticket, version: ItemVersion) -> str:
    """What was written for a few people is not shown to more."""
    return Visibility.RESTRICTED if ticket.visibility == Visibility.RESTRICTED else version.visibility


def _message(found: Fit, said: str) -> str:
    """What both sides read: the agent's words, answers without a place any more, what is still to be answered."""
    parts = [said] if said else []
    if found.rest:
        parts += [_("You also wrote:"), *found.rest]
    if found.missing:
        parts.append(_("Please tell us as well: %(fields)s.") % {"fields": ", ".join(found.missing)})
    return "\n\n".join(parts)


def _people(ticket: Ticket) -> dict[str, object]:
    """What the new record takes over as it stands."""
    names = ("title", "visibility", "reporter", "contact", "backup_contact", "phone")
    return {name: getattr(ticket, name) for name in names}


def _followers(ticket: Ticket) -> Iterable[int]:
    return list(ticket.followers.values_list("person", flat=True))


def _copies(ticket: Ticket, *, by: Person, at: datetime) -> Draft:
    """A draft with the files that the ticket was sent with. Those of its messages stay with them."""
    files = Attachment.objects.filter(record=ticket.pk, comment=None, internal=False)
    return draft_of_copies(files, form=ticket.kind, by=by, at=at)
