"""The LDC's part with JavaScript switched off: every form works as plain HTML."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Person
from servicedesk.records.models import Attachment, Comment
from tests.browser.conftest import Visit
from tests.browser.paths import DESCRIPTION, TITLE, check_and_send, fill_report, say, text_file, write
from tickets.actions import move_ticket
from tickets.models import Incident
from tickets.transitions import Status

pytestmark = pytest.mark.browser


def take(name: str, by: Person, **said: str) -> None:
    """Something the desk does meanwhile."""
    incident = Incident.objects.get()
    move_ticket(incident, name, by=by, at=timezone.now(), version=incident.version, **said)  # type: ignore[arg-type]


def test_an_incident_from_the_report_to_the_closing(
    visit: Visit, rita: Person, ann: Person, tmp_path: Path
) -> None:
    page = visit(rita, javascript=False).page
    page.get_by_role("link", name="Get help").first.click()
    page.get_by_role("link", name="Something isn’t working").click()
    fill_report(page)
    page.locator("#id_files_incident").set_input_files(text_file(tmp_path))
    reference = check_and_send(page)
    page.get_by_role("link", name="View the ticket").click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator("#timeline")).to_contain_text(DESCRIPTION)
    with page.expect_download() as download:
        page.locator("#timeline").get_by_role("link", name="responses.csv").click()
    assert download.value.path().read_text() == "account,reads\n1,12\n"

    page.locator("#composer input[type=file]").set_input_files(text_file(tmp_path, "second.txt", "more"))
    write(page, "Here is **more**.")
    expect(page.locator("#timeline strong")).to_have_text("more")
    expect(page.locator("#timeline")).to_contain_text("second.txt")

    followers = page.get_by_role("region", name="Followers")
    followers.get_by_role("button", name="Stop following").click()
    expect(followers).to_contain_text("Nobody follows this ticket.")
    followers.get_by_role("button", name="Follow").click()
    expect(followers).to_contain_text("Rita")

    take("start", ann)
    take("ask", ann, message="Which file?")
    page.reload()
    write(page, "BQ_2026_14.xml", button="Send answer")
    expect(page.locator(".page-head")).to_contain_text("In progress")
    take("resolve", ann, message="Sent again.", resolution="workaround")
    page.reload()
    say(page, "It is not solved: reopen it", "Three are missing.")
    expect(page.locator(".page-head")).to_contain_text("In progress")
    take("resolve", ann, message="All there.", resolution="fix")
    page.reload()
    page.get_by_role("button", name="Yes, it is solved: close it").click()
    expect(page.locator(".turn")).to_contain_text("This ticket is closed.")

    closed = Incident.objects.get(reference=reference)
    assert closed.status == Status.CLOSED
    assert sorted(Attachment.objects.filter(record=closed.pk).values_list("name", flat=True)) == [
        "responses.csv",
        "second.txt",
    ]
    assert Comment.objects.filter(author=rita).count() == 3


def test_a_form_that_came_back_names_each_error_and_keeps_what_was_typed(visit: Visit, rita: Person) -> None:
    visitor = visit(rita, javascript=False)
    visitor.expect("status of 422")
    page = visitor.go("/help/new/incident/")
    page.get_by_label("What is not working?").fill(TITLE)
    page.get_by_role("button", name="Continue", exact=True).click()

    expect(page).to_have_title(re.compile("^Error: Something isn’t working"))
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("What is not working?")).to_have_value(TITLE)
    fill_report(page)
    check_and_send(page)


def test_a_list_is_narrowed_down_and_cleared(
    visit: Visit, rita: Person, incident: Callable[..., Incident]
) -> None:
    incident(at=timezone.now(), title="AS2 certificate expires")
    incident(at=timezone.now(), title="Exception report delivered twice", impact="minor", urgency="wait")
    page = visit(rita, javascript=False).go("/tickets/")
    titles = page.locator("#list .row-title")
    expect(titles).to_have_text(["Exception report delivered twice", "AS2 certificate expires"])

    page.get_by_label("Title or reference").fill("as2")
    page.get_by_role("button", name="Filter").click()
    expect(titles).to_have_text(["AS2 certificate expires"])
    page.get_by_label("Title or reference").fill("")
    page.get_by_label("Severity").select_option("4")
    page.get_by_role("button", name="Filter").click()
    expect(titles).to_have_text(["Exception report delivered twice"])
    page.get_by_label("Status").select_option("resolved")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("#list")).to_contain_text("No tickets match.")
    page.get_by_role("link", name="Clear filters").click()
    expect(titles).to_have_count(2)
