"""Nothing that was typed into a request's form is lost, with its files (PROMISES P17), and long texts fit.

The form asks for a list of SDPs, a question that depends on another, and evidence.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Organization, Person
from servicedesk.records.models import Attachment
from tests.browser.conftest import Visit
from tests.browser.filling import attach, send_request
from tests.browser.looking import problems
from tests.browser.paths import text_file
from tests.browser.test_nothing_lost import sign_out_behind_their_back
from tests.tickets.ordering import item
from tickets.models import ItemVersion, ServiceRequest

pytestmark = pytest.mark.browser

FORM = "/help/new/meter-tea/"
ANSWERS = {"which": "some", "sdps": ["10045822", "10045823"], "why": "The reads came late.\nTwice."}
PROBLEM = "Sorry, there is a problem with the service"


@pytest.fixture
def tea(committed: None) -> ItemVersion:
    """An item with a list that is asked for only if it is not for all, a text, and evidence."""
    return item(
        "meter-tea",
        {"name": "which", "kind": "choice", "label": "For which?", "choices": "all | All\nsome | Some"},
        {
            "name": "sdps",
            "kind": "sdp_list",
            "label": "SDP IDs",
            "show_field": "which",
            "show_values": "some",
        },
        {"name": "why", "kind": "long_text", "label": "Why?"},
        {"name": "evidence", "kind": "file", "label": "Evidence"},
    )


def type_all(page: Page, file: Path) -> None:
    """Everything that the form asks for, the evidence first."""
    attach(page, file)
    page.get_by_label("Title").fill("Tea at four")
    page.get_by_label("Some", exact=True).check()
    page.get_by_label("SDP IDs", exact=True).fill("10045822\n10045823")
    page.get_by_label("Why?").press_sequentially(ANSWERS["why"])


def all_is_there(page: Page, file: Path) -> None:
    """As it was typed."""
    expect(page.get_by_label("Title")).to_have_value("Tea at four")
    expect(page.get_by_label("Some", exact=True)).to_be_checked()
    expect(page.get_by_label("SDP IDs", exact=True)).to_have_value("10045822\n10045823")
    expect(page.get_by_label("Why?")).to_have_value(ANSWERS["why"])
    expect(page.locator(".file-row")).to_contain_text(file.name)


def goes_through(page: Page) -> None:
    """It can be sent, once, with its file."""
    reference = send_request(page)
    made = ServiceRequest.objects.get()
    assert (made.reference, made.title, made.answers) == (reference, "Tea at four", ANSWERS)
    assert [file.record_id for file in Attachment.objects.all()] == [made.pk]


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")


# --- Text and files come back ---------------------------------------------------------------


@pytest.mark.parametrize("waiting", [True, False], ids=["after it was saved", "at once"])
def test_a_tab_that_is_killed_is_taken_up_from_the_drafts(
    visit: Visit, rita: Person, tea: ItemVersion, tmp_path: Path, waiting: bool
) -> None:
    visitor, file = visit(rita), text_file(tmp_path)
    page = visitor.go(FORM)
    type_all(page, file)
    if waiting:
        page.wait_for_timeout(2500)  # the script saves two seconds after the last key
        saved(page)
    page.close(run_before_unload=False)

    page = visitor.page = visitor.context.new_page()
    visitor.go("/drafts/").get_by_role("link", name="Tea at four").first.click()
    expect(page.locator(".file-row")).to_contain_text(file.name)
    if not waiting:  # up to five seconds of typing may be gone: what is there is what was saved before
        page.get_by_label("Why?").fill(ANSWERS["why"])
    all_is_there(page, file)
    goes_through(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_form_sent_after_the_session_ended_is_there_again_after_sign_in(
    visit: Visit, rita: Person, tea: ItemVersion, tmp_path: Path, javascript: bool
) -> None:
    visitor, file = visit(rita, javascript=javascript), text_file(tmp_path)
    visitor.expect(
        "Failed to load resource|Fetch API cannot load"
    )  # the autosave is refused, as it should be
    page = visitor.go(FORM)
    if javascript:
        type_all(page, file)
    else:  # the first try takes the file, and comes back for what is missing
        visitor.expect("status of 422")
        page.locator("#id_files_request").set_input_files(file)
        page.get_by_role("button", name="Continue", exact=True).click()
        page.get_by_label("Title").fill("Tea at four")
        page.get_by_label("Some", exact=True).check()
        page.get_by_label("SDP IDs", exact=True).fill("10045822\n10045823")
        page.get_by_label("Why?").fill(ANSWERS["why"])
    sign_out_behind_their_back(visitor)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visitor.sign_in(rita)

    expect(page.locator("#main")).to_contain_text("You were signed out while you were writing.")
    all_is_there(page, file)
    goes_through(page)


@pytest.mark.parametrize(
    "where", ["tickets.views.order.take_files", "tickets.views.order.submit_request"], ids=["form", "check"]
)
def test_a_server_that_fails_loses_nothing(
    visit: Visit, rita: Person, tea: ItemVersion, tmp_path: Path, where: str
) -> None:
    visitor, file = visit(rita), text_file(tmp_path)
    visitor.expect("status of 500")
    page = visitor.go(FORM)
    type_all(page, file)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(where, fails)
        page.get_by_role("button", name="Continue", exact=True).click()
        if where.endswith("submit_request"):
            page.get_by_role("button", name="Send to the service desk").click()
        expect(page.get_by_role("heading", name=PROBLEM)).to_be_visible()
    assert not ServiceRequest.objects.exists()

    page.go_back()
    if where.endswith("submit_request"):
        expect(page.locator("dl.summary")).to_contain_text(file.name)
        page.go_back()
    all_is_there(page, file)
    goes_through(page)


def fails(*_args: object, **_said: object) -> None:
    """What the server does instead."""
    raise RuntimeError("The disk is full.")


def test_what_is_typed_without_a_network_is_saved_when_it_is_back(
    visit: Visit, rita: Person, tea: ItemVersion, tmp_path: Path
) -> None:
    visitor, file = visit(rita), text_file(tmp_path)
    visitor.expect("ERR_INTERNET_DISCONNECTED")
    page = visitor.go(FORM)
    page.get_by_label("Title").fill("Tea at four")
    visitor.context.set_offline(True)
    page.locator("#id_files_request").set_input_files(file)
    expect(page.locator(".file-row.is-bad")).to_contain_text(file.name)
    page.get_by_label("Some", exact=True).check()
    page.get_by_label("SDP IDs", exact=True).fill("10045822\n10045823")
    page.get_by_label("Why?").press_sequentially(ANSWERS["why"])
    expect(page.locator("[data-autosave-status]")).to_have_text("Not saved – retrying")
    visitor.context.set_offline(False)
    saved(page)
    page.locator(".file-row.is-bad").get_by_role(
        "button", name=re.compile("^(Retry|Try again|Send again)")
    ).click()
    expect(page.locator(".file-row[data-remove-url]")).to_contain_text(file.name)

    page.reload()
    all_is_there(page, file)
    goes_through(page)


# --- Long texts -----------------------------------------------------------------------------


def test_texts_as_long_as_they_may_be_make_no_page_wider(
    visit: Visit, rita: Person, ann: Person, lakeshore: Organization
) -> None:
    item(
        "meter-tea",
        {"name": "why", "kind": "long_text", "label": "W" * 120},
        {"name": "line", "kind": "text", "label": "Line"},
        {
            "name": "table",
            "kind": "table",
            "label": "Table",
            "columns": "a | text | A\nb | text | B | B | optional",
        },
        approvals=("organization_admin",),
        name="N" * 80,
    )
    visitor = visit(rita)
    page = visitor.go(FORM)
    page.get_by_label("Title").fill("T" * 120)
    page.get_by_label("W" * 120).fill("y" * 19_000 + "\n" * 900 + "end")
    page.get_by_label("Line", exact=True).fill("l" * 200)
    page.get_by_label("Table", exact=True).fill("\n".join(["c" * 200 + "," + "d" * 200] * 20))
    assert problems(page) == []
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="Check your request before you send it")).to_be_visible()
    assert problems(page) == []
    page.get_by_role("button", name="Send to the service desk").click()
    expect(page.get_by_role("heading", name="Your request is with the service desk")).to_be_visible()
    made = ServiceRequest.objects.get()
    assert len(made.answers["why"]) == 19_903
    approval = made.approvals.get()
    for address in (
        f"/tickets/{made.reference}/submitted/",
        f"/tickets/{made.reference}/",
        f"/tickets/{made.reference}/edit/",
        f"/requests/{made.reference}/approvals/{approval.public_id}/",
        "/tickets/?view=all",
    ):
        assert problems(visitor.go(address)) == [], address
    desk = visit(ann)
    for address in (
        f"/desk/tickets/{made.reference}/",
        f"/tickets/{made.reference}/convert/?to=incident",
        "/desk/q/all/",
    ):
        assert problems(desk.go(address)) == [], address
