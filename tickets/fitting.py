"""What becomes of a ticket's words when it is converted: which answers another form keeps, and the rest as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tickets.catalogue.answers import allows, refit, shown
from tickets.catalogue.conditions import asked
from tickets.models import FieldKind, Incident, ItemVersion, ServiceRequest, text_in


@dataclass(frozen=True, slots=True)
class Fit:
    """Answers to another form: those kept, the others as lines of text, and the labels of what it asks besides."""

    kept: dict[str, Any]
    rest: list[str]
    missing: list[str]


def fit_request(request: ServiceRequest, version: ItemVersion) -> Fit:
    """What another item's form keeps of a request's answers."""
    kept, rest = refit(request.answers, request.item_version, version)
    return Fit(kept, rest, _missing(version, kept))


def fit_incident(incident: Incident, version: ItemVersion) -> Fit:
    """What an item's form takes of an incident: its environment, and its description as the first long text."""
    wanted = {FieldKind.ENVIRONMENT: incident.environment, FieldKind.LONG_TEXT: incident.description}
    kept: dict[str, Any] = {}
    for field in version.fields_in_order():
        kind = FieldKind(field.kind)
        if kind in wanted and not field.show_field and allows(field, wanted[kind]):
            kept[field.name] = wanted.pop(kind)
    return Fit(kept, list(wanted.values()), _missing(version, kept))


def description_from(request: ServiceRequest) -> str:
    """All of a request's answers as text, in the active language."""
    answers = [f"{one.label}: {one.text}" for one in shown(request.item_version, request.answers)]
    origin = _("From %(reference)s.") % {"reference": request.reference}
    return "\n\n".join([*answers, origin])


def _missing(version: ItemVersion, answers: Mapping[str, Any]) -> list[str]:
    """What the form requires and nobody has answered. Files are not answers."""
    fields = version.fields_in_order()
    names = asked(fields, answers)
    return [
        text_in(field, "label")
        for field in fields
        if field.required
        and field.name in names
        and field.kind != FieldKind.FILE
        and not answers.get(field.name)
    ]
