"""Many requests, long lists and long texts: what they cost, and that nothing else is lost."""

import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Person
from tests.tickets.ordering import filled, send
from tests.tickets.ordering import item as publish
from tests.tickets.orders import order
from tests.tickets.pages import fields, messages
from tests.tickets.requesting import ADMINISTRATORS, item
from tests.tickets.requesting import order as order_version
from tests.tickets.test_lists import cost
from tickets.forms import LONGEST_TEXT
from tickets.models import ItemVersion, ServiceRequest

SignIn = Callable[[Person], Client]
EXTRACT = {"org_id": "LAKE1", "sdps": ["10045822"], "from_on": "2027-03-01", "until_on": "2027-03-02"}
LISTS = [
    ("rita", "/tickets/?view=all", 4),
    ("rita", "/tickets/?view=all&kind=request", 4),
    ("rita", "/", 6),
    ("olga", "/", 6),
    ("vera", "/tickets/?view=all", 4),
    ("ann", "/tickets/?view=all", 4),
    ("ann", "/desk/", 6),
    ("ann", "/desk/q/all/", 4),
    ("ann", "/desk/q/triage/", 4),
    ("ann", "/desk/q/team-data-billing/", 4),
]


@pytest.mark.parametrize(("who", "address", "most"), LISTS)
def test_a_list_of_requests_costs_the_same_with_one_and_with_thirty(
    cast: dict[str, Person], lakeshore: Organization, sign_in: SignIn, who: str, address: str, most: int
) -> None:
    at, browser = timezone.now(), sign_in(cast[who])
    approved = item(ADMINISTRATORS)

    def one_of_each() -> None:
        """One that nobody has looked at, and one that waits for its approval."""
        order("interval-data-extract", EXTRACT, by=cast["rita"], organization_id=lakeshore.pk, at=at)
        order_version(approved, by=cast["rita"], organization=lakeshore, at=at)

    def costs() -> tuple[int, int]:
        """With nothing remembered, and with what the page before remembered."""
        cache.clear()
        return len(cost(browser, address)), len(cost(browser, address))

    one_of_each()
    few = costs()
    for _more in range(14):
        one_of_each()

    assert costs() == few
    assert max(few) <= most


# --- A long list ----------------------------------------------------------------------------


@pytest.fixture
def listed(db: None) -> ItemVersion:
    """An item that asks for a list of SDPs, a text and a day."""
    return publish(
        "meter-tea",
        {"name": "sdps", "kind": "sdp_list", "label": "SDPs"},
        {"name": "why", "kind": "long_text", "label": "Why?"},
        {"name": "day", "kind": "date", "label": "Which day?"},
    )


def five_thousand() -> list[str]:
    return [str(10_000_000 + number) for number in range(5_000)]


def took(ask: Callable[[], HttpResponse]) -> tuple[HttpResponse, float]:
    """An answer, and the seconds of work it took here: other work on the machine is not counted."""
    begun = time.thread_time()
    answer = ask()
    return answer, time.thread_time() - begun


def test_bad_lines_among_five_thousand_are_named_within_a_second_and_nothing_else_is_lost(
    rita: Person, lakeshore: Organization, listed: ItemVersion, sign_in: SignIn
) -> None:
    lines = five_thousand()
    lines[0], lines[2_499], lines[4_999] = "1", "100 02499", "10000001"  # too short, a gap, twice
    browser = sign_in(rita)
    said = filled(lakeshore, f_sdps="\r\n".join(lines), f_why="The reads came late.", f_day="2027-03-31")

    refused, seconds = took(lambda: browser.post("/help/new/meter-tea/", said))

    assert (refused.status_code, seconds < 1) == (422, True), seconds
    (message,) = messages(refused)
    assert message == (
        "Line 1: “1” An ID has 6 to 30 letters and digits, such as 10045822. "
        "Line 2500: “100 02499” An ID has 6 to 30 letters and digits, such as 10045822. "
        "Line 5000: “10000001” is on line 2 already. Take one of them out."
    )
    page = fields(refused)
    assert {name: page[name] for name in ("title", "f_why", "f_day")} == {
        "title": ["Tea at four"], "f_why": ["The reads came late."], "f_day": ["2027-03-31"],
    }  # fmt: skip
    assert page["f_sdps"][0].split() == "\n".join(lines).split()

    mended = said | {"f_sdps": "\n".join(five_thousand())}
    _sent, seconds = took(lambda: send(browser, "meter-tea", mended))
    made = ServiceRequest.objects.get()
    assert (made.answers["sdps"], seconds < 2) == (five_thousand(), True), seconds
    page, seconds = took(lambda: browser.get(f"/tickets/{made.reference}/"))
    assert (page.status_code, seconds < 1) == (200, True), seconds


def test_one_line_too_many_is_said_and_the_list_is_kept(
    rita: Person, lakeshore: Organization, listed: ItemVersion, sign_in: SignIn
) -> None:
    lines = [*five_thousand(), "10009999"]
    said = filled(lakeshore, f_sdps="\n".join(lines), f_why="Late.", f_day="2027-03-31")

    refused = sign_in(rita).post("/help/new/meter-tea/", said)

    assert messages(refused) == ["Line 5001: The list is full with 5000. Put the rest in another request."]
    assert fields(refused)["f_sdps"][0].split() == lines


# --- A long text ----------------------------------------------------------------------------


def test_a_text_may_be_as_long_as_the_form_says_and_a_longer_one_is_kept_on_it(
    rita: Person, lakeshore: Organization, listed: ItemVersion, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    longest = ("x" * 99 + "\n") * (LONGEST_TEXT // 100 - 1) + "x" * 100
    said = filled(lakeshore, f_sdps="10045822", f_day="2027-03-31")

    too_long = browser.post("/help/new/meter-tea/", said | {"f_why": f"{longest}y"})
    assert too_long.status_code == 422
    assert messages(too_long) == [f"Shorten “Why?” to {LONGEST_TEXT} characters. It has {LONGEST_TEXT + 1}."]
    assert fields(too_long)["f_why"] == [f"{longest}y"]

    send(browser, "meter-tea", said | {"f_why": longest.replace("\n", "\r\n")})
    assert ServiceRequest.objects.get().answers["why"] == longest
