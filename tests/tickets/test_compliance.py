"""Service level figures: counted by hand, in scope, each number with its tickets, and as CSV."""

import csv
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, Organization, Person
from accounts.roles import Role
from tests.tickets.ended_clocks import TORONTO, end_clock, toronto
from tests.tickets.pages import main, words
from tests.tickets.test_lists import cost, many, references, walk
from tickets import exports
from tickets.compliance import COUNTED, OUTCOMES, Figure, Months, Tally, figures
from tickets.exports import safe
from tickets.models import Incident, ServiceClock

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
Ended = Callable[..., ServiceClock]

REPORT = "/reports/service-levels/"
FIRST_QUARTER = f"{REPORT}?from=2027-01&to=2027-03"

JANUARY, FEBRUARY, MARCH = toronto(2027, 1, 12), toronto(2027, 2, 9), toronto(2027, 3, 9)


@pytest.fixture
def ended(db: None) -> Ended:
    """Make a clock that has ended. Rows only: reports read nothing else."""
    legs: Iterator[int] = iter(range(1, 100_000))

    def make(
        ticket: Incident,
        target: str = "restore",
        outcome: str = "met",
        *,
        at: datetime = MARCH,
        hours: float = 2,
        severity: int = 3,
        save: bool = True,
    ) -> ServiceClock:
        made = end_clock(ticket, target, outcome, at=at, hours=hours, severity=severity, leg=next(legs))
        if save:
            made.save()
        return made

    return make


@pytest.fixture
def mixed(incident: Make, ended: Ended, stan: Person, pineridge: Organization) -> dict[str, Incident]:
    """Clocks of two organizations, three months, all ends; tickets with several, some rated anew since."""
    lake, other, pine = incident(), incident(title="=cmd|' /C calc'!A0"), None
    pine = incident(by=stan, organization_id=pineridge.pk, title="GUI slow pinecanary")
    ended(lake, "respond", at=JANUARY, hours=0.5, severity=2)
    ended(lake, "restore", "missed", at=JANUARY, hours=9, severity=2)
    ended(lake, "restore", "met", at=MARCH, hours=1, severity=1)  # reopened
    for hours in (1, 2, 3, 4, 5):
        ended(lake, "update", at=MARCH + timedelta(days=hours), hours=hours)
    ended(lake, "update", "missed", at=FEBRUARY, hours=12)
    ended(lake, "update", "withdrawn", at=MARCH, hours=40)
    ended(other, "respond", "excused", at=MARCH, hours=7, severity=1)
    ended(other, "restore", "excused_in_vain", at=MARCH, hours=8, severity=1)
    ended(other, "update", "excused", at=MARCH, hours=6)
    ended(other, "restore", "withdrawn", at=FEBRUARY, severity=1)
    ended(pine, "respond", "missed", at=JANUARY, hours=3)
    ended(pine, "restore", at=FEBRUARY, hours=4, severity=2)
    ended(pine, "update", "withdrawn", at=FEBRUARY)
    ended(pine, "restore", at=toronto(2026, 12, 31, 23, 59), hours=99)
    Incident.objects.filter(pk=other.pk).update(severity=4)
    return {"lake": lake, "other": other, "pine": pine}


@pytest.fixture
def both(lakeshore: Organization, pineridge: Organization, olga: Person) -> Person:
    """Olga administers Lakeshore, and works for Pine Ridge too."""
    Membership.objects.create(person=olga, organization=pineridge, role=Role.LDC_STAFF)
    return olga


def numbers(page: HttpResponse) -> list[tuple[str, int, int]]:
    """Every number of the page that leads somewhere: where to, how many clocks, on how many tickets."""
    found = re.findall(r'<a class="figure" href="([^"]+)">(.*?)</a>', main(page), re.DOTALL)
    read = []
    for address, inside in found:
        clocks, *on = re.findall(r"\d+", re.sub(r"<[^>]+>", " ", inside))
        read.append((unescape(address), int(clocks), int(on[0] if on else clocks)))
    return read


def table(page: HttpResponse) -> list[dict[str, str]]:
    """A CSV answer's lines, by their column."""
    return list(csv.DictReader(StringIO(page.getvalue().decode("utf-8-sig"))))


def lines(page: HttpResponse) -> dict[tuple[str, str], list[str]]:
    """The figures of the CSV by target and line."""
    return {(row["Target"], row["Line"]): list(row.values())[3:] for row in table(page)}


def span(hours: float) -> timedelta:
    return timedelta(hours=hours)


# --- Figures --------------------------------------------------------------------------------


