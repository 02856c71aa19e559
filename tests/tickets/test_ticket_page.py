"""A ticket's page: what each side sees of it, and which buttons it has for whom."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from tests.conftest import NOON, key
from tests.tickets.pages import buttons, fields, moves, words
from tickets.actions import add_note, assign, change_severity, move_ticket, reply
from tickets.models import Incident
from tickets.transitions import LIFECYCLE, Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


def ldc_page(incident: Incident) -> str:
    """The address for its organization."""
    return reverse("tickets:detail", args=[incident.reference])


def desk_page(incident: Incident) -> str:
    """The address for the desk."""
    return reverse("tickets:desk_detail", args=[incident.reference])


# --- Who sees what --------------------------------------------------------------------------


def test_both_sides_are_led_to_their_own_page(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    filed = incident()

    assert sign_in(ann).get(ldc_page(filed))["Location"] == desk_page(filed)
    assert sign_in(rita).get(desk_page(filed))["Location"] == ldc_page(filed)


def test_a_stranger_finds_nothing(incident: Make, stan: Person, sign_in: SignIn) -> None:
    filed = incident()

    assert sign_in(stan).get(ldc_page(filed)).status_code == 404
    assert sign_in(stan).get(ldc_page(filed)).content != b""
    assert sign_in(stan).get(reverse("tickets:detail", args=["INC-0"])).status_code == 404


def test_the_ldc_sees_the_conversation_and_the_desk_its_own_part_too(
    incident: Make, rita: Person, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    filed = incident(references="BQ_14.xml", phone="555 0100")
    add_note(filed, "Looks like the vendor.", by=ann, at=NOON)
    reply(filed, "We see it too.", by=ann, at=NOON)
    reply(filed, "Thank you.", by=rita, at=NOON)
    assign(Incident.objects.get(), bob, by=ann, at=NOON, version=Incident.objects.get().version)

    customer, agent = words(sign_in(rita).get(ldc_page(filed))), words(sign_in(ann).get(desk_page(filed)))

    for both in ("We see it too.", "Thank you.", "BQ_14.xml", "The response file holds 12 of 40 accounts."):
        assert (both in customer, both in agent) == (True, True)
    for internal in ("Looks like the vendor.", "assigned it to Bob", "Internal", "Assign to me"):
        assert (internal in customer, internal in agent) == (False, True)


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (Status.NEW, "We have your report. A first answer is due by "),
        (Status.ACKNOWLEDGED, "We have your report. A first answer is due by "),
        (Status.IN_PROGRESS, "We have your report. A first answer is due by "),
        (Status.WAITING_LDC, "We need your answer. The clock is paused since "),
        (
            Status.WAITING_VENDOR,
            "We are waiting for our provider, and the clock runs on. Next update by ",
        ),
        (Status.RESOLVED, "We resolved it. Tell us if it is not: you can reopen it until "),
        (Status.CLOSED, "This ticket is closed."),
        (Status.CANCELLED, "This ticket was cancelled."),
    ],
    ids=lambda value: value if isinstance(value, Status) else "",
)
def test_the_first_line_says_whose_turn_it_is(
    incident: Make, rita: Person, sign_in: SignIn, status: Status, line: str
) -> None:
    page = sign_in(rita).get(ldc_page(silently(incident, status)))

    found = re.search(r'<div class="turn[^>]*>.*?<p>(.*?)</p>', page.content.decode(), re.DOTALL)
    assert found is not None
    assert found[1].startswith(line)


def silently(incident: Make, status: Status) -> Incident:
    """An incident of a moment ago; where no message is needed, none is sent."""
    now = timezone.now()
    if status in {Status.ACKNOWLEDGED, Status.IN_PROGRESS}:
        filed = incident(at=now)
        agent = Person.objects.get(name="Ann")
        name = "acknowledge" if status == Status.ACKNOWLEDGED else "start"
        return move_ticket(filed, name, by=agent, at=now, version=filed.version)
    return incident(status, at=now)


@pytest.mark.parametrize(
    ("status", "steps", "now"),
    [
        (Status.NEW, ["Received", "In progress", "Resolved", "Closed"], "Received"),
        (Status.IN_PROGRESS, ["Received", "In progress", "Resolved", "Closed"], "In progress"),
        (Status.RESOLVED, ["Received", "In progress", "Resolved", "Closed"], "Resolved"),
        (Status.CANCELLED, ["Received", "Cancelled"], "Cancelled"),
    ],
)
def test_the_steps_say_how_far_it_came(
    incident: Make, rita: Person, sign_in: SignIn, status: Status, steps: list[str], now: str
) -> None:
    page = sign_in(rita).get(ldc_page(incident(status))).content.decode()

    shown = re.search(r'<ol class="stages".*?</ol>', page, re.S)[0]
    assert re.findall(r"<strong>(?:<svg.*?</svg>)?(.*?)</strong>", shown, re.S) == steps
    assert re.findall(r'aria-current="step"><strong>(.*?)</strong>', shown) == [now]


def test_a_late_ticket_says_so(incident: Make, rita: Person, ann: Person, sign_in: SignIn) -> None:
    filed = incident(at=timezone.now() - timedelta(days=60))
    assert "We are late with a first answer: it was due " in words(sign_in(rita).get(ldc_page(filed)))

    reply(filed, "We see it.", by=ann, at=timezone.now())
    assert "We are late: restoration was due " in words(sign_in(rita).get(ldc_page(filed)))


@pytest.mark.parametrize("status", list(Status), ids=lambda status: status.name)
@pytest.mark.parametrize("who", ["rita", "ann", "chang"])
def test_the_moves_on_the_page_are_those_of_the_life_cycle(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, status: Status, who: str
) -> None:
    filed = incident(status, at=timezone.now())
    side = {"rita": "ldc", "ann": "agent", "chang": ""}[who]

    page = sign_in(cast[who]).get(ldc_page(filed), follow=True)

    # The LDC answers in the message box, not by a button of its own.
    expected = {move.name for move in LIFECYCLE.leaving(status) if side in move.parties} - {"answer"}
    assert moves(page) == expected


def test_every_button_of_an_agent_is_in_words(incident: Make, ann: Person, sign_in: SignIn) -> None:
    page = sign_in(ann).get(desk_page(incident(at=timezone.now())))

    assert buttons(page) == [
        "Accept",
        "Acknowledge",
        "Start work",
        "Snooze",
        "Mark as read",
        "Save internal note Send to Lakeshore Hydro – 1 person",
        "Cancel ticket",
        "Assign to me",
        "Assign",
        "Change severity",
        "Follow",
        "Link",
    ]


def test_every_button_of_the_reporter_is_in_words(incident: Make, rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)

    assert buttons(browser.get(ldc_page(incident()))) == [
        "Send to the service desk",
        "Cancel this ticket",
        "Stop following",
        "Link",
    ]
    assert buttons(browser.get(ldc_page(incident(Status.WAITING_LDC))))[0] == "Send answer"
    assert buttons(browser.get(ldc_page(incident(Status.RESOLVED, at=timezone.now())))) == [
        "Yes, it is solved: close it",
        "It is not solved: reopen it",
        "Send",
        "Stop following",
        "Link",
    ]
    assert buttons(browser.get(ldc_page(incident(Status.CANCELLED)))) == ["Stop following", "Link"]


def test_who_only_looks_has_no_box_to_write_in(incident: Make, chang: Person, sign_in: SignIn) -> None:
    page = sign_in(chang).get(desk_page(incident()))

    assert buttons(page) == ["Mark as read", "Follow"]
    assert "message" not in fields(page)


def test_too_late_to_reopen_is_said_and_the_button_is_off(
    incident: Make, rita: Person, sign_in: SignIn
) -> None:
    page = sign_in(rita).get(ldc_page(incident(Status.CLOSED, at=timezone.now() - timedelta(days=60))))

    assert buttons(page) == ["Stop following", "Link"]
    assert "The time for reopening is over. Open a new ticket and mention this reference." in words(page)


def test_a_changed_severity_is_told_with_its_reason(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    filed = incident()
    change_severity(filed, 1, "All LDCs see it.", by=ann, at=NOON, version=filed.version)

    assert "changed the severity from 3 to 1: All LDCs see it." in words(sign_in(rita).get(ldc_page(filed)))


# --- One address, two answers ---------------------------------------------------------------


@pytest.mark.parametrize("who", ["rita", "ann"])
def test_htmx_gets_the_fragment_and_everyone_else_the_page(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    browser = sign_in(cast[who])
    address = (ldc_page if who == "rita" else desk_page)(incident())

    whole, part = browser.get(address), browser.get(address, headers={"HX-Request": "true"})

    assert whole.content.lstrip().lower().startswith(b"<!doctype html>")
    assert b"<html" not in part.content
    assert part.content.lstrip().startswith(b'<div id="ticket">')
    for answer in (whole, part):
        assert "HX-Request" in answer["Vary"]


# --- Words of all kinds ---------------------------------------------------------------------


MARKUP = "<script>alert(1)</script><b onclick=x>&amp;\"'{{ 7*7 }}"


@pytest.mark.parametrize("who", ["rita", "ann"])
def test_markup_in_any_field_is_only_text(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    rita, ann = cast["rita"], cast["ann"]
    rita.name = ann.name = MARKUP
    for member in (rita, ann):
        member.save()
    rita.memberships.get().organization.__class__.objects.filter(slug="lakeshore-hydro").update(name=MARKUP)
    filed = incident(title=MARKUP, description=MARKUP, references=MARKUP, phone="<i>1</i>")
    reply(filed, MARKUP, by=ann, at=NOON)
    add_note(filed, MARKUP, by=ann, at=NOON)
    change_severity(filed, 2, MARKUP, by=ann, at=NOON, version=Incident.objects.get().version)

    browser = sign_in(cast[who])
    for address in (
        ldc_page(filed),
        reverse("tickets:list"),
        reverse("tickets:contact", args=[filed.reference]),
        reverse("tickets:submitted", args=[filed.reference]),
        "/desk/q/all/" if who == "ann" else "/",
    ):
        page = browser.get(address, follow=True).content.decode()
        assert "alert(1)" in page
        assert re.findall(r"<script>|<b onclick|<i>1|<b>", page) == []
        assert "49" not in re.findall(r"&quot;&#x27;(.{0,3})", page)


def test_the_longest_title_and_the_longest_word_are_shown_whole(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    title, word = "W" * 120, "ö" * 200
    filed = incident(title=title, description=word, references=word)
    reply(filed, word, by=ann, at=NOON)

    page = words(sign_in(rita).get(ldc_page(filed)))
    assert (title in page, page.count(word)) == (True, 3)
    assert title in words(sign_in(rita).get(reverse("tickets:list")))


def test_a_key_drawn_for_a_page_is_fresh_each_time(incident: Make, rita: Person, sign_in: SignIn) -> None:
    browser, filed = sign_in(rita), incident()
    drawn = [one for _ in range(2) for one in fields(browser.get(ldc_page(filed)))["request_id"]]

    assert len(set(drawn)) == len(drawn)
    assert len(key()) == len(drawn[0])


def test_a_long_conversation_begins_with_a_way_to_what_was_earlier(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.page.SHOWN_AT_ONCE", 3)
    filed = incident(at=timezone.now())
    for number in range(5):
        reply(filed, f"Message {number}.", by=rita, at=timezone.now())
    browser, address = sign_in(rita), reverse("tickets:detail", args=[filed.reference])

    shown, whole = (browser.get(address, query).content.decode() for query in ({}, {"all": "1"}))

    assert ("Message 1." in shown, "Message 2." in shown, "Show 2 earlier entries" in shown) == (
        False,
        True,
        True,
    )
    assert ("Message 0." in whole, "earlier entries" in whole) == (True, False)
    unread = sign_in(ann).get(reverse("tickets:desk_detail", args=[filed.reference])).content.decode()
    assert "Message 0." not in unread, "never opened, so all of it is new and the end is shown"
