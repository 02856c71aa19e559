"""Every statement of the pages that people open all day finds its rows by an index, and few more than it shows.

On a desk of a hundred thousand tickets, in the very transaction, role and settings of the request.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Person
from accounts.roles import Role
from benchmarks.seed import seed
from servicedesk.records.models import Record
from tests.tickets.test_live import token
from tickets.models import Ticket
from tickets.queues import capped
from tickets.transitions import Status

TICKETS = 100_000
LARGE = {
    "records_record",
    "records_event",
    "records_comment",
    "records_attachment",
    "records_searchtext",
    "tickets_incident",
}
REMOVED = ["Rows Removed by Filter", "Rows Removed by Index Recheck", "Rows Removed by Join Filter"]
MOST_READ = 1500
"""Rows of one table. All open tickets may be read, to count them; a large LDC's six years may not."""

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def desk(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The large desk, made once and gone after this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed(TICKETS, now=timezone.now(), clocks_of_all=False)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def agent() -> Person:
    """Somebody who works on tickets."""
    return Person.objects.filter(memberships__role=Role.DESK_AGENT).earliest("pk")


@pytest.fixture(params=["bench-1", "bench-55"], ids=["the largest LDC", "a small LDC"])
def reporter(request: pytest.FixtureRequest) -> Person:
    """Somebody at an LDC. The planner knows how many tickets each has, and may choose another way."""
    return Person.objects.filter(
        memberships__organization__slug=request.param, memberships__role=Role.LDC_STAFF
    ).earliest("pk")


@dataclass(frozen=True)
class Reading:
    """What one statement did to a large table."""

    table: str
    way: str
    rows: int
    sql: str


def readings(plan: dict[str, Any], sql: str) -> Iterator[Reading]:
    """Each visit to a large table: the rows it looked at, those it threw away included."""
    if plan.get("Relation Name") in LARGE:
        looked_at = plan.get("Actual Rows", 0) + sum(plan.get(removed, 0) for removed in REMOVED)
        rows = round(looked_at * plan.get("Actual Loops", 1))
        yield Reading(plan["Relation Name"], plan["Node Type"], rows, sql)
    for part in plan.get("Plans", []):
        yield from readings(part, sql)


def excesses(person: Person, ask: Callable[[Client], Any], status: int = 200) -> list[Reading]:
    """What a request reads from end to end, or reads too much of."""
    found: list[Reading] = []

    def explain(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "UPDATE")):
            analyze = "ANALYZE," if sql.startswith("SELECT") else ""  # which would carry out an UPDATE
            execute(f"EXPLAIN ({analyze} FORMAT JSON) {sql}", params, many, context)
            (answer,) = context["cursor"].fetchone()
            found.extend(readings(answer[0]["Plan"], sql))
        return execute(sql, params, many, context)

    browser = Client()
    browser.force_login(person)
    with connection.execute_wrapper(explain):
        assert ask(browser).status_code == status
    assert found
    return [reading for reading in found if reading.way == "Seq Scan" or reading.rows > MOST_READ]


def newest(**conditions: Any) -> str:
    """The reference of the newest ticket that is so."""
    return Record.objects.filter(**conditions).latest("pk").reference


@pytest.mark.parametrize("name", ["triage", "mine", "due", "unassigned", "severe", "waiting", "all"])
def test_a_queue_reads_open_tickets_only(agent: Person, name: str) -> None:
    assert excesses(agent, lambda browser: browser.get(f"/desk/q/{name}/")) == []


@pytest.mark.parametrize("sort", ["updated", "severity"])
def test_another_order_of_a_queue_reads_open_tickets_only(agent: Person, sort: str) -> None:
    assert excesses(agent, lambda browser: browser.get(f"/desk/q/all/?sort={sort}")) == []


def test_a_poll_of_a_queue_reads_next_to_nothing(agent: Person) -> None:
    def ask(browser: Client) -> Any:
        return browser.get(f"/desk/q/all/?since={token(browser.get('/desk/q/all/'))}")

    assert excesses(agent, ask, 304) == []


def test_the_desks_home_reads_open_tickets_only(agent: Person) -> None:
    assert excesses(agent, lambda browser: browser.get("/desk/")) == []


@pytest.mark.parametrize("view", ["waiting", "open", "mine", "following", "resolved", "all"])
def test_our_tickets_reads_our_own(reporter: Person, view: str) -> None:
    assert excesses(reporter, lambda browser: browser.get(f"/tickets/?view={view}")) == []


def test_the_numbers_of_the_tabs_stop_at_the_cap(reporter: Person) -> None:
    pages: list[Any] = []

    def ask(browser: Client) -> Any:
        pages.append(browser.get("/tickets/?view=waiting"))
        return pages[-1]

    assert excesses(reporter, ask) == []
    numbers = {one.name: number for one, number in pages[-1].context["tabs"]}
    assert numbers["all"] == capped(Ticket.objects.visible_to(reporter).count())


def test_a_search_by_title_goes_by_the_titles_index(agent: Person) -> None:
    assert excesses(agent, lambda browser: browser.get("/tickets/?view=all&q=channel+4711")) == []


def test_words_of_many_titles_are_walked_to_and_rare_ones_found_at_once(reporter: Person) -> None:
    assert excesses(reporter, lambda browser: browser.get("/tickets/?view=all&q=AS2+certificate")) == []


@pytest.mark.parametrize("words", ["channel+4711", "zanzibar"])
def test_a_search_goes_by_the_words_index(agent: Person, reporter: Person, words: str) -> None:
    for person in (agent, reporter):
        assert excesses(person, lambda browser: browser.get(f"/search/?q={words}")) == []


def test_what_is_suggested_while_typing_reads_open_tickets_only(reporter: Person) -> None:
    address = "/help/new/incident/known/?title=AS2+certificate+expires"

    assert excesses(reporter, lambda browser: browser.get(address)) == []


def test_the_ldcs_home_reads_our_own(reporter: Person) -> None:
    assert excesses(reporter, lambda browser: browser.get("/")) == []


def test_a_ticket_reads_its_own_history_for_the_desk(agent: Person) -> None:
    reference = newest(attachments__isnull=False)

    assert excesses(agent, lambda browser: browser.get(f"/desk/tickets/{reference}/")) == []


def test_a_ticket_reads_its_own_history_for_its_organization(reporter: Person) -> None:
    ours = {"organization__in": reporter.standing().organizations, "visibility": "organization"}
    reference = newest(attachments__isnull=False, **ours)

    assert excesses(reporter, lambda browser: browser.get(f"/tickets/{reference}/")) == []


def test_a_reply_reads_what_it_needs(agent: Person) -> None:
    reference = newest(status=Status.IN_PROGRESS)
    message = {
        "message": "It runs again.",
        "kind": "public",
        "request_id": "00000000-0000-4000-8000-000000000001",
    }

    assert excesses(agent, lambda browser: browser.post(f"/tickets/{reference}/write/", message), 303) == []
