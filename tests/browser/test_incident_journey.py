"""The story of an incident, between two people at two browsers, with real mail.

Rita of Lakeshore Hydro reports; Ann of the desk works on it. Bob follows along at the desk, Stan
works for another LDC and hears nothing.
"""

from collections import Counter
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from accounts.models import Person
from servicedesk.notifications.models import OutboxMessage
from tests.browser.conftest import Visit
from tests.browser.paths import DESCRIPTION, TITLE, check_and_send, say, text_file, write
from tests.support.fixtures import Start
from tests.support.post_office import PostOffice
from tests.support.waiting import wait_until
from tickets.actions import set_following
from tickets.models import Incident

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTE = "Looks like the vendor's nightly job. Do not tell them yet."
QUESTION = "Which file name did the response have?"
ANSWER = "It was BQ_2026_14.xml."
WORKAROUND = "We sent the responses again by hand."
STILL = "Three accounts are still missing."
FIXED = "The nightly job is repaired, all 40 are there."


def report_by_keyboard_and_mouse(page: Page, file: Path) -> str:
    """From home to the confirmation; the answers appear while Rita fills in the form."""
    page.get_by_role("link", name="Get help").first.click()
    page.get_by_role("link", name="Something isn’t working").click()

    page.get_by_label("What is not working?").focus()
    page.keyboard.type(TITLE)
    page.keyboard.press("Tab")
    page.keyboard.type(DESCRIPTION)
    expect(page.locator("#severity")).to_contain_text("Answer the two questions")
    page.get_by_label("Part of our processing is affected").check()
    page.get_by_label("This week").focus()
    page.keyboard.press("Space")
    expect(page.locator("#severity")).to_contain_text("Severity 3 – medium")
    expect(page.locator("#severity")).to_contain_text("First answer by")

    underway: list[Route] = []
    page.route("**/files/?form=incident", lambda route: underway.append(route))
    page.locator("#id_files_incident").set_input_files(file)
    expect(page.locator(".file-row progress")).to_be_visible()
    underway[0].continue_()
    expect(page.locator(".file-row[data-remove-url]")).to_contain_text(file.name)
    expect(page.locator(".file-row progress")).to_have_count(0)

    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("dl.summary")).to_contain_text(file.name)
    page.get_by_role("link", name="Change the description").click()
    expect(page.get_by_label("What did you expect, and what did you see?")).to_have_value(DESCRIPTION)
    return check_and_send(page)


def everything_sent() -> bool:
    return OutboxMessage.objects.exists() and not OutboxMessage.objects.filter(done_at=None).exists()


