"""Nothing typed is lost, and nothing is sent twice (PROMISES P2, P8, P17)."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Person
from servicedesk.records.models import Comment, Draft
from tests.browser.conftest import Visit, Visitor
from tests.browser.paths import DESCRIPTION, TITLE, check_and_send, fill_report, say
from tickets.actions import assign, move_ticket
from tickets.models import Incident
from tickets.transitions import Status

pytestmark = pytest.mark.browser

Make = Callable[..., Incident]


def sign_out_behind_their_back(visitor: Visitor) -> None:
    """The session has ended; the page does not know it yet."""
    visitor.context.clear_cookies(name="sessionid")


def test_what_was_typed_saves_itself_and_is_found_among_the_drafts(visit: Visit, rita: Person) -> None:
    visitor = visit(rita)
    page = visitor.go("/help/new/incident/")
    page.get_by_label("What is not working?").press_sequentially(TITLE)
    page.get_by_label("What did you expect, and what did you see?").press_sequentially(DESCRIPTION)
    page.get_by_label("This week").check()
    with page.expect_response("**/drafts/**"):
        page.get_by_label("References").press_sequentially("ORG 1234")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Saved")

    page = visitor.go("/drafts/")
    page.get_by_role("link", name=TITLE).first.click()
    expect(page.get_by_label("What is not working?")).to_have_value(TITLE)
    expect(page.get_by_label("What did you expect, and what did you see?")).to_have_value(DESCRIPTION)
    expect(page.get_by_label("References")).to_have_value("ORG 1234")
    expect(page.get_by_label("This week")).to_be_checked()
    assert Draft.objects.count() == 1
    page.get_by_label("Part of our processing is affected").check()
    check_and_send(page)
    assert Incident.objects.get().description == DESCRIPTION


def test_saving_goes_on_by_itself_after_the_network_was_away(visit: Visit, rita: Person) -> None:
    visitor = visit(rita)
    visitor.expect("ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)")
    page = visitor.go("/help/new/incident/")
    visitor.context.set_offline(True)
    page.get_by_label("What is not working?").press_sequentially(TITLE)
    status = page.locator("[data-autosave-status]")
    expect(status).to_have_text("Not saved – retrying")
    visitor.context.set_offline(False)
    expect(status).to_contain_text("Saved")
    assert Draft.objects.get().data["title"] == [TITLE]


@pytest.mark.parametrize("length", [41_000, 1_050_000])
def test_what_is_too_long_to_save_is_said_once_and_saved_when_it_is_shorter(
    visit: Visit, rita: Person, length: int
) -> None:
    visitor = visit(rita)
    visitor.expect("413")
    page = visitor.go("/help/new/incident/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/drafts/" in request.url else None)
    box, status = page.get_by_label("What did you expect"), page.locator("[data-autosave-status]")

    box.evaluate("(box, length) => { box.value = 'x'.repeat(length); }", length)  # past what it lets one type
    box.dispatch_event("input")
    expect(status).to_contain_text("too long")
    expect(status).to_contain_text("20,000 characters")
    box.dispatch_event("change")
    page.wait_for_timeout(6_000)  # longer than it waits to save, and to try again
    assert len(asked) == 1

    box.fill("Short")
    expect(status).to_contain_text("Saved")
    assert Draft.objects.get().data["description"] == ["Short"]


def test_a_report_sent_after_the_session_ended_is_there_again_after_sign_in(
    visit: Visit, rita: Person
) -> None:
    visitor = visit(rita)
    visitor.expect(
        "Failed to load resource|Fetch API cannot load"
    )  # the autosave is refused, as it should be
    page = visitor.go("/help/new/incident/")
    fill_report(page)
    sign_out_behind_their_back(visitor)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visitor.sign_in(rita)

    expect(page.locator("#main")).to_contain_text("You were signed out while you were writing.")
    expect(page.get_by_label("What is not working?")).to_have_value(TITLE)
    expect(page.get_by_label("What did you expect, and what did you see?")).to_have_value(DESCRIPTION)
    expect(page.get_by_label("This week")).to_be_checked()
    check_and_send(page)
    assert Incident.objects.count() == 1


def test_a_reply_sent_after_the_session_ended_is_there_again_after_sign_in(
    visit: Visit, rita: Person, incident: Make
) -> None:
    visitor = visit(rita)
    visitor.expect("status of 401")
    page = visitor.go(f"/tickets/{incident(at=timezone.now()).reference}/")
    sign_out_behind_their_back(visitor)
    box = page.locator("#composer")
    box.get_by_label("Message").fill("A long answer, thought over for an hour.")
    box.get_by_role("button", name="Send to the service desk").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visitor.sign_in(rita)

    expect(page.locator("#main")).to_contain_text("You were signed out while you were writing.")
    expect(box.get_by_label("Message")).to_have_value("A long answer, thought over for an hour.")
    assert not Comment.objects.exists()


def test_a_double_click_sends_one_ticket_and_one_message(visit: Visit, rita: Person) -> None:
    page = visit(rita).go("/help/new/incident/")
    fill_report(page)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("button", name="Send to the service desk").dblclick()
    expect(page.get_by_role("heading", name="Your report is with the service desk")).to_be_visible()
    assert Incident.objects.count() == 1

    page.get_by_role("link", name="View the ticket").click()
    page.locator("#composer").get_by_label("Message").fill("Any news?")
    page.locator("#composer").get_by_role("button", name="Send to the service desk").dblclick()
    expect(page.locator("#timeline .message")).to_have_count(2)
    assert Comment.objects.count() == 1


def test_a_double_click_without_scripts_sends_one_ticket(visit: Visit, rita: Person) -> None:
    page = visit(rita, javascript=False).go("/help/new/incident/")
    fill_report(page)
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("button", name="Send to the service desk").dblclick()
    expect(page.get_by_role("heading", name="Your report is with the service desk")).to_be_visible()
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("steps", [1, 2], ids=["to the check page", "to the form"])
@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_back_leads_to_what_the_report_became_and_not_to_a_second_one(
    visit: Visit, rita: Person, javascript: bool, steps: int
) -> None:
    page = visit(rita, javascript=javascript).go("/help/new/incident/")
    fill_report(page)
    reference = check_and_send(page)
    for _ in range(steps):
        page.go_back()
    send_again(page)
    expect(page.locator(".confirmation-ref")).to_have_text(reference)
    assert Incident.objects.count() == 1


def send_again(page: Page) -> None:
    """Press whatever this page still offers to press."""
    for words in ("Continue", "Send to the service desk"):
        button = page.get_by_role("button", name=words, exact=True)
        if button.count():
            button.click()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_the_second_of_two_agents_sees_what_the_first_did_and_keeps_their_own_text(
    visit: Visit, ann: Person, bob: Person, incident: Make, javascript: bool
) -> None:
    working = incident(Status.IN_PROGRESS, at=timezone.now())
    visitor = visit(bob, javascript=javascript)
    visitor.expect("status of 409")
    page = visitor.go(f"/desk/tickets/{working.reference}/")
    assign(Incident.objects.get(), ann, by=ann, at=timezone.now(), version=working.version)

    say(page, "Resolve", "Reloaded the file, all is well.", resolution="workaround")
    conflict = page.locator(".conflict")
    expect(conflict).to_contain_text(f"{working.reference} was changed by somebody else")
    expect(conflict).to_contain_text("Ann assigned it to Ann")
    form = page.locator("details[open]")
    expect(form.get_by_label("Message")).to_have_value("Reloaded the file, all is well.")
    assert Incident.objects.get().status == Status.IN_PROGRESS
    form.get_by_role("button", name="Resolve").click()
    expect(page.locator(".page-head")).to_contain_text("Resolved")


def test_the_second_of_two_agents_keeps_their_text_even_when_the_move_is_gone(
    visit: Visit, ann: Person, bob: Person, incident: Make
) -> None:
    working = incident(Status.IN_PROGRESS, at=timezone.now())
    visitor = visit(bob)
    visitor.expect("status of 409")
    page = visitor.go(f"/desk/tickets/{working.reference}/")
    move_ticket(
        Incident.objects.get(),
        "resolve",
        by=ann,
        at=timezone.now(),
        version=working.version,
        message="Done.",
        resolution="fix",
    )

    say(page, "Ask the LDC", "A question of three paragraphs.")
    expect(page.locator("#main")).to_contain_text("Done.")
    values = page.locator("textarea").evaluate_all("all => all.map(one => one.value)")
    assert "A question of three paragraphs." in [*values, page.locator("#main").inner_text()]
