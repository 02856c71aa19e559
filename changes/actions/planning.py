"""How a change is decided and who carries it out: its class, its implementer, its release."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.actions.filing import check_template, plans_of
from changes.actions.moving import append_event, lock, write_columns
from changes.models import ChangeTemplate, Release, RequestForChange
from changes.transitions import ChangeClass
from servicedesk.notifications.outbox import publish
from servicedesk.records.refusals import Unusable


@transaction.atomic
def plan_change(
    rfc: RequestForChange,
    *,
    change_class: str,
    template: ChangeTemplate | None,
    implementer: Person | None,
    release: Release | None,
    by: Person,
    at: datetime,
    version: int,
) -> RequestForChange:
    """Set class, implementer and release. A standard change takes its template's plans.

    Raises Forbidden, IllegalMove (the class once it awaits its decision, anything once it began), Stale, or
    Unusable for a template or an implementer that cannot be.
    """
    policy.may_plan(by, rfc).or_refuse()
    lock(rfc.pk)
    template = template if change_class == ChangeClass.STANDARD else None
    reclassed = change_class != rfc.change_class or (template and template != rfc.template)
    if reclassed:
        policy.may_reclass(by, rfc, change_class).or_refuse()
        _check_class(change_class, template, at=at)
    _check_implementer(rfc, implementer)
    columns: dict[str, Any] = {"implementer": implementer, "release": release}
    facts: dict[str, Any] = {}
    for name, value in columns.items():
        if getattr(rfc, name) != value:
            facts[f"was_{name}"], facts[name] = str(getattr(rfc, name) or ""), str(value or "")
    if reclassed:
        facts |= {"was_class": rfc.change_class, "change_class": change_class}
        columns |= {"change_class": change_class, "template": template, **plans_of(template)}
    if not facts and version == rfc.version:
        return rfc
    rfc.amend(version=version, at=at)
    write_columns(rfc, columns)
    publish(append_event(rfc, "planned", by=by, at=at, **facts))
    return rfc


def _check_class(change_class: str, template: ChangeTemplate | None, *, at: datetime) -> None:
    if change_class == ChangeClass.STANDARD and template is None:
        raise Unusable(_("Choose the template that this standard change follows."))
    check_template(template, at=at)


def _check_implementer(rfc: RequestForChange, implementer: Person | None) -> None:
    if implementer is None or implementer.pk == rfc.implementer_id:
        return
    if implementer.pk == rfc.reporter_id:
        raise Unusable(_("Whoever asks for a change does not implement it. Name somebody else."))
    if not policy.who_may_implement().filter(pk=implementer.pk).exists():
        raise Unusable(_("%(name)s does not implement changes. Choose an agent.") % {"name": implementer})
