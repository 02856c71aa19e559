"""Which forms keep drafts, and where a draft goes on: said by the apps that have the forms.

A draft's ``form`` is the name that its form is registered under, alone or with what it is about after
a colon: ``message``, ``request:gui-user-new``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise

from accounts.models import Person
from servicedesk.records.models import Draft


@dataclass(frozen=True, slots=True)
class _Form:
    label: str | Promise
    address: Callable[[Draft], str] | None


_forms: dict[str, _Form] = {}


@dataclass(frozen=True, slots=True)
class Begun:
    """Something that somebody began and has not sent, as a list shows it. ``title`` may still be empty."""

    public_id: UUID
    kind: str
    title: str
    saved_at: datetime
    url: str


def keep_drafts(
    name: str, *, label: str | Promise = "", address: Callable[[Draft], str] | None = None
) -> None:
    """Register a form. Without an ``address`` its drafts go on where they were begun, and no list shows them."""
    _forms[name] = _Form(label, address)


def is_kept(form: str) -> bool:
    """Is there such a form?"""
    return form.partition(":")[0] in _forms


def begun_by(person: Person, *, most: int) -> list[Begun]:
    """What somebody can go on with, the latest first. One query."""
    shown = Q(pk__in=[])
    for name, form in _forms.items():
        if form.address:
            shown |= Q(form=name) | Q(form__startswith=f"{name}:")
    drafts = Draft.objects.visible_to(person).unsent().filter(shown).order_by("-updated_at")
    return [_begun(draft) for draft in drafts[:most]]


def _begun(draft: Draft) -> Begun:
    form = _forms[draft.form.partition(":")[0]]
    title = " ".join(" ".join(draft.data.get("title", [])).split())
    address = form.address(draft) if form.address else ""
    return Begun(draft.public_id, str(form.label), title, draft.updated_at, address)
