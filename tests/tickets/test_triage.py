"""Triage without leaving the queue: accepting, and the small forms in a row."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.records.models import Comment, Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Stale
from tests.conftest import NOON, key
from tests.tickets.orders import FEEDBACK, now_on, order
from tests.tickets.pages import cost
from tickets.actions import accept, assign
from tickets.models import Incident, ServiceRequest
from tickets.transitions import RequestStatus, Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
HTMX = {"HX-Request": "true"}


def names(ticket: Incident | ServiceRequest, since: int) -> list[str]:
    """What happened to a ticket after an event."""
    return list(
        Event.objects.filter(record=ticket.pk, pk__gt=since).order_by("pk").values_list("name", flat=True)
    )


def last_event() -> int:
    """The latest event there is."""
    return Event.objects.latest("pk").pk


# --- Accepting ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "whose", "outcome"),
    [
        (Status.NEW, "", ["incident.assigned", "incident.start"]),
        (Status.ACKNOWLEDGED, "", ["incident.assigned", "incident.start"]),
        (Status.NEW, "ann", ["incident.start"]),
        (Status.IN_PROGRESS, "", ["incident.assigned"]),
        (Status.WAITING_LDC, "", ["incident.assigned"]),
        (Status.IN_PROGRESS, "ann", IllegalMove),
        (Status.NEW, "bob", IllegalMove),
        (Status.RESOLVED, "", IllegalMove),
        (Status.CANCELLED, "", IllegalMove),
    ],
)
def test_accepting_makes_it_mine_and_starts_what_can_start(
    incident: Make, cast: dict[str, Person], status: Status, whose: str, outcome: list[str] | type[Exception]
) -> None:
    ann, ticket = cast["ann"], incident(status)
    if whose:
        ticket = assign(ticket, cast[whose], by=ann, at=NOON, version=ticket.version)
    before = last_event()

    if isinstance(outcome, type):
        with pytest.raises(outcome):
            accept(ticket, by=ann, at=NOON, version=ticket.version)
        assert names(ticket, before) == []
        return
    accept(ticket, by=ann, at=NOON, version=ticket.version)
    stands = Incident.objects.get(pk=ticket.pk)
    begun = {Status.NEW, Status.ACKNOWLEDGED}
    assert (names(ticket, before), stands.assignee) == (outcome, ann)
    assert stands.status == (Status.IN_PROGRESS if status in begun else status)


def test_a_request_is_accepted_too(rita: Person, ann: Person, lakeshore: Organization) -> None:
    request = order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, at=NOON)

    accept(request, by=ann, at=NOON, version=request.version)

    assert (now_on(request).status, now_on(request).assignee) == (RequestStatus.IN_FULFILMENT, ann)


def test_only_agents_accept_and_only_what_they_have_seen(incident: Make, chang: Person, ann: Person) -> None:
    ticket = incident()
    before = last_event()

    with pytest.raises(Forbidden):
        accept(ticket, by=chang, at=NOON, version=ticket.version)
    with pytest.raises(Stale):
        accept(ticket, by=ann, at=NOON, version=ticket.version - 1)
    assert (names(ticket, before), Incident.objects.get().assignee) == ([], None)


# --- In the row -----------------------------------------------------------------------------


@pytest.fixture
def filed(incident: Make) -> Incident:
    """A new incident of Rita's, filed just now."""
    return incident(at=timezone.now() - timedelta(minutes=5))


def in_row(browser: Client, ticket: Incident, name: str, *args: str, **said: object) -> HttpResponse:
    """Send one of a row's forms as the queue does, and follow where it leads."""
    address = reverse(f"tickets:{name}", args=[ticket.reference, *args])
    sent = {"request_id": key(), "row": "1", "version": ticket.version, **said}
    answer = browser.post(address, sent, headers=HTMX)
    return browser.get(answer["Location"], headers=HTMX) if answer.status_code == 303 else answer


def row(answer: HttpResponse, ticket: Incident) -> str:
    """The row that came back: it, and nothing around it."""
    text = answer.content.decode().strip()
    assert re.fullmatch(rf'<tr id="row-{ticket.reference}".*</tr>', text, re.DOTALL), text
    assert answer["HX-Retarget"] == f"#row-{ticket.reference}"
    return text


@pytest.mark.parametrize(
    ("name", "args", "said", "event"),
    [
        ("accept", [], {}, "incident.start"),
        ("assign", [], {"assignee": "bob"}, "incident.assigned"),
        ("rate", [], {"severity": 2, "reason": "More of them."}, "incident.rated"),
        ("link", [], {"relation": "duplicate", "reference": "other"}, "incident.linked"),
        ("move", ["cancel"], {"message": "Filed twice."}, "incident.cancel"),
    ],
    ids=["accept", "assign", "severity", "duplicate", "cancel"],
)
def test_what_is_done_in_a_row_answers_with_the_row_as_it_is_now(
    filed: Incident,
    incident: Make,
    cast: dict[str, Person],
    sign_in: SignIn,
    name: str,
    args: list[str],
    said: dict[str, object],
    event: str,
) -> None:
    other = incident(at=timezone.now())
    known = {"bob": cast["bob"].pk, "other": other.reference}
    answer = in_row(
        sign_in(cast["ann"]),
        filed,
        name,
        *args,
        **{field: known.get(str(value), value) for field, value in said.items()},
    )

    shown = row(answer, filed)
    stands = Incident.objects.get(pk=filed.pk)
    assert (answer.status_code, "Saved" in shown, "<form" in shown) == (200, True, False)
    assert f'data-version="{stands.version}"' in shown
    assert Event.objects.filter(record=filed.pk).latest("pk").name == event


