"""Showing an RFC to every LDC, and taking that back while nothing is decided."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from changes import policy
from changes.actions.moving import append_event, lock, write_columns
from changes.models import RequestForChange
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Event, Visibility
from servicedesk.records.search import index_face


@transaction.atomic
def publish_change(rfc: RequestForChange, *, by: Person, at: datetime, version: int) -> RequestForChange:
    """Let every LDC read it. Raises Forbidden, IllegalMove, Stale."""
    policy.may_publish(by, rfc).or_refuse()
    lock(rfc.pk)
    was = rfc.visibility
    rfc.amend(version=version, at=at, visibility=Visibility.EVERYONE)
    write_columns(rfc, {"published_at": at})
    index_face(rfc, rfc.search_text())
    publish(append_event(rfc, "published", by=by, at=at, was_visibility=was))
    return rfc


@transaction.atomic
def unpublish_change(
    rfc: RequestForChange, reason: str, *, by: Person, at: datetime, version: int
) -> RequestForChange:
    """Take it from the other LDCs again, as long as nothing is decided. Raises Forbidden, IllegalMove, Stale."""
    policy.may_unpublish(by, rfc).or_refuse()
    lock(rfc.pk)
    shown = Event.objects.filter(record=rfc.pk, name="rfc.published").order_by("pk").last()
    before = shown.facts["was_visibility"] if shown else Visibility.ORGANIZATION
    rfc.amend(version=version, at=at, visibility=before)
    write_columns(rfc, {"published_at": None})
    index_face(rfc, rfc.search_text())
    publish(append_event(rfc, "unpublished", by=by, at=at, message=reason))
    return rfc
