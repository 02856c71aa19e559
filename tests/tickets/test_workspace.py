"""The workspace of an agent: what is unread, what sleeps, which columns there are."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Unusable
from tests.conftest import NOON, key
from tests.tickets.pages import fields, words
from tests.tickets.test_lists import references
from tickets.actions import add_note, assign, mark_read, reply, snooze, wake
from tickets.models import Incident, Ticket
from tickets.queues import counts
from tickets.transitions import Status
from tickets.workspace.snoozing import moment_of

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


def later(**span: float) -> datetime:
    """After noon."""
    return NOON + timedelta(**span)


def unread(ticket: Incident, *people: Person) -> list[bool]:
    """For whom something on it is new."""
    return [Ticket.objects.visible_to(one).with_news(one).get(pk=ticket.pk).unread for one in people]


# --- Unread ---------------------------------------------------------------------------------


def test_what_others_did_since_is_unread_and_what_one_did_oneself_never_is(
    incident: Make, rita: Person, ned: Person, ann: Person, bob: Person
) -> None:
    ticket = incident()
    cast = (rita, ned, ann, bob)
    told = [unread(ticket, *cast)]
    for act in (
        lambda: mark_read(ticket, by=ann, up_to=later(minutes=1)),
        lambda: reply(ticket, "We look into it.", by=ann, at=later(minutes=2)),
        lambda: add_note(ticket, "Vendor again.", by=bob, at=later(minutes=3)),
        lambda: mark_read(ticket, by=rita, up_to=later(minutes=2)),
        lambda: reply(ticket, "Any news?", by=rita, at=later(minutes=4)),
    ):
        act()
        told.append(unread(ticket, *cast))

    assert told == [
        # Rita filed it; Ned, Ann and Bob have never opened it
        [False, True, True, True],
        [False, True, False, True],
        [True, True, False, True],
        [True, True, True, False],
        [False, True, True, False],  # the internal note is no news to Rita
        [False, True, True, True],
    ]


def test_the_page_marks_what_is_new_and_says_what_was_read(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    ticket = incident()
    browser, address = sign_in(ann), reverse("tickets:desk_detail", args=[ticket.reference])
    reply(ticket, "We look into it.", by=ann, at=later(minutes=1))
    assert "Mark as read" not in words(browser.get(address))

    reply(ticket, "The first half came.", by=rita, at=later(minutes=2))
    shown = browser.get(address)
    reply(ticket, "And the second.", by=rita, at=later(minutes=3))  # not on that page
    assert re.search(r"New since you were here.*The first half came", words(shown))
    said = {"last": fields(shown)["last"][0], "request_id": key()}
    assert browser.post(f"/tickets/{ticket.reference}/read/", said).status_code == 303
    assert re.search(
        r"The first half came.*New since you were here.*And the second", words(browser.get(address))
    )

    last = Event.objects.filter(record=ticket.pk).latest("at").pk
    script = {"X-Requested-With": "fetch"}
    told = browser.post(
        f"/tickets/{ticket.reference}/read/", {"last": last, "request_id": key()}, headers=script
    )
    assert (told.status_code, unread(ticket, ann)) == (204, [False])
    for made_up in ("", "x", "0", "9" * 30, str(incident().pk)):
        said = {"last": made_up, "request_id": key()}
        assert browser.post(f"/tickets/{ticket.reference}/read/", said).status_code == 303


def test_a_line_says_what_was_said_last_and_never_a_note_to_an_ldc(
    incident: Make, rita: Person, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    ticket = incident()
    reply(ticket, "**Two** files\n\n- are missing", by=rita, at=later(minutes=1))
    queue, ours = sign_in(ann), sign_in(rita)
    assert "Unread BQ responses missing" in words(queue.get("/desk/q/all/"))
    assert "Rita: Two files are missing" in words(queue.get("/desk/q/all/"))

    add_note(ticket, "CANARY: the vendor again.", by=bob, at=later(minutes=2))
    assert "Internal: Bob: CANARY: the vendor again." in words(queue.get("/desk/q/all/"))
    assert "CANARY" not in ours.get("/tickets/").content.decode()
    assert Ticket.objects.with_news(rita).get().last_said["body"].startswith("**Two**")


# --- Snoozed --------------------------------------------------------------------------------


def shown_in(browser: Client) -> list[str]:
    """The queues that show any ticket."""
    names = ("triage", "unassigned", "snoozed", "all", "team-service-desk")
    return [name for name in names if references(browser, f"/desk/q/{name}/")]


@pytest.mark.parametrize(
    ("wakes", "by_whom"),
    [
        ("its time", ""),
        ("a reply of the LDC's", "rita"),
        ("the agent", ""),
        ("nothing", ""),
        ("a colleague's note", "bob"),
    ],
)
def test_a_snoozed_ticket_leaves_ones_queues_until_it_wakes(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, wakes: str, by_whom: str
) -> None:
    now = timezone.now()
    ticket, ann = incident(at=now - timedelta(hours=2)), cast["ann"]
    mine, theirs = sign_in(ann), sign_in(cast["bob"])
    everywhere = shown_in(mine)

    slept = snooze(ticket, now + timedelta(hours=3), by=ann, at=now - timedelta(hours=1))
    cache.clear()
    assert (shown_in(mine), shown_in(theirs)) == (["snoozed"], everywhere)
    assert (counts(ann)["snoozed"], counts(ann)["all"], counts(cast["bob"])["all"]) == ("1", "0", "1")
    assert "Until " in words(mine.get("/desk/q/snoozed/"))

    if wakes == "its time":
        type(slept).objects.update(until=now - timedelta(minutes=1))
    elif wakes == "the agent":
        wake(ticket, by=ann)
    elif by_whom:
        say = reply if by_whom == "rita" else add_note
        say(ticket, "Something.", by=cast[by_whom], at=now)
    assert shown_in(mine) == (["snoozed"] if wakes in {"nothing", "a colleague's note"} else everywhere)


FRIDAY = datetime(2027, 3, 12, 21, 30, tzinfo=UTC)
"""Friday 12 March 2027, 16:30 in Toronto; the clocks change on Sunday."""


@pytest.mark.parametrize(
    ("choice", "until"),
    [
        ("hours", datetime(2027, 3, 13, 0, 30, tzinfo=UTC)),
        ("tomorrow", datetime(2027, 3, 13, 13, 0, tzinfo=UTC)),
        ("monday", datetime(2027, 3, 15, 12, 0, tzinfo=UTC)),
    ],
)
def test_mornings_are_the_persons_own(choice: str, until: datetime) -> None:
    assert moment_of(choice, FRIDAY, ZoneInfo("America/Toronto")) == until


@pytest.mark.parametrize(
    ("who", "status", "span", "refusal"),
    [
        ("ann", Status.NEW, timedelta(0), Unusable),
        ("ann", Status.NEW, timedelta(days=91), Unusable),
        ("ann", Status.RESOLVED, timedelta(hours=1), IllegalMove),
        ("rita", Status.NEW, timedelta(hours=1), Forbidden),
        ("chang", Status.NEW, timedelta(hours=1), Forbidden),
    ],
)
def test_who_may_not_snooze_what(
    incident: Make, cast: dict[str, Person], who: str, status: Status, span: timedelta, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        snooze(incident(status), NOON + span, by=cast[who], at=NOON)


def test_snoozing_from_a_row_and_from_the_page(incident: Make, ann: Person, sign_in: SignIn) -> None:
    ticket, browser = incident(at=timezone.now()), sign_in(ann)
    address, htmx = f"/tickets/{ticket.reference}/snooze/", {"HX-Request": "true"}

    editor = browser.get(f"/desk/tickets/{ticket.reference}/row/?edit=snooze", headers=htmx)
    assert "Tomorrow morning" in words(editor)
    wrong = browser.post(address, {"choice": "moment", "row": "1", "request_id": key()}, headers=htmx)
    assert (wrong.status_code, wrong["HX-Retarget"]) == (422, f"#row-{ticket.reference}")
    assert "Enter the date and time at which it comes back." in words(wrong)
    done = browser.post(
        address, {"choice": "tomorrow", "row": "1", "request_id": key()}, headers=htmx, follow=True
    )
    assert "Until " in words(done)

    page = browser.get(f"/desk/tickets/{ticket.reference}/")
    assert "Snoozed until" in words(page)
    assert browser.post(address, {"choice": "wake", "request_id": key()}).status_code == 303
    assert references(browser, "/desk/q/snoozed/") == []


# --- Columns --------------------------------------------------------------------------------


def heads(browser: Client) -> list[str]:
    """The column heads of a queue."""
    return re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', browser.get("/desk/q/all/").content.decode())


def test_columns_and_density_are_kept_for_the_person(
    incident: Make, ann: Person, bob: Person, rita: Person, sign_in: SignIn
) -> None:
    assign(incident(), ann, by=ann, at=NOON, version=1)
    browser = sign_in(ann)
    usual = ["Severity", "Ref", "Title", "Status", "Assignee", "Due", "Updated"]
    assert heads(browser) == usual

    chosen = {"queue_columns": ["team", "due"], "density": "compact", "request_id": key()}
    led = browser.post("/desk/look/", chosen | {"back": "/desk/q/all/?sort=updated"})
    assert led["Location"] == "/desk/q/all/?sort=updated"
    assert heads(browser) == ["Ref", "Title", "Due", "Team"]
    assert 'data-density="compact"' in browser.get("/desk/q/all/").content.decode()
    assert heads(sign_in(bob)) == usual

    for said, status in (
        ({"queue_columns": ["reporter__password"], "density": "compact"}, 422),
        ({"queue_columns": [], "density": "compact", "back": "https://example.com/desk/"}, 303),
    ):
        answer = browser.post("/desk/look/", said | {"request_id": key()})
        assert answer.status_code == status
    assert answer["Location"] == "/desk/q/"
    assert heads(browser) == ["Ref", "Title"]
    assert sign_in(rita).post("/desk/look/", chosen | {"request_id": key()}).status_code == 403


# --- Nothing to do --------------------------------------------------------------------------


def test_an_empty_triage_says_when_the_next_promise_falls_due(
    incident: Make, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    assert words(browser.get("/desk/q/triage/")).endswith("Inbox zero.")

    incident(Status.IN_PROGRESS, at=timezone.now())
    cache.clear()
    assert re.search(r"Inbox zero. Next SLA is due in \d+ [dh]", words(browser.get("/desk/q/triage/")))
    assert words(browser.get("/desk/q/snoozed/")).endswith(
        "Nothing sleeps. Press H on a ticket to put it off."
    )
