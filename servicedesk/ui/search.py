"""What the search page finds, and how: each app says it of its own kinds of records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from servicedesk.records.markup import in_one_line
from servicedesk.records.models import Kind, Record
from servicedesk.records.search import MARK, UNMARK, find, words_in

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Shown:
    """How a kind of record is shown among others: its page, its status in words and the status' colour."""

    url: str
    status: str
    tone: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found; its title and what it says, with the words marked."""

    record: Record
    shown: Shown
    title: str = ""
    excerpt: str = ""


Show = Callable[[Record, bool], Shown]
AREAS: dict[str, tuple[str | Promise, tuple[Kind, ...]]] = {
    "tickets": (_("Tickets"), (Kind.INCIDENT, Kind.REQUEST)),
    "problems": (_("Known problems"), (Kind.PROBLEM,)),
    "changes": (_("Changes"), (Kind.RFC,)),
}
_searchable: dict[str, tuple[type[Any], Show]] = {}


def searchable(kind: Kind, model: type[Any]) -> Callable[[Show], Show]:
    """Mark the function that shows a kind of record (a bare Record) to the desk or to an organization.

    ``model`` has a method ``search_text()``: what a record of this kind says, its title apart.
    """

    def register(show: Show) -> Show:
        _searchable[kind] = (model, show)
        return show

    return register


def models() -> list[type[Any]]:
    """The models whose records can be found, to build the index anew."""
    return [model for model, _show in _searchable.values()]


def areas() -> dict[str, str | Promise]:
    """What a search can be narrowed down to: the areas that have something to find."""
    return {
        name: label for name, (label, kinds) in AREAS.items() if any(kind in _searchable for kind in kinds)
    }


def shown(record: Record, *, for_desk: bool) -> Shown:
    """How a record is shown."""
    return _searchable[record.kind][1](record, for_desk)


def hits(person: Person, text: str, *, area: str = "", most: int = SHOWN) -> list[Hit]:
    """The best records that have the words of a text, each once. One query; none without a word."""
    words = words_in(text)
    kinds = AREAS[area][1] if area in AREAS else tuple(Kind(kind) for kind in _searchable)
    if not words:
        return []
    return list(_each_once(find(person, words, kinds=kinds, most=most), person))


def _each_once(rows: Any, person: Person) -> Iterator[Hit]:
    for_desk, seen = person.standing().sees_all, set()
    for row in rows:
        if row.record_id not in seen:
            seen.add(row.record_id)
            excerpt = _marked(in_one_line(row.excerpt))
            yield Hit(row.record, shown(row.record, for_desk=for_desk), _marked(row.title), excerpt)


def _marked(found: str) -> SafeString:
    """A title or an excerpt as HTML: escaped first, then marked."""
    safe = escape(found)
    return mark_safe(safe.replace(MARK, "<mark>").replace(UNMARK, "</mark>"))  # noqa: S308  # nosec B308 B703
