"""What happened to an RFC and what was said on it, as each side reads it.

The desk and the organization that asks read everything but, for the latter, internal notes. Other LDCs
read the news of a published RFC (changes.rules.OPEN) and the reasons of decisions: no names, no messages.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from changes.models import RequestForChange
from changes.models.deciding import sits_on_the_board
from changes.rules import ASKED, OPEN, SPOKEN
from changes.sentences import actor_of, sentence
from servicedesk.records.markup import to_html
from servicedesk.records.models import Attachment, Event

DESK, HOME, OUTSIDER = "desk", "home", "outsider"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line or message. ``html`` is what was said with it, ``text`` the same for a plain mail."""

    id: int
    actor: str
    from_desk: bool
    sentence: str
    at: datetime
    internal: bool = False
    text: str = ""
    html: str = ""
    files: list[Attachment] = field(default_factory=list)


def side_of(person: Person, rfc: RequestForChange) -> str:
    """How a reader stands to an RFC that they see: desk, home (the organization that asks) or outsider."""
    standing = person.standing()
    if standing.sees_all:
        return DESK
    return HOME if rfc.organization_id in standing.organizations else OUTSIDER


def may_read(event: Event, rfc: RequestForChange, person: Person) -> bool:
    """Of an event within their scope: is it news for them?"""
    if side_of(person, rfc) != OUTSIDER or event.what in OPEN:
        return True
    return event.what in ASKED and sits_on_the_board(person.pk)


def told(
    event: Event, rfc: RequestForChange, person: Person, files: Mapping[int, list[Attachment]] | None = None
) -> Entry:
    """An event that a reader may read, in the words for their side."""
    outsider = side_of(person, rfc) == OUTSIDER
    comment = None if outsider else event.comment
    message = str(event.facts.get("message", "")) if not outsider or event.what in SPOKEN else ""
    text = comment.body if comment else message
    from_desk = event.facts.get("side") != "ldc"
    return Entry(
        id=event.pk,
        actor=_side_words(from_desk=from_desk) if outsider else actor_of(event),
        from_desk=from_desk,
        sentence=sentence(event),
        at=event.at,
        internal=event.internal,
        text=text,
        html=to_html(text) if text else "",
        files=(files or {}).get(comment.pk, []) if comment else [],
    )


def events_of(rfc: RequestForChange, person: Person) -> list[Event]:
    """What happened to an RFC, within this reader's scope, oldest first. One query."""
    events = Event.objects.visible_to(person).filter(record=rfc.pk).select_related("actor", "comment")
    return list(events.order_by("at", "pk"))


def timeline(
    events: Iterable[Event], rfc: RequestForChange, person: Person, files: Iterable[Attachment]
) -> list[Entry]:
    """What this reader reads of these events."""
    by_comment: defaultdict[int, list[Attachment]] = defaultdict(list)
    for file in files:
        if file.comment_id:
            by_comment[file.comment_id].append(file)
    return [
        told(event, rfc, person, by_comment)
        for event in events
        if event.what != "submitted" and may_read(event, rfc, person)
    ]


def _side_words(*, from_desk: bool) -> str:
    return _("The service desk") if from_desk else _("The organization that asks")
