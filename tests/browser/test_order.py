"""Ordering from the catalogue at a browser: found by search, filled in, sent; and nothing is lost on the way."""

import re
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Person
from servicedesk.records.models import Draft
from tests.browser.conftest import Visit, Visitor
from tests.browser.test_nothing_lost import sign_out_behind_their_back
from tickets.models import ServiceRequest

pytestmark = pytest.mark.browser

FORM = "/help/new/gui-user-remove/"
WHO, REASON = "lee@lakeshore.example", "Lee retires."


def fill_in(page: Page) -> None:
    """Everything that the form asks for, the question that depends on an answer too."""
    page.get_by_label("Work e-mails of the users").fill(WHO)
    page.get_by_label("Production").check()
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Last day of access").fill("2030-03-29")
    page.get_by_label("Business reason").fill(REASON)


def check_and_send(page: Page) -> str:
    """From the filled form to the confirmation. Answers the reference."""
    page.locator(".sticky-actions").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check your request before you send it")).to_be_visible()
    expect(page.locator(".severity-box")).to_contain_text("Fulfilled by")
    page.get_by_role("button", name="Send to the service desk").click()
    expect(page.get_by_role("heading", name="Your request is with the service desk")).to_be_visible()
    return page.locator(".confirmation-ref").inner_text()


def filled_in(page: Page) -> None:
    """What was typed stands in the form."""
    expect(page.get_by_label("Work e-mails of the users")).to_have_value(WHO)
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    expect(page.get_by_label("Last day of access")).to_have_value("2030-03-29")
    expect(page.get_by_label("Business reason")).to_have_value(REASON)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_request_is_found_filled_in_and_sent_within_a_minute(
    visit: Visit, rita: Person, javascript: bool
) -> None:
    page = visit(rita, javascript=javascript).page
    began = monotonic()
    page.get_by_role("link", name="Get help").first.click()
    page.get_by_label("Describe it in a few words").press_sequentially("gui user")
    if not javascript:
        page.get_by_role("button", name="Search").click()
    page.locator("#found").get_by_role("link", name="Remove GUI users").click()

    asked = page.locator("#main form.form .field:visible:not(.uploader)")
    last_day = page.get_by_label("Last day of access")
    if javascript:
        expect(last_day).to_be_hidden()
        page.get_by_label("No", exact=True).check()
        expect(page.locator("#announce")).to_have_text("One more question: Last day of access")
    else:
        expect(page.locator("#main")).to_contain_text("Only when “Has it to be done today?” is “No”.")
    expect(last_day).to_be_visible()
    assert asked.count() <= 8
    fill_in(page)
    reference = check_and_send(page)

    assert monotonic() - began <= 60
    filed = ServiceRequest.objects.get(reference=reference)
    assert filed.answers == {
        "users": [WHO],
        "environment": "production",
        "urgent": "no",
        "last_day": "2030-03-29",
        "reason": REASON,
    }
    page.get_by_role("link", name="View the ticket").click()
    expect(page.locator("#timeline")).to_contain_text("29 March 2030")
    page.get_by_role("link", name="Order this again").click()
    filled_in(page)