def test_figures_are_what_one_counts_by_hand(mixed: dict[str, Incident], ann: Person) -> None:
    clocks = ServiceClock.objects.visible_to(ann).filter(Months.read("2027-01..2027-03").ended())
    found = {(one.target, one.group, one.key): one for one in figures(clocks.filter(target="restore"))}
    one, two = Tally(1, 1), Tally(2, 2)
    lake, pine = "lakeshore-hydro", "pine-ridge-power"

    assert found == {
        (one.target, one.group, one.key): one
        for one in [
            Figure("restore", "all", "", "", two, two, Tally(0, 0), span(6), span(8.7)),
            Figure("restore", "month", "2027-01", "", missed=one, median=span(9), slow=span(9)),
            Figure("restore", "month", "2027-02", "", met=one, median=span(4), slow=span(4)),
            Figure("restore", "month", "2027-03", "", one, one, median=span(4.5), slow=span(7.3)),
            Figure("restore", "severity", "1", "", one, one, median=span(4.5), slow=span(7.3)),
            Figure("restore", "severity", "2", "", one, one, median=span(6.5), slow=span(8.5)),
            Figure("restore", "organization", lake, "Lakeshore Hydro", one, two, median=span(8), slow=span(8.8)),
            Figure("restore", "organization", pine, "Pine Ridge Power", met=one, median=span(4), slow=span(4)),
        ]
    }  # fmt: skip


def test_excused_clocks_are_met_in_one_share_and_missed_in_the_other() -> None:
    line = Figure("respond", "all", "", "", Tally(5, 5), Tally(1, 1), Tally(2, 2))

    assert (line.share(with_excuses=True), line.share(with_excuses=False)) == (87.5, 62.5)
    assert Figure("respond", "all", "").share(with_excuses=True) is None


def test_several_clocks_of_one_ticket_say_on_how_many_tickets_they_stand(
    mixed: dict[str, Incident], ann: Person
) -> None:
    clocks = ServiceClock.objects.visible_to(ann).filter(target="update")
    whole = next(one for one in figures(clocks) if one.group == "all")

    assert (whole.met, whole.missed, whole.excused) == (Tally(5, 1), Tally(1, 1), Tally(1, 1))
    assert (whole.counted, whole.median) == (7, span(4))  # not 40: that one was withdrawn


def test_every_clock_that_counts_has_exactly_one_outcome(mixed: dict[str, Incident]) -> None:
    for clock in ServiceClock.objects.filter(COUNTED):
        ends = [name for name, how in OUTCOMES.items() if ServiceClock.objects.filter(how, pk=clock.pk)]
        assert len(ends) == 1
    for how in OUTCOMES.values():
        assert ServiceClock.objects.filter(how).exists()


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        (toronto(2027, 3, 31, 22, 30), "2027-03"),  # 1 April in UTC
        (datetime(2027, 4, 1, 3, 59, 59, tzinfo=UTC), "2027-03"),
        (toronto(2027, 4, 1), "2027-04"),
        (datetime(2027, 4, 1, 4, 0, tzinfo=UTC), "2027-04"),
        (datetime(2027, 3, 1, 4, 59, tzinfo=UTC), "2027-02"),  # standard time still
        (datetime(2027, 12, 31, 23, 0, tzinfo=ZoneInfo("America/Winnipeg")), "2028-01"),
    ],
)
def test_a_clock_counts_in_the_month_of_toronto_in_which_it_ended(
    incident: Make, ended: Ended, ann: Person, sign_in: SignIn, instant: datetime, month: str
) -> None:
    Person.objects.filter(pk=ann.pk).update(time_zone="Pacific/Auckland")
    ticket, browser = incident(), sign_in(ann)
    ended(ticket, at=instant)

    page = browser.get(f"{REPORT}?from=2027-01&to=2028-02&format=csv")
    months = {row["Line"]: row["Met"] for row in table(page) if row["Breakdown"] == "By month"}
    assert {name for name, met in months.items() if met == "1"} == {month}
    for asked in ("2027-02", "2027-03", "2027-04", "2028-01"):
        listed = references(browser, f"/tickets/?view=all&clock=restore:met&ended={asked}")
        assert listed == ([ticket.reference] if asked == month else [])


