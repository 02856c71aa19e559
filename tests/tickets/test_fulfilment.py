"""The tasks of a request: who ticks them off, when each is due, and that fulfilling waits for them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.notifications.models import Notice
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove
from tests.conftest import NOON, key
from tests.tickets.orders import FEEDBACK, finish_tasks, now_on, order
from tests.tickets.pages import buttons, words
from tickets.actions import move
from tickets.actions.fulfilment import begin_tasks, tick
from tickets.models import ServiceRequest
from tickets.sla.history import clocks_of, minded, terms_of
from tickets.tasks_page import due_of, fulfil_clock
from tickets.transitions import RequestStatus

SignIn = Callable[[Person], Client]
TASKS = [
    "Repeat the step in the test environment",
    "Decide what it becomes: defect, comment or none",
    "Tell the tester",
]
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def feedback(rita: Person, lakeshore: Organization) -> ServiceRequest:
    """Rita's testing feedback, sent at noon on a Tuesday."""
    return order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk)


@pytest.fixture
def begun(feedback: ServiceRequest, ann: Person) -> ServiceRequest:
    """The same, being worked on."""
    move(feedback, "start", by=ann, at=NOON, version=feedback.version)
    return now_on(feedback)


def titles(request: ServiceRequest) -> dict[str, bool]:
    """Its tasks, and whether they are done."""
    return {str(task.template): task.done_at is not None for task in request.tasks.order_by("pk")}


def dues(request: ServiceRequest) -> list[datetime | None]:
    """When its tasks are due."""
    clock = fulfil_clock(clocks_of(minded([request.pk]), terms_of(request)))
    return [due_of(task.template.due_percent, clock) for task in request.tasks.order_by("pk")]


def test_work_that_begins_has_the_tasks_of_its_item_once(begun: ServiceRequest, ann: Person) -> None:
    assert titles(begun) == dict.fromkeys(TASKS, False)

    tick(begun.tasks.earliest("pk"), True, by=ann, at=NOON)
    begin_tasks(begun)
    assert titles(begun) == {TASKS[0]: True, TASKS[1]: False, TASKS[2]: False}


def test_a_request_that_nobody_started_has_no_tasks(feedback: ServiceRequest) -> None:
    assert titles(feedback) == {}


def test_tasks_are_due_at_their_part_of_the_fulfilment_time(begun: ServiceRequest) -> None:
    """Five business days of nine hours from Tuesday noon: 40 % are 18 h, 80 % are 36 h."""
    thursday, next_week = datetime(2027, 3, 11, 17, tzinfo=UTC), datetime(2027, 3, 15, 16, tzinfo=UTC)

    assert dues(begun) == [thursday, next_week, begun.finish_due_at]


def test_while_the_clock_stands_no_task_is_due_and_then_all_are_later(
    begun: ServiceRequest, ann: Person, rita: Person
) -> None:
    asked = move(begun, "ask", by=ann, at=LATER, version=begun.version, message="Which file?")
    assert dues(now_on(begun)) == [None, None, None]

    move(asked, "answer", by=rita, at=LATER + timedelta(hours=2), version=asked.version, message="This.")
    assert dues(now_on(begun))[0] == datetime(2027, 3, 11, 19, tzinfo=UTC)


def test_ticking_off_is_written_down_for_both_sides_and_mailed_to_nobody(
    begun: ServiceRequest, ann: Person, bob: Person
) -> None:
    task = begun.tasks.earliest("pk")
    drain(now=lambda: NOON)
    Notice.objects.all().delete()
    tick(task, True, by=ann, at=LATER)
    tick(task, True, by=bob, at=LATER)  # it is so already
    tick(task, False, by=bob, at=LATER)
    drain(now=lambda: LATER + timedelta(minutes=1))

    said = Event.objects.filter(record=begun.pk, name__contains=".task_").order_by("pk")
    assert list(said.values_list("name", "actor__name", "internal", "facts__task")) == [
        ("request.task_done", "Ann", False, TASKS[0]),
        ("request.task_reopened", "Bob", False, TASKS[0]),
    ]
    assert not Notice.objects.exists()
    assert now_on(begun).updated_at == LATER


@pytest.mark.parametrize("who", ["rita", "olga", "chang"])
def test_only_agents_tick_off(begun: ServiceRequest, cast: dict[str, Person], who: str) -> None:
    with pytest.raises(Forbidden, match="Only the Service Desk can do this"):
        tick(begun.tasks.earliest("pk"), True, by=cast[who], at=NOON)
    assert not any(titles(begun).values())