def test_the_second_of_two_agents_is_told_in_the_row_that_they_came_second(
    filed: Incident, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    accept(Incident.objects.get(pk=filed.pk), by=bob, at=timezone.now(), version=filed.version)

    answer = in_row(sign_in(ann), filed, "accept")

    shown = row(answer, filed)
    assert answer.status_code == 409
    assert "Somebody works on it already." in shown
    assert "Bob" in shown
    assert Incident.objects.get().assignee == bob


@pytest.mark.parametrize(
    ("part", "asks"),
    [
        ("assign", ["assignee"]),
        ("rate", ["severity", "reason"]),
        ("duplicate", ["reference"]),
        ("let_go", ["message"]),
    ],
)
def test_an_editor_opens_in_the_row(
    filed: Incident, ann: Person, sign_in: SignIn, part: str, asks: list[str]
) -> None:
    browser, address = sign_in(ann), reverse("tickets:row", args=[filed.reference])
    shown = row(browser.get(f"{address}?edit={part}", headers=HTMX), filed)

    controls = re.findall(r"<(?:input type=\"text\"|select|textarea) name=\"(\w+)\"", shown)
    assert (controls, shown.count("data-focus")) == (asks, 1)
    assert "<form" not in row(browser.get(f"{address}?edit=explode", headers=HTMX), filed)


def test_what_was_typed_in_a_row_comes_back_with_what_is_wrong(
    filed: Incident, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    for said, words in (
        ({"severity": 2, "reason": ""}, "Fill in “Reason”."),
        ({"severity": 2, "reason": "Because.", "version": 7}, "was changed by somebody else"),
    ):
        answer = in_row(browser, filed, "rate", **said)
        shown = row(answer, filed)
        assert words in shown
        assert '<option value="2" selected>' in shown
        assert f'name="version" value="{filed.version}"' in shown
    assert Incident.objects.get().severity == filed.severity


def test_a_row_says_what_its_reader_may_do(
    incident: Make, rita: Person, ann: Person, chang: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    incident(at=timezone.now())
    order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, at=timezone.now())

    def offered(person: Person) -> tuple[list[str], bool]:
        page = sign_in(person).get("/desk/q/all/").content.decode()
        return sorted(re.findall(r'data-can="([^"]*)"', page)), "data-part" in page

    assert offered(chang) == ([], False)
    assert offered(ann) == (
        ["accept assign duplicate let_go snooze", "accept assign rate duplicate let_go snooze"],
        True,
    )


def test_a_row_comes_back_within_its_cost(filed: Incident, ann: Person, sign_in: SignIn) -> None:
    browser = sign_in(ann)
    browser.defaults["HTTP_HX_REQUEST"] = "true"

    address = reverse("tickets:row", args=[filed.reference])
    assert [len(cost(browser, address + edit)) for edit in ("", "?edit=rate", "?edit=assign")] == [3, 3, 4]


# --- On its page ----------------------------------------------------------------------------


def test_without_scripts_its_page_accepts_it(filed: Incident, ann: Person, sign_in: SignIn) -> None:
    browser = sign_in(ann)
    page = browser.get(reverse("tickets:desk_detail", args=[filed.reference])).content.decode()
    assert f'action="{reverse("tickets:accept", args=[filed.reference])}"' in page

    said = {"request_id": key(), "version": filed.version}
    answers = [browser.post(reverse("tickets:accept", args=[filed.reference]), said) for _ in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (303, reverse("tickets:desk_detail", args=[filed.reference]))
    ] * 2
    page = browser.get(answers[0]["Location"]).content.decode()
    assert reverse("tickets:accept", args=[filed.reference]) not in page


def test_what_is_written_as_an_internal_note_is_never_sent_with_a_move(
    incident: Make, ann: Person, sign_in: SignIn
) -> None:
    ticket = incident(Status.IN_PROGRESS, at=timezone.now())
    address = reverse("tickets:move", args=[ticket.reference, "ask"])
    said = {"version": ticket.version, "message": "Ask the vendor."}

    refused = sign_in(ann).post(address, {"request_id": key(), "kind": "internal", **said})
    said_so = Comment.objects.filter(body="Ask the vendor.")
    assert (refused.status_code, said_so.count()) == (422, 0)
    assert "Ask the vendor." in refused.content.decode()

    sent = sign_in(ann).post(address, {"request_id": key(), "kind": "public", **said})
    assert (sent.status_code, said_so.get().internal) == (303, False)
    assert Incident.objects.get().status == Status.WAITING_LDC