def test_without_being_asked_the_last_three_months_are_shown(
    incident: Make, ended: Ended, ann: Person, sign_in: SignIn
) -> None:
    ended(incident(), at=timezone.now() - timedelta(minutes=1))
    present = timezone.now().astimezone(TORONTO).date().replace(day=1)
    months = [f"{month:%Y-%m}" for month in Months.up_to(present, 3)]

    shown = [row["Line"] for row in table(sign_in(ann).get(f"{REPORT}?format=csv"))]
    assert shown[1:4] == months
    assert months[-1] == f"{present:%Y-%m}"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2027-03", Months(date(2027, 3, 1), date(2027, 3, 1))),
        ("2026-11..2027-01", Months(date(2026, 11, 1), date(2027, 1, 1))),
        ("2027-01..2026-11", Months(date(2026, 11, 1), date(2027, 1, 1))),
        ("2001-01..2027-12", Months(date(2025, 1, 1), date(2027, 12, 1))),  # three years at most
        ("2027-13", None), ("2027-3", None), ("1999-01", None), ("", None),
        ("..2027-01", None), ("2027-01..", None), ("2027-01..x", None),
        ("2027-01..2027-02..2027-03", None), ("٢٠٢٧-٠٣", None),
    ],
)  # fmt: skip
def test_months_are_read_or_passed_over(text: str, read: Months | None) -> None:
    assert Months.read(text) == read
    if read:
        assert Months.read(str(read)) == read


def test_months_in_words() -> None:
    assert [Months.read(text).words() for text in ("2027-03", "2027-01..2027-03", "2026-11..2027-01")] == [
        "March 2027", "January to March 2027", "November 2026 to January 2027",
    ]  # fmt: skip


# --- The page and its links -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "query", "least"),
    [
        ("ann", "", 30),
        ("chang", "", 30),
        ("ann", "&severity=1", 6),
        ("ann", "&severity=2&target=restore", 4),
        ("ann", "&organization=pine-ridge-power", 6),
        ("ann", "&organization=lakeshore-hydro&target=update", 6),
        ("olga", "", 20),
        ("both", "", 20),
    ],
)
def test_every_number_leads_to_exactly_so_many_tickets(
    mixed: dict[str, Incident],
    cast: dict[str, Person],
    sign_in: SignIn,
    request: pytest.FixtureRequest,
    who: str,
    query: str,
    least: int,
) -> None:
    browser = sign_in(request.getfixturevalue("both") if who == "both" else cast[who])
    found = numbers(browser.get(FIRST_QUARTER + query))

    assert len(found) >= least
    assert {address: len(references(browser, address)) for address, _clocks, _tickets in found} == {
        address: tickets for address, _clocks, tickets in found
    }
    assert any(clocks > tickets for _address, clocks, tickets in found) == ("update" in query or not query)


def test_a_number_leads_to_more_than_one_page_of_tickets(
    incident: Make, ended: Ended, ann: Person, sign_in: SignIn
) -> None:
    first, browser = incident(), sign_in(ann)
    for ticket in [first, *many(first, 59)]:
        ended(ticket)

    (address, clocks, tickets), *_more = numbers(browser.get(FIRST_QUARTER))
    assert (clocks, tickets) == (60, 60)
    assert len(set(walk(browser, address))) == 60


def test_the_list_says_what_it_is_the_tickets_of_and_leads_out(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    address = "/tickets/?view=all&clock=restore:missed&ended=2027-03&severity=1"

    page = browser.get(address)
    assert "Restoration missed at severity 1, ended in March 2027 – show all" in words(page)
    assert references(browser, address) == [mixed["other"].reference]  # though it has severity 4 by now
    (out,) = re.findall(r'<a class="chip is-on" href="([^"]+)"', main(page))
    assert set(references(browser, f"/tickets/{unescape(out)}")) == {one.reference for one in mixed.values()}
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main(page)))
    assert kept == {"view": "all", "clock": "restore:missed", "ended": "2027-03"}
    assert "show all" not in words(browser.get("/tickets/?view=all&severity=1"))


def test_the_page_says_what_it_counts(mixed: dict[str, Incident], ann: Person, sign_in: SignIn) -> None:
    page = words(sign_in(ann).get(FIRST_QUARTER))

    for sentence in (
        "January to March 2027 · All organizations",
        "A clock counts in the month in which it ended, Toronto time. Withdrawn clocks are in no figure.",
        "Median Half of the clocks took no longer",
        "Restoration From filing or reopening an incident",
        "Whole period 50.0% 2 2 0 50.0% 6 h 00 min 8 h 42 min",
        "Severity 2 – high 50.0% 1 1 0 50.0% 6 h 30 min 8 h 30 min",
        "Lakeshore Hydro 33.3% 1 2 0 33.3% 8 h 00 min 8 h 48 min",
        "February 2027 None ended 0 0 0 – – –",  # no first answer then
        "March 2027 100.0% 5 on 1 ticket 0 1 83.3% 3 h 30 min 5 h 30 min",
    ):
        assert sentence in page
    assert re.search(r"Data to \w{3} \d+ \w{3} \d{4}, \d\d:\d\d E[SD]T", page)


