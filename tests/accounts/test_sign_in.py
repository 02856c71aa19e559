"""Signing in by password: addresses, resets, rules for passwords, sessions."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Person
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.outbox import drain
from tests.conftest import PASSWORD

SignIn = Callable[[Person], Client]
OTHER = "kilowatts under a paper moon"


@pytest.fixture(autouse=True)
def _letters_stay_here(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def known(rita: Person) -> Person:
    """Rita, with a password."""
    rita.set_password(PASSWORD)
    rita.save()
    return rita


def enter(browser: Client, email: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    """One attempt at the sign-in page."""
    return browser.post(reverse("account_login"), {"login": email, "password": password, **more})


def is_in(browser: Client) -> bool:
    """Does home open?"""
    return browser.get("/").status_code == 200


def letters() -> list[mail.EmailMessage]:
    """What the outbox sends."""
    mail.outbox.clear()
    drain(now=lambda: timezone.now() + timedelta(seconds=1))
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return list(mail.outbox)


@pytest.mark.parametrize(
    "email", ["rita@example.com", "Rita@Example.com", "RITA@EXAMPLE.COM", " rita@example.com "]
)
def test_an_address_signs_in_in_any_case(known: Person, client: Client, email: str) -> None:
    answer = enter(client, email)

    assert (answer.status_code, answer["Location"], is_in(client)) == (302, "/", True)


def test_a_passwords_case_matters(known: Person, client: Client) -> None:
    assert enter(client, known.email, PASSWORD.upper()).status_code == 200
    assert not is_in(client)


def test_whoever_is_deactivated_does_not_get_in(known: Person, client: Client) -> None:
    known.is_active = False
    known.save()

    enter(client, known.email)
    assert not is_in(client)


def test_sign_in_leads_on_to_where_one_wanted_to_go_and_nowhere_else(known: Person, client: Client) -> None:
    assert client.get("/tickets/?view=all")["Location"] == "/login/?next=%2Ftickets%2F%3Fview%3Dall"
    assert enter(client, known.email, next="/tickets/?view=all")["Location"] == "/tickets/?view=all"

    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        cache.clear()
        assert enter(Client(), known.email, next=elsewhere)["Location"] == "/"


def test_there_is_no_signing_up(db: None, client: Client) -> None:
    page = client.get(reverse("account_signup"))

    assert page.status_code == 200
    assert "account/signup_closed.html" in [template.name for template in page.templates]
    assert "<form" not in page.content.decode().partition("<main")[2].partition("</main>")[0]


def test_signing_out_needs_a_form_and_ends_the_session(known: Person, client: Client) -> None:
    enter(client, known.email)

    client.get(reverse("account_logout"))
    assert is_in(client)
    client.post(reverse("account_logout"))
    assert not is_in(client)


# --- Forgotten passwords --------------------------------------------------------------------


def link_in(letter: mail.EmailMessage) -> str:
    """The path that the letter links to."""
    found = re.search(r"https?://[^/\s]+(/\S*password/reset/key/\S+)", str(letter.body))
    assert found is not None, letter.body
    return found[1]


def follow(browser: Client, link: str) -> tuple[str, HttpResponse]:
    """Open the link; allauth leads to an address without the key."""
    answer = browser.get(link, follow=True)
    return (answer.redirect_chain[-1][0] if answer.redirect_chain else link), answer


def test_a_reset_goes_by_the_outbox_and_its_link_works_once(known: Person, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "RITA@example.com"})
    assert mail.outbox == []
    (letter,) = letters()
    assert letter.to == ["rita@example.com"]
    link = link_in(letter)

    form, page = follow(client, link)
    assert page.status_code == 200
    client.post(form, {"password1": OTHER, "password2": OTHER})
    cache.clear()
    assert enter(Client(), known.email).status_code == 200
    assert enter(Client(), known.email, OTHER).status_code == 302

    again, _page = follow(Client(), link)
    Client().post(again, {"password1": PASSWORD, "password2": PASSWORD})
    cache.clear()
    assert enter(Client(), known.email, PASSWORD).status_code == 200


def test_the_letters_words_are_not_kept_once_it_is_sent(known: Person, client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": known.email})
    assert "reset" in str(OutboxMessage.objects.get().payload)

    letters()
    assert OutboxMessage.objects.get().payload == {}


def test_a_made_up_reset_link_opens_nothing(known: Person, client: Client) -> None:
    page = client.get("/password/reset/key/1-abc-def/", follow=True)

    assert "password1" not in page.content.decode()


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short words", "at least 12 characters"),
        ("password1234", "too common"),
        ("rita@example.com", "too similar to the"),
        ("RitaExample2027"[:4] + "@example.com!", "too similar to the"),
    ],
)
def test_a_weak_password_is_refused_in_words(known: Person, client: Client, password: str, said: str) -> None:
    client.post(reverse("account_reset_password"), {"email": known.email})
    form, _page = follow(client, link_in(letters()[0]))

    answer = client.post(form, {"password1": password, "password2": password})

    assert answer.status_code == 200
    assert said in answer.content.decode()
    cache.clear()
    assert enter(Client(), known.email).status_code == 302


# --- Sessions -------------------------------------------------------------------------------


def test_sessions_are_listed_and_the_others_can_be_ended(known: Person) -> None:
    here, there = Client(headers={"user-agent": "Here/1"}), Client(headers={"user-agent": "There/2"})
    enter(here, known.email)
    enter(there, known.email)

    listed = here.get(reverse("usersessions_list"))
    assert listed.status_code == 200
    assert UserSession.objects.filter(user=known).count() == 2

    here.post(reverse("usersessions_list"))
    assert (is_in(here), is_in(there)) == (True, False)


def test_sessions_are_ones_own(known: Person, ned: Person, sign_in: SignIn) -> None:
    enter(Client(headers={"user-agent": "Ritas/7"}), known.email)

    assert "Ritas/7" not in sign_in(ned).get(reverse("usersessions_list")).content.decode()


# --- Whose attempts are counted -------------------------------------------------------------


def is_held_up(*came_by: str) -> bool:
    """Try a wrong password, by way of these addresses: what the browser claims, then what each proxy saw."""
    headers = {"X-Forwarded-For": ", ".join(came_by)}
    said = {"login": f"{uuid.uuid4()}@example.com", "password": "not this one at all"}
    return "Too many attempts." in Client().post("/login/", said, headers=headers).content.decode()


def test_without_a_proxy_what_a_browser_claims_does_not_count(known: Person) -> None:
    held_up = [is_held_up(f"203.0.113.{number}") for number in range(11)]

    assert held_up == [False] * 10 + [True]


def test_behind_a_proxy_each_ldc_has_its_own_attempts(known: Person, settings: Settings) -> None:
    """The proxy's address is everybody's: one LDC's guesses would keep all the others out."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert [is_held_up("198.51.100.7") for _again in range(11)] == [False] * 10 + [True]
    assert not is_held_up("198.51.100.8")
    assert is_held_up(
        "192.0.2.99", "198.51.100.7"
    )  # what the browser claims stands before what the proxy saw


def test_links_to_stop_mail_count_in_the_same_way(db: None, settings: Settings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def open_made_up_link(address: str) -> int:
        return Client().get("/unsubscribe/made-up/", headers={"X-Forwarded-For": address}).status_code

    assert [open_made_up_link("198.51.100.7") for _again in range(31)][-2:] == [404, 429]
    assert open_made_up_link("198.51.100.8") == 404
