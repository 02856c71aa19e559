"""Steps and sleep for many tickets: each says no where the single one would. What the newer kinds cost, too."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from servicedesk.records.models import Event
from servicedesk.records.refusals import IllegalMove
from servicedesk.schedule.jobs import work
from tests.conftest import NOON
from tests.tickets.many import SOON, by_ticket, chosen_in, do, outcomes, send, template
from tests.tickets.pages import buttons, words
from tickets.actions import assign, move_request, snooze
from tickets.actions.bulk import choose, run_bulk, undo_bulk
from tickets.bulk.steps import STEPS
from tickets.models import (
    BulkKind,
    BulkRun,
    Incident,
    ServiceRequest,
    Snooze,
    Ticket,
)
from tickets.transitions import Status

Make = Callable[..., Incident]
Cast = dict[str, Person]
SignIn = Callable[[Person], Client]


# --- A step in their lives ------------------------------------------------------------------


def test_the_steps_are_those_of_the_tables_that_one_form_can_say() -> None:
    assert {name: (step.label, sorted(step.needs)) for name, step in STEPS.items()} == {
        "acknowledge": ("Acknowledge", []),
        "start": ("Start work / Start fulfilment", []),
        "ask": ("Ask the LDC", ["message"]),
        "wait_for_vendor": ("Wait for provider", ["message"]),
        "resume": ("Resume work / Resume fulfilment", []),
        "resolve": ("Resolve", ["message", "resolution"]),
        "fulfil": ("Fulfil", ["message"]),
    }


NOT_FROM = "“{}” is not possible while this is “{}”."
NO_STEP = "“{}” is no step in its life."
SAID = {"message": "We look at all of them today."}
STEPPED = {
    "start": ({}, ["done", NOT_FROM.format("Start work", "In progress"), "done", "done"]),
    "ask": (
        SAID,
        [NOT_FROM.format("Ask the LDC", "New"), "done", "done", NOT_FROM.format("Ask the LDC", "New")],
    ),
    "resolve": (
        SAID | {"resolution": "fix"},
        [
            NOT_FROM.format("Resolve", "New"),
            "done",
            NO_STEP.format("Resolve"),
            NOT_FROM.format("Resolve", "New"),
        ],
    ),
    "ask, naming another LDC": (
        {"message": "As for pine ridge power: since when?"},
        [
            NOT_FROM.format("Ask the LDC", "New"),
            "The message names “Pine Ridge Power”, and Lakeshore Hydro would read it.",
            "The message names “Pine Ridge Power”, and Lakeshore Hydro would read it.",
            NOT_FROM.format("Ask the LDC", "New"),
        ],
    ),
}
"""What comes of a new incident, one at work, a new request, and a new one of Pine Ridge Power's."""


@pytest.mark.parametrize("case", STEPPED)
def test_each_takes_the_step_by_the_tables_or_says_why_not(
    incident: Make, cast: Cast, feedback: ServiceRequest, strange: Incident, case: str
) -> None:
    said, expected = STEPPED[case]
    name = case.partition(",")[0]
    tickets = [incident(), incident(Status.IN_PROGRESS), feedback, strange]

    run = do("status", tickets, {"move": name} | said, by=cast["ann"])

    assert by_ticket(run, tickets) == expected
    targets = {one.pk: one.lifecycle.get(name) for one in tickets}
    for ticket, came in zip(tickets, expected, strict=True):
        stands = Ticket.objects.get(pk=ticket.pk)
        step = targets[ticket.pk]
        assert stands.status == (step.target if step and came == "done" else ticket.status)
    moved = Event.objects.filter(name__endswith=f".{name}", at=SOON)
    assert moved.count() == expected.count("done")
    if said:
        assert set(moved.values_list("comment__body", flat=True)) <= {said["message"]}
    with pytest.raises(IllegalMove, match="cannot be undone"):
        undo_bulk(run, by=cast["ann"], at=SOON)


def test_a_request_is_not_fulfilled_over_its_open_tasks(cast: Cast, feedback: ServiceRequest) -> None:
    at_work = move_request(feedback, "start", by=cast["ann"], at=NOON, version=feedback.version)
    open_tasks = at_work.tasks.exists()

    run = do("status", [at_work], {"move": "fulfil", **SAID}, by=cast["ann"])

    (came,) = by_ticket(run, [at_work])
    assert ("still to be done" in came) is open_tasks


# --- Putting off ----------------------------------------------------------------------------


