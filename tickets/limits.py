"""How much one person or organization may file in an hour (PROMISES, Security: rate limits).

Counted on the rows themselves, so there is nothing beside them to lose.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Comment, Record
from servicedesk.records.refusals import TooMany
from tickets.models import HeldMessage

_WINDOW = timedelta(hours=1)
_RETRY_AFTER = 600
WRITINGS_PER_HOUR = 120


def check_filing(person: Person, organization_id: int, *, at: datetime) -> None:
    """Raise TooMany when this hour is used up."""
    since = at - _WINDOW
    recent = Record.objects.filter(organization=organization_id, updated_at__gt=since, created_at__gt=since)
    filed = recent.aggregate(person=Count("pk", filter=Q(reporter=person)), organization=Count("pk"))
    for whose, most in settings.FILINGS_PER_HOUR.items():
        if filed[whose] >= most:
            words = _(
                "%(number)d tickets in an hour is the most we take. Your draft is saved:"
                " send it in a while, or call %(phone)s."
            )
            raise TooMany(words % {"number": most, "phone": settings.DESK_PHONE}, retry_after=_RETRY_AFTER)


def check_writing(person: Person, *, at: datetime, waiting: QuerySet[HeldMessage] | None = None) -> None:
    """Raise TooMany when somebody writes faster than people do. ``waiting`` are messages that have not left yet."""
    written = Comment.objects.filter(author=person, created_at__gt=at - _WINDOW).values("pk")
    if waiting is not None:
        written = written.union(waiting.values("pk"), all=True)
    if written.count() >= WRITINGS_PER_HOUR:
        words = _("%(number)d messages in an hour is the most we take. Wait a while and send it again.")
        raise TooMany(words % {"number": WRITINGS_PER_HOUR}, retry_after=_RETRY_AFTER)
