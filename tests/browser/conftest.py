"""People in front of Chromium.

A visitor is one person in one browser context. A test fails when a page of theirs wrote an error
to the console, threw one, or broke the content security policy, unless it said so beforehand
with ``expect``: Chromium writes every refused request to the console, the ones we mean to
be refused too.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import Person
from tests.conftest import PASSWORD
from tests.support.fixtures import beat, committed, empty_broker, post_office, worker

__all__ = ["beat", "committed", "empty_broker", "post_office", "worker"]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI}`);
});
"""
PATIENCE = 10_000
"""Milliseconds for anything to appear: the machine may be busy with other tests."""


class Visitor:
    """One person, or nobody in particular, with a browser of their own."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.context = context
        self.home = home
        self.status = 0
        self.troubles: list[str] = []
        self._expected: list[str] = []
        context.set_default_timeout(PATIENCE)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._trouble(f"threw {error.error}"))
        self.page = context.new_page()

    def expect(self, pattern: str) -> None:
        """Say which console message this test provokes on purpose."""
        self._expected.append(pattern)

    def go(self, path: str) -> Page:
        """Open an address of the portal. Its HTTP status is then in ``status``."""
        response = self.page.goto(f"{self.home}{path}")
        self.status = response.status if response else 0
        return self.page

    def sign_in(self, person: Person) -> None:
        """Through the sign-in page, by password. Leads back to where the page was asked for."""
        self.page.locator("input[name=login]").fill(person.email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def confirm_password(self) -> None:
        """What the pages about sign-in ask for before they open, though one has just signed in."""
        self.page.locator("#main input[name=password]").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/reauthenticate/" not in url)

    def unexpected(self) -> list[str]:
        """What went wrong on the pages, less what was expected to."""
        return [said for said in self.troubles if not any(re.search(known, said) for known in self._expected)]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._trouble(f"wrote {message.text}")

    def _trouble(self, what: str) -> None:
        self.troubles.append(f"{self.page.url} {what}")


Visit = Callable[..., Visitor]


@pytest.fixture(scope="package")
def browser(django_db_setup: None) -> Iterator[Browser]:
    """Debian's Chromium.

    Playwright keeps an event loop in this thread. Django then refuses the database unless told that
    no other task is in its way, and keeps another connection as long as the loop is there. That one
    has to learn what ``serialized_rollback`` puts back, and ends with the loop.
    """
    program = shutil.which("chromium")
    if not program:
        pytest.skip("Chromium is not installed. On Debian: apt-get install chromium")
    seeds = connections[DEFAULT_DB_ALIAS]._test_serialized_contents  # type: ignore[attr-defined]
    connections.close_all()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        connections[DEFAULT_DB_ALIAS]._test_serialized_contents = seeds  # type: ignore[attr-defined]
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield chromium
        chromium.close()
        connections.close_all()


@pytest.fixture
def visit(browser: Browser, committed: None, live_server: LiveServer) -> Iterator[Visit]:
    """Open a browser context, signed in as somebody or signed out."""
    visitors: list[Visitor] = []

    def come(person: Person | None = None, *, javascript: bool = True, **options: Any) -> Visitor:
        expect.set_options(timeout=PATIENCE)
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en-CA", **options}
        context = browser.new_context(java_script_enabled=javascript, **settings)
        visitor = Visitor(context, live_server.url)
        visitors.append(visitor)
        if person:
            with_password(person)
            visitor.go("/login/")
            visitor.sign_in(person)
        return visitor

    yield come
    unexpected = [said for visitor in visitors for said in visitor.unexpected()]
    for visitor in visitors:
        visitor.context.close()
    assert unexpected == []


def with_password(person: Person) -> None:
    """Give somebody the password that everybody has here."""
    if not person.has_usable_password() or not person.password:
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])


def screenshots() -> str:
    """The directory that pictures of the pages go to, or nothing."""
    return os.environ.get("SCREENSHOTS", "")