def test_what_is_not_asked_any_more_goes_away_and_is_not_sent(visit: Visit, rita: Person) -> None:
    page = visit(rita).go(FORM)
    fill_in(page)
    page.get_by_label("Yes", exact=True).check()
    expect(page.get_by_label("Last day of access")).to_be_hidden()

    check_and_send(page)
    assert "last_day" not in ServiceRequest.objects.get().answers


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_list_of_points_is_read_from_a_file_and_bad_lines_are_named(
    visit: Visit, rita: Person, javascript: bool
) -> None:
    page = visit(rita, javascript=javascript).go("/help/new/interval-data-extract/")
    content = "\n".join(["SDP ID", *(str(10_000_000 + n) for n in range(50)), "?"]).encode()
    page.locator("input[type=file][name^=file_f_]").set_input_files(
        {"name": "points.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Read from file").click()

    expect(page.get_by_role("alert")).to_contain_text("Line 52: “?”")
    assert page.locator("textarea[name^=f_]").first.input_value().count("\n") == 51


# --- Nothing is lost ------------------------------------------------------------------------


def test_what_was_typed_is_found_again_after_the_tab_was_closed(visit: Visit, rita: Person) -> None:
    visitor = visit(rita)
    page = visitor.go(FORM)
    fill_in(page)
    page.get_by_label("Title").fill("Lee leaves us")
    with page.expect_response("**/drafts/**"):
        page.get_by_label("Business reason").press("Tab")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")
    page.close()

    visitor.page = visitor.context.new_page()
    page = visitor.go("/help/new/")
    page.get_by_role("link", name=re.compile("Continue: Lee leaves us")).click()
    filled_in(page)
    assert Draft.objects.count() == 1
    check_and_send(page)


def test_saving_goes_on_by_itself_after_the_network_was_away(visit: Visit, rita: Person) -> None:
    visitor = visit(rita)
    visitor.expect("ERR_INTERNET_DISCONNECTED")
    page = visitor.go(FORM)
    visitor.context.set_offline(True)
    page.get_by_label("Business reason").press_sequentially(REASON)
    status = page.locator("[data-autosave-status]")
    expect(status).to_have_text("Not saved – retrying")
    visitor.context.set_offline(False)
    expect(status).to_contain_text("Saved")
    assert Draft.objects.get().data["f_reason"] == [REASON]


def test_a_form_sent_after_the_session_ended_is_there_again_after_sign_in(visit: Visit, rita: Person) -> None:
    visitor = visit(rita)
    visitor.expect(
        "Failed to load resource|Fetch API cannot load"
    )  # the autosave is refused, as it should be
    page = visitor.go(FORM)
    fill_in(page)
    sign_out_behind_their_back(visitor)
    page.locator(".sticky-actions").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visitor.sign_in(rita)

    expect(page.locator("#main")).to_contain_text("You were signed out while you were writing.")
    filled_in(page)
    check_and_send(page)
    assert ServiceRequest.objects.count() == 1


def test_what_was_typed_is_there_after_the_server_failed(
    visit: Visit, rita: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = visit(rita)
    visitor.expect("status of 500")
    page = visitor.go(FORM)
    fill_in(page)
    with page.expect_response("**/drafts/**"):
        page.get_by_label("Business reason").press("Tab")
    page.route(re.compile(f"{FORM}$"), lambda route: route.fulfill(status=500, body="Sorry"))
    page.locator(".sticky-actions").get_by_role("button", name="Continue").click()
    expect(page.locator("body")).to_contain_text("Sorry")
    page.unroute_all()

    page = visitor.go("/drafts/")
    page.get_by_role("link", name="Remove GUI users").first.click()
    filled_in(page)


def test_a_double_click_sends_one_request(visit: Visit, rita: Person) -> None:
    page = visit(rita).go(FORM)
    fill_in(page)
    page.locator(".sticky-actions").get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Send to the service desk").dblclick()
    expect(page.get_by_role("heading", name="Your request is with the service desk")).to_be_visible()
    assert ServiceRequest.objects.count() == 1


def sent_once(visitor: Visitor) -> bool:
    """There is one request, and the page shows its reference."""
    return ServiceRequest.objects.count() == 1 and "/submitted/" in visitor.page.url


@pytest.mark.parametrize("steps", [1, 2], ids=["to the check page", "to the form"])
def test_back_leads_to_what_the_request_became(visit: Visit, rita: Person, steps: int) -> None:
    visitor = visit(rita)
    page = visitor.go(FORM)
    fill_in(page)
    check_and_send(page)
    for _ in range(steps):
        page.go_back()
    page.reload()

    assert sent_once(visitor)
