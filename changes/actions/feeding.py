"""A person's own address of the calendar feed: made, renewed, revoked."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import Person
from changes.feeds import hash_of
from changes.models import CalendarFeed


@transaction.atomic
def new_feed(*, by: Person, at: datetime) -> str:
    """Make a feed, and answer its token: the only time that anybody knows it. An earlier one ends."""
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # a twin waits, and then ends this one
    revoke_feed(by=by, at=at)
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.create(person=by, token_hash=hash_of(token), created_at=at)
    return token


def revoke_feed(*, by: Person, at: datetime) -> None:
    """End a person's feed at once."""
    CalendarFeed.objects.live().filter(person=by.pk).update(revoked_at=at)