def test_nobody_ticks_off_what_is_not_being_worked_on(begun: ServiceRequest, ann: Person) -> None:
    move(begun, "cancel", by=ann, at=NOON, version=begun.version, message="Sent twice.")

    with pytest.raises(IllegalMove, match="while the request is in fulfilment"):
        tick(begun.tasks.earliest("pk"), True, by=ann, at=NOON)


def test_fulfilling_waits_for_the_tasks_and_names_the_first(begun: ServiceRequest, ann: Person) -> None:
    def fulfil() -> None:
        move(begun, "fulfil", by=ann, at=LATER, version=begun.version, message="Found and fixed.")

    with pytest.raises(IllegalMove) as refused:
        fulfil()
    assert str(refused.value) == (
        "“Repeat the step in the test environment” and 2 more are still to be done. Tick them off first."
    )

    for task in begun.tasks.order_by("pk")[:2]:
        tick(task, True, by=ann, at=NOON)
    with pytest.raises(IllegalMove) as refused:
        fulfil()
    assert str(refused.value) == "“Tell the tester” is still to be done. Tick it off first."

    finish_tasks(begun, by=ann)
    fulfil()
    assert now_on(begun).status == RequestStatus.FULFILLED


def test_what_is_reopened_keeps_its_tasks(begun: ServiceRequest, ann: Person, rita: Person) -> None:
    finish_tasks(begun, by=ann)
    done = move(begun, "fulfil", by=ann, at=LATER, version=begun.version, message="Fixed.")
    move(done, "reopen", by=rita, at=LATER, version=done.version, message="It is not.")

    assert titles(now_on(begun)) == dict.fromkeys(TASKS, True)


# --- On the page ----------------------------------------------------------------------------


@pytest.fixture
def today(rita: Person, ann: Person, lakeshore: Organization) -> ServiceRequest:
    """Testing feedback that was sent and started just now."""
    made = order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, at=timezone.now())
    move(made, "start", by=ann, at=timezone.now(), version=made.version)
    return now_on(made)


def send(browser: Client, request: ServiceRequest, number: int, done: str):
    """Tick a task off, or take it back."""
    pk = request.tasks.order_by("pk")[number].pk
    return browser.post(
        reverse("tickets:task", args=[request.reference, pk]), {"request_id": key(), "done": done}
    )


def test_an_agent_ticks_off_on_the_page_and_the_ldc_reads_how_far_it_is(
    today: ServiceRequest, ann: Person, rita: Person, sign_in: SignIn
) -> None:
    desk, ldc = sign_in(ann), sign_in(rita)
    sent = send(desk, today, 0, "yes")

    address = reverse("tickets:desk_detail", args=[today.reference])
    assert (sent.status_code, sent["Location"]) == (303, address)
    page = desk.get(address)
    assert [one for one in buttons(page) if one.startswith(("Tick", "Done"))] == [
        "Done – take it back", "Tick off", "Tick off",
    ]  # fmt: skip
    theirs = ldc.get(today.get_absolute_url())
    assert "1 of 3 done" in words(theirs)
    assert f"Ann ticked off “{TASKS[0]}”" in words(theirs)
    assert not re.findall("Tick off|take it back", words(theirs))

    send(desk, today, 0, "no")
    assert "0 of 3 done" in words(desk.get(address))


def test_when_all_is_done_the_page_leads_to_fulfilling(
    today: ServiceRequest, ann: Person, sign_in: SignIn
) -> None:
    browser, address = sign_in(ann), reverse("tickets:desk_detail", args=[today.reference])
    closed = browser.get(address).content.decode()
    for number in range(3):
        send(browser, today, number, "yes")
    page = browser.get(address).content.decode()

    offer = 'href="#move-fulfil"'
    assert (offer in closed, offer in page) == (False, True)
    assert re.search(r'<details class="composer" id="move-fulfil"[^>]* open', page)


def test_a_task_of_another_request_is_not_found(
    today: ServiceRequest, feedback: ServiceRequest, ann: Person, stan: Person, sign_in: SignIn
) -> None:
    pk = today.tasks.earliest("pk").pk
    elsewhere = reverse("tickets:task", args=[feedback.reference, pk])

    assert sign_in(ann).post(elsewhere, {"request_id": key(), "done": "yes"}).status_code == 404
    assert send(sign_in(stan), today, 0, "yes").status_code == 404
    assert send(sign_in(ann), today, 0, "yes").status_code == 303


def test_the_ldc_that_ticks_off_by_hand_is_refused_in_words(
    today: ServiceRequest, rita: Person, sign_in: SignIn
) -> None:
    refused = send(sign_in(rita), today, 0, "yes")

    assert refused.status_code == 403
    assert "Only the Service Desk can do this." in words(refused)
