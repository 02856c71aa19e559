"""Saved views, as a queue's page needs them: their cards come with the counts of the queues, in one query."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import CharField, F, TextField
from django.db.models.functions import Cast, JSONObject
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.policy import may
from accounts.roles import Permission
from servicedesk.records.verdict import YES, Verdict, no
from tickets.models import SavedView
from tickets.workspace.parameters import FILTERS

FIELDS = ("name", "queue", "filters", "sort", "columns", "shared", "version")
CARD = Cast(
    JSONObject(id=Cast("public_id", CharField()), owner=F("owner_id"), **{name: name for name in FIELDS}),
    TextField(),
)


@dataclass(frozen=True, slots=True)
class KeptView:
    """What there is to know about a saved view without asking again."""

    id: str
    owner: int
    name: str
    queue: str
    filters: Mapping[str, str]
    sort: str
    columns: list[str]
    shared: bool
    version: int

    @classmethod
    def read(cls, card: str) -> Self:
        """From the text that CARD makes."""
        return cls(**json.loads(card))

    @classmethod
    def of(cls, view: SavedView) -> Self:
        """From the row."""
        fields = {name: getattr(view, name) for name in FIELDS}
        return cls(id=str(view.public_id), owner=view.owner_id, **fields)

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("tickets:saved_view", args=[self.id])

    def query(self, over: QueryDict) -> QueryDict:
        """Its own filters and order, with what the address says over them."""
        merged = QueryDict(mutable=True)
        merged.update({**self.filters, "sort": self.sort})
        for name, value in over.items():
            merged[name] = str(value)
        return merged


def kept_query(query: Mapping[str, Any]) -> dict[str, str]:
    """What of an address a saved view keeps: its filters that say anything, and nothing about pages."""
    return {name: str(query[name]) for name in FILTERS if query.get(name)}


def may_share(person: Person) -> Verdict:
    """Agents and service level managers may show a view to the whole desk."""
    if may(person, Permission.SHARE_VIEWS):
        return YES
    return no(_("Only agents can share a view with the desk. Keep it for yourself."))


def may_edit_view(person: Person, view: SavedView | KeptView) -> Verdict:
    """Its owner may change and delete it; one that is shared, a service level manager too."""
    owner = view.owner_id if isinstance(view, SavedView) else view.owner
    if owner == person.pk or (view.shared and may(person, Permission.MANAGE_SERVICE_LEVELS)):
        return YES
    return no(_("Only its owner or a service level manager can change a shared view. Save your own."))
