"""Letting colleagues follow a ticket: who may, who is offered, and who hears of it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused
from tests.conftest import NOON, key
from tests.tickets.pages import words
from tickets.actions import add_followers
from tickets.models import Incident
from tickets.policy import who_hears

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


@pytest.mark.parametrize(
    ("who", "visibility", "refused"),
    [
        ("rita", "organization", None),
        ("ann", "organization", None),
        ("chang", "organization", Forbidden),  # who only looks
        ("stan", "organization", Forbidden),
        ("rita", "restricted", IllegalMove),
    ],
)
def test_both_sides_may_where_the_whole_organization_may_read_it(
    incident: Make, cast: dict[str, Person], who: str, visibility: str, refused: type[Refused] | None
) -> None:
    ticket = incident(visibility=visibility)
    if refused:
        with pytest.raises(refused):
            add_followers(ticket, [cast["vera"]], by=cast[who], at=NOON)
    else:
        add_followers(ticket, [cast["vera"]], by=cast[who], at=NOON)
    assert ticket.followers.filter(person=cast["vera"]).exists() is (refused is None)


def test_they_hear_of_it_and_nobody_else(incident: Make, rita: Person, vera: Person, olga: Person) -> None:
    ticket = incident()
    add_followers(ticket, [vera], by=rita, at=NOON)
    add_followers(ticket, [vera, olga], by=rita, at=NOON)
    add_followers(ticket, [vera], by=rita, at=NOON)

    events = Event.objects.filter(record=ticket.pk, name="incident.followers_added").order_by("pk")
    assert [list(who_hears(event, ticket)) for event in events] == [[vera], [olga]]


def test_those_who_do_not_follow_it_yet_are_offered(
    incident: Make, rita: Person, vera: Person, stan: Person, sign_in: SignIn
) -> None:
    ticket, browser = incident(), sign_in(rita)
    page = reverse("tickets:followers", args=[ticket.reference])

    assert "Vera" in words(browser.get(page))
    assert "Stan" not in words(browser.get(page))
    refused = browser.post(page, {"request_id": key(), "people": stan.pk})
    assert refused.status_code == 422
    sent = browser.post(page, {"request_id": key(), "people": vera.pk})
    assert (sent.status_code, sent["Location"]) == (303, ticket.get_absolute_url())

    assert "lets Vera follow it" in words(browser.get(ticket.get_absolute_url()))
    assert "Vera" not in words(browser.get(page))
