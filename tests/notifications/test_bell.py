"""The bell: each event once, one's own only, with its number in the top bar."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Person
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.records.models import Event
from tests.conftest import NOON
from tests.notifications.letters import drain_at
from tickets.actions import reply
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


def test_sixty_notices_are_two_pages(incident: Make, ned: Person, sign_in: SignIn) -> None:
    incident()
    event = Event.objects.get()
    events = [Event(record_id=event.record_id, name="incident.replied", at=NOON) for _ in range(60)]
    Notice.objects.bulk_create(
        Notice(person=ned, event=one, at=NOON) for one in Event.objects.bulk_create(events)
    )
    browser = sign_in(ned)
    first = browser.get(reverse("notices"))
    assert first.content.decode().count("notice-line") == 50

    older = browser.get(reverse("notices", query={"after": first.context["page"].older}))
    assert older.content.decode().count("notice-line") == 10
