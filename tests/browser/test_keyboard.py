"""With the keyboard alone: reporting and replying, triage by keys, the sheet and the palette."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pytest_django.fixtures import Settings

from accounts.models import Person
from servicedesk.records.models import Comment
from tests.browser.conftest import Visit
from tests.browser.looking import barriers
from tests.browser.paths import DESCRIPTION, TITLE
from tickets.models import HeldMessage, Incident, ReplyTemplate
from tickets.transitions import Status

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


# --- Keys -----------------------------------------------------------------------------------

Make = Callable[..., Incident]
EVERYWHERE = {"/", "Ctrl K", "?", "D", "G Q", "G T", "G P", "G R", "G H", "C", "G M", "Esc"}
IN_LISTS = {"J ↓", "K ↑", "O Enter", "F"}
IN_A_QUEUE = {"V"}
IN_ROWS = {"Space", "H", "1", "2", "3", "A", "P", "X", "Shift J", "Shift K", "Ctrl A", "B"}
ON_A_TICKET = {
    "H",
    "M",
    "A",
    "P",
    "S",
    "L",
    "W",
    "R",
    "I",
    "1",
    "2",
    "3",
    ".",
    ". .",
    ". . .",
    "U",
    "Ctrl Enter",
}


def press(page: Page, *keys: str) -> None:
    """One key after another."""
    for key in keys:
        page.keyboard.press(key)


def listed(page: Page) -> set[str]:
    """The keys that the open sheet lists."""
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    lines = page.locator("#keys-sheet dt").all()
    return {" ".join(line.locator("kbd").all_inner_texts()) for line in lines}


def close(page: Page) -> None:
    """Close the dialog that is open."""
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_one_ticket_is_triaged_with_six_keys_and_without_loading_a_page(
    visit: Visit, incident: Make, ann: Person
) -> None:
    for minute in range(2):
        incident(at=timezone.now(), title=f"Ticket {minute}")
    page = visit(ann).go("/desk/q/triage/")
    page.evaluate("window.loaded = 'once'")
    row = page.locator("tr[data-row]").first
    press(page, "j")
    expect(row.get_by_role("link", name="Ticket 0")).to_be_focused()

    press(page, "1")
    expect(row).to_contain_text("In progress")
    expect(row).to_contain_text("Ann")
    expect(row.get_by_role("link", name="Ticket 0")).to_be_focused()
    press(page, "p")
    expect(row.get_by_role("listbox", name="Severity")).to_be_focused()
    press(page, "2", "Enter")
    expect(row.get_by_label("Reason")).to_be_focused()
    page.keyboard.type("1 of j and ? more")
    press(page, "Enter")
    expect(row).to_contain_text("Sev 2")
    expect(page.locator("#announce")).to_contain_text("Saved")
    press(page, "j")
    expect(page.get_by_role("link", name="Ticket 1")).to_be_focused()

    assert page.evaluate("window.loaded") == "once"
    assert list(
        Incident.objects.order_by("pk").values_list("title", "status", "severity", "assignee__name")
    ) == [("Ticket 0", Status.IN_PROGRESS, 2, "Ann"), ("Ticket 1", Status.NEW, 3, None)]


def test_a_ticket_is_given_away_and_cancelled_in_its_row_and_left_with_escape(
    visit: Visit, incident: Make, ann: Person, bob: Person
) -> None:
    for _ in range(2):
        incident(at=timezone.now())
    page = visit(ann).go("/desk/q/all/")
    row = page.locator("tr[data-row]").first
    press(page, "j", "a")
    expect(row.get_by_role("listbox", name="Assignee")).to_be_focused()
    press(page, "b", "Enter")
    expect(row.locator("[data-label=Assignee]")).to_have_text("Bob")
    press(page, "3")
    expect(row.get_by_label("Reason, which the LDC reads")).to_be_focused()
    press(page, "Escape")
    expect(row.get_by_role("link", name=TITLE)).to_be_focused()
    press(page, "3")
    expect(row.get_by_label("Reason, which the LDC reads")).to_be_focused()
    page.keyboard.type("Filed twice.")
    press(page, "Control+Enter")
    expect(row).to_contain_text("Cancelled")
    press(page, "1")
    expect(page.locator("#toasts")).to_contain_text("Not possible for this one.")


def test_single_keys_do_nothing_while_they_are_switched_off(
    visit: Visit, incident: Make, ann: Person
) -> None:
    ticket = incident(at=timezone.now())
    Person.objects.filter(pk=ann.pk).update(single_keys=False)
    visitor = visit(ann)
    for address in ("/desk/q/triage/", f"/desk/tickets/{ticket.reference}/"):
        page = visitor.go(address)
        page.wait_for_load_state("networkidle")  # who else is here comes a moment later
        before = page.content()
        press(page, *"jko123asplwri.,;udcf?/[]ghgq", "ArrowDown", "ArrowUp")
        assert page.evaluate(
            "document.activeElement === document.body && !document.querySelector('dialog[open]')"
        )
        assert (page.url, page.content()) == (f"{visitor.home}{address}", before)

        press(page, "Control+k")
        page.get_by_role("combobox", name="Command").fill("keyboard")
        press(page, "Enter")
        assert listed(page) == {"Ctrl K", "Esc"} | ({"Ctrl Enter"} if "tickets" in address else {"Ctrl A"})
        expect(page.get_by_role("link", name="Turn them on in your profile")).to_be_visible()
        close(page)
    assert Incident.objects.get().version == 1


def test_the_sheet_lists_exactly_what_works_on_the_page(
    visit: Visit, incident: Make, ann: Person, chang: Person, rita: Person
) -> None:
    Person.objects.filter(pk=rita.pk).update(single_keys=True)
    tickets = [incident(at=timezone.now(), title=f"Ticket {number}") for number in range(2)]
    desk, watching, ldc = visit(ann), visit(chang), visit(rita)
    for visitor, address, keys in (
        (desk, "/desk/q/triage/", EVERYWHERE | IN_LISTS | IN_A_QUEUE | IN_ROWS),
        (desk, "/desk/q/mine/", EVERYWHERE | IN_A_QUEUE | {"F"}),
        (desk, "/problems/", EVERYWHERE | {"F"}),
        (desk, "/changes/", EVERYWHERE | {"F"}),
        (desk, f"/desk/tickets/{tickets[0].reference}/", EVERYWHERE | ON_A_TICKET),
        (watching, "/desk/q/triage/", EVERYWHERE | IN_LISTS | IN_A_QUEUE | {"Space"}),
        (ldc, "/tickets/", EVERYWHERE - {"G Q"} | IN_LISTS),
    ):
        page = visitor.go(address)
        press(page, "?")
        assert listed(page) == keys, address
        expect(page.get_by_role("button", name="Close")).to_be_focused()
        close(page)

    page = desk.go("/desk/q/triage/")
    press(page, "?")
    listed(page)
    assert barriers(page) == []
    for key in ("Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"):  # only round and round in it
        press(page, key)
        expect(page.locator("#keys-sheet :focus")).to_have_count(1)
    page.locator("header a").first.click()  # beside it: that closes it, and follows no link
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == f"{desk.home}/desk/q/triage/"
    press(page, "f")
    expect(page.get_by_label("Title or reference")).to_be_focused()
    press(page, "Escape", "j", "o")
    expect(page.get_by_role("heading", name="Ticket 0")).to_be_visible()
    press(page, "?")
    assert listed(page) == EVERYWHERE | ON_A_TICKET | {";"}
    close(page)
    press(page, ";")
    expect(page.get_by_role("heading", name="Ticket 1")).to_be_visible()
    press(page, ",")
    expect(page.get_by_role("heading", name="Ticket 0")).to_be_visible()
    press(page, "u")
    expect(page.get_by_role("heading", name="Triage")).to_be_visible()
    press(page, "g", "t")
    expect(page.get_by_role("heading", name="All tickets")).to_be_visible()
    press(page, "d")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_reply_that_waits_for_the_ldc_is_sent_by_keys(visit: Visit, incident: Make, ann: Person) -> None:
    ticket = incident(Status.IN_PROGRESS, at=timezone.now())
    page = visit(ann).go(f"/desk/tickets/{ticket.reference}/")
    press(page, "i")
    expect(page.locator("#id_message")).to_be_focused()
    page.keyboard.type("Which accounts?")
    press(page, "Control+Shift+Enter")  # an internal note is not sent like this
    press(page, "Escape", "r")
    expect(page.get_by_label("Reply to Lakeshore Hydro")).to_be_checked()
    press(page, "Control+Shift+Enter")
    expect(page.locator("#timeline")).to_contain_text("Which accounts?")
    expect(page.locator("#announce")).to_contain_text("Waiting for LDC")
    assert Incident.objects.get().status == Status.WAITING_LDC
    assert [comment.internal for comment in Comment.objects.filter(body="Which accounts?")] == [False]


def test_a_ticket_is_answered_from_a_template_with_five_keys_and_the_answer_taken_back(
    visit: Visit, incident: Make, ann: Person, bob: Person, settings: Settings
) -> None:
    settings.MESSAGE_HOLD = timedelta(seconds=15)
    for number, title in enumerate(("Is it solved?", "We look into it"), 1):
        ReplyTemplate.objects.create(
            title=title, body=f"{number}: {{{{ reference }}}} for {{{{ organization }}}}"
        )
    first, _second = (incident(at=timezone.now(), title=f"Ticket {minute}") for minute in range(2))
    desk = visit(ann)
    page = desk.go("/desk/q/triage/")
    press(page, "j", "o")
    expect(page.get_by_role("heading", name="Ticket 0")).to_be_visible()
    page.evaluate("window.loaded = 'once'")
    press(page, "1")
    expect(page.locator("#timeline")).to_contain_text("started work")
    press(page, "t", "2")
    expect(page.locator("#id_message")).to_have_value(f"2: {first.reference} for Lakeshore Hydro")
    expect(page.locator("#id_message")).to_be_focused()
    assert barriers(page) == []
    press(page, "Control+Enter")
    expect(page.locator("#held")).to_contain_text("Sent.")
    assert page.evaluate("window.loaded") == "once"

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#id_message")).to_have_value(f"2: {first.reference} for Lakeshore Hydro")
    page.keyboard.type(" @B")
    expect(page.locator("#mention-list")).to_have_text("Bob")
    press(page, "Enter")
    expect(page.locator("#id_message")).to_have_value(f"2: {first.reference} for Lakeshore Hydro @Bob ")
    press(page, "Control+Enter")
    expect(page.locator("#held")).to_contain_text("Undo")
    assert barriers(page) == []
    press(page, ";")
    expect(page.get_by_role("heading", name="Ticket 1")).to_be_visible()
    assert list(HeldMessage.objects.order_by("pk").values_list("state", flat=True)) == [
        "taken_back",
        "waiting",
    ]


def test_the_palette_does_what_can_be_done_here_and_finds_what_one_may_see(
    visit: Visit, incident: Make, ann: Person
) -> None:
    ticket = incident(at=timezone.now())
    page = visit(ann).go(f"/desk/tickets/{ticket.reference}/")
    options = page.locator("#palette [role=option]")
    press(page, "s")
    expect(options).to_have_text(["Acknowledge", "Start work", "Cancel ticket3"])
    press(page, "ArrowDown", "Enter")
    expect(page.locator("#timeline")).to_contain_text("started work")

    page.get_by_role("link", name="Queues").first.focus()
    press(page, "Control+k")
    box = page.get_by_role("combobox", name="Command")
    expect(box).to_be_focused()
    assert barriers(page) == []
    spent = page.evaluate(
        """() => {
          const box = document.querySelector("#palette input"), began = performance.now();
          box.value = "unassi";
          box.dispatchEvent(new Event("input"));
          return performance.now() - began;
        }"""
    )
    assert spent < 100
    expect(page.locator("#palette [role=status]")).to_have_text("Nothing fits.")
    close(page)
    expect(page.get_by_role("link", name="Queues").first).to_be_focused()

    press(page, "Control+k")
    page.keyboard.type("queu")
    expect(options.first).to_contain_text("Queues")
    press(page, "Enter")
    expect(page.get_by_role("heading", name="Triage")).to_be_visible()
    press(page, "Control+k")
    page.keyboard.type(ticket.reference.lower())
    expect(options.first).to_contain_text(TITLE)
    assert page.locator("#palette input").get_attribute(
        "aria-activedescendant"
    ) == options.first.get_attribute("id")
    press(page, "Enter")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
