"""How long it took: percentiles as a slow count has them, in scope, each number with its tickets, and as CSV."""

import csv
import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from io import StringIO
from typing import NamedTuple

import pytest
from django.test import Client

from accounts.models import Organization, Person
from tests.tickets.ended_clocks import TORONTO, end_clock, toronto
from tests.tickets.pages import cost, main, words
from tests.tickets.test_lists import many, references
from tickets.models import Incident, ServiceClock

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
PAGE = "/reports/times/"
ASKED = f"{PAGE}?from=2026-10&to=2027-03"
LABELS = {"respond": "First answer", "restore": "Restoration"}
SEVERITIES = {1: "Severity 1 – critical", 2: "Severity 2 – high", 3: "Severity 3 – medium"}


class Ended(NamedTuple):
    """A clock of one of two LDCs: how it ended, when, after how many counted hours, at which severity."""

    whose: str
    target: str
    outcome: str
    at: datetime
    hours: float
    severity: int


ENDED = [
    Ended("lake", "respond", "met", toronto(2027, 1, 12), 0.5, 2),
    Ended("lake", "respond", "excused", toronto(2027, 1, 31, 23, 59), 7, 1),
    Ended("pine", "respond", "missed", toronto(2027, 3, 1, 0, 0), 3, 3),
    Ended("lake", "restore", "met", toronto(2026, 12, 31, 23, 30), 4, 3),
    Ended("lake", "restore", "missed", toronto(2027, 3, 9), 9, 2),
    Ended("lake", "restore", "excused_in_vain", toronto(2027, 3, 10), 8, 1),
    Ended("pine", "restore", "met", toronto(2027, 3, 11), 1, 1),
    Ended("pine", "restore", "withdrawn", toronto(2027, 3, 11), 90, 1),
    Ended("lake", "update", "met", toronto(2026, 10, 9), 5, 3),
    Ended("pine", "restore", "met", toronto(2026, 9, 30, 23, 59), 50, 1),
]


@pytest.fixture
def tickets(incident: Make, stan: Person, pineridge: Organization) -> dict[str, Incident]:
    """A ticket of each of two LDCs, with all the clocks of ENDED."""
    made = {"lake": incident(), "pine": incident(by=stan, organization_id=pineridge.pk)}
    for leg, one in enumerate(ENDED, start=1):
        where = {"at": one.at, "hours": one.hours, "severity": one.severity, "leg": leg}
        end_clock(made[one.whose], one.target, one.outcome, **where).save()  # type: ignore[arg-type]
    return made


def percentile(hours: list[float], share: float) -> float:
    """Between the two nearest of a sorted list, as the SQL standard has ``percentile_cont``."""
    ranked = sorted(hours)
    place = share * (len(ranked) - 1)
    low = int(place)
    high = min(low + 1, len(ranked) - 1)
    return round(ranked[low] + (ranked[high] - ranked[low]) * (place - low), 4)


def slowly(whose: str = "") -> dict[tuple[str, str], tuple[int, float | None, float | None]]:
    """Target and line → clocks, median and 90th percentile, by looking at each clock."""
    found = {}
    for target, label in LABELS.items():
        clocks = [
            one
            for one in ENDED
            if (one.target, whose or one.whose) == (target, one.whose)
            and one.outcome != "withdrawn"
            and one.at >= toronto(2026, 10, 1)
        ]
        lines = {"Whole period": [one.hours for one in clocks]}
        for month in ("2026-12", "2027-01", "2027-02", "2027-03"):
            lines[month] = [one.hours for one in clocks if f"{one.at.astimezone(TORONTO):%Y-%m}" == month]
        for level, words_of in SEVERITIES.items():
            lines[words_of] = [one.hours for one in clocks if one.severity == level]
        if not whose:
            lines["Lakeshore Hydro"] = [one.hours for one in clocks if one.whose == "lake"]
            lines["Pine Ridge Power"] = [one.hours for one in clocks if one.whose == "pine"]
        for name, hours in lines.items():
            if hours or name.startswith("20"):
                both = (percentile(hours, 0.5), percentile(hours, 0.9)) if hours else (None, None)
                found[label, name] = (len(hours), *both)
    return found


def as_csv(browser: Client, query: str = "") -> dict[tuple[str, str], tuple[int, float | None, float | None]]:
    """The same out of the file."""
    answer = browser.get(f"{ASKED}&format=csv{query}")
    rows = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig"))))[1:]
    assert answer["X-Row-Count"] == str(len(rows))
    return {
        (target, line): (int(clocks), *(float(one) if one else None for one in times))
        for target, _breakdown, line, clocks, *times in rows
    }  # type: ignore[return-value]


def test_every_figure_is_what_a_slow_count_says(
    tickets: dict[str, Incident], ann: Person, olga: Person, sign_in: SignIn
) -> None:
    """The desk's over both LDCs and for one, an administrator's over their own, empty months among them."""
    desk = sign_in(ann)

    assert as_csv(desk) == slowly()
    assert as_csv(desk, "&organization=lakeshore-hydro") == slowly("lake") == as_csv(sign_in(olga))
    assert "Pine Ridge" not in main(sign_in(olga).get(ASKED))


def test_the_page_says_the_same_and_how_fresh_it_is(
    tickets: dict[str, Incident], ann: Person, sign_in: SignIn
) -> None:
    page = words(sign_in(ann).get(ASKED))

    for sentence in (
        "October 2026 to March 2027 · All organizations",
        "6 h 00 min median Nine in ten took no longer than 8 h 42 min",
        "December 2026 1 4 h 00 min 4 h 00 min",
        "February 2027 0 – –",
        "Severity 1 – critical 2 4 h 30 min 7 h 18 min",
        "Lakeshore Hydro 3 8 h 00 min 8 h 48 min",
        "Median Half of the clocks took no longer.",
    ):
        assert sentence in page, sentence
    assert "November 2026" not in page  # nothing had ended by then
    assert re.search(r"Data to \w{3} \d+ \w{3} \d{4}, \d\d:\d\d E[SD]T", page)


def test_each_number_leads_to_the_tickets_it_counts(
    tickets: dict[str, Incident], ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    found = re.findall(r'<a class="figure" href="([^"]+)">', main(browser.get(ASKED)))
    addresses = {unescape(one) for one in found}

    for query, whose in (
        ("clock=restore:ended&ended=2026-12", {"lake"}),
        ("clock=restore:ended&ended=2026-10..2027-03&severity=1", {"lake", "pine"}),
        ("clock=respond:ended&ended=2026-10..2027-03&organization=pine-ridge-power", {"pine"}),
    ):
        address = f"/tickets/?view=all&{query}"
        assert address in addresses
        assert set(references(browser, address)) == {tickets[one].reference for one in whose}
    said = words(browser.get("/tickets/?view=all&clock=restore:ended&ended=2027-03&severity=1"))
    assert "Restoration at severity 1, ended in March 2027 – show all" in said


@pytest.mark.parametrize("who", ["ann", "olga"])
def test_fifty_clocks_cost_no_more_queries_than_one(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    first, browser = incident(), sign_in(cast[who])

    def ends(ticket: Incident, leg: int) -> ServiceClock:
        at = toronto(2027, 1 + leg % 3, 9)
        return end_clock(ticket, "restore", "met", at=at, hours=leg, severity=1 + leg % 3, leg=leg)

    ends(first, 1).save()
    alone = len(cost(browser, ASKED))
    ServiceClock.objects.bulk_create(ends(one, leg) for leg, one in enumerate(many(first, 50), start=2))
    assert len(cost(browser, ASKED)) == alone <= 6
