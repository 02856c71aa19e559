"""What can be done to a ticket in its row of a queue: to accept it, and small forms in place (UX 5.15)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from servicedesk.records.models import Relation
from servicedesk.records.refusals import IllegalMove
from tickets import policy
from tickets.forms import AssignForm, MoveForm, SeverityForm
from tickets.models import Ticket
from tickets.models.severity import Severity
from tickets.request_forms import LinkForm
from tickets.rows import queue_row
from tickets.workspace.forms import SnoozeForm
from tickets.workspace.live import tag_of_row

LISTBOX = 6
"""Lines of a choice that is open in place."""


@dataclass(frozen=True, slots=True)
class Editor:
    """A form that is open in a row."""

    address: str
    label: str | Promise
    form: forms.Form


def parts(ticket: Ticket, person: Person) -> list[str]:
    """What this person may do to it from a queue, by name."""
    if not policy.may_work(person, ticket):
        return []
    possible = {
        "accept": policy.may_accept(person, ticket),
        "assign": True,
        "rate": ticket.severity,
        "duplicate": policy.may_link(person, ticket),
        "let_go": policy.letting_go(ticket),
        "snooze": policy.may_snooze(person, ticket),
    }
    return [name for name, allowed in possible.items() if allowed]


def triage_row(ticket: Ticket, person: Person, *, now: datetime) -> dict[str, Any]:
    """A queue's row that can be worked on with keys.

    ``key`` makes accepting it once a matter of once; ``tag`` tells a later poll whether it looks different.
    """
    row = queue_row(ticket, now=now)
    return row | {"can": " ".join(parts(ticket, person)), "key": uuid.uuid4(), "tag": tag_of_row(row)}


def editor_for(part: str, ticket: Ticket, form: forms.Form | None = None) -> Editor:
    """The form of a part, fresh or as it came back."""
    editor = _EDITORS[part](ticket, form)
    if not editor.form.errors:
        editor.form.visible_fields()[0].field.widget.attrs["data-focus"] = True
    return editor


def _assign(ticket: Ticket, form: forms.Form | None) -> Editor:
    given = {"version": ticket.version, "assignee": ticket.assignee_id}
    form = form or AssignForm(initial=given, auto_id=_ids(ticket))
    form.fields["assignee"].widget.attrs["size"] = LISTBOX
    return Editor(_act("assign", ticket), _("Assign"), form)


def _rate(ticket: Ticket, form: forms.Form | None) -> Editor:
    if form is None:
        given = {"version": ticket.version, "severity": ticket.severity}
        form = SeverityForm(initial=given, auto_id=_ids(ticket))
        del form.fields["accept_late"]  # asked once it would be
    form.fields["severity"].widget.attrs["size"] = len(Severity)
    return Editor(_act("rate", ticket), _("Change severity"), form)


def _duplicate(ticket: Ticket, form: forms.Form | None) -> Editor:
    form = form or LinkForm(initial={"relation": Relation.DUPLICATE}, auto_id=_ids(ticket))
    form.fields["relation"].widget = forms.HiddenInput()
    form.fields["reference"].label = _("Duplicate of")
    return Editor(_act("link", ticket), _("Link"), form)


def _let_go(ticket: Ticket, form: forms.Form | None) -> Editor:
    move = policy.letting_go(ticket)
    if move is None:
        raise IllegalMove(_("It has ended already."))
    given = {"version": ticket.version}
    form = form or MoveForm(needs=frozenset(move.needs), initial=given, auto_id=_ids(ticket))
    if "message" in form.fields:
        form.fields["message"].label = _("Reason, which the LDC reads")
    return Editor(_act("move", ticket, move.name), move.label, form)


def _snooze(ticket: Ticket, form: forms.Form | None) -> Editor:
    sleeping = bool(getattr(ticket, "sleeps_until", None))
    form = form or SnoozeForm(sleeping=sleeping, auto_id=_ids(ticket))
    form.fields["choice"].widget.attrs["size"] = len(form.fields["choice"].choices)  # type: ignore[attr-defined]
    return Editor(_act("snooze", ticket), _("Snooze"), form)


_EDITORS: dict[str, Callable[[Ticket, forms.Form | None], Editor]] = {
    "assign": _assign,
    "rate": _rate,
    "duplicate": _duplicate,
    "let_go": _let_go,
    "snooze": _snooze,
}


def _ids(ticket: Ticket) -> str:
    return f"id_{ticket.reference}_%s"


def _act(name: str, ticket: Ticket, *more: str) -> str:
    return reverse(f"tickets:{name}", args=[ticket.reference, *more])
