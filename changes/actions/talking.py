"""What is said on an RFC, and who follows it."""

from datetime import datetime

from django.db import transaction

from accounts.models import Person
from changes import policy
from changes.actions.moving import append_event, lock, say
from changes.models import ChangeSubscription, RequestForChange
from servicedesk.notifications.outbox import publish
from servicedesk.records.following import follow, unfollow
from servicedesk.records.models import Draft
from tickets.limits import check_writing


@transaction.atomic
def reply(
    rfc: RequestForChange, body: str, *, by: Person, at: datetime, draft: Draft | None = None
) -> RequestForChange:
    """Write what the organization that asks and the desk read, and nobody else.

    It takes no version: it is sent whatever else changed meanwhile. Raises Forbidden, TooMany, Unusable.
    """
    policy.may_write(by, rfc).or_refuse()
    check_writing(by, at=at)
    lock(rfc.pk)
    comment = say(rfc, body, by=by, at=at, draft=draft)
    publish(append_event(rfc, "replied", by=by, at=at, comment=comment))
    rfc.touch(at=at)
    return rfc


@transaction.atomic
def add_note(
    rfc: RequestForChange, body: str, *, by: Person, at: datetime, draft: Draft | None = None
) -> RequestForChange:
    """Write an internal note, which no LDC sees. Raises Forbidden, TooMany, Unusable."""
    policy.may_note(by).or_refuse()
    check_writing(by, at=at)
    lock(rfc.pk)
    comment = say(rfc, body, by=by, at=at, draft=draft, internal=True)
    publish(append_event(rfc, "noted", by=by, at=at, comment=comment, internal=True))
    rfc.touch(at=at)
    return rfc


@transaction.atomic
def set_following(rfc: RequestForChange, following: bool, *, by: Person, at: datetime) -> None:
    """Follow an RFC that one sees, or stop."""
    if following:
        follow(rfc, [by.pk], at=at)
    else:
        unfollow(rfc, by.pk)


def subscriptions_of(person: Person) -> dict[str, bool]:
    """What somebody subscribed to: by environment ("" is all), whether once a day."""
    return dict(ChangeSubscription.objects.filter(person=person).values_list("environment", "digest"))


@transaction.atomic
def subscribe(scopes: set[str], *, digest: bool, by: Person, at: datetime) -> None:
    """Hear of published changes in these environments ("" is all of them), and of no others.

    With ``digest`` once a day, else at once. An empty set ends it.
    """
    mine = ChangeSubscription.objects.filter(person=by)
    mine.exclude(environment__in=scopes).delete()
    mine.filter(environment__in=scopes).update(digest=digest)
    ChangeSubscription.objects.bulk_create(
        [ChangeSubscription(person=by, environment=one, digest=digest, since=at) for one in sorted(scopes)],
        ignore_conflicts=True,
    )
