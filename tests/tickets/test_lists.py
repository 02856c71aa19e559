"""Queues and lists of tickets: what is on them, in which order, narrowed how, at which cost."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Draft, Follower, Kind, Record
from tests.conftest import NOON, person
from tests.tickets.pages import cost, words
from tickets.actions import assign, reply
from tickets.models import Incident
from tickets.queues import MOST_COUNTED, QUEUES, VIEWS, capped, counts
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


def many(pattern: Incident, number: int, **changes: object) -> list[Incident]:
    """Copies of an incident, a second apart. Rows only: lists read nothing else."""
    made = []
    for step in range(number):
        copy = Incident.objects.get(pk=pattern.pk)
        copy.pk = copy.id = copy.record_ptr_id = None  # type: ignore[assignment]
        copy._state.adding = True
        copy.reference = Record.next_reference(Kind.INCIDENT)
        copy.updated_at = pattern.updated_at + timedelta(seconds=step + 1)
        for name, value in changes.items():
            setattr(copy, name, value)
        copy.save()
        made.append(copy)
    return made


def references(browser: Client, address: str) -> list[str]:
    """The references on a list, in its order."""
    page = browser.get(address)
    assert page.status_code == 200
    return re.findall(r'<td class="cell-min ref">([^<]+)</td>', page.content.decode())


def walk(browser: Client, address: str) -> list[str]:
    """The references on all its pages."""
    seen: list[str] = []
    while address:
        page = browser.get(address).content.decode()
        seen += re.findall(r'<td class="cell-min ref">([^<]+)</td>', page)
        older = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        address = address.partition("?")[0] + older[1].replace("&amp;", "&") if older else ""
    return seen


# --- Cost -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "address", "most"),
    [
        ("ann", "/desk/q/all/", 4),
        ("ann", "/desk/q/triage/", 4),
        ("ann", "/tickets/?view=all", 4),
        ("rita", "/tickets/?view=all", 4),
        ("rita", "/tickets/?view=following", 4),
        ("vera", "/tickets/?view=all", 4),
        ("rita", "/", 6),
        ("ann", "/desk/", 6),
    ],
)
def test_a_list_costs_the_same_with_one_row_and_with_fifty(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str, address: str, most: int
) -> None:
    first = incident(at=timezone.now())
    assign(first, cast["ann"], by=cast["ann"], at=timezone.now(), version=1)
    browser = sign_in(cast[who])
    cache.clear()
    cold, warm = cost(browser, address), cost(browser, address)

    many(first, 60, assignee=cast["bob"], contact=cast["ned"])
    cache.clear()
    cold_full, warm_full = cost(browser, address), cost(browser, address)

    assert (len(cold_full), len(warm_full)) == (len(cold), len(warm)), "\n".join(cold_full)
    assert len(cold_full) <= most, "\n".join(cold_full)


@pytest.mark.parametrize("who", ["rita", "ann"])
def test_a_ticket_costs_the_same_with_one_message_and_with_fifty(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    at = timezone.now()
    filed = incident(at=at)
    browser, side = sign_in(cast[who]), "tickets:desk_detail" if who == "ann" else "tickets:detail"
    address = reverse(side, args=[filed.reference])

    def say(number: int) -> None:
        by = cast["rita"] if number % 2 else cast["ann"]
        draft = Draft.objects.create(person=by, form="message", created_at=at, updated_at=at)
        attach_to_draft(SimpleUploadedFile(f"reads-{number}.csv", b"1"), draft, by=by, at=at)
        reply(filed, f"Message **{number}**.", by=by, at=at, draft=draft)

    say(0)
    one = cost(browser, address)
    for number in range(1, 50):
        say(number)
    for number in range(50):
        Follower.objects.create(
            record=filed,
            person=person(f"Follower{number}", (filed.organization, Role.LDC_STAFF)),
            since=at,
        )
    fifty = cost(browser, address)

    assert len(fifty) == len(one), "\n".join(fifty)
    assert len(fifty) <= 8, "\n".join(fifty)


# --- Order and pages ------------------------------------------------------------------------


def test_a_queue_has_what_is_due_first_and_what_is_paused_last(
    incident: Make, ann: Person, sign_in: SignIn
) -> None:
    now = timezone.now()
    paused = incident(Status.WAITING_LDC, at=now - timedelta(days=1))
    low = incident(at=now, impact="minor", urgency="wait")
    late = incident(at=now - timedelta(days=30))
    severe = incident(at=now, impact="all", urgency="now")

    listed = references(sign_in(ann), "/desk/q/all/")
    assert listed == [one.reference for one in (late, severe, low, paused)]


def test_our_tickets_have_the_latest_movement_first(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    first, second, third = (incident(at=NOON + timedelta(hours=hour)) for hour in range(3))
    reply(first, "We see it.", by=ann, at=NOON + timedelta(days=1))

    listed = references(sign_in(rita), "/tickets/")
    assert listed == [one.reference for one in (first, third, second)]


@pytest.mark.parametrize(
    ("who", "address", "order"),
    [
        ("ann", "/desk/q/all/", ["queue_at", "pk"]),
        ("ann", "/desk/q/all/?sort=updated", ["-updated_at", "-pk"]),
        ("ann", "/desk/q/all/?sort=severity", ["severity", "queue_at", "pk"]),
        ("rita", "/tickets/?view=all", ["-updated_at", "-pk"]),
    ],
)
def test_paging_shows_every_ticket_exactly_once(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str, address: str, order: list[str]
) -> None:
    first = incident()
    many(first, 70, severity=2)
    many(first, 60, updated_at=NOON)  # at the very same moment
    many(first, 5, due_at=None)

    seen = walk(sign_in(cast[who]), address)

    assert len(seen) == 136
    assert seen == list(Incident.objects.order_by(*order).values_list("reference", flat=True))


def test_paging_keeps_the_filter(incident: Make, ann: Person, sign_in: SignIn) -> None:
    first = incident()
    many(first, 60, severity=1)
    many(first, 60, severity=4)

    seen = walk(sign_in(ann), "/desk/q/all/?severity=1&q=cycle")
    assert (len(seen), len(set(seen))) == (60, 60)


@pytest.mark.parametrize("cursor", ["x", "0", "'; DROP TABLE records_record; --", "WzFd:abc:def", "%00"])
def test_a_broken_cursor_is_the_first_page(incident: Make, ann: Person, sign_in: SignIn, cursor: str) -> None:
    filed = incident()

    assert references(sign_in(ann), f"/desk/q/all/?after={quote(cursor)}") == [filed.reference]


# --- Views and queues -----------------------------------------------------------------------


@pytest.fixture
def every_status(incident: Make) -> dict[str, Incident]:
    """One of each."""
    return {status.value: incident(status, at=timezone.now()) for status in Status}


OPEN = {"new", "acknowledged", "in_progress", "waiting_ldc", "waiting_vendor"}


@pytest.mark.parametrize(
    ("view", "statuses"),
    [
        ("waiting", {"waiting_ldc", "resolved"}),
        ("open", OPEN),
        ("mine", {status.value for status in Status}),
        ("following", {status.value for status in Status}),
        ("resolved", {"resolved", "closed"}),
        ("all", {status.value for status in Status}),
        ("made-up", OPEN),
    ],
)
def test_the_views_of_an_ldc(
    every_status: dict[str, Incident],
    rita: Person,
    ned: Person,
    sign_in: SignIn,
    view: str,
    statuses: set[str],
) -> None:
    by_reference = {one.reference: name for name, one in every_status.items()}

    listed = references(sign_in(rita), f"/tickets/?view={view}")
    assert {by_reference[one] for one in listed} == statuses
    theirs = references(sign_in(ned), f"/tickets/?view={view}")
    assert len(theirs) == (0 if view in {"mine", "following"} else len(statuses))


def numbers(browser: Client, address: str = "/tickets/") -> dict[str, str]:
    """What each tab over the list says it holds."""
    return {one.name: number for one, number in browser.get(address).context["tabs"]}


def test_each_tab_says_how_many_tickets_it_holds_for_its_reader(
    every_status: dict[str, Incident], cast: dict[str, Person], sign_in: SignIn
) -> None:
    Record.objects.filter(pk=every_status["closed"].pk).update(visibility="restricted")
    of_rita = {"waiting": "2", "open": "5", "mine": "8", "following": "8", "resolved": "2", "all": "8"}
    of_ned = of_rita | {"mine": "0", "following": "0", "resolved": "1", "all": "7"}
    nothing = dict.fromkeys(of_rita, "0")

    for who, expected in {"rita": of_rita, "ned": of_ned, "stan": nothing}.items():
        browser = sign_in(cast[who])
        assert numbers(browser) == expected, who
        assert numbers(browser, "/tickets/?view=all") == expected, (
            who
        )  # kept since, and agreeing with the rows
    page = sign_in(cast["rita"]).get("/tickets/").content.decode()
    assert 'aria-current="page">Open <span class="count">5</span></a>' in page


def test_numbers_are_ten_seconds_old_at_most_and_never_disagree_with_the_rows_shown(
    incident: Make, rita: Person, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    assert numbers(browser)["open"] == "0"
    incident()

    assert (numbers(browser)["open"], numbers(browser)["all"]) == ("1", "0")
    cache.clear()
    assert numbers(browser)["all"] == "1"


def test_a_list_that_is_narrowed_down_and_the_desks_have_no_numbers(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    incident()
    for reader, address in ((rita, "/tickets/?severity=3"), (ann, "/tickets/")):
        assert set(numbers(sign_in(reader), address).values()) == {""}


@pytest.mark.parametrize(
    ("queue", "statuses"),
    [
        ("triage", {"new"}),
        ("mine", {"acknowledged"}),
        ("due", {"in_progress"}),
        ("unassigned", OPEN - {"acknowledged"}),
        ("severe", {"waiting_vendor"}),
        ("waiting", {"waiting_ldc"}),
        ("all", OPEN),
    ],
)
def test_the_queues_of_the_desk_and_their_counts(
    every_status: dict[str, Incident], ann: Person, sign_in: SignIn, queue: str, statuses: set[str]
) -> None:
    Record.objects.filter(pk=every_status["acknowledged"].pk).update(assignee=ann)
    Record.objects.filter(status="in_progress").update(due_at=timezone.now() + timedelta(minutes=59))
    Record.objects.filter(status="acknowledged").update(due_at=timezone.now() + timedelta(minutes=62))
    Incident.objects.filter(status="waiting_vendor").update(severity=2)
    by_reference = {one.reference: name for name, one in every_status.items()}

    page = sign_in(ann).get(f"/desk/q/{queue}/")
    listed = re.findall(r'<td class="cell-min ref">([^<]+)</td>', page.content.decode())

    assert {by_reference[one] for one in listed} == statuses
    assert counts(ann)[queue] == str(len(statuses))


def test_every_empty_list_says_why(ann: Person, rita: Person, sign_in: SignIn) -> None:
    for queue in QUEUES.values():
        assert str(queue.empty) in words(sign_in(ann).get(f"/desk/q/{queue.name}/"))
    for view in VIEWS.values():
        assert str(view.empty) in words(sign_in(rita).get(f"/tickets/?view={view.name}"))
    assert "No tickets match." in words(sign_in(rita).get("/tickets/?q=x"))


def test_queues_are_not_for_ldcs(rita: Person, chang: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)

    refused = browser.get("/desk/q/all/")
    assert refused.status_code == 403
    assert "Queues are for the Service Desk. Your tickets are under “Our tickets”." in words(refused)
    assert browser.get("/desk/")["Location"] == "/"
    assert sign_in(chang).get("/desk/q/all/").status_code == 200


def test_an_unknown_queue_is_the_first_one(ann: Person, sign_in: SignIn) -> None:
    browser = sign_in(ann)

    assert browser.get("/desk/q/made-up/", follow=True).redirect_chain == [
        ("/desk/q/", 302),
        ("/desk/q/triage/", 302),
    ]


def test_counts_are_exact_as_far_as_anyone_wants_to_know() -> None:
    assert [capped(number) for number in (0, 7, 999, MOST_COUNTED, 52_000)] == [
        "0", "7", "999", "1,000+", "1,000+",
    ]  # fmt: skip


def test_counts_are_kept_for_a_moment_for_each_person(incident: Make, ann: Person, bob: Person) -> None:
    assert counts(ann)["all"] == "0"
    incident()

    assert (counts(ann)["all"], counts(bob)["all"]) == ("0", "1")
    cache.clear()
    assert counts(ann)["all"] == "1"


def test_htmx_gets_the_rows_only(incident: Make, ann: Person, rita: Person, sign_in: SignIn) -> None:
    filed = incident()
    for member, address in ((ann, "/desk/q/all/"), (rita, "/tickets/")):
        part = sign_in(member).get(address, headers={"HX-Request": "true"})
        assert (b"<html" in part.content, filed.reference.encode() in part.content) == (False, True)
        assert "HX-Request" in part["Vary"]


def test_the_ldcs_home_shows_what_waits_oldest_first_and_what_moved_last(
    incident: Make, cast: dict[str, Person], sign_in: SignIn
) -> None:
    hours = [timezone.now() - timedelta(hours=number) for number in range(1, 8)]
    for number, at in enumerate(hours):
        incident(Status.WAITING_LDC if number % 2 else Status.NEW, at=at, title=f"{number} hours")

    page = sign_in(cast["rita"]).get("/").content.decode()

    waiting, _mark, latest = page.partition("latest-tickets")
    assert re.findall(r"(\d) hours</a>", waiting) == ["5", "3", "1"]
    assert re.findall(r"(\d) hours</a>", latest) == ["0", "1", "2", "3", "4"]
