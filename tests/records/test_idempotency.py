"""A form sent twice is done once."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.records.models import Comment, Submission
from tests.conftest import NOON, key
from tickets.models import Incident

Make = Callable[..., Incident]


@pytest.fixture
def browser(rita: Person, sign_in: Callable[[Person], Client]) -> Client:
    """Rita's."""
    return sign_in(rita)


def write(browser: Client, incident: Incident, request_id: str, message: str = "Any news?") -> HttpResponse:
    """Send a reply."""
    address = reverse("tickets:write", args=[incident.reference])
    return browser.post(address, {"request_id": request_id, "message": message})


def test_a_form_sent_twice_has_one_effect_and_leads_to_the_same_page(incident: Make, browser: Client) -> None:
    filed, once = incident(), key()

    first, second = write(browser, filed, once), write(browser, filed, once)

    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"] == filed.get_absolute_url()
    assert list(Comment.objects.values_list("body", flat=True)) == ["Any news?"]


def test_the_same_key_with_other_words_is_refused_in_words(incident: Make, browser: Client) -> None:
    filed, once = incident(), key()
    write(browser, filed, once)

    other = write(browser, filed, once, "Something else")

    assert other.status_code == 409
    assert "This form was already sent with other content." in other.content.decode()
    assert list(Comment.objects.values_list("body", flat=True)) == ["Any news?"]


def test_the_same_key_on_another_ticket_is_refused(incident: Make, browser: Client) -> None:
    one, other, once = incident(), incident(), key()
    write(browser, one, once)

    assert write(browser, other, once).status_code == 409
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("made_up", ["", "7", "not-a-key"])
def test_without_a_key_nothing_is_done(incident: Make, browser: Client, made_up: str) -> None:
    answer = write(browser, incident(), made_up)

    assert answer.status_code == 422
    assert "This page is out of date." in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_form_that_was_shown_again_may_use_its_key_once_more(incident: Make, browser: Client) -> None:
    filed, once = incident(), key()

    assert write(browser, filed, once, "  ").status_code == 422
    assert not Submission.objects.exists()
    assert write(browser, filed, once, "Any news?").status_code == 303


def test_a_refused_form_leaves_its_key_free_and_nothing_behind(incident: Make, browser: Client) -> None:
    filed, once = incident(), key()
    address = reverse("tickets:move", args=[filed.reference, "acknowledge"])

    assert browser.post(address, {"request_id": once, "version": 1}).status_code == 403
    assert not Submission.objects.exists()
    assert Incident.objects.get().version == 1


def test_two_people_may_draw_the_same_key(
    incident: Make, browser: Client, ned: Person, sign_in: Callable[[Person], Client]
) -> None:
    filed, once = incident(), key()

    assert write(browser, filed, once).status_code == 303
    assert write(sign_in(ned), filed, once).status_code == 303
    assert Comment.objects.count() == 2


def test_a_crash_frees_the_key(incident: Make, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    filed, once = incident(), key()

    def broken(event: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("tickets.actions.replying.publish", broken)
        browser.raise_request_exception = False
        assert write(browser, filed, once).status_code == 500

    assert not Comment.objects.exists()
    assert write(browser, filed, once).status_code == 303


def test_a_key_is_remembered_with_where_it_led(incident: Make, browser: Client, rita: Person) -> None:
    filed, once = incident(), key()
    write(browser, filed, once)

    kept = Submission.objects.get()
    assert (kept.person, str(kept.key), kept.location) == (rita, once, filed.get_absolute_url())
    assert len(kept.digest) == 64


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_at_once_with_one_key_make_one_message(
    incident: Make, rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    filed, once = incident(at=NOON + timedelta(days=1)), key()
    browsers = [sign_in(rita) for _ in range(20)]
    answers, together = [], threading.Barrier(20, timeout=20)

    def press(browser: Client) -> None:
        try:
            together.wait()
            answer = write(browser, filed, once)
            answers.append((answer.status_code, answer["Location"]))
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[browser]) for browser in browsers]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()

    assert answers == [(303, filed.get_absolute_url())] * 20
    assert Comment.objects.count() == 1
