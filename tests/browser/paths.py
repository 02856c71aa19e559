"""What people do on the pages, by what they read there."""

from pathlib import Path

from playwright.sync_api import Page, expect

TITLE = "BQ responses missing for cycle 14"
DESCRIPTION = "The response file holds 12 of 40 accounts."


def fill_report(page: Page, *, title: str = TITLE, description: str = DESCRIPTION) -> None:
    """Fill in what the report form needs, with the mouse."""
    page.get_by_label("What is not working?").fill(title)
    page.get_by_label("What did you expect, and what did you see?").fill(description)
    page.get_by_label("Part of our processing is affected").check()
    page.get_by_label("This week").check()


def check_and_send(page: Page) -> str:
    """From the filled form to the confirmation. Answers the reference."""
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="Check your report before you send it")).to_be_visible()
    page.get_by_role("button", name="Send to the service desk").click()
    expect(page.get_by_role("heading", name="Your report is with the service desk")).to_be_visible()
    return page.locator(".confirmation-ref").inner_text()


def say(page: Page, move: str, message: str, *, resolution: str = "") -> None:
    """Open a move's form, write, and send it."""
    form = page.locator("details.composer").filter(has=page.locator("summary", has_text=move))
    form.locator("summary").click()
    if resolution:
        form.get_by_label(resolution).check()
    form.get_by_label("Message").fill(message)
    form.get_by_role("button", name=move).click()


def write(page: Page, message: str, *, button: str = "Send to the service desk") -> None:
    """Write in the message box and send."""
    box = page.locator("#composer")
    box.get_by_label("Message").fill(message)
    box.get_by_role("button", name=button).click()


def text_file(directory: Path, name: str = "responses.csv", content: str = "account,reads\n1,12\n") -> Path:
    """A small file to attach."""
    made = directory / name
    made.write_text(content)
    return made
