"""A ticket on paper: as much of it as its reader may read, and notes only where the desk asks for them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from tests.conftest import NOON
from tests.tickets.pages import cost, words
from tickets.actions import add_note, reply
from tickets.models import Incident

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


@pytest.mark.parametrize(
    ("reader", "asked", "reads"),
    [("ann", {}, False), ("ann", {"notes": "yes"}, True), ("rita", {"notes": "yes"}, False)],
)
def test_notes_are_printed_for_the_desk_alone_and_only_when_asked_for(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, reader: str, asked: dict[str, str], reads: bool
) -> None:
    made = incident(title="BQ responses missing")
    reply(made, "We see it too: [status](https://mdmr.example/status)", by=cast["ann"], at=NOON)
    add_note(made, "Probably the vendor.", by=cast["ann"], at=NOON)
    address = reverse("tickets:print", args=[made.reference])
    browser = sign_in(cast[reader])
    page = browser.get(address, asked)
    text = words(page)

    assert "We see it too" in text
    assert 'href="https://mdmr.example/status"' in page.content.decode()
    assert (
        "Probably the vendor." in text,
        "Contains internal notes: for the Service Desk only" in text,
    ) == (reads, reads)
    assert "<nav" not in page.content.decode().partition("<main")[2]
    assert len(cost(browser, address)) <= 8