def test_many_sleep_for_one_person_and_undoing_gives_each_its_former_sleep(
    incident: Make, cast: Cast, strange: Incident
) -> None:
    ann, day = cast["ann"], timedelta(days=1)
    slept, awake, ended, again = incident(), strange, incident(Status.RESOLVED), incident()
    snooze(slept, NOON + 2 * day, by=ann, at=NOON)
    snooze(slept, NOON + 9 * day, by=cast["bob"], at=NOON)
    tickets = [slept, awake, ended, again]
    before, events = list(Snooze.objects.order_by("pk").values()), Event.objects.count()

    run = do("snooze", tickets, {"until": (NOON + 3 * day).isoformat()}, by=ann)

    over = "The work on this ticket has ended, so it is in no queue."
    assert by_ticket(run, tickets) == ["done", "done", over, "done"]
    mine = Snooze.objects.filter(person=ann)
    assert set(mine.values_list("record", "until")) == {
        (one.pk, NOON + 3 * day) for one in (slept, awake, again)
    }
    assert (Event.objects.count(), Ticket.objects.get(pk=awake.pk).version) == (events, awake.version)
    assign(Ticket.objects.get(pk=awake.pk), cast["bob"], by=cast["bob"], at=SOON, version=awake.version)
    snooze(again, NOON + 5 * day, by=ann, at=SOON + timedelta(seconds=9))

    back = undo_bulk(run, by=ann, at=SOON + timedelta(minutes=9))

    assert by_ticket(back, [slept, awake, again]) == [
        "done",
        "done",
        "You have put it off differently since.",
    ]
    mine.filter(record=again.pk).delete()
    assert list(Snooze.objects.order_by("pk").values()) == before

    woken = do("snooze", [slept, awake], {"until": None}, by=ann)  # its version is another one's
    assert by_ticket(woken, [slept, awake]) == ["done", "Bob"]
    assert not mine.exists()


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("status", {"move": "ask", "message": "Since when?"}),
        ("snooze", {"until": (NOON + timedelta(days=3)).isoformat()}),
    ],
)
def test_more_than_are_done_at_once_are_done_by_a_job(
    incident: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str, terms: dict[str, Any]
) -> None:
    monkeypatch.setattr("tickets.actions.bulk.AT_ONCE", 2)
    monkeypatch.setattr("tickets.actions.bulk.IN_ONE_STEP", 2)
    run = do(kind, [incident(Status.IN_PROGRESS) for _ in range(3)], terms, by=cast["ann"])
    assert outcomes(run) == [("waiting", "")] * 3

    work(now=lambda: SOON, seconds=60)
    assert outcomes(run) == [("done", "")] * 3
    if kind == "snooze":
        undo_bulk(BulkRun.objects.get(pk=run.pk), by=cast["ann"], at=SOON)
        work(now=lambda: SOON, seconds=60)
        assert not Snooze.objects.exists()


# --- What they cost -------------------------------------------------------------------------

CEILINGS: dict[str, tuple[dict[str, Any], int, int]] = {
    "status": ({"move": "ask", "message": "Since when?"}, 19, 0),
    "snooze": ({"until": (NOON + timedelta(days=1)).isoformat()}, 8, 0),
    "reply": ({"template": "first"}, 9, 2),
    "merge": ({"into": "first"}, 34, 0),
}
"""Terms, and statements that one more ticket may cost when it is done, and when it is looked at."""


@pytest.mark.usefixtures("_held")
@pytest.mark.parametrize("kind", CEILINGS)
def test_one_more_ticket_costs_few_statements(incident: Make, cast: Cast, sign_in: SignIn, kind: str) -> None:
    ann, browser = cast["ann"], sign_in(cast["ann"])
    terms, done_for, shown_for = CEILINGS[kind]
    said = template("We have it.")
    acts, looks = [], []
    for number in (2, 7):
        tickets = [incident(Status.IN_PROGRESS) for _ in range(number)]
        named = {"template": said.pk, "into": tickets[0].pk}
        meant = {name: named.get(name, value) if value == "first" else value for name, value in terms.items()}
        run = choose(BulkKind(kind), {one.pk: one.version for one in tickets}, by=ann, at=SOON)
        address = reverse("tickets:bulk_run", args=[run.public_id])
        with CaptureQueriesContext(connection) as looked:
            assert buttons(browser.get(address, meant))
        with CaptureQueriesContext(connection) as acted:
            run_bulk(run, meant, by=ann, at=SOON)
        assert {state for state, _words in outcomes(run)} == {"done"}
        acts.append(len(acted))
        looks.append(len(looked))

    costs = ((acts[1] - acts[0]) / 5, (looks[1] - looks[0]) / 5)
    assert all(cost <= most for cost, most in zip(costs, (done_for, shown_for), strict=True)), costs


# --- The pages ------------------------------------------------------------------------------


def test_a_step_is_chosen_by_how_many_can_take_it_and_said_to_be_final(
    incident: Make, cast: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(cast["ann"])
    tickets = [incident(), incident(Status.IN_PROGRESS)]

    address, asked = chosen_in(browser, "status", *tickets)
    assert "Acknowledge: 1 of 2" in asked
    assert "Ask the LDC: 1 of 2" in asked
    assert "Fulfil" not in asked
    preview = browser.get(address, {"move": "ask"})
    assert "“Ask the LDC” is not possible while this is “New”." in words(preview)
    assert "There is no undo for this." in words(preview)
    blank = send(browser, address, move="ask")
    assert (blank.status_code, "Fill in “Message”." in words(blank)) == (422, True)
    assert "1 done, 1 skipped" in words(send(browser, address, move="ask", message="Since when?"))
    assert Ticket.objects.get(pk=tickets[1].pk).status == "waiting_ldc"
    for query in ("move=merge", "move=explode", "move="):
        assert browser.get(f"{address[:-1]}/?{query}").status_code == 200


def test_what_is_put_off_comes_back_where_the_page_says(incident: Make, cast: Cast, sign_in: SignIn) -> None:
    browser, tickets = sign_in(cast["ann"]), [incident(), incident()]
    address, shown = chosen_in(browser, "snooze", *tickets)
    assert "Nothing changes for anybody else." in shown

    blank = send(browser, address, choice="moment")
    assert (blank.status_code, "Enter the date and time" in words(blank)) == (422, True)
    result = send(browser, address, choice="tomorrow")

    assert "They sleep now, for you alone." in words(result)
    assert Snooze.objects.filter(person=cast["ann"]).count() == 2
    send(browser, f"{address}undo/")
    assert not Snooze.objects.exists()
