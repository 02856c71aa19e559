"""Polls of a list on which nothing is new: 304 with one query, before session and person are loaded.

The one query asks whether the session is still there and its person active, and whether anything happened
that could make the list different: a record that moved, a promise that has come due or is due within the
hour, a ticket of theirs that woke. Most are answered here; all others by the list itself. All that it tells
is that nothing happened, and only to the session that was shown the list within the last ten minutes.
"""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from accounts.models import Person
from servicedesk.records.models import Record
from tickets.models import Snooze
from tickets.sla.standing import SOON_LEFT
from tickets.workspace.live import Since, address_of, fingerprint

LISTS = ("/desk/q/", "/desk/v/")
OVERLAP = timedelta(seconds=15)
"""A change shows once it is committed, stamped with when it began; no transaction is idle for longer."""


class NothingNew:
    """Stands in front of sessions, which would be two more queries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and request.path.startswith(LISTS) and "since" in request.GET:
            since = Since.read(request.GET["since"])
            key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
            known = since and since.session == fingerprint(key) and since.address == address_of(request)
            if since and known and nothing_new(since, key):
                return HttpResponseNotModified()
        return self.get_response(request)


def nothing_new(since: Since, session_key: str) -> bool:
    """May this session's person go on with what they have? One query."""
    now = timezone.now()
    moved = Record.objects.filter(updated_at__gt=since.at - OVERLAP)
    passed = Q(queue_at__gt=since.at, queue_at__lte=now)
    passed |= Q(queue_at__gt=since.at + SOON_LEFT, queue_at__lte=now + SOON_LEFT)
    woken = Snooze.objects.filter(person=since.person, until__gt=since.at, until__lte=now)
    return (
        Session.objects.filter(
            Exists(Person.objects.active().filter(pk=since.person)), pk=session_key, expire_date__gt=now
        )
        .exclude(Exists(moved))
        .exclude(Exists(Record.objects.unfinished().filter(passed)))
        .exclude(Exists(woken))
        .exists()
    )
