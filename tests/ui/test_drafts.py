"""Drafts are kept within bounds, and whoever meets one is told what to do: nothing old gives way."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.records.models import Draft
from tests.conftest import NOON

SignIn = Callable[[Person], Client]


def begin(person: Person, number: int, **draft: Any) -> list[Draft]:
    """So many unsent drafts."""
    given = {"form": "incident", "created_at": NOON, "updated_at": NOON} | draft
    return Draft.objects.bulk_create(Draft(person=person, **given) for _number in range(number))


def save(browser: Client, public_id: object, form: str = "incident", **typed: str) -> HttpResponse:
    """Send what the page's own saving sends."""
    address = reverse("draft_save", args=[public_id], query={"form": form})
    return browser.post(address, typed, headers={"HX-Request": "true"})


def test_a_list_shows_the_beginning_of_a_title_however_long_it_is(rita: Person, sign_in: SignIn) -> None:
    begin(rita, 25, data={"title": [f"  Reads\n{'x' * 100_000}"]})
    browser = sign_in(rita)

    for page in (browser.get(reverse("drafts")), browser.get(reverse("tickets:help"))):
        assert f"Reads {'x' * 113}…" in page.content.decode()
        assert len(page.content) < 100_000


@pytest.mark.parametrize("data", [{}, {"title": []}, {"title": [""]}, {"title": "x"}])
def test_a_draft_without_a_title_is_listed_too(rita: Person, sign_in: SignIn, data: object) -> None:
    begin(rita, 1, data=data)

    assert "No title yet" in sign_in(rita).get(reverse("drafts")).content.decode()


def test_the_101st_draft_is_refused_in_words_and_the_others_are_saved_as_before(
    rita: Person, ned: Person, sign_in: SignIn
) -> None:
    oldest = begin(rita, 100)[0]
    begin(rita, 1, form="message")
    begin(rita, 1, sent_at=NOON)
    browser, new = sign_in(rita), uuid.uuid4()

    refused = save(browser, new, title="Reads")
    assert refused.status_code == 422
    assert "100 unsent drafts of this kind" in refused.content.decode()
    assert "Send or discard some of them" in refused.content.decode()
    assert save(browser, oldest.public_id, title="Reads").status_code == 204
    assert save(browser, new, "message", message="Any news?").status_code == 204
    assert save(sign_in(ned), uuid.uuid4(), title="Reads").status_code == 204

    oldest.delete()
    assert save(browser, uuid.uuid4(), title="Reads").status_code == 204


def test_a_text_that_nobody_will_send_is_not_kept_and_one_a_little_too_long_is(
    rita: Person, sign_in: SignIn
) -> None:
    browser, draft = sign_in(rita), uuid.uuid4()
    assert save(browser, draft, description="x" * 40_000).status_code == 204

    refused = save(browser, draft, description="x" * 40_001)
    assert refused.status_code == 413
    assert "At most 20,000 characters can be sent: shorten it" in refused.content.decode()
    assert Draft.objects.get().data["description"] == ["x" * 40_000]

    assert save(browser, uuid.uuid4(), "request:gui-user-new", f_users="x" * 900_000).status_code == 204
