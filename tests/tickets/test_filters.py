"""What narrows a list down: our fields with our values, and nothing that somebody makes up."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.models import Organization, Person
from servicedesk.records.models import record
from tests.tickets.pages import words
from tests.tickets.test_lists import references
from tickets.models import Incident
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


@pytest.fixture
def mixed(incident: Make, stan: Person, pineridge: Organization) -> dict[str, Incident]:
    """Tickets that differ in one thing each."""
    return {
        "plain": incident(),
        "severe": incident(impact="all", urgency="now"),
        "sandbox": incident(environment="sandbox"),
        "titled": incident(title="AS2 certificate expires – Été 100%_\\"),
        "working": incident(Status.IN_PROGRESS),
        "resolved": incident(Status.RESOLVED),
        "pine": incident(by=stan, organization_id=pineridge.pk),
    }


def found(browser: Client, mixed: dict[str, Incident], query: str, where: str = "/tickets/") -> set[str]:
    """Which of the mixed tickets a list shows."""
    by_reference = {one.reference: name for name, one in mixed.items()}
    view = "view=all&" if where == "/tickets/" else ""
    return {by_reference[one] for one in references(browser, f"{where}?{view}{query}")}


EVERYTHING = {"plain", "severe", "sandbox", "titled", "working", "resolved", "pine"}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", EVERYTHING),
        ("severity=1", {"severe"}),
        ("environment=sandbox", {"sandbox"}),
        ("status=in_progress", {"working"}),
        ("status=resolved", {"resolved"}),
        ("organization=pine-ridge-power", {"pine"}),
        ("organization=nobody", set()),
        ("q=as2 CERT", {"titled"}),
        ("q=ÉTÉ", {"titled"}),
        ("q=100%25_", {"titled"}),
        ("q=%25", {"titled"}),
        ("q=_", {"titled"}),
        ("q=%5C", {"titled"}),
        ("q=no such words", set()),
        ("severity=3&environment=production&status=new&q=cycle", {"plain", "pine"}),
        ("severity=1&environment=sandbox", set()),
        ("organization=pine-ridge-power,lakeshore-hydro", EVERYTHING),
        ("organization=pine-ridge-power,nobody", {"pine"}),
        ("clock=restore:met", {"resolved"}),
        ("clock=restore:met&ended=2027-03", {"resolved"}),
        ("clock=restore:met&ended=2026-12..2027-03", {"resolved"}),
        ("clock=restore:met&ended=2027-02", set()),
        ("clock=restore:met&severity=3", {"resolved"}),
        ("clock=restore:met&severity=2", set()),
        ("clock=restore:missed", set()),
        ("clock=restore:excused", set()),
        ("clock=respond:met&ended=2027-03", {"working", "resolved"}),
        ("ended=2027-03", {"working", "resolved"}),
        ("ended=2027-02", set()),
        ("q=  cycle   14 ", EVERYTHING - {"titled"}),
    ],
)
def test_each_filter_narrows_down(
    mixed: dict[str, Incident],
    ann: Person,
    rita: Person,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    names: set[str],
) -> None:
    browser = sign_in(ann)

    assert found(browser, mixed, query) == names
    for many in (1000, 1):  # rare words are found in another way than common ones
        monkeypatch.setattr(record, "MANY_TITLES", many)
        assert found(sign_in(rita), mixed, query) == names - {"pine"}
    if "status" not in query:
        assert found(browser, mixed, query, "/desk/q/all/") == names - {"resolved"}


@pytest.mark.parametrize(
    "query",
    [
        "severity=9", "severity=1 OR 1=1", "severity=", "severity=%D9%A1", "severity=1.0",
        "environment=moon", "status=gone", "status=new'--",
        "clock=restore", "clock=restore:withdrawn", "clock=restore:met'--", "clock=:",
        "ended=2027-13", "ended=2027-03-09", "ended=now", "ended=..2027-01", "ended=",
        "utm_source=mail", "fbclid=x",
    ],
)  # fmt: skip
def test_what_is_no_value_of_ours_changes_nothing(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn, query: str
) -> None:
    browser = sign_in(ann)

    assert found(browser, mixed, query) == EVERYTHING
    assert references(browser, f"/desk/q/all/?{query}") == references(browser, "/desk/q/all/")


UNLISTED = [
    # relation paths and other lookups
    "organization__name=Pine Ridge Power", "reporter__email=x", "assignee__password__startswith=a",
    "severity__gt=1", "severity__in=1", "id__gte=0", "ended_at__gte=2027", "title__regex=.*", "q__contains=x",
    "clock__state=met",
    # negations and connectives
    "status__not=new", "-severity=1", "~status=new", "status!=new", "not_severity=1", "exclude=status",
    "_connector=OR",
    # repeated and nested
    "severity=1&severity=2", "organization=a&organization=b", "sort=due&sort=due", "status[]=new",
    "filter[status]=new", "a[b][c]=1", "status.eq=new",
    # fields and orders that are not ours
    "visibility=restricted", "pk=1", "reporter=1", "order_by=-title", "order=title", "ordering=reporter__password",
    "sort=organization__name", "sort=-due", "sort=title", "sort=due,updated", "utm_source__not=x",
]  # fmt: skip


def test_what_is_no_parameter_of_ours_is_refused_and_told_what_is(ann: Person, sign_in: SignIn) -> None:
    browser = sign_in(ann)
    told = {query: browser.get(f"/desk/q/all/?{query}") for query in UNLISTED}
    ours = {query: browser.get(f"/tickets/?view=all&{query}") for query in UNLISTED}

    assert {query for query, answer in (*told.items(), *ours.items()) if answer.status_code != 400} == set()
    for query, said in {
        "status__not=new": "“status__not” is not a parameter of this list. Allowed are: sort, q, kind,",
        "sort=-due": "“-due” is not an order of this list. Allowed are: due, updated, severity.",
        "severity=1&severity=2": "“severity” stands twice in the address. Give it once.",
    }.items():
        assert said in words(told[query])


@pytest.mark.parametrize(
    "query",
    [
        "q=' OR 1=1 --",
        "q=%27%29 OR %28%27a%27=%27a",
        "organization=' OR '1'='1",
        "organization=pine-ridge-power' --",
        "organization=~lakeshore-hydro",
    ],
)
def test_words_that_look_like_sql_are_only_words(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn, query: str
) -> None:
    assert found(sign_in(ann), mixed, query) == set()


@pytest.mark.parametrize("address", ["/tickets/?q=%00", "/desk/q/all/?organization=%00"])
def test_what_the_database_cannot_hold_is_no_address(ann: Person, sign_in: SignIn, address: str) -> None:
    assert sign_in(ann).get(address).status_code == 400


@pytest.mark.parametrize("written", ["{}", " {} ", "lower"])
def test_a_reference_is_found_exactly(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn, written: str
) -> None:
    reference = mixed["plain"].reference
    typed = reference.lower() if written == "lower" else written.format(reference)

    assert found(sign_in(ann), mixed, f"q={quote(typed)}") == {"plain"}
    assert found(sign_in(ann), mixed, f"q={quote(reference[:-1])}") == set()


def test_no_filter_shows_an_ldc_more_than_its_own(
    mixed: dict[str, Incident], rita: Person, sign_in: SignIn
) -> None:
    browser = sign_in(rita)

    assert found(browser, mixed, "") == EVERYTHING - {"pine"}
    for query in ("organization=pine-ridge-power", f"q={mixed['pine'].reference}"):
        assert found(browser, mixed, query) == set()


@pytest.mark.parametrize(
    ("query", "chip"),
    [
        ("organization=pine-ridge-power", "Only Pine Ridge Power"),
        ("organization=pine-ridge-power&severity=1", "Only Pine Ridge Power"),  # none of them
        ("organization=pine-ridge-power,lakeshore-hydro", "Only Lakeshore Hydro, Pine Ridge Power"),
        ("organization=nobody", "Only nobody"),
    ],
)
def test_the_chip_of_a_queue_says_whose_tickets_these_are(
    mixed: dict[str, Incident], ann: Person, sign_in: SignIn, query: str, chip: str
) -> None:
    assert f"{chip} Remove this filter" in words(sign_in(ann).get(f"/desk/q/all/?{query}"))
