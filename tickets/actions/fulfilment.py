"""The work on a request: its tasks, and what fulfilling it really does."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import change_role, end_access, invite
from accounts.models import Person
from accounts.roles import LDC_ROLES, Role
from servicedesk.records.models import Event
from servicedesk.records.refusals import Unusable
from tickets import policy
from tickets.actions.clocks import append_event, lock
from tickets.models import Effect, FulfilmentTask, ServiceRequest, text_in

Facts = dict[str, Any]


def begin_tasks(request: ServiceRequest) -> None:
    """Make the tasks of its item, once: those that it has already stay as they are. Call it inside a transaction."""
    FulfilmentTask.objects.bulk_create(
        [
            FulfilmentTask(request=request, template=template, position=template.position)
            for template in request.item_version.tasks.order_by("position", "pk")
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def tick(task: FulfilmentTask, done: bool, *, by: Person, at: datetime) -> None:
    """Tick a task off, or take that back. What is so already stays so. Raises Forbidden, IllegalMove."""
    request = task.request
    lock(request.pk)  # nobody fulfils it meanwhile
    request.refresh_from_db(fields=["status", "updated_at"])
    policy.may_tick(by, request).or_refuse()
    ticked = FulfilmentTask.objects.filter(pk=task.pk, done_at__isnull=done).update(
        done_at=at if done else None, done_by=by if done else None
    )
    if not ticked:
        return
    template = task.template
    append_event(
        request,
        "task_done" if done else "task_reopened",
        by=by,
        at=at,
        task=template.title,
        task_fr=template.title_fr,
    )
    request.touch(at=at)


def carry_out(request: ServiceRequest, *, by: Person, at: datetime) -> Facts:
    """Do what fulfilling it means for an account. Answers facts for its history. Call it inside a transaction.

    The approved request is what allows it, so ``by`` need not be an administrator. Of a reopened one that
    was fulfilled before, what is so already stays so. Raises Forbidden, IllegalMove, or Unusable for what
    cannot be done any more: then nothing is done.
    """
    effect = request.item_version.effect
    if not effect:
        return {}
    policy.has_mandate(request).or_refuse()
    try:
        with transaction.atomic():
            done = _EFFECTS[Effect(effect)](request, by, at)
    except Unusable:
        if not Event.objects.filter(record=request.pk, name="request.fulfil").exists():
            raise
        return {}
    return {"access": {"did": effect} | done}


def _invite(request: ServiceRequest, by: Person, at: datetime) -> Facts:
    """A new person. The invitation leaves by the outbox."""
    email, name, role = str(_answer(request, "email")).lower(), str(_answer(request, "name")), _role(request)
    invite(
        email,
        organization=request.organization,
        role=role,
        by=by,
        at=at,
        name=name,
        language=str(request.answers.get("language", "")),
        under=request.reference,
    )
    return {"name": name, "email": email, "role": role}


def _change_role(request: ServiceRequest, by: Person, at: datetime) -> Facts:
    """Another role for somebody."""
    person, role = _person(request, "person"), _role(request)
    change_role(person, organization=request.organization, role=role, by=by, at=at, under=request.reference)
    return {"name": person.name, "role": role}


def _deactivate(request: ServiceRequest, by: Person, at: datetime) -> Facts:
    """Somebody's access ends: at once, or when a last day has ended that is still to come."""
    person, last_day = _person(request, "person"), _last_day(request, at)
    end_access(
        person,
        organization=request.organization,
        by=by,
        at=at,
        last_day=last_day,
        under=request.reference,
    )
    return {"name": person.name, "last_day": last_day.isoformat() if last_day else ""}


def _change_administrator(request: ServiceRequest, by: Person, at: datetime) -> Facts:
    """A new administrator. Whom they replace stays a user: removing one is a request of its own."""
    person, organization, under = _person(request, "person"), request.organization, request.reference
    change_role(person, organization=organization, role=Role.LDC_ADMIN, by=by, at=at, under=under)
    if not request.answers.get("replaces"):
        return {"name": person.name, "replaces": ""}
    replaced = _person(request, "replaces")
    change_role(replaced, organization=organization, role=Role.LDC_STAFF, by=by, at=at, under=under)
    return {"name": person.name, "replaces": replaced.name}


_EFFECTS: dict[Effect, Callable[[ServiceRequest, Person, datetime], Facts]] = {
    Effect.INVITE: _invite,
    Effect.CHANGE_ROLE: _change_role,
    Effect.DEACTIVATE: _deactivate,
    Effect.CHANGE_ADMINISTRATOR: _change_administrator,
}


def _answer(request: ServiceRequest, name: str) -> Any:
    """An answer that the effect needs. Raises Unusable where a form was edited or converted without it."""
    if answer := request.answers.get(name):
        return answer
    labels = {field.name: text_in(field, "label") for field in request.item_version.fields_in_order()}
    raise Unusable(
        _("“%(field)s” is not answered. Ask the LDC for it, and have the request completed.")
        % {"field": labels.get(name, name)}
    )


def _role(request: ServiceRequest) -> Role:
    asked = _answer(request, "role")
    role = next((one for one in LDC_ROLES if one == asked), None)
    if role is None:
        raise Unusable(
            _("A request gives the roles of an organization’s own people only. Convert it, or decline it.")
        )
    return role


def _person(request: ServiceRequest, name: str) -> Person:
    """Somebody who was chosen, as they are now."""
    chosen = _answer(request, name)
    person = Person.objects.filter(pk=chosen["id"]).first()
    if person is None:
        raise Unusable(
            _("%(name)s does not act for %(organization)s any more.")
            % {"name": chosen["name"], "organization": request.organization}
        )
    return person


def _last_day(request: ServiceRequest, at: datetime) -> date | None:
    """The last day, if it is still to come and it is not urgent."""
    stated = request.answers.get("last_day")
    if not stated or request.answers.get("urgent") == "yes":
        return None
    last_day = date.fromisoformat(stated)
    return last_day if last_day >= timezone.localdate(at, timezone.get_default_timezone()) else None
