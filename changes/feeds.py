"""The calendar feed of a person: whose token it is, and what it answers."""

import hashlib
from datetime import datetime, timedelta

from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import Person
from changes.ics import calendar_of
from changes.models import CalendarFeed, RequestForChange
from servicedesk.records.row_security import serving

KEPT = timedelta(days=90)
"""How long what is over stays in the feed."""


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def person_of(token: str) -> Person | None:
    """Whose feed it is: somebody who can sign in and acts for some organization today."""
    digest = hash_of(token)
    feed = CalendarFeed.objects.live().filter(token_hash=digest).first()
    if feed is None or not constant_time_compare(feed.token_hash, digest):
        return None
    person: Person | None = Person.objects.active().with_standing().filter(pk=feed.person_id).first()
    return person if person and person.standing().organizations else None


def feed_of(person: Person, *, now: datetime) -> str:
    """All changes with a window that this person may see, in their language; what was called off says so."""
    with translation.override(person.language), serving(person):
        changes = (
            RequestForChange.objects.visible_to(person)
            .filter(starts_at__isnull=False, ends_at__gte=now - KEPT)
            .order_by("starts_at", "pk")
        )
        return calendar_of(changes, name=_("MDM/R changes"))
