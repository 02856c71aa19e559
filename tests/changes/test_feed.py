"""The calendar feed: read back with another library, scoped to its person, and gone when they are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from icalendar import Calendar, Event
from pytest_django.fixtures import Settings

from accounts.models import Membership, Person, today
from changes.actions.feeding import new_feed, revoke_feed
from changes.actions.moving import move_change
from changes.actions.scheduling import move_window
from changes.feeds import feed_of, hash_of
from changes.ics import calendar_of, event_ics
from changes.models import CalendarFeed, RequestForChange
from servicedesk.notifications.outbox import drain
from tests.changes.conftest import MakeChange
from tests.changes.scheduling import HOUR, TONIGHT, scheduled
from tests.conftest import NOON, key

SignIn = Callable[[Person], Client]
TORONTO = ZoneInfo("America/Toronto")


@pytest.fixture
def approved(rfc: MakeChange, ann: Person) -> MakeChange:
    """An approved RFC of Rita's that Ann implements, touching nothing, so that it meets nothing."""

    def make(**columns: Any) -> RequestForChange:
        untouched = {"environments": [], "interfaces": []}
        return rfc(**{"status": "approved", "implementer": ann} | untouched | columns)

    return make


def read(text: str) -> list[Event]:
    """The events of a calendar, after every rule that the library knows: parsed, and written out the same."""
    calendar = Calendar.from_ical(text)
    assert calendar["VERSION"] == "2.0"
    assert calendar["METHOD"] in {"PUBLISH", "CANCEL"}
    assert not [error for part in calendar.walk() for error in part.errors]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    again = Calendar.from_ical(calendar.to_ical())
    events = [part for part in again.walk("VEVENT") if isinstance(part, Event)]
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY"} <= set(event)
    return events


def said(event: Event) -> dict[str, Any]:
    return {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "start": event["DTSTART"].dt,
        "end": event["DTEND"].dt,
    }


def test_one_event_for_life_that_is_moved_and_called_off(
    approved: MakeChange, chang: Person, rita: Person
) -> None:
    change = scheduled(approved(), by=chang)
    uid = f"{change.reference}@servicedesk.example"
    life = []

    def look() -> dict[str, Any]:
        (event,) = read(feed_of(rita, now=NOON))
        (alone,) = read(event_ics(change))
        assert said(alone) == said(event)
        life.append((said(event)["sequence"], said(event)["status"]))
        return said(event)

    assert look() == {
        "uid": uid, "sequence": 1, "status": "CONFIRMED", "start": TONIGHT, "end": TONIGHT + 2 * HOUR
    }  # fmt: skip
    move_window(change, TONIGHT + HOUR, TONIGHT + 4 * HOUR, by=chang, at=NOON, version=change.version)
    assert look() == {
        "uid": uid, "sequence": 2, "status": "CONFIRMED", "start": TONIGHT + HOUR, "end": TONIGHT + 4 * HOUR
    }  # fmt: skip
    move_change(change, "unschedule", by=chang, at=NOON, version=change.version, message="Not now.")
    assert look()["uid"] == uid
    assert "METHOD:CANCEL" in event_ics(change)
    scheduled(change, TONIGHT + 24 * HOUR, by=chang)
    look()
    move_change(change, "withdraw", by=chang, at=NOON, version=change.version, message="Never.")
    look()
    assert life == [(1, "CONFIRMED"), (2, "CONFIRMED"), (3, "CANCELLED"), (4, "CONFIRMED"), (5, "CANCELLED")]
    assert event_ics(approved()) == ""


@pytest.mark.parametrize(
    ("start", "hours", "walls"),
    [
        ("2027-03-13T20:00", 10, ("2027-03-13 20:00 EST", "2027-03-14 07:00 EDT")),
        ("2027-11-06T20:00", 10, ("2027-11-06 20:00 EDT", "2027-11-07 05:00 EST")),
        ("2027-11-07T01:30", 1, ("2027-11-07 01:30 EDT", "2027-11-07 01:30 EST")),
    ],
)
def test_events_of_a_weekend_with_a_change_of_clocks_keep_their_wall_time(
    approved: MakeChange, chang: Person, rita: Person, start: str, hours: int, walls: tuple[str, str]
) -> None:
    instant = datetime.fromisoformat(start).replace(tzinfo=TORONTO).astimezone(UTC)
    scheduled(approved(), instant, by=chang, hours=hours)

    (event,) = read(feed_of(rita, now=NOON))
    shown = tuple(
        event[name].dt.astimezone(TORONTO).strftime("%Y-%m-%d %H:%M %Z") for name in ("DTSTART", "DTEND")
    )
    assert shown == walls


def test_texts_come_back_as_they_were_written(approved: MakeChange, chang: Person) -> None:
    title = "Crème brûlée; 4,5 \\ “BQ” – " + "é" * 90
    change = scheduled(approved(title=title[:120], environments=["production"], downtime=15), by=chang)
    RequestForChange.objects.filter(pk=change.pk).update(risk="low")
    change.refresh_from_db()

    (event,) = read(event_ics(change))
    assert event["SUMMARY"] == f"{change.reference} {title[:120]}"
    assert event["DESCRIPTION"] == "Production\nDowntime: 15 minutes\nRisk: Low"
    assert event["URL"].endswith(f"/changes/{change.reference}/")
    change.title = "a\r\nBEGIN:VALARM\nX\x00\x1b"
    (event,) = read(calendar_of([change], name="x\r\nMETHOD:REQUEST"))
    assert event["SUMMARY"] == f"{change.reference} a\nBEGIN:VALARM\nX"
    assert not event.subcomponents