def test_an_incident_from_the_report_to_the_closing(
    visit: Visit,
    rita: Person,
    ann: Person,
    bob: Person,
    stan: Person,
    worker: Start,
    beat: Start,
    post_office: PostOffice,
    tmp_path: Path,
) -> None:
    worker()
    beat()
    ldc, desk = visit(rita).page, visit(ann)

    reference = report_by_keyboard_and_mouse(ldc, text_file(tmp_path))
    wait_until(everything_sent, what="the report is mailed")
    assert post_office.addressees() == Counter([ann.email, bob.email])
    ldc.get_by_role("link", name="View the ticket").click()
    expect(ldc.locator(".turn")).to_contain_text("We have your report. A first answer is due by")
    expect(ldc.locator("#timeline")).to_contain_text("responses.csv")
    set_following(Incident.objects.get(), True, by=bob, at=timezone.now())

    at_desk = desk.go("/desk/q/triage/")
    at_desk.get_by_role("link", name=TITLE).click()
    expect(at_desk.locator("h1")).to_have_text(TITLE)
    at_desk.get_by_role("button", name="Assign to me").click()
    expect(at_desk.locator("#timeline")).to_contain_text("Ann assigned it to Ann")
    at_desk.get_by_role("button", name="Acknowledge").click()
    expect(at_desk.locator(".page-head")).to_contain_text("Acknowledged")
    at_desk.get_by_role("button", name="Start work").click()
    expect(at_desk.locator(".page-head")).to_contain_text("In progress")
    ldc.reload()
    expect(ldc.locator("[aria-current=step]")).to_contain_text("In progress")
    expect(ldc.locator("dl.facts").first).to_contain_text("Ann")
    expect(ldc.locator("#timeline")).not_to_contain_text("assigned it")

    say(at_desk, "Ask the LDC", QUESTION)
    expect(at_desk.locator(".page-head")).to_contain_text("Waiting for LDC")
    write(at_desk, NOTE, button="Save internal note")
    expect(at_desk.locator(".message-internal")).to_contain_text(NOTE)
    ldc.reload()
    expect(ldc.locator(".turn")).to_contain_text("We need your answer. The clock is paused since")
    expect(ldc.locator("#timeline")).to_contain_text(QUESTION)
    assert NOTE not in ldc.content()
    ldc.goto(f"{desk.home}/")
    expect(ldc.get_by_role("region", name="Waiting for you")).to_contain_text(TITLE)

    ldc.get_by_role("region", name="Waiting for you").get_by_role("link", name=TITLE).click()
    write(ldc, ANSWER, button="Send answer")
    expect(ldc.locator(".page-head")).to_contain_text("In progress")
    at_desk.reload()
    expect(at_desk.locator("#timeline")).to_contain_text(ANSWER)
    expect(at_desk.locator(".page-head")).to_contain_text("In progress")

    say(at_desk, "Resolve", WORKAROUND, resolution="workaround")
    expect(at_desk.locator("#timeline")).to_contain_text("resolved it by a workaround")
    ldc.reload()
    expect(ldc.locator(".turn")).to_contain_text("We resolved it. Tell us if it is not")
    say(ldc, "It is not solved: reopen it", STILL)
    expect(ldc.locator(".page-head")).to_contain_text("In progress")
    at_desk.reload()
    expect(at_desk.locator("#timeline")).to_contain_text(STILL)
    expect(at_desk.locator(".page-head")).to_contain_text("In progress")

    say(at_desk, "Resolve", FIXED, resolution="fix")
    expect(at_desk.locator(".page-head")).to_contain_text("Resolved")
    ldc.reload()
    ldc.get_by_role("button", name="Yes, it is solved: close it").click()
    expect(ldc.locator(".turn")).to_contain_text("This ticket is closed.")
    at_desk.reload()
    expect(at_desk.locator(".page-head")).to_contain_text("Closed")
    expect(at_desk.locator("#timeline")).to_contain_text("Rita closed it")

    wait_until(everything_sent, what="everything is mailed")
    told = {
        "Reported": [ann, bob],
        "Assigned": [bob],
        "We have it": [rita, bob],
        "We are working on it": [rita, bob],
        "We need your answer": [rita, bob],
        "Internal note": [bob],
        "Answered": [ann, bob],
        "Resolved": [rita, bob, rita, bob],
        "Reopened": [ann, bob],
        "Closed": [ann, bob],
    }
    assert Counter((mail.subject, mail.to) for mail in post_office.mails) == Counter(
        (f"[{reference}] {TITLE} — {headline}", person.email)
        for headline, people in told.items()
        for person in people
    )
    root = f"<{reference.lower()}.thread@servicedesk.example>"
    assert {(mail.message["References"], mail.message["In-Reply-To"]) for mail in post_office.mails} == {
        (root, root)
    }
    assert {mail.message["Auto-Submitted"] for mail in post_office.mails} == {"auto-generated"}
    assert len({mail.id for mail in post_office.mails}) == len(post_office.mails)
    assert [mail.to for mail in post_office.mails if NOTE in mail.words] == [bob.email]
    assert {mail.to for mail in post_office.mails if QUESTION in mail.words} == {rita.email, bob.email}

    ldc.goto(f"{desk.home}/notifications/")
    expect(ldc.locator(".notice-line")).to_have_count(5)
    assert "Internal note" not in ldc.content()
