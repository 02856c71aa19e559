"""Polls of a queue: 304 when nothing is new, the list when something is; and the pane beside it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from servicedesk.records.models import Record
from tests.conftest import key
from tests.tickets.pages import fields, words
from tests.tickets.test_lists import many
from tickets.actions import add_note, assign, mark_read, reply, snooze
from tickets.models import Incident
from tickets.workspace import live

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
HTMX = {"HX-Request": "true"}
LIST = "/desk/q/all/?severity=3"


def token(answer: HttpResponse) -> str:
    """What the list gives to ask with again."""
    return re.findall(r'data-since="([^"]+)"', answer.content.decode())[0]


def poll(browser: Client, since: str, address: str = LIST) -> tuple[int, int, HttpResponse]:
    """The status of a poll, its queries, and the answer."""
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(f"{address}&since={since}", headers=HTMX)
    return answer.status_code, len(asked.captured_queries), answer


@pytest.fixture
def ticket(incident: Make) -> Incident:
    """One that was filed an hour ago and is due in four days."""
    return incident(at=timezone.now() - timedelta(hours=1))


def test_a_poll_with_nothing_new_is_one_query_whatever_the_list(
    ticket: Incident, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    one = poll(browser, token(browser.get(LIST)))
    many(ticket, 60, updated_at=ticket.updated_at)
    cache.clear()
    full = poll(browser, token(browser.get(LIST)))

    assert (one[:2], full[:2], full[2].content) == ((304, 1), (304, 1), b"")


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ("a reply", 200),
        ("a note", 200),
        ("an assignment", 200),
        ("another ticket of the list", 200),
        ("a ticket of another list", 304),
        ("it was read elsewhere", 304),
        ("it is late", 200),
        ("another filter", 200),
        ("another session", 304),
        ("a token made up", 200),
        ("an old token", 200),
    ],
)
def test_what_makes_a_list_new(
    ticket: Incident,
    incident: Make,
    cast: dict[str, Person],
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    status: int,
) -> None:
    ann, now, address = cast["ann"], timezone.now(), LIST
    browser = sign_in(ann)
    since = token(browser.get(LIST))
    match what:
        case "a reply":
            reply(ticket, "Any news?", by=cast["rita"], at=now)
        case "a note":
            add_note(ticket, "The vendor again.", by=cast["bob"], at=now)
        case "an assignment":
            assign(ticket, cast["bob"], by=cast["bob"], at=now, version=ticket.version)
        case "another ticket of the list":
            incident(at=now)
        case "a ticket of another list":
            incident(at=now, impact="all", urgency="now")
        case "it was read elsewhere":
            mark_read(ticket, by=ann, up_to=now)
        case "it is late":
            Record.objects.filter(pk=ticket.pk).update(due_at=now - timedelta(hours=1), updated_at=now)
        case "another filter":
            address = "/desk/q/all/?severity="
        case "another session":
            browser = sign_in(ann)
        case "a token made up":
            since = "made-up"
        case "an old token":
            monkeypatch.setattr(live, "LASTS", -1)

    answer = poll(browser, since, address)
    assert answer[0] == status
    assert answer[1] > 1 or what == "it was read elsewhere"  # whoever asks anew is looked up in full
    if status == 200:
        again = token(answer[2])
        text = answer[2].content.decode()
        assert ("data-around" in text, re.findall(r"[?&;]since=", text)) == (True, [])
        monkeypatch.undo()
        assert poll(browser, again, address)[0] == 304


def test_a_moment_that_passes_and_a_session_that_ends_are_noticed(
    ticket: Incident, ann: Person, sign_in: SignIn
) -> None:
    browser, now = sign_in(ann), timezone.now()
    snooze(ticket, now + timedelta(hours=1), by=ann, at=now - timedelta(minutes=30))
    since = token(browser.get("/desk/q/all/?severity="))
    assert poll(browser, since, "/desk/q/all/?severity=")[:2] == (304, 1)
    ann_snooze = ticket.snoozes.get()
    ann_snooze.until = timezone.now()
    ann_snooze.save()
    assert ticket.reference in words(poll(browser, since, "/desk/q/all/?severity=")[2])

    since = token(browser.get(LIST))
    Session.objects.filter(pk=browser.cookies[settings.SESSION_COOKIE_NAME].value).delete()
    assert poll(browser, since)[0] == 401


def test_the_pane_shows_and_takes_what_is_needed_most(
    ticket: Incident, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    for number in range(5):
        reply(ticket, f"Message {number}.", by=rita, at=timezone.now())
    browser, address = sign_in(ann), f"/desk/tickets/{ticket.reference}/?pane=1"

    pane = browser.get(address, headers=HTMX)
    assert [f"Message {number}." in words(pane) for number in range(5)] == [False, False, True, True, True]
    assert b"<html" not in pane.content
    assert b"<html" in browser.get(address).content
    assert fields(pane)["kind"] == ["internal"]

    said = {"pane": "1", "kind": "public", "message": "We are on it.", "request_id": key()}
    sent = browser.post(f"/tickets/{ticket.reference}/write/", said, headers=HTMX, follow=True)
    assert ("We are on it." in words(sent), b"<html" in sent.content) == (True, False)
    assert sent.redirect_chain == [(address, 303)]
    stale = {"pane": "1", "version": "0", "assignee": str(ann.pk), "request_id": key()}
    refused = browser.post(f"/tickets/{ticket.reference}/assign/", stale, headers=HTMX)
    assert (refused.status_code, "data-pane" in refused.content.decode()) == (409, True)
    assert sign_in(rita).get(address, headers=HTMX).status_code == 302
