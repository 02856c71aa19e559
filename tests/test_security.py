"""What every answer carries, what sign-in gives away (nothing), and what production refuses to start with."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.notifications.models import OutboxMessage
from tests.conftest import PASSWORD

ROOT = Path(__file__).parent.parent
SignIn = Callable[[Person], Client]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(rita: Person, client: Client) -> None:
    sign_in_with(client, rita)
    cookies = {
        name: (bool(morsel["httponly"]), morsel["samesite"]) for name, morsel in client.cookies.items()
    }

    assert cookies["sessionid"] == (True, "Lax")
    assert cookies["csrftoken"] == (True, "Lax")


def sign_in_with(client: Client, person: Person, password: str = PASSWORD) -> HttpResponse:
    """Set the person's password, and try one at the sign-in page."""
    person.set_password(PASSWORD)
    person.save()
    return try_password(client, person.email, password)


def try_password(client: Client, email: str, password: str) -> HttpResponse:
    """One attempt."""
    return client.post(reverse("account_login"), {"login": email, "password": password})


def without_tokens(answer: HttpResponse, *said: str) -> str:
    """A page without what differs each time."""
    text = re.sub(r'(value|content)="[0-9A-Za-z]{64}"', "", answer.content.decode())
    for words in said:
        text = text.replace(words, "…")
    return text


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(rita: Person, client: Client) -> None:
    wrong = sign_in_with(client, rita, "not her password at all")
    cache.clear()
    unknown = try_password(Client(), "nobody@example.com", "not her password at all")

    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert without_tokens(wrong, rita.email) == without_tokens(unknown, "nobody@example.com")


def test_a_deactivated_person_gets_that_answer_too_and_never_in(rita: Person, client: Client) -> None:
    rita.is_active = False
    inactive = sign_in_with(client, rita, "not her password at all")
    cache.clear()
    unknown = try_password(Client(), "nobody@example.com", "not her password at all")
    assert without_tokens(inactive, rita.email) == without_tokens(unknown, "nobody@example.com")

    sign_in_with(client, rita)
    assert "_auth_user_id" not in client.session


def test_guessing_is_slowed_down(rita: Person, client: Client) -> None:
    for _ in range(20):
        sign_in_with(client, rita, "not her password at all")

    assert sign_in_with(client, rita).status_code != 302
    assert "_auth_user_id" not in client.session


def test_asking_for_a_reset_does_not_tell_who_is_known(rita: Person, client: Client) -> None:
    rita.set_password(PASSWORD)
    rita.save()
    known = client.post(reverse("account_reset_password"), {"email": rita.email}, follow=True)
    cache.clear()
    unknown = Client().post(reverse("account_reset_password"), {"email": "nobody@example.com"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert without_tokens(known) == without_tokens(unknown)
    assert [row.payload["to"] for row in OutboxMessage.objects.filter(effect="accounts.mail")] == [rita.email]


def test_nobody_signs_up_by_themselves(client: Client, db: None) -> None:
    said = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), said)

    assert not Person.objects.exists()


SAFE = {
    "MODE": "production",
    "SECRET_KEY": "never-guessed-0123456789-" * 3,
    "ALLOWED_HOSTS": "desk.example.com",
    "BASE_URL": "https://desk.example.com",
    "DATABASE_URL": "postgresql://desk@db.example.com/desk",
    "REDIS_URL": "redis://cache.example.com/0",
    "EMAIL_HOST": "mail.example.com",
}
UNSAFE = [
    ({"SECRET_KEY": ""}, "SECRET_KEY is the development key"),
    ({"SECRET_KEY": "short"}, "Set a long random one"),
    ({"DEBUG": "true"}, "Unset DEBUG"),
    ({"ALLOWED_HOSTS": ""}, "Set it to the portal's own host names"),
    ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS names no host, or all"),
    ({"SECOND_FACTOR_REQUIRED": "no"}, "SECOND_FACTOR_REQUIRED is off"),
    ({"DATABASE_URL": ""}, "Point them at the production servers"),
    ({"REDIS_URL": ""}, "Point them at the production servers"),
    ({"EMAIL_HOST": ""}, "Name the SMTP server"),
    ({"BASE_URL": "http://desk.example.com"}, "BASE_URL must start with https://"),
]


def manage(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run a management command with a production-like environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VAR_DIR") if name in os.environ}
    environment = {name: value for name, value in (kept | SAFE | changed).items() if value}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "remedy"), UNSAFE, ids=lambda value: str(value)[:40])
def test_production_does_not_start_unsafe_and_says_what_to_do(changed: dict[str, str], remedy: str) -> None:
    done = manage("check", **changed)

    assert done.returncode != 0
    assert "The desk does not start with unsafe settings" in done.stderr
    assert remedy in done.stderr


@pytest.mark.slow
def test_an_unknown_mode_is_refused() -> None:
    assert "Set it to demo, test or production" in manage("check", MODE="staging").stderr


@pytest.mark.slow
def test_djangos_own_list_for_deployment_finds_nothing() -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING")

    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert "no issues" in done.stdout
