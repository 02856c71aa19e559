"""Fifty tickets are assigned with a few keys, and taken back (UX 1: within 5 s; here 15, the machine may be busy)."""

from collections.abc import Callable
from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Person
from servicedesk.records.models import Record
from tests.browser.conftest import Visit
from tests.browser.looking import barriers, restyled
from tickets.models import Incident

pytestmark = pytest.mark.browser
FIFTY = 50
SMALL_PART = 150
"""Elements: a row and the bar that says what can be done with it, of a page with fifty rows."""


def test_fifty_tickets_are_assigned_with_keys_and_taken_back(
    visit: Visit, incident: Callable[..., Incident], ann: Person, bob: Person
) -> None:
    for number in range(FIFTY):
        minutes = timedelta(minutes=3 * (FIFTY - number))  # nobody files more than 30 in an hour
        incident(at=timezone.now() - minutes, title=f"Ticket {number}")
    page = visit(ann).go("/desk/q/triage/")
    bar = page.get_by_role("region", name="Bulk actions")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    assert 0 < restyled(page, "x") < SMALL_PART < page.locator("*").count() / 5
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("Shift+J")
    expect(bar).to_contain_text("2 selected")
    assert barriers(page) == []
    page.evaluate("() => { const list = document.getElementById('list'); list.innerHTML = list.innerHTML; }")
    expect(page.locator("[data-bulk-row]:checked")).to_have_count(2)  # a list that comes anew keeps its ticks
    expect(bar).to_contain_text("2 selected")
    began = monotonic()

    page.keyboard.press("Control+a")
    expect(bar).to_contain_text("50 selected")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Assign 50 tickets")
    page.get_by_label("Assignee").select_option(label="Bob")
    page.get_by_role("button", name="Assign 50 tickets").click()
    expect(page.get_by_text("50 done", exact=True).first).to_be_visible()

    assert monotonic() - began < 15
    assert Record.objects.filter(assignee=bob).count() == FIFTY
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Undo: Assign 50 tickets")
    assert Record.objects.filter(assignee=None).count() == FIFTY
