"""A queue under one's hands: what others do shows, what one works on stays, and a ticket can be looked into."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Person
from tests.browser.conftest import Visit
from tickets.actions import add_note
from tickets.models import Incident

pytestmark = pytest.mark.browser

POLL = "document.dispatchEvent(new Event('visibilitychange'))"
"""What a page does when it is looked at again."""


def test_a_queue_stays_fresh_and_holds_still(
    visit: Visit, ann: Person, bob: Person, incident: Callable[..., Incident]
) -> None:
    hour = timedelta(hours=1)
    chosen, other = (incident(at=timezone.now() - span * hour, title=f"Ticket {span}") for span in (3, 2))
    page = visit(ann).go("/desk/q/all/")
    rows, pill = page.locator("tr[data-reference]"), page.locator(".pill")
    page.keyboard.press("j")
    expect(rows.first.locator(".row-title")).to_be_focused()

    add_note(chosen, "Chosen note.", by=bob, at=timezone.now())
    add_note(other, "Other note.", by=bob, at=timezone.now())
    incident(at=timezone.now(), title="A third")
    page.evaluate(POLL)
    expect(rows.nth(1)).to_contain_text("Other note.")
    expect(pill).to_have_text("1 new · 1 changed – Show")
    assert (rows.count(), "Chosen note." in rows.first.inner_text()) == (2, False)
    page.keyboard.press("n")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Chosen note.")
    expect(rows.first.locator(".row-title")).to_be_focused()
    expect(pill).to_be_hidden()

    page.keyboard.press("Space")
    pane = page.locator(".pane")
    expect(pane).to_contain_text("Chosen note.")
    expect(rows.first).not_to_contain_text("Unread")
    page.keyboard.press("j")
    expect(pane).to_contain_text("Other note.")
    pane.get_by_label("Message").fill("From the pane.")
    page.keyboard.press("Control+Enter")
    expect(pane).to_contain_text("From the pane.")
    expect(rows.nth(1).locator(".row-title")).to_be_focused()
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