def test_an_empty_report_says_so(ann: Person, sign_in: SignIn) -> None:
    page = sign_in(ann).get(FIRST_QUARTER)

    assert "No clock like this ended in these months." in words(page)
    assert numbers(page) == []


@pytest.mark.parametrize(
    "query",
    [
        "severity=9", "severity=1 OR 1=1", "target=cost", "target=restore:met", "organization=nobody",
        "organization=' OR 1=1 --", "format=xml", "format=", "order_by=elapsed", "record__reference=x",
        "severity=", "view=all", "clock=restore:met", "ended=2027-03",
    ],
)  # fmt: skip
def test_what_is_no_condition_of_ours_changes_nothing(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn, query: str
) -> None:
    browser = sign_in(ann)

    page = browser.get(f"{FIRST_QUARTER}&{query}")
    assert numbers(page) == numbers(browser.get(FIRST_QUARTER)) != []


@pytest.mark.parametrize("query", ["from=2027-99&to=now", "from=0000-00", "to=%F0%9F%98%80", "from='--"])
def test_months_that_are_none_are_the_usual_ones(ann: Person, sign_in: SignIn, query: str) -> None:
    browser = sign_in(ann)

    assert words(browser.get(f"{REPORT}?{query}")) == words(browser.get(REPORT))


# --- Who ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["rita", "ned", "stan", "vera"])
def test_other_people_of_an_ldc_are_refused_with_a_reason(
    mixed: dict[str, Incident], cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    browser = sign_in(cast[who])

    for query in ("", "?format=csv", "?format=clocks"):
        refused = browser.get(f"{REPORT}{query}")
        assert refused.status_code == 403
        assert "Reports are for the Service Desk and for your organization’s administrator." in words(refused)


@pytest.mark.parametrize("who", ["olga", "both"])
@pytest.mark.parametrize("query", ["", "&organization=pine-ridge-power", "&format=csv", "&format=clocks"])
def test_an_administrator_reads_their_own_organizations_figures_only(
    mixed: dict[str, Incident], request: pytest.FixtureRequest, sign_in: SignIn, who: str, query: str
) -> None:
    page = sign_in(request.getfixturevalue(who)).get(FIRST_QUARTER + query)

    text = page.getvalue().decode() if "format" in query else main(page)  # the top bar names her employers
    for word in ("Pine Ridge", "pinecanary", mixed["pine"].reference):
        assert word not in text
    if "format" not in query:
        assert "pine-ridge" not in main(page)
        assert "Lakeshore Hydro" in words(page)
        respond = next(one for one in numbers(page) if "clock=respond:met" in one[0])
        assert respond[1:] == (1, 1)
        assert ("organization=lakeshore-hydro" in respond[0]) == (who == "both")


def test_an_administrators_figures_are_those_of_the_desk_for_it(
    mixed: dict[str, Incident], olga: Person, ann: Person, sign_in: SignIn
) -> None:
    own = table(sign_in(olga).get(f"{FIRST_QUARTER}&format=csv"))
    desks = table(sign_in(ann).get(f"{FIRST_QUARTER}&organization=lakeshore-hydro&format=csv"))

    assert own == desks != []


def test_the_rail_leads_there_whom_it_is_for(cast: dict[str, Person], sign_in: SignIn) -> None:
    def named(who: str) -> set[str]:
        page = sign_in(cast[who]).get("/drafts/").content.decode()
        return {name for name in ("Reports", "Service levels") if f"<span>{name}</span>" in page}

    assert {who: named(who) for who in ("rita", "olga", "ann")} == {
        "rita": set(), "olga": {"Service levels"}, "ann": {"Reports"},
    }  # fmt: skip


# --- CSV ------------------------------------------------------------------------------------


def test_the_figures_as_csv_are_those_of_the_page(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn
) -> None:
    page = sign_in(ann).get(f"{FIRST_QUARTER}&format=csv")

    assert page["Content-Type"] == "text/csv; charset=utf-8"
    found = lines(page)
    assert found["Restoration", "Whole period"] == ["2", "2", "0", "50.0", "50.0", "6.0", "8.7"]
    assert found["First answer", "2027-02"] == ["0", "0", "0", "", "", "", ""]
    assert found["First answer", "Whole period"] == ["1", "1", "1", "66.67", "33.33", "3.0", "6.2"]
    assert found["Next update", "Lakeshore Hydro"] == ["5", "1", "1", "85.71", "71.43", "4.0", "8.4"]
    assert page["X-Row-Count"] == str(len(table(sign_in(ann).get(f"{FIRST_QUARTER}&format=csv"))))
    name = f'attachment; filename="service-levels-2027-01-to-2027-03-{len(found)}-rows.csv"'
    assert page["Content-Disposition"] == name


def test_the_clocks_as_csv_are_one_line_each(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn
) -> None:
    page = sign_in(ann).get(f"{FIRST_QUARTER}&target=restore&format=clocks")

    found = table(page)
    assert (page["X-Row-Count"], len(found)) == ("4", 4)  # none of the withdrawn ones
    assert found[0] == {
        "Reference": mixed["lake"].reference,
        "Title": "BQ responses missing for cycle 14",
        "Organization": "Lakeshore Hydro",
        "Target": "Restoration",
        "Cycle": "1",
        "Leg": found[0]["Leg"],
        "Severity": "Severity 2 – high",
        "Started": "2027-01-12T03:00:00-05:00",
        "Due": "2027-01-12T11:00:00-05:00",
        "Ended": "2027-01-12T12:00:00-05:00",
        "Counted hours": "9.0",
        "Outcome, raw": "Missed",
        "Outcome, adjusted": "Missed",
    }
    ends = [(row["Outcome, raw"], row["Outcome, adjusted"]) for row in found]
    assert sorted(ends) == [("Met", "Met"), ("Met", "Met"), ("Missed", "Missed"), ("Missed", "Missed")]


def test_a_title_that_a_spreadsheet_would_run_is_only_a_title(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn
) -> None:
    titles = {row["Title"] for row in table(sign_in(ann).get(f"{FIRST_QUARTER}&format=clocks"))}

    assert "'=cmd|' /C calc'!A0" in titles
    assert not [title for title in titles if title.startswith("=")]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("plain = text", "plain = text"), ("", ""), (None, ""),
        (-1.5, "-1.5"), (0, "0"),
    ],
)  # fmt: skip
def test_cells_are_safe(cell: Any, text: str) -> None:
    assert safe(cell) == text


