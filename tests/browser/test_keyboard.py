"""With the keyboard alone: reporting and replying."""

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import Person
from servicedesk.records.models import Comment
from tests.browser.conftest import Visit
from tests.browser.paths import DESCRIPTION, TITLE
from tickets.models import Incident

pytestmark = pytest.mark.browser

IS_FOCUSED = "one => one === document.activeElement"
SHOWS_FOCUS = """
one => [one, one.closest("label") ?? one].some((shown) => {
  const look = getComputedStyle(shown);
  return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2) || look.boxShadow !== "none";
})
"""


def tab_to(page: Page, there: Locator) -> None:
    """Press Tab until the focus is there, and see that it shows."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if there.count() and there.evaluate(IS_FOCUSED):
            break
    expect(there).to_be_focused()
    assert there.evaluate(SHOWS_FOCUS), f"{there} does not show that it has the focus"


def test_an_incident_is_reported_and_written_on_without_a_mouse(visit: Visit, rita: Person) -> None:
    page = visit(rita).page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.locator("#main").get_by_role("link", name="Get help").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Something isn’t working"))
    page.keyboard.press("Enter")

    tab_to(page, page.get_by_label("What is not working?"))
    page.keyboard.type(TITLE)
    tab_to(page, page.get_by_label("What did you expect, and what did you see?"))
    page.keyboard.type(DESCRIPTION)
    tab_to(page, page.get_by_label("Production is down, or every LDC is affected"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Part of our processing is affected")).to_be_checked()
    tab_to(page, page.get_by_label("Now: a billing window is at risk"))
    page.keyboard.press("Space")
    expect(page.locator("#severity")).to_contain_text("Severity 2 – high")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#severity")).to_contain_text("Severity 3 – medium")
    tab_to(page, page.get_by_role("button", name="Continue", exact=True))
    page.keyboard.press("Enter")

    tab_to(page, page.get_by_role("button", name="Send to the service desk"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("link", name="View the ticket"))
    page.keyboard.press("Enter")

    tab_to(page, page.locator("#composer").get_by_label("Message"))
    page.keyboard.type("By keyboard, with a button.")
    tab_to(page, page.locator("#composer").get_by_role("button", name="Send to the service desk"))
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("By keyboard, with a button.")
    tab_to(page, page.locator("#composer").get_by_label("Message"))
    page.keyboard.type("By keyboard, at once.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("By keyboard, at once.")

    assert Incident.objects.get().title == TITLE
    assert list(Comment.objects.order_by("pk").values_list("body", flat=True)) == [
        "By keyboard, with a button.",
        "By keyboard, at once.",
    ]
