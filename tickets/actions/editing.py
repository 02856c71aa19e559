"""Changing what a request asks for, while it is open."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation

from accounts.models import Person
from servicedesk.notifications.outbox import publish
from servicedesk.records.search import index_face
from tickets import policy
from tickets.actions.approvals import renew_round
from tickets.actions.clocks import append_event, lock, write_columns
from tickets.actions.moving import take_move
from tickets.actions.requests import environment_in
from tickets.catalogue.answers import shown
from tickets.models import ItemVersion, ServiceRequest

LONGEST_SHOWN = 200
"""How much of an answer the history repeats."""


@transaction.atomic
def edit_request(
    request: ServiceRequest,
    answers: dict[str, Any],
    title: str,
    *,
    by: Person,
    at: datetime,
    version: int,
) -> ServiceRequest:
    """Change a request's answers or title. ``answers`` is what RequestForm.answers() said of its own item version.

    Where a material answer changes and the item needs approval, all approvals become void and are asked
    for anew; work stands until they are given. Nothing happens where nothing changes. Raises IllegalMove,
    Forbidden, Stale.
    """
    policy.may_edit(by, request).or_refuse()
    lock(request.pk)
    was_version = request.item_version
    request.refresh_from_db()
    request.item_version = was_version  # published, so it is as it was; with the fields it was loaded with
    changed = changes(was_version, request.answers, answers)
    retitled = title != request.title
    if not changed and not retitled and version == request.version:
        return request
    material = is_material(was_version, changed) and was_version.approval_steps.exists()
    facts = [fact for _name, fact in sorted(changed.items())]
    was_title = request.title
    request.amend(version=version, at=at, title=title)
    request.answers = answers
    ServiceRequest.objects.filter(pk=request.pk).update(answers=answers)
    write_columns(request, {"environment": environment_in(was_version, answers)})
    index_face(request, request.search_text())
    titles = [was_title, title] if retitled else []
    publish(append_event(request, "edited", by=by, at=at, material=material, changed=facts, titles=titles))
    if material:
        move = request.lifecycle.step("await_approval", request.status)
        take_move(request, move, by=by, at=at, version=request.version)
        renew_round(request, at=at)
    return request


def changes(
    version: ItemVersion, before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """What differs between two sets of answers, by field name: label, old and new text, each by language."""
    differing = {name: None for name in (*before, *after) if before.get(name) != after.get(name)}
    found: dict[str, dict[str, Any]] = {
        name: {"name": name, "label": {}, "was": {}, "now": {}} for name in differing
    }
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            for key, answers in (("was", before), ("now", after)):
                for one in shown(version, {name: answers[name] for name in differing if name in answers}):
                    found[one.name]["label"][language] = one.label
                    found[one.name][key][language] = one.text[:LONGEST_SHOWN]
    return found


def is_material(version: ItemVersion, changed: Mapping[str, Any]) -> bool:
    """Does a change of these answers ask for something that nobody has agreed to yet?"""
    return any(field.material for field in version.fields_in_order() if field.name in changed)
