"""The story of an emergency change: two people agree at once, the board looks at it afterwards.

Rita of Lakeshore Hydro asks; Chang runs it, Cleo and Stan of Pine Ridge Power agree, Bob carries it
out. It is closed only once the board has accepted what was learned.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from changes.actions.consequences import next_business_day
from changes.actions.rating import rate_change
from changes.actions.scheduling import schedule
from changes.models import RequestForChange
from servicedesk.schedule.sweep import sweep
from tests.browser.conftest import Visit
from tests.changes.asking import LOW, PLANS, ask, fresh
from tests.changes.board import seat

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TITLE = "Stop the exception report that never ends"
LEARNED = "The report is stopped by its own time limit now. We ask the vendor for the cause."


@pytest.fixture
def emergency(rita: Person, chang: Person, bob: Person) -> RequestForChange:
    """Rita asked; it is rated, planned and published, and Bob is to do it."""
    now = timezone.now()
    asked = ask(rita, at=now, title=TITLE)
    rate_change(asked, LOW, by=chang, at=now, version=asked.version)
    plans = dict.fromkeys(PLANS, "Step by step.")
    RequestForChange.objects.filter(pk=asked.pk).update(implementer=bob, change_class="emergency", **plans)
    asked.amend(version=fresh(asked).version, at=now, visibility="everyone")
    return fresh(asked)


def vote(page: Page, choice: str, reason: str = "") -> None:
    page.get_by_label(choice, exact=True).check()
    if reason:
        page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Give your vote").click()
    expect(page.locator(".notice", has_text="You voted on")).to_be_visible()
    sweep(at=timezone.now())


def test_an_emergency_change_with_its_review_after_the_fact(
    visit: Visit,
    cast: dict[str, Person],
    emergency: RequestForChange,
) -> None:
    rita, stan, ann, bob, cleo, chang = (
        cast[name] for name in ("rita", "stan", "ann", "bob", "cleo", "chang")
    )
    seat(ann, cleo, stan)
    address = emergency.get_absolute_url()
    manager, board = visit(chang), visit(cleo)

    def at_rfc() -> Page:
        return manager.go(address)

    at_rfc().get_by_role("button", name="Ask for emergency approval").click()
    expect(manager.page.locator(".page-head")).to_contain_text("Awaiting decision")

    agenda = board.go("/desk/changes/board/")
    expect(agenda.get_by_role("row", name=TITLE)).to_contain_text("0 of 2 agreed")
    agenda.get_by_role("link", name=TITLE).click()
    vote(agenda, "Approve")
    expect(agenda.get_by_text("You voted on this already.")).to_be_visible()
    outside = visit(stan).go(address)
    outside.get_by_role("link", name="Give your vote").click()
    vote(outside, "Approve")
    expect(at_rfc().locator(".page-head")).to_contain_text("Approved")

    start = timezone.now() + timedelta(hours=1)
    planned = fresh(emergency)
    schedule(planned, start, start + timedelta(hours=1), by=chang, at=timezone.now(), version=planned.version)
    hands = visit(bob).go(address)
    hands.get_by_role("button", name="Start implementation").click()
    expect(hands.locator(".page-head")).to_contain_text("Implementing")
    hands.locator("#move-finish summary").click()
    hands.locator("#move-finish").get_by_label("Successful", exact=True).check()
    hands.locator("#move-finish").get_by_role("button", name="Implemented").click()
    expect(hands.locator(".page-head")).to_contain_text("Implemented")

    expect(at_rfc().get_by_role("button", name="Close", exact=True)).to_have_count(0)
    manager.page.get_by_role("link", name="Write the review").click()
    expect(manager.page.get_by_text("It is put to the board on the business day after")).to_be_visible()
    manager.page.get_by_label("Successful", exact=True).check()
    manager.page.get_by_label("What was learned?").fill(LEARNED)
    manager.page.get_by_role("button", name="Keep the review").click()
    expect(manager.page.locator(".message-body")).to_contain_text(LEARNED)

    sweep(at=next_business_day(timezone.now()))
    for member, page in ((cleo, agenda), (stan, outside), (ann, visit(ann).page)):
        prefix = "" if member is stan else "/desk"
        page.goto(f"{manager.home}{prefix}/changes/{emergency.reference}/decision/")
        expect(page.get_by_text(LEARNED)).to_be_visible()
        vote(page, "Approve")

    expect(at_rfc().locator(".page-head")).to_contain_text("Reviewed")
    manager.page.get_by_role("button", name="Close", exact=True).click()
    expect(manager.page.locator(".page-head")).to_contain_text("Closed")
    home = visit(rita).go(address)
    expect(home.locator(".turn")).to_contain_text("It is done and closed.")
    expect(home.locator("#main")).to_contain_text("3 for approving")
    expect(home.locator("#main")).not_to_contain_text("Stan")
