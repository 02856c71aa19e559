"""The bell: each event once, one's own only, by record and day, with its number in the top bar."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Person
from servicedesk.notifications.models import MOST_FOLDED, Notice, OutboxMessage
from servicedesk.records.models import Event
from tests.conftest import NOON
from tests.notifications.letters import drain_at
from tickets.actions import reply
from tickets.groups import MESSAGES
from tickets.models import Incident

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
LATER = NOON + timedelta(minutes=1)


def told() -> list[tuple[str, str]]:
    """Who was told what."""
    return sorted((str(notice.person), notice.event.name) for notice in Notice.objects.all())


def bell(browser: Client) -> str:
    """What the bell says, for eyes and ears."""
    page = browser.get(reverse("tickets:list")).content.decode()
    return str(re.search(r"Notifications, (none|\d+) unread", page)[0])  # type: ignore[index]


def test_everybody_concerned_is_told_once_and_the_author_is_not(
    incident: Make, rita: Person, ned: Person, ann: Person, stan: Person
) -> None:
    filed = incident()
    reply(filed, "We see it too.", by=ann, at=NOON)
    drain_at(LATER)
    OutboxMessage.objects.update(done_at=None, available_at=NOON)  # delivered again
    drain_at(LATER)

    assert told() == [
        ("Ann", "incident.submitted"),
        ("Ned", "incident.replied"),
        ("Ned", "incident.submitted"),
        ("Rita", "incident.replied"),
    ]


def test_one_person_is_told_of_one_event_once(incident: Make, ned: Person) -> None:
    incident()
    event = Event.objects.get()
    Notice.objects.create(person=ned, event=event, at=NOON)
    with pytest.raises(IntegrityError, match="notice_once"), transaction.atomic():
        Notice.objects.create(person=ned, event=event, at=NOON)


def test_the_top_bar_counts_what_is_unread(incident: Make, ned: Person, sign_in: SignIn) -> None:
    browser = sign_in(ned)
    assert bell(browser) == "Notifications, none unread"

    incident()
    incident()
    drain_at(LATER)
    assert bell(browser) == "Notifications, 2 unread"


def test_marking_all_as_read_is_for_oneself(
    incident: Make, ned: Person, olga: Person, sign_in: SignIn
) -> None:
    incident()
    drain_at(LATER)
    neds, olgas = sign_in(ned), sign_in(olga)

    assert neds.post(reverse("notices_read")).status_code == 302
    assert (bell(neds), bell(olgas)) == ("Notifications, none unread", "Notifications, 1 unread")


def test_opening_the_list_marks_nothing(incident: Make, ned: Person, sign_in: SignIn) -> None:
    incident()
    drain_at(LATER)
    browser = sign_in(ned)

    page = browser.get(reverse("notices")).content.decode()
    assert "BQ responses missing for cycle 14" in page
    assert bell(browser) == "Notifications, 1 unread"


def test_a_notice_of_a_ticket_that_one_lost_sight_of_is_not_shown(
    incident: Make, ned: Person, sign_in: SignIn
) -> None:
    incident()
    drain_at(LATER)
    Membership.objects.filter(person=ned).delete()

    assert "BQ responses" not in sign_in(ned).get(reverse("notices")).content.decode()


# --- One entry for each record and day ------------------------------------------------------

TORONTO_MIDNIGHT = datetime(2027, 3, 10, 5, 0, tzinfo=UTC)
Entries = list[tuple[str, str, list[str], int]]


def tell(person: Person, incident: Incident, **said: datetime) -> list[Notice]:
    """Tell somebody of events of an incident: what happened, and when."""
    events = [Event(record_id=incident.pk, name=f"incident.{what}", at=at) for what, at in said.items()]
    return [
        Notice.objects.create(person=person, event=event, at=event.at)
        for event in Event.objects.bulk_create(events)
    ]


def listed(browser: Client, **query: str) -> Entries:
    """Each entry: the reference, what happened last, what before it, how much of that is unread."""
    rows = browser.get(reverse("notices", query=query)).context["rows"]
    return [
        (
            row.last.notice.event.record.reference,
            row.last.headline,
            [line.headline for line in row.earlier],
            row.unread,
        )
        for row in rows
    ]


def ago(**span: int) -> datetime:
    """A moment of the day that ends at midnight in Toronto, where it is still the day before in UTC."""
    return TORONTO_MIDNIGHT - timedelta(**span)


def test_a_record_has_one_entry_a_day_that_says_what_happened_last(
    incident: Make, ned: Person, sign_in: SignIn
) -> None:
    one, other = incident(), incident()
    tell(ned, one, submitted=ago(hours=23), start=ago(hours=2), resolve=ago(hours=-1))
    tell(ned, other, submitted=ago(hours=3))
    tell(ned, one, replied=ago(seconds=1), noted=ago(seconds=1))  # at once: the one told last is the last

    assert listed(sign_in(ned)) == [
        (one.reference, "Resolved", [], 1),  # after midnight where Ned is
        (one.reference, "Internal note", ["New message", "We are working on it", "Reported"], 4),
        (other.reference, "Reported", [], 1),
    ]


def test_the_title_comes_first_and_what_happened_below_it(
    incident: Make, ned: Person, sign_in: SignIn
) -> None:
    filed = incident()
    tell(ned, filed, submitted=ago(hours=2), replied=ago(hours=1))
    page = sign_in(ned).get(reverse("notices")).content.decode()
    words = re.sub(r"(\s|&nbsp;)+", " ", re.sub(r"<[^>]+>", " ", page[page.index("notice-entry") :]))

    assert f"Unread {filed.reference} {filed.title} New message · " in words
    assert f"1 earlier notification about {filed.reference} Unread Reported · " in words


def test_an_entry_is_marked_as_read_up_to_what_it_showed(
    incident: Make, ned: Person, olga: Person, sign_in: SignIn
) -> None:
    one, other = incident(), incident()
    tell(ned, one, acknowledge=ago(days=2))
    *_, shown = tell(ned, one, submitted=ago(hours=4), start=ago(hours=3))
    tell(ned, one, replied=ago(hours=1))  # came while the page was open
    tell(ned, other, submitted=ago(hours=4))
    (of_olga,) = tell(olga, one, submitted=ago(hours=3))
    browser = sign_in(ned)

    there = browser.post(reverse("notices_read"), {"notice": shown.pk, "view": "unread"})
    assert there["Location"] == f"{reverse('notices')}?view=unread#notice-{shown.pk}"
    assert listed(browser) == [
        (one.reference, "New message", ["We are working on it", "Reported"], 1),
        (other.reference, "Reported", [], 1),
        (one.reference, "We have it", [], 1),
    ]
    assert listed(browser, view="unread")[0] == (one.reference, "New message", [], 1)
    for unknown in (of_olga.pk, 0, "x", "9" * 40):
        assert browser.post(reverse("notices_read"), {"notice": unknown}).status_code == 404
    assert not Notice.objects.exclude(read_at=None).filter(person=olga).exists()


def test_a_filter_narrows_what_an_entry_holds_and_what_is_marked(
    incident: Make, ned: Person, sign_in: SignIn
) -> None:
    filed = incident()
    said, moved = tell(ned, filed, replied=ago(hours=2), start=ago(hours=1))
    Notice.objects.filter(pk=said.pk).update(group=MESSAGES)
    browser = sign_in(ned)

    assert listed(browser, group=MESSAGES) == [(filed.reference, "New message", [], 1)]
    for asked, marked in ((MESSAGES, MESSAGES), ("made-up", "")):
        page = browser.get(reverse("notices", query={"group": asked})).content.decode()
        assert f'<input type="hidden" name="group" value="{marked}">' in page
    browser.post(reverse("notices_read"), {"notice": said.pk, "group": MESSAGES})
    assert listed(browser) == [(filed.reference, "We are working on it", ["New message"], 1)]
    assert not Notice.objects.get(pk=moved.pk).read_at


def test_more_than_twenty_are_not_counted(incident: Make, ned: Person, sign_in: SignIn) -> None:
    filed = incident()
    for minute in range(MOST_FOLDED + 3):
        tell(ned, filed, replied=ago(minutes=minute + 1))

    page = sign_in(ned).get(reverse("notices"))
    (row,) = page.context["rows"]
    assert (len(row.earlier), row.cut) == (MOST_FOLDED, True)
    assert "More than 20 earlier notifications" in page.content.decode()


def test_fifty_entries_are_a_page_and_cost_what_one_does(
    incident: Make, ned: Person, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser, first = sign_in(ned), incident()
    tell(ned, first, submitted=ago(hours=1))
    with CaptureQueriesContext(connection) as of_one:
        browser.get(reverse("notices"))

    for minute in range(60):
        filed = incident(at=NOON + timedelta(hours=minute))  # no more than thirty in an hour
        tell(ned, filed, submitted=ago(minutes=minute + 1), replied=ago(seconds=60 * minute + 30))
    with django_assert_num_queries(len(of_one)):
        page = browser.get(reverse("notices"))
    assert [len(row.earlier) for row in page.context["rows"]] == [1] * 50

    older = browser.get(reverse("notices", query={"after": page.context["page"].older}))
    assert [len(row.earlier) for row in older.context["rows"]] == [1] * 10 + [0]
