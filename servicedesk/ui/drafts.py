"""Which forms keep drafts, and where a draft goes on: said by the apps that have the forms.

A draft's ``form`` is the name that its form is registered under, alone or with what it is about after
a colon: ``message``, ``request:gui-user-new``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Left
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.drafts import MOST_OPEN
from servicedesk.records.models import Draft
from servicedesk.records.refusals import TooLong

MOST_LISTED = 100
LONGEST_TITLE = 120
"""Characters of a title in a list; as many as a title may have."""
LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class _Form:
    label: str | Promise
    address: Callable[[Draft], str] | None
    longest: int


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
    name: str,
    *,
    label: str | Promise = "",
    address: Callable[[Draft], str] | None = None,
    longest: int = LONGEST_TEXT,
) -> None:
    """Register a form. Without an ``address`` its drafts go on where they were begun, and no list shows them.

    ``longest`` is what its longest field takes.
    """
    _forms[name] = _Form(label, address, longest)


def is_kept(form: str) -> bool:
    """Is there such a form?"""
    return form.partition(":")[0] in _forms


def most_open(form: str) -> int:
    """How many unsent drafts of a form are saved for somebody: fewer where a list lets them be discarded."""
    return MOST_LISTED if _form(form).address else MOST_OPEN


def check_lengths(form: str, fields: Mapping[str, Sequence[str]]) -> None:
    """Raise TooLong where a field is so much too long that nobody will send it. A little over is kept, to be cut."""
    longest = _form(form).longest
    if any(len(value) > 2 * longest for values in fields.values() for value in values):
        raise TooLong(
            _(
                "Not saved: a text on this page is too long. At most %(most)s characters can be sent:"
                " shorten it, and it is saved again."
            )
            % {"most": f"{longest:,}"}
        )


def begun_by(person: Person, *, most: int) -> list[Begun]:
    """What somebody can go on with, the latest first. One query."""
    shown = Q(pk__in=[])
    for name, form in _forms.items():
        if form.address:
            shown |= Q(form=name) | Q(form__startswith=f"{name}:")
    drafts = (
        Draft.objects.visible_to(person)
        .unsent()
        .filter(shown)
        .annotate(title=Left(KeyTextTransform(0, "data__title"), 2 * LONGEST_TITLE))
        .defer("data")  # it may be long, and no list shows more than the title
        .order_by("-updated_at")
    )
    return [_begun(draft) for draft in drafts[:most]]


def _form(form: str) -> _Form:
    return _forms[form.partition(":")[0]]


def _begun(draft: Any) -> Begun:
    form = _form(draft.form)
    title = Truncator(" ".join((draft.title or "").split())).chars(LONGEST_TITLE)
    address = form.address(draft) if form.address else ""
    return Begun(draft.public_id, str(form.label), title, draft.updated_at, address)
