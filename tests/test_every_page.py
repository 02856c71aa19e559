"""What every answer of every page carries, what it never does, and how much of it there may be."""

import re
from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib import admin
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Person
from servicedesk.records.models import Comment, Draft
from tests.conftest import key
from tests.test_every_url import ROWS
from tests.ui import access, standing, world
from tests.ui.access import Row
from tickets.models import Incident

pytestmark = pytest.mark.django_db
everything = standing.everything
PAGES = [row for row in ROWS if row.method == "get"]
WITHOUT_SESSION = {"unsubscribe"}
"""Mail programs post there: the link itself is the token, and it does no more than its owner asked a mail to stop."""
FORMS = [
    row for row in ROWS if row.method == "post" and "?" not in str(row) and row.name not in WITHOUT_SESSION
]
SignIn = Callable[[Person], Client]


READERS = ("olga", "ann", "out")
"""An LDC's person, the desk's, and somebody signed out."""


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_every_page_keeps_the_rules_of_the_house_and_looking_changes_nothing(
    everything: world.World, row: Row
) -> None:
    before = snapshot()
    for reader in READERS:
        browser = everything.browser(reader)
        answer = access.ask(everything, row, browser)
        forbids_what_it_does_not_use(answer)
        if answer["Content-Type"].startswith("text/html"):
            assert inline(answer) == []
        if reader != "out":
            assert re.search("no-store|private", answer["Cache-Control"])
    assert snapshot() == before


def test_what_can_be_looked_at_can_be_asked_for_its_headers_alone(everything: world.World) -> None:
    """As link checkers and proxies do."""
    browser = everything.browser("out")

    refused = [
        row for row in PAGES if browser.head(everything.address(row.name, row.about)).status_code == 405
    ]

    assert refused == []


def forbids_what_it_does_not_use(answer: HttpResponse) -> None:
    """The headers that every answer carries."""
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "*" not in policy
    expected = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert {name: answer.get(name) for name in expected} == expected
    assert "camera=()" in answer["Permissions-Policy"]
    assert "set-cookie" not in {name.lower() for name in answer.headers}


def administration() -> list[str]:
    """Its first page, and the lists and empty forms of everything it shows."""
    models = [f"admin:{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    return ["/admin/"] + [reverse(f"{model}_{page}") for model in models for page in ("changelist", "add")]


@pytest.mark.parametrize("address", administration())
def test_the_administration_keeps_to_the_same_rules(everything: world.World, address: str) -> None:
    answer = everything.browser("ada").get(address)

    assert answer.status_code in ({200, 403} if address.endswith("/add/") else {200})
    assert inline(answer) == []
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def inline(answer: HttpResponse) -> list[str]:
    """What a policy without ``unsafe-inline`` would block."""
    pattern = (
        r"<script(?![^>]*\s(?:src=|type=\"application/json\"))[^>]*>|<style\b|<[a-z][^>]*\sstyle="
        r"|<[a-z][^>]*\son[a-z]+=|<[a-z][^>]*\shx-on\S*=|javascript:"
    )
    return re.findall(pattern, answer.content.decode())


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those of sessions, which remember what a page has to show next."""
    return {
        model._meta.label: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._meta.managed and model._meta.app_label not in {"sessions", "contenttypes", "auth"}
    }


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_a_form_from_elsewhere_is_refused(everything: world.World, row: Row) -> None:
    browser = everything.browser("ann")
    browser.handler.enforce_csrf_checks = True

    answer = access.ask(everything, row, browser)
    assert answer.status_code == 403
    assert "csrf" in repr([template.name for template in answer.templates])


def test_filing_too_fast_is_refused_with_a_time_to_come_back(
    everything: world.World, sign_in: SignIn, settings: Settings
) -> None:
    settings.FILINGS_PER_HOUR = {"person": 2, "organization": 100}
    before = Incident.objects.count()
    check = everything.address("tickets:report_check", "", "draft={ready_draft}")

    answer = sign_in(everything.people["rita"]).post(
        check, {"draft": everything.ids()["ready_draft"], "request_id": key()}
    )

    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "Your draft is saved" in answer.content.decode()
    assert Incident.objects.count() == before
    assert Draft.objects.unsent().filter(public_id=everything.ids()["ready_draft"]).exists()


def test_writing_too_fast_is_refused(
    everything: world.World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.limits.WRITINGS_PER_HOUR", 2)
    before, browser = Comment.objects.count(), sign_in(everything.people["rita"])
    row = next(row for row in ROWS if str(row) == "post tickets:write ordinary")

    assert access.ask(everything, row, browser).status_code == 429
    assert Comment.objects.count() == before
