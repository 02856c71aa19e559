"""How it went: who says it, when, and where it is read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from servicedesk.records.models import Comment, Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Stale
from tests.conftest import NOON, key
from tests.tickets.pages import fields, words
from tickets.actions import move_ticket, say_how_it_went
from tickets.models import Incident, Satisfaction
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
DAY = timedelta(days=1)


def now_on(ticket: Incident) -> Incident:
    """The ticket as it is now."""
    return Incident.objects.get(pk=ticket.pk)


def send(browser: Client, ticket: Incident, **said: object) -> HttpResponse:
    """Send the form of the page."""
    address = reverse("tickets:satisfaction", args=[ticket.reference])
    return browser.post(address, {"request_id": key(), "version": now_on(ticket).version, **said})


@pytest.mark.parametrize(
    ("status", "who", "days", "refused"),
    [
        (Status.RESOLVED, "rita", 0, None),
        (Status.RESOLVED, "vera", 1, None),  # whoever of the organization may report, not the reporter alone
        (Status.CLOSED, "rita", 29, None),
        (Status.CLOSED, "rita", 31, IllegalMove),
        (Status.IN_PROGRESS, "rita", 0, IllegalMove),
        (Status.CANCELLED, "rita", 0, IllegalMove),
        (Status.RESOLVED, "ann", 0, Forbidden),
        (Status.RESOLVED, "stan", 0, Forbidden),
    ],
)
def test_the_ldc_says_it_for_a_month_once_the_work_is_done(
    incident: Make,
    cast: dict[str, Person],
    status: Status,
    who: str,
    days: int,
    refused: type[Refused] | None,
) -> None:
    ticket = incident(status)
    at = (ticket.done_at or NOON) + days * DAY
    if refused:
        with pytest.raises(refused):
            say_how_it_went(ticket, Satisfaction.GOOD, by=cast[who], at=at, version=ticket.version)
        assert now_on(ticket).satisfaction is None
    else:
        say_how_it_went(ticket, Satisfaction.GOOD, by=cast[who], at=at, version=ticket.version)
        assert now_on(ticket).satisfaction == Satisfaction.GOOD


def test_what_is_said_last_counts_and_all_of_it_stays_in_the_history(incident: Make, rita: Person) -> None:
    ticket = incident(Status.RESOLVED)
    say_how_it_went(ticket, Satisfaction.POOR, "Slow.", by=rita, at=NOON, version=ticket.version)
    with pytest.raises(Stale):
        say_how_it_went(ticket, Satisfaction.VERY_GOOD, by=rita, at=NOON, version=ticket.version - 1)
    say_how_it_went(ticket, Satisfaction.VERY_GOOD, by=rita, at=NOON, version=ticket.version)

    assert now_on(ticket).satisfaction == Satisfaction.VERY_GOOD
    said = Event.objects.filter(record=ticket.pk, name="incident.satisfaction").order_by("pk")
    assert [event.facts["score"] for event in said] == [2, 5]
    assert [comment.body for comment in Comment.objects.filter(event__in=said)] == ["Slow."]


def test_of_a_ticket_that_is_open_again_nothing_is_said(incident: Make, rita: Person) -> None:
    ticket = incident(Status.RESOLVED)
    say_how_it_went(ticket, Satisfaction.GOOD, by=rita, at=NOON, version=ticket.version)
    reopened = move_ticket(ticket, "reopen", by=rita, at=NOON, version=ticket.version, message="Not yet.")

    with pytest.raises(IllegalMove):
        say_how_it_went(reopened, Satisfaction.VERY_POOR, by=rita, at=NOON, version=reopened.version)
    assert now_on(ticket).satisfaction is None


def test_it_is_said_on_the_page_and_read_by_both_sides(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    ticket = incident(Status.RESOLVED, at=timezone.now())
    ours, desk = sign_in(rita), sign_in(ann)
    page = reverse("tickets:detail", args=[ticket.reference])

    assert send(ours, ticket, satisfaction="4", message="Quick & clear.").status_code == 303

    for browser in (ours, desk):
        read = words(browser.get(page, follow=True))
        assert "said how it went: 4 of 5" in read
        assert "Quick & clear." in read
        assert "How it went 4 – good" in read
    assert fields(ours.get(page))["satisfaction"] == ["4"]
    assert "satisfaction" not in fields(desk.get(page, follow=True))


def test_words_without_a_score_are_refused_and_kept(incident: Make, rita: Person, sign_in: SignIn) -> None:
    ticket = incident(Status.RESOLVED, at=timezone.now())

    refused = send(sign_in(rita), ticket, message="Could be quicker.")

    assert refused.status_code == 422
    assert "Choose an answer for “How satisfied are you?”." in words(refused)
    assert "Could be quicker." in fields(refused)["message"]


def test_words_that_come_too_late_are_shown_to_copy(incident: Make, rita: Person, sign_in: SignIn) -> None:
    ticket = incident(Status.CLOSED, at=timezone.now() - 60 * DAY)

    refused = send(sign_in(rita), ticket, satisfaction="5", message="Thank you all.")

    assert refused.status_code == 409
    assert "Its work was done more than a month ago." in words(refused)
    assert "Thank you all." in words(refused)
