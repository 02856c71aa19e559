"""What a list looked like when it was sent, so that a later poll can be told that nothing is new.

A page of a queue carries a signed token: for whom and which address it was, when it was read, and a
fingerprint of its rows. The browser asks the same address again with ``since=<token>``:

* tickets/workspace/polls.py answers 304 with one query when no record has moved and no moment has passed;
* otherwise the page is made, and is 304 still if its fingerprint is the same; its token then comes as a header.

The token expires, so that who asks is looked up in full every ten minutes at least.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime

_SALT = "tickets.workspace.live"
LASTS = 600
"""Seconds for which a token is worth anything."""
HEADER = "X-Since"


@dataclass(frozen=True, slots=True)
class Since:
    """A list as somebody has it. ``session`` is a fingerprint of their session's key."""

    person: int
    session: str
    address: str
    at: datetime
    tag: str

    @classmethod
    def read(cls, token: str) -> Self | None:
        """What a token says; nothing for one that is made up or too old."""
        try:
            person, session, address, at, tag = signing.loads(token, salt=_SALT, max_age=LASTS)
        except (signing.BadSignature, ValueError):
            return None
        moment = parse_datetime(at)
        return cls(person, session, address, moment, tag) if moment else None

    def token(self) -> str:
        """To be given back with ``since=``."""
        said = [self.person, self.session, self.address, self.at.isoformat(), self.tag]
        return signing.dumps(said, salt=_SALT)


def without_since(query: QueryDict) -> QueryDict:
    """A list's own parameters, as unchangeable as those of any request."""
    own = query.copy()
    own.pop("since", None)
    return QueryDict(own.urlencode())


def address_of(request: HttpRequest) -> str:
    """The list's address, ``since`` apart; long ones by their fingerprint."""
    return fingerprint(request.path, without_since(request.GET).urlencode())


def fingerprint(*parts: object) -> str:
    """Short, and another for whatever differs."""
    return hashlib.blake2s(repr(parts).encode(), digest_size=8).hexdigest()


def tag_of_row(row: Mapping[str, Any]) -> str:
    """Another one whenever a row would look different, the ticking words of its clock apart."""
    ticket = row["ticket"]
    clock = row["chip"].state
    return fingerprint(
        ticket.version, ticket.updated_at, row["unread"], row["last"], row["sleeps_until"], clock
    )


def tag_of_page(rows: Iterable[Mapping[str, Any]]) -> str:
    """Another one whenever a row is different, or stands elsewhere."""
    return fingerprint(*((row["ticket"].reference, row["tag"]) for row in rows))
