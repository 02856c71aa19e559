"""Mentions: ``@Ann Agent`` in a message tells that person of it, if they may read it.

Names are looked for among the people whom the author may see, so that a message finds out about
nobody else. What is no name stays what it is: words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from accounts.models import Person, holders
from accounts.roles import Permission
from servicedesk.records.models import Event
from tickets import policy
from tickets.models import Ticket

MOST = 10
"""Names that are looked up in one message."""
LONGEST = 4
"""Words of a name."""
_AFTER_AT = re.compile(rf"(?<![\w.@])@(\w[\w’'-]*(?:[ \u00a0]\w[\w’'-]*){{0,{LONGEST - 1}}})")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody who is named in a message. ``addable``: could they follow the ticket, and read it then?"""

    person: Person
    may_read: bool
    addable: bool = False


def mentionable(ticket: Ticket, by: Person) -> QuerySet[Person]:
    """Whom ``by`` may mention on a ticket: the desk's people and the organization's, as far as they know of them.

    An LDC's people know their colleagues, and those of the desk who wrote to them there.
    """
    concerned = (
        holders(Permission.SEE_ALL)
        | Q(pk__in=policy.who_may_be_contact(ticket.organization_id).order_by().values("pk"))
        | Q(pk__in=ticket.followers.values("person"))
    )
    return Person.objects.active().filter(_known(ticket, by), concerned).exclude(pk=by.pk)


def mentions_in(body: str, ticket: Ticket, by: Person, *, internal: bool) -> list[Mention]:
    """Who is mentioned, each once. No query where nobody could be."""
    spelt = list(_spellings(body))[: MOST * LONGEST]
    if not spelt:
        return []
    people = (
        Person.objects.active()
        .annotate(spelling=Lower("name"))
        .filter(_known(ticket, by), spelling__in={spelling for spelling, _place in spelt})
        .exclude(pk=by.pk)
        .order_by("name", "pk")[:MOST]
    )
    found = list(people)
    longest: dict[int, str] = {}
    names = {person.spelling for person in found}
    for spelling, place in spelt:  # the longest first: “@Ann Lee” is not Ann
        if spelling in names:
            longest.setdefault(place, spelling)
    wanted = set(longest.values())
    return [_mention(person, ticket, internal) for person in found if person.spelling in wanted]


def told_by(body: str, ticket: Ticket, by: Person, *, internal: bool) -> list[int]:
    """The ids of those who are told because a message names them."""
    return [
        mention.person.pk for mention in mentions_in(body, ticket, by, internal=internal) if mention.may_read
    ]


def _known(ticket: Ticket, by: Person) -> Q:
    """The people whom somebody may see, and those whose messages they read on this ticket."""
    wrote = Event.objects.filter(record=ticket.pk, internal=False).exclude(actor=None).values("actor")
    return Q(pk__in=Person.objects.visible_to(by).values("pk")) | Q(pk__in=wrote)


def _mention(person: Person, ticket: Ticket, internal: bool) -> Mention:
    if internal:
        return Mention(person, person.standing().sees_all)
    if Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists():
        return Mention(person, may_read=True)
    colleague = policy.who_may_be_contact(ticket.organization_id).filter(pk=person.pk).exists()
    return Mention(person, may_read=False, addable=colleague)


def _spellings(body: str) -> Iterator[tuple[str, int]]:
    """What may be a name, in small letters, and where it stands: the words after an @, the most of them first."""
    for found in _AFTER_AT.finditer(body):
        words = re.split(r"[ \u00a0]", found[1])
        for number in range(len(words), 0, -1):
            yield " ".join(words[:number]).rstrip("’'-").lower(), found.start()
