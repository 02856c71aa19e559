"""Files that are sent one by one: each has a row, and an error of its own."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from accounts.models import Person
from servicedesk.records.models import Attachment
from tests.browser.conftest import Visit
from tests.browser.paths import check_and_send, fill_report, text_file

pytestmark = pytest.mark.browser


def test_each_file_has_its_own_error_and_the_good_one_goes_through(
    visit: Visit, rita: Person, tmp_path: Path
) -> None:
    disguised = text_file(tmp_path, "page.txt", "<!doctype html><html><script>alert(1)</script></html>")
    huge = tmp_path / "huge.log"
    with huge.open("wb") as file:
        file.truncate(30 * 1024 * 1024)
    visitor = visit(rita)
    visitor.expect("status of 422")
    page = visitor.go("/help/new/incident/")
    fill_report(page)
    page.locator("#id_files_incident").set_input_files([disguised, huge, text_file(tmp_path)])

    rows = page.locator(".file-row")
    expect(rows).to_have_count(3)
    bad = page.locator(".file-row.is-bad")
    expect(bad).to_have_count(2)
    expect(bad.filter(has_text="page.txt").locator(".file-error")).to_contain_text("page.txt")
    expect(bad.filter(has_text="huge.log").locator(".file-error")).to_have_text(
        "This file is too large. Choose a smaller one."
    )
    expect(page.locator(".file-row[data-remove-url]")).to_contain_text("responses.csv")
    page.get_by_role("button", name="Dismiss page.txt").click()
    page.get_by_role("button", name="Remove huge.log").click()
    expect(rows).to_have_count(1)
    check_and_send(page)
    assert [file.name for file in Attachment.objects.all()] == ["responses.csv"]


def test_a_file_that_was_cut_off_is_sent_again_by_its_button(
    visit: Visit, rita: Person, tmp_path: Path
) -> None:
    visitor = visit(rita)
    visitor.expect("ERR_FAILED|ERR_CONNECTION")
    page = visitor.go("/help/new/incident/")
    page.route("**/files/?form=incident", lambda route: route.abort(), times=1)
    page.locator("#id_files_incident").set_input_files(text_file(tmp_path))
    expect(page.locator(".file-error")).to_contain_text("This file was not sent.")

    page.get_by_role("button", name="Try again responses.csv").click()
    expect(page.locator(".file-row[data-remove-url]")).to_contain_text("responses.csv")
    page.get_by_role("button", name="Remove responses.csv").click()
    expect(page.locator(".file-row")).to_have_count(0)
    assert not Attachment.objects.exists()


def test_files_go_with_a_reply(visit: Visit, rita: Person, tmp_path: Path, incident: object) -> None:
    made = incident()  # type: ignore[operator]
    page = visit(rita).go(f"/tickets/{made.reference}/")
    page.locator("#composer input[type=file]").set_input_files(text_file(tmp_path))
    expect(page.locator("#composer .file-row[data-remove-url]")).to_be_visible()
    page.locator("#composer").get_by_label("Message").fill("See the file.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline .message").last).to_contain_text("responses.csv")
    file = Attachment.objects.get()
    assert (file.record_id, file.draft_id, file.internal) == (made.pk, None, False)