def test_each_persons_feed_has_what_they_may_see_and_no_more(
    approved: MakeChange, cast: dict[str, Person], stan: Person
) -> None:
    chang = cast["chang"]
    scheduled(approved(title="lakecanary"), by=chang)
    scheduled(approved(title="published", visibility="everyone", implementation_plan="plancanary"), by=chang)
    scheduled(approved(title="quillfeather", visibility="restricted"), by=chang)
    scheduled(approved(by=stan, title="pinecanary", description="plancanary"), by=chang)
    sees = {
        "rita": {"lakecanary", "published", "quillfeather"}, "ned": {"lakecanary", "published"},
        "olga": {"lakecanary", "published", "quillfeather"}, "stan": {"published", "pinecanary"},
        "vera": {"lakecanary", "published", "pinecanary"},
        "ann": {"lakecanary", "published", "quillfeather", "pinecanary"},
    }  # fmt: skip

    for name, titles in sees.items():
        token = new_feed(by=cast[name], at=NOON)
        answer = Client().get("/changes.ics", {"token": token})
        events = read(answer.content.decode())
        assert {str(event["SUMMARY"]).partition(" ")[2] for event in events} == titles, name
        assert b"plancanary" not in answer.content
        assert b"Lakeshore" not in answer.content


def test_a_token_works_until_it_is_revoked_renewed_or_its_person_leaves(rita: Person) -> None:
    def status(token: str) -> int:
        return Client().get("/changes.ics", {"token": token}).status_code

    first = new_feed(by=rita, at=NOON)
    assert CalendarFeed.objects.get().token_hash == hash_of(first) != first
    second = new_feed(by=rita, at=NOON)
    assert (status(first), status(second), status(""), status("made-up"), status(hash_of(second))) == (
        404, 200, 404, 404, 404
    )  # fmt: skip
    assert Client().get("/changes.ics").status_code == 404

    Membership.objects.filter(person=rita).update(
        starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1)
    )
    assert status(second) == 404
    Membership.objects.filter(person=rita).update(ends_on=None)
    assert status(second) == 200
    Person.objects.filter(pk=rita.pk).update(is_active=False)
    assert status(second) == 404
    Person.objects.filter(pk=rita.pk).update(is_active=True)
    revoke_feed(by=rita, at=NOON)
    assert status(second) == 404


def test_nothing_new_is_not_sent_again(approved: MakeChange, chang: Person, rita: Person) -> None:
    change = scheduled(approved(), timezone.now() + 40 * 24 * HOUR, by=chang, at=timezone.now())
    address, browser = f"/changes.ics?token={new_feed(by=rita, at=NOON)}", Client()
    first = browser.get(address)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Cache-Control"] == "private, no-cache"

    again = browser.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    move_change(change, "withdraw", by=rita, at=timezone.now(), version=change.version, message="No.")
    moved = browser.get(address, headers={"If-None-Match": first["ETag"]})
    assert (moved.status_code, moved["ETag"] == first["ETag"]) == (200, False)


def test_what_is_long_over_leaves_the_feed(approved: MakeChange, chang: Person, rita: Person) -> None:
    scheduled(approved(), by=chang)
    assert len(read(feed_of(rita, now=NOON + timedelta(days=90)))) == 1
    assert read(feed_of(rita, now=NOON + timedelta(days=91))) == []


def test_the_page_shows_an_address_once_and_ends_the_feed(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    assert "You have no feed yet." in browser.get("/changes/feed/").content.decode()

    made = browser.post("/changes/feed/", {"request_id": key(), "do": "new"}, follow=True)
    address = made.context["address"]
    assert address in made.content.decode()
    assert address.startswith("http")
    token = address.partition("token=")[2]
    assert Client().get("/changes.ics", {"token": token}).status_code == 200
    assert "token=" not in browser.get("/changes/feed/").content.decode()

    browser.post("/changes/feed/", {"request_id": key(), "do": "revoke"})
    assert Client().get("/changes.ics", {"token": token}).status_code == 404


def test_a_letter_that_a_change_was_moved_says_both_times_and_brings_the_event(
    approved: MakeChange, chang: Person, rita: Person, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    change = scheduled(approved(), by=chang)
    move_window(change, TONIGHT + HOUR, TONIGHT + 4 * HOUR, by=chang, at=NOON, version=change.version)
    move_change(change, "withdraw", by=chang, at=NOON, version=change.version, message="Never.")
    while drain(now=lambda: NOON + HOUR):
        pass

    letters = {
        letter.subject.rpartition(" — ")[2]: letter for letter in mail.outbox if letter.to == [rita.email]
    }
    assert {"Scheduled", "Moved to another time", "Withdrawn"} <= set(letters)
    moved = letters["Moved to another time"]
    said_at = (
        "from Tue 9 Mar 2027, 20:00 EST – 22:00 EST to Tue 9 Mar 2027, 21:00 EST – Wed 10 Mar 2027, 00:00 EST"
    )
    assert said_at in moved.body
    for letter in letters.values():
        (enclosure,) = letter.attachments
        assert enclosure[0] == f"{change.reference}.ics"
        assert enclosure[2] == "text/calendar"
        (event,) = read(enclosure[1])
        assert said(event)["status"] == "CANCELLED"  # as it is when the letter is written
