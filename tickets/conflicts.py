"""Two people changed the same thing: both texts, field by field, and which of them holds.

Whoever came second sees what is there now beside what they chose, and keeps theirs or takes the other's. The
choice comes with the form (``keep_<field>``), so that it works without scripts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from tickets.models import Ticket

THEIRS = "theirs"
Present = Mapping[str, Any]
"""What is stored now, by the name of the form's field."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that both have changed."""

    name: str
    label: str
    theirs: str
    mine: str


def present_of(ticket: Ticket) -> Present:
    """What forms of a ticket's page, and of its contacts, can be in conflict about."""
    return {
        "assignee": ticket.assignee_id,
        "severity": ticket.severity,
        "contact": ticket.contact_id,
        "backup_contact": ticket.backup_contact_id,
    }


def differences(form: forms.Form, present: Present) -> list[Difference]:
    """Where what was sent is not what is there now, in the form's order."""
    return [
        Difference(name, str(field.label), _words(field, now), _words(field, sent))
        for name, field in form.fields.items()
        if name in present
        and (now := _plain(present[name])) != (sent := str(form.data.get(form.add_prefix(name), "")))
    ]


def settled(data: QueryDict, present: Present) -> QueryDict:
    """What was sent, with the present value wherever its sender takes that."""
    mixed = data.copy()
    for name in taken(data, present):
        now = present[name]
        mixed.setlist(name, [_plain(one) for one in (now if isinstance(now, list) else [now])])
    return mixed


def taken(data: QueryDict, present: Present) -> set[str]:
    """The fields of which the sender takes what is there."""
    return {name for name in present if data.get(f"keep_{name}") == THEIRS}


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _words(field: forms.Field, value: str) -> str:
    """A value as people read it on the form."""
    choices: Any = getattr(field, "choices", None)
    if choices is None:
        return value or _("Nothing")
    return next((str(label) for key, label in choices if str(key) == value), value)
