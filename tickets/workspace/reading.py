"""What is new to somebody on a ticket.

Reading a page is a GET and so writes nothing. A page that shows something new carries a small form,
"Mark as read", that names the last event on it; what happens after that stays news. With JavaScript the
page sends the form by itself once it is looked at, and hides it (static/js/reading.js); without, it is a button.
Whoever acts on a ticket has read it too (tickets.actions.clocks.append_event). An event that is stamped
earlier than the last one that was read, as a late worker may do, is no news.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.markup import in_one_line
from servicedesk.records.models import Event


@dataclass(frozen=True, slots=True)
class News:
    """What is new: whether anything is, the first such event if they were here before, and the last of all."""

    unread: bool
    first: int | None
    last: int | None


def news_among(events: Sequence[Event], seen_at: datetime | None, person: Person) -> News:
    """What of a ticket's history, in order, this person has not seen. Their own acts are never news."""
    fresh = [event for event in events if event.actor_id != person.pk and (not seen_at or event.at > seen_at)]
    first = fresh[0].pk if fresh and seen_at else None
    return News(bool(fresh), first, events[-1].pk if events else None)


@dataclass(frozen=True, slots=True)
class LastSaid:
    """The last message in one line."""

    author: str
    words: str
    internal: bool


def last_said(found: dict[str, Any] | None) -> LastSaid | None:
    """The annotation ``last_said`` of a ticket, without the marks of Markdown."""
    if not found:
        return None
    return LastSaid(found["author"], in_one_line(found["body"]) or _("(no words)"), found["internal"])
