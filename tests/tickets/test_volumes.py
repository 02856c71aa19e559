"""Volumes: counted by hand, in scope, each number with its tickets, and as CSV."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Person
from tests.tickets.pages import cost
from tests.tickets.test_lists import references
from tickets.actions import move_ticket, say_how_it_went
from tickets.compliance import Months, month_at, shift
from tickets.models import Incident, Satisfaction, Ticket
from tickets.volumes import AGES, Flow, volumes

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
PAGE = "/reports/volumes/"


def ago(days: float) -> datetime:
    """So many days before now."""
    return timezone.now() - timedelta(days=days)


def go(ticket: Incident, *names: str, by: Person, at: datetime) -> Incident:
    """Take some moves at a moment."""
    for name in names:
        ticket = move_ticket(
            ticket, name, by=by, at=at, version=ticket.version, message="So.", resolution="fix"
        )
    return ticket


@pytest.fixture
def busy(incident: Make, ann: Person, stan: Person, pineridge: Organization) -> dict[str, Incident]:
    """Five tickets of two LDCs in ninety days: two done, one of them once more open."""
    made = {
        "old": incident(at=ago(90)),
        "done": incident(at=ago(89)),
        "again": incident(at=ago(60)),
        "new": incident(at=ago(0.1)),
        "pine": incident(at=ago(40), by=stan, organization_id=pineridge.pk),
    }
    go(made["done"], "start", "resolve", by=ann, at=ago(62))
    go(go(made["again"], "start", "resolve", by=ann, at=ago(30)), "reopen", by=ann, at=ago(28))
    pine = go(made["pine"], "start", "resolve", by=ann, at=ago(3))
    say_how_it_went(pine, Satisfaction.GOOD, by=stan, at=ago(2), version=pine.version)
    return made


def months_since(days: float) -> Months:
    """The months from then to now."""
    return Months.between(month_at(ago(days)), month_at(timezone.now()))


def slowly(month: date) -> Flow:
    """What a month is by looking at each ticket, reopenings apart."""
    tickets = [
        (month_at(one.created_at), one.done_at and month_at(one.done_at), one.satisfaction)
        for one in Ticket.objects.all()
    ]
    return Flow(
        filed=sum(filed == month for filed, _done, _said in tickets),
        done=sum(done == month for _filed, done, _said in tickets),
        backlog=sum(filed <= month and (done is None or done > month) for filed, done, _said in tickets),
        answers=len(said := [score for _filed, done, score in tickets if done == month and score]),
        points=sum(said),
    )


@pytest.mark.parametrize("back", [0, 1, 2, 3])
def test_each_month_is_what_a_slow_count_says(busy: dict[str, Incident], ann: Person, back: int) -> None:
    """Also where the period ended long ago: its backlog is counted back from now."""
    last = shift(month_at(timezone.now()), -back)
    found = volumes(Ticket.objects.all(), ann, Months.up_to(last, 5), at=timezone.now())
    for month, flow in found.months.items():
        assert replace(flow, reopened=0) == slowly(month), month


def test_the_whole_period_adds_up(busy: dict[str, Incident], ann: Person) -> None:
    found = volumes(Ticket.objects.visible_to(ann), ann, months_since(150), at=timezone.now())
    assert found.total == Flow(filed=5, done=2, reopened=1, backlog=3, answers=1, points=4)
    assert (found.total.reopen_rate, found.total.satisfaction) == (50, 4)


def test_months_before_the_first_ticket_ever_are_left_out(
    busy: dict[str, Incident], ann: Person, sign_in: SignIn
) -> None:
    """But neither a quiet month after it nor, where nothing was ever filed, the last one."""
    begun = month_at(busy["old"].created_at)
    tickets, now = Ticket.objects.all(), timezone.now()
    for back, kept in ((0, begun), (2, begun), (8, shift(begun, -5))):
        last = shift(begun, 3 - back)
        assert min(volumes(tickets, ann, Months.up_to(last, 12), at=now).months) == kept
    Ticket.objects.filter(pk=busy["old"].pk).update(created_at=ago(800))
    assert len(volumes(tickets, ann, Months.up_to(month_at(now), 12), at=now).months) == 12
    page = sign_in(ann).get(f"{PAGE}?from={shift(begun, -9):%Y-%m}&to={shift(begun, -7):%Y-%m}")
    assert page.content.decode().count('class="chart-label"') == 3


def test_what_is_open_has_an_age(busy: dict[str, Incident], ann: Person) -> None:
    found = volumes(Ticket.objects.all(), ann, months_since(0), at=timezone.now())
    ages = {
        name: sum(n for (age, _level), n in found.open_by_age.items() if age == name) for name, *_rest in AGES
    }
    assert ages == {"day": 1, "week": 0, "month": 0, "quarter": 1, "older": 1}


def test_an_administrator_reads_their_own_figures_and_the_desk_everybodys(
    busy: dict[str, Incident], olga: Person, ann: Person, sign_in: SignIn
) -> None:
    page = sign_in(olga).get(PAGE).content.decode()
    assert "Pine Ridge Power" not in page
    assert "4 filed and 1 done" in page
    page = sign_in(ann).get(PAGE).content.decode()
    assert "Pine Ridge Power" in page
    assert "5 filed and 2 done" in page
    page = sign_in(ann).get(f"{PAGE}?organization=pine-ridge-power").content.decode()
    assert "1 filed and 1 done" in page


def test_a_number_leads_to_its_tickets(busy: dict[str, Incident], ann: Person, sign_in: SignIn) -> None:
    browser = sign_in(ann)
    month = f"{month_at(ago(3)):%Y-%m}"
    found = references(browser, f"/tickets/?view=all&done={month}")
    assert busy["pine"].reference in found
    assert busy["old"].reference not in found
    assert "Done in" in browser.get(f"/tickets/?view=all&done={month}").content.decode()
    assert len(references(browser, f"/tickets/?view=all&filed={months_since(100)}")) == 5


def test_the_file_has_what_the_page_has(busy: dict[str, Incident], ann: Person, sign_in: SignIn) -> None:
    answer = sign_in(ann).get(f"{PAGE}?format=csv")
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert answer["X-Row-Count"] == str(len(rows)) == str(len(list(months_since(90))) + 2)
    by_month = [row for row in rows if row["Breakdown"] == "By month"]
    assert sum(int(row["Filed"]) for row in by_month) == 5
    assert [row["Line"] for row in rows if row["Breakdown"] == "By organization"] == [
        "Lakeshore Hydro",
        "Pine Ridge Power",
    ]


def test_more_tickets_cost_no_more_queries(incident: Make, ann: Person, sign_in: SignIn) -> None:
    incident(at=ago(1))
    browser = sign_in(ann)
    alone = len(cost(browser, PAGE))
    for days in range(2, 30):
        incident(at=ago(days))
    assert len(cost(browser, PAGE)) == alone <= 8