def test_a_long_download_comes_in_pieces_and_is_whole(
    incident: Make, ended: Ended, ann: Person, olga: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PIECE", 7)
    ticket = incident()
    made = [ended(ticket, at=MARCH + timedelta(minutes=minute)) for minute in range(30)]

    for reader in (ann, olga):
        page = sign_in(reader).get(f"{FIRST_QUARTER}&format=clocks")
        pieces = list(page.streaming_content)
        rows = list(csv.DictReader(StringIO(b"".join(pieces).decode("utf-8-sig"))))
        assert len(pieces) > 4
        assert page["X-Row-Count"] == "30"
        assert [int(row["Leg"]) for row in rows] == [one.leg for one in made]


def test_a_download_of_nothing_is_a_heading(ann: Person, sign_in: SignIn) -> None:
    for form in ("csv", "clocks"):
        page = sign_in(ann).get(f"{FIRST_QUARTER}&format={form}")
        assert (page["X-Row-Count"], table(page)) == ("0", [])


# --- Cost -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["ann", "olga"])
@pytest.mark.parametrize(
    "address",
    [FIRST_QUARTER, f"{FIRST_QUARTER}&format=csv", "/tickets/?view=all&clock=restore:met&ended=2027-03"],
)
def test_figures_cost_the_same_with_one_clock_and_with_five_hundred(
    incident: Make, ended: Ended, cast: dict[str, Person], sign_in: SignIn, who: str, address: str
) -> None:
    first = incident()
    ended(first)
    browser = sign_in(cast[who])
    one = cost(browser, address)

    others = many(first, 20)
    ServiceClock.objects.bulk_create(
        ended(others[number % 20], ("respond", "restore", "update")[number % 3], save=False)
        for number in range(500)
    )
    full = cost(browser, address)

    assert len(full) == len(one), "\n".join(full)
    assert len(full) <= 6, "\n".join(full)


def test_a_download_costs_one_query_for_a_thousand_clocks(
    incident: Make, ended: Ended, ann: Person, sign_in: SignIn
) -> None:
    ticket, browser = incident(), sign_in(ann)
    ServiceClock.objects.bulk_create(ended(ticket, save=False) for _number in range(500))

    with CaptureQueriesContext(connection) as asked:
        assert len(table(browser.get(f"{FIRST_QUARTER}&format=clocks"))) == 500
    assert len(asked) <= 6
