"""Doing something to many tickets at once: each as if it had been done alone, and taken back together."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions import deactivate
from accounts.models import Organization, Person
from servicedesk.notifications.models import Notice
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Unusable
from servicedesk.schedule.jobs import work
from tests.conftest import NOON, key
from tests.tickets.many import SOON, do, outcomes, send
from tests.tickets.orders import FEEDBACK, order
from tests.tickets.pages import buttons, fields, words
from tickets.actions import add_note, assign, bulk, snooze
from tickets.actions.bulk import choose, run_bulk, undo_bulk
from tickets.actions.problem_faces import Face
from tickets.actions.problems import open_problem
from tickets.actions.saved_views import save_view
from tickets.models import BulkKind, BulkRun, Incident, Team, Ticket
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
MINUTE = timedelta(minutes=1)


def happened(since: int) -> list[str]:
    """What was written into the history after an event."""
    return list(Event.objects.filter(pk__gt=since).order_by("pk").values_list("name", flat=True))


def last_event() -> int:
    return Event.objects.latest("pk").pk


# --- Each by its own rules ------------------------------------------------------------------

CHANGED = ("changed", "Bob")
OVER = "The work on this ticket has ended."
DOES = {
    "assign": ({"assignee": "ann"}, ["done", "done", "done", CHANGED, "done"], "assigned"),
    "severity": (
        {"severity": 4, "reason": "One account only.", "accept_late": False},
        ["done", "done", "A request has no severity.", CHANGED, "It has this severity already."],
        "rated",
    ),
    "team": (
        {"team": "environments"},
        ["done", OVER, "It is with this team already.", CHANGED, "done"],
        "routed",
    ),
    "let_go": (
        {"message": "Sent twice."},
        ["done", "It has ended already.", "done", CHANGED, "done"],
        "cancel",
    ),
    "problem": (
        {"problem": "prb"},
        ["done", "done", "Only incidents are linked to a problem.", CHANGED, "done"],
        "linked",
    ),
}
"""What each kind does to an open incident, a resolved one, a request, one that Bob took meanwhile, and a low one."""


@pytest.mark.parametrize("kind", DOES)
def test_each_ticket_is_changed_or_says_why_not_as_alone(
    incident: Make, cast: dict[str, Person], lakeshore: Organization, kind: str
) -> None:
    ann, bob, rita = cast["ann"], cast["bob"], cast["rita"]
    said, expected, event = DOES[kind]
    feedback = order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, at=NOON)
    taken = incident()
    low = incident(impact="minor", urgency="wait")
    tickets = [incident(), incident(Status.RESOLVED), feedback, taken, low]
    problem = open_problem(
        Face(title="White page", area="gui", symptom="It stays white."), incidents=[], by=ann, at=NOON
    )
    stands_for = {"ann": ann.pk, "prb": problem.reference}
    if kind == "team":
        stands_for["environments"] = Team.objects.get(slug="environments").pk
    terms = {name: stands_for.get(value, value) for name, value in said.items()}
    run = choose(BulkKind(kind), {one.pk: one.version for one in tickets}, by=ann, at=SOON)
    assign(taken, bob, by=bob, at=NOON, version=taken.version)
    add_note(taken, "On it.", by=ann, at=NOON)
    before = last_event()

    run = run_bulk(run, terms, by=ann, at=SOON)

    by_record = {row.record_id: row for row in run.rows.all()}
    told = [by_record[one.pk] for one in tickets]
    wanted = [
        ("done", "") if one == "done" else ("refused", one) if isinstance(one, str) else one
        for one in expected
    ]
    assert [(row.state, row.words) for row in told] == wanted
    own = [name for name in happened(before) if name.endswith(f".{event}") and not name.startswith("problem")]
    declined = happened(before).count("request.decline")
    assert len(own) + declined == expected.count("done")
    assert run.finished_at == SOON


def test_only_agents_do_it_to_what_they_see_and_to_some_at_least(
    incident: Make, cast: dict[str, Person]
) -> None:
    ticket = incident()
    chosen = {ticket.pk: ticket.version}

    for name in ("rita", "chang"):
        with pytest.raises(Forbidden, match="Only the Service Desk"):
            choose(BulkKind.ASSIGN, chosen, by=cast[name], at=NOON)
    with pytest.raises(Unusable, match="Choose at least one row first"):
        choose(BulkKind.ASSIGN, {0: 1}, by=cast["ann"], at=NOON)
    with pytest.raises(Unusable, match="no open problem"):
        do("problem", [ticket], {"problem": "PRB-0"}, by=cast["ann"])


CEILINGS = {
    "assign": ({"assignee": None}, 8),
    "severity": ({"severity": 2, "reason": "More.", "accept_late": True}, 15),
    "team": ({"team": None}, 8),
    "let_go": ({"message": "Sent twice."}, 19),
}
"""Terms that change each ticket, and statements that one more ticket may cost, savepoints included."""


@pytest.mark.parametrize("kind", CEILINGS)
def test_one_more_ticket_costs_few_statements(incident: Make, cast: dict[str, Person], kind: str) -> None:
    ann = cast["ann"]
    terms, ceiling = CEILINGS[kind]
    team = Team.objects.get(slug="environments")

    def ready() -> Incident:
        made = incident()
        Ticket.objects.filter(pk=made.pk).update(team=team)
        return assign(made, ann, by=ann, at=NOON, version=made.version)

    costs = []
    for number in (1, 6):
        tickets = [ready() for _ in range(number)]
        with CaptureQueriesContext(connection) as asked:
            run = do(kind, tickets, terms, by=ann)
        assert [state for state, _words in outcomes(run)] == ["done"] * number
        costs.append(len(asked))

    few, many = costs
    assert (many - few) / 5 <= ceiling


# --- By a job -------------------------------------------------------------------------------


def test_many_are_done_by_a_job_each_once_whatever_dies(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 4)
    monkeypatch.setattr(bulk, "IN_ONE_STEP", 2)
    ann, browser = cast["ann"], sign_in(cast["ann"])
    tickets = [incident() for _ in range(5)]
    before = last_event()
    run = do("assign", tickets, {"assignee": cast["bob"].pk}, by=ann)
    address = reverse("tickets:bulk_run", args=[run.public_id])
    assert "0 of 5" in words(browser.get(address))

    work(now=lambda: SOON, seconds=0.001)
    assert "2 of 5" in words(browser.get(address, headers={"HX-Request": "true"}))
    with transaction.atomic():  # a worker that dies before it commits
        work(now=lambda: SOON, seconds=0.001)
        transaction.set_rollback(True)
    work(now=lambda: SOON, seconds=60)

    assert outcomes(run) == [("done", "")] * 5
    assert happened(before) == ["incident.assigned"] * 5
    assert "5 done" in words(browser.get(address))


def test_a_job_of_somebody_whose_account_was_closed_does_no_more(
    incident: Make, cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "IN_ONE_STEP", 2)
    run = do("assign", [incident() for _ in range(3)], {"assignee": cast["bob"].pk}, by=cast["ann"])
    deactivate(cast["ann"], by=cast["ada"], at=SOON)
    work(now=lambda: SOON, seconds=60)

    over = "Whoever began this has no account any more."
    assert outcomes(run) == [("refused", over)] * 3
    assert BulkRun.objects.get().finished_at == SOON


# --- Taking it back -------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "told"), [(timedelta(seconds=20), []), (2 * MINUTE, ["Ann", "Cleo"])])
def test_undoing_gives_back_what_nobody_touched_since(
    incident: Make, cast: dict[str, Person], later: timedelta, told: list[str]
) -> None:
    """Within a minute nobody hears of either; later of both."""
    ann, bob, cleo = cast["ann"], cast["bob"], cast["cleo"]
    mine, nobodys, touched = (incident() for _ in range(3))
    mine = assign(mine, ann, by=ann, at=NOON, version=mine.version)
    drain(now=lambda: SOON)
    Notice.objects.all().delete()
    run = do("assign", [mine, nobodys, touched], {"assignee": cleo.pk}, by=bob)
    now = Ticket.objects.get(pk=touched.pk)
    assign(now, ann, by=ann, at=SOON, version=now.version)
    at = SOON + later
    drain(now=lambda: at)

    back = undo_bulk(run, by=bob, at=at)
    drain(now=lambda: at + 2 * MINUTE)

    assert outcomes(back) == [("done", ""), ("done", ""), ("changed", "Ann")]
    whose = [Ticket.objects.get(pk=one.pk).assignee for one in (mine, nobodys, touched)]
    assert whose == [ann, None, ann]
    assert Event.objects.filter(facts__undo=True).count() == 2
    heard = Notice.objects.filter(event__record=mine.pk).values_list("person__name", flat=True)
    assert sorted(set(heard)) == told
    with pytest.raises(IllegalMove, match="undone already"):
        undo_bulk(run, by=bob, at=at)


@pytest.mark.parametrize(
    ("kind", "terms"),
    [("severity", {"severity": 1, "reason": "All of them.", "accept_late": True}), ("team", {})],
)
def test_severity_and_team_come_back_too(
    incident: Make, cast: dict[str, Person], kind: str, terms: dict[str, Any]
) -> None:
    ann, ticket = cast["ann"], incident()
    terms = terms or {"team": Team.objects.get(slug="environments").pk}
    run = do(kind, [ticket], terms, by=ann)

    undo_bulk(run, by=ann, at=SOON + 9 * MINUTE)

    stands = Ticket.objects.get(pk=ticket.pk)
    assert (stands.severity, stands.team) == (ticket.severity, None)
    with pytest.raises(IllegalMove, match="time for undoing this is over"):
        undo_bulk(do(kind, [stands], terms, by=ann), by=ann, at=SOON + 11 * MINUTE)


# --- The pages ------------------------------------------------------------------------------


def test_from_the_queue_to_the_result_and_back_without_scripts(
    incident: Make, cast: dict[str, Person], sign_in: SignIn
) -> None:
    ann, browser = cast["ann"], sign_in(cast["ann"])
    tickets = [incident(title=f"=Cycle {n}") for n in range(3)]
    queue = browser.get("/desk/q/triage/?q=cycle")
    offered = fields(queue)
    rows = re.findall(r'form="bulk" name="row" value="([0-9:]+)"', queue.content.decode())
    assert rows == [f"{one.pk}:1" for one in tickets]
    assert (offered["queue"][-1], offered["query"][-1]) == ("triage", "q=cycle&sort=due")

    preview = send(browser, "/desk/bulk/", kind="assign", row=rows[:2], back=offered["back"][0])
    assert "Assign 2 tickets" in buttons(preview)
    assert tickets[2].reference not in words(preview)
    said = {"request_id": key(), "assignee": ann.pk}
    address = preview.request["PATH_INFO"]
    browser.post(address, said)
    result = browser.post(address, said, follow=True)  # twice

    assert "2 done" in words(result)
    assert Event.objects.filter(name="incident.assigned").count() == 2
    assert 'href="/desk/q/triage/?q=cycle"' in result.content.decode()
    exported = browser.get(f"{address}tickets.csv").getvalue().decode().splitlines()
    assert [line.split(",")[:2] for line in exported[1:]] == [
        [one.reference, f"'{one.title}"] for one in tickets[:2]
    ]
    assert "Undo" in buttons(result)
    undone = send(browser, f"{address}undo/")
    assert "2 done" in words(undone)
    assert "This was undone" in words(browser.get(address))


def test_everything_in_a_list_is_what_its_filters_show(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.views.bulk.MOST", 2)
    browser, ann = sign_in(cast["ann"]), cast["ann"]
    snooze(incident(title="Cycle 14, put off"), SOON + MINUTE, by=ann, at=SOON)
    shown = [incident(title="Cycle 14") for _ in range(3)]
    incident(title="Other")
    view = save_view(
        {
            "name": "Mine",
            "queue": "triage",
            "filters": {"q": "cycle"},
            "sort": "due",
            "columns": [],
            "shared": False,
        },
        by=ann,
        at=NOON,
    )
    offered = fields(browser.get(f"/desk/v/{view.public_id}/"))
    said = {name: offered[name][-1] for name in ("queue", "query", "back")}

    preview = send(browser, "/desk/bulk/", kind="assign", all="1", **said)

    run = BulkRun.objects.get(by=ann)
    assert (run.is_cut, run.back) == (True, f"/desk/v/{view.public_id}/")
    assert [row.record_id for row in run.rows.order_by("record")] == [one.pk for one in shown[:2]]
    assert "holds more than one action takes" in words(preview)


def test_what_is_not_right_is_said_where_it_was_asked(
    incident: Make, cast: dict[str, Person], sign_in: SignIn
) -> None:
    browser, ticket = sign_in(cast["ann"]), incident()
    row = f"{ticket.pk}:1"

    assert send(browser, "/desk/bulk/", kind="assign", row="x:1", queue="triage").status_code == 422
    assert send(browser, "/desk/bulk/", kind="explode", row=row).status_code == 404
    for query in (
        "q=a%00b",
        "organization__name=x",
        "severity=1&severity=2",
    ):  # no longer list than was shown
        asked = {"kind": "assign", "all": "1", "queue": "triage", "query": query}
        assert send(browser, "/desk/bulk/", **asked).status_code == 400
    for back in ("/desk/q/all/\x00", "//example.com/", "/desk/q/all/\r\nX: y", "/desk/" + "q" * 1000):
        send(browser, "/desk/bulk/", kind="export", row=[row, row], back=back)
        assert BulkRun.objects.latest("pk").back == ""
    preview = send(browser, "/desk/bulk/", kind="severity", row=row, queue="triage")
    blank = send(browser, preview.request["PATH_INFO"], severity="2")
    assert (blank.status_code, "Fill in “Reason”." in words(blank)) == (422, True)
    preview = send(browser, "/desk/bulk/", kind="problem", row=row, queue="triage")
    assert "Link 1 ticket to a problem" in buttons(preview)
    unknown = send(browser, preview.request["PATH_INFO"], problem="PRB-0")
    assert (unknown.status_code, "no open problem" in words(unknown)) == (422, True)
    assign(ticket, cast["bob"], by=cast["bob"], at=NOON, version=1)
    looked_again = browser.get(preview.request["PATH_INFO"])
    assert buttons(looked_again) == []
    assert "Changed by Bob meanwhile." in words(looked_again)


def test_pages_cost_the_same_for_one_ticket_and_for_many(
    incident: Make, cast: dict[str, Person], sign_in: SignIn
) -> None:
    ann, browser = cast["ann"], sign_in(cast["ann"])
    costs = []
    for number in (1, 12):
        tickets = [incident() for _ in range(number)]
        run = choose(BulkKind.ASSIGN, {one.pk: one.version for one in tickets}, by=ann, at=NOON)
        address = reverse("tickets:bulk_run", args=[run.public_id])
        browser.get(address)
        with CaptureQueriesContext(connection) as before:
            browser.get(address)
        run_bulk(run, {"assignee": ann.pk}, by=ann, at=NOON)
        with CaptureQueriesContext(connection) as after:
            browser.get(address)
        costs.append((len(before), len(after)))

    assert costs[0] == costs[1]
