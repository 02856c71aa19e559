"""The second sign-in step: whom it holds up, how it is set up, and how one gets in with it."""

import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Membership, Organization, Person
from accounts.roles import Role
from tests.conftest import PASSWORD

SignIn = Callable[[Person], Client]
SET_UP = "/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def code(secret: str) -> str:
    """The code that an authenticator app would show now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_password(browser: Client, member: Person) -> HttpResponse:
    """Sign in as people do."""
    member.set_password(PASSWORD)
    member.save()
    cache.clear()
    return browser.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})


def reauthenticate(browser: Client) -> HttpResponse:
    """Say once more that it is oneself, as changes to the second step need."""
    return browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def home_of(member: Person) -> str:
    """Where they begin."""
    return "/desk/" if member.standing().sees_all else "/"


@pytest.mark.parametrize("who", ["olga", "ann", "cleo", "chang", "ada"])
def test_whose_role_needs_it_goes_nowhere_before_it_is_set_up(
    cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    browser = sign_in(cast[who])

    for address in (
        "/",
        "/tickets/",
        "/desk/",
        "/desk/q/all/",
        "/me/",
        "/org/people/",
        "/admin/",
        "/files/",
        "/drafts/",
    ):
        assert browser.get(address)["Location"] == SET_UP, address
    assert browser.post("/org/people/invite/", {})["Location"] == SET_UP


@pytest.mark.parametrize("who", ["rita", "vera"])
def test_staff_of_an_ldc_go_without(cast: dict[str, Person], sign_in: SignIn, who: str) -> None:
    assert sign_in(cast[who]).get("/").status_code == 200


def test_whoever_becomes_an_administrator_is_asked_at_once(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    assert browser.get("/").status_code == 200

    Membership.objects.create(person=rita, organization=lakeshore, role=Role.LDC_ADMIN)
    assert browser.get("/")["Location"] == SET_UP


@pytest.mark.parametrize("who", ["olga", "ann"])
def test_setting_it_up_opens_the_desk(cast: dict[str, Person], who: str) -> None:
    browser, member = Client(), cast[who]
    with_password(browser, member)
    assert browser.get(SET_UP)["Location"].startswith("/reauthenticate/")
    assert reauthenticate(browser).status_code == 302
    assert browser.get(SET_UP).status_code == 200
    secret = browser.session[SECRET_SESSION_KEY]

    wrong = browser.post(SET_UP, {"code": "000000" if code(secret) != "000000" else "111111"})
    assert wrong.status_code == 200
    assert not Authenticator.objects.filter(user=member).exists()

    assert browser.post(SET_UP, {"code": code(secret)}).status_code == 302
    assert browser.get(home_of(member)).status_code == 200


@pytest.fixture
def protected(ann: Person) -> str:
    """Ann has an authenticator; answers its secret."""
    secret = generate_totp_secret()
    TOTP.activate(ann, secret)
    return secret


def test_sign_in_then_asks_for_the_code(ann: Person, protected: str) -> None:
    browser = Client()

    asked = with_password(browser, ann)
    assert asked["Location"].startswith("/2fa/authenticate/")
    assert browser.get("/desk/")["Location"].startswith("/login/")

    refused = browser.post(asked["Location"], {"code": "12345"})
    assert (refused.status_code, "_auth_user_id" in browser.session) == (200, False)
    entered = browser.post(asked["Location"], {"code": code(protected)})
    assert (entered.status_code, browser.get("/desk/").status_code) == (302, 200)


def test_a_code_works_once(ann: Person, protected: str) -> None:
    first, second = Client(), Client()
    asked = with_password(first, ann)
    first.post(asked["Location"], {"code": code(protected)})
    assert first.get("/desk/").status_code == 200

    ann.refresh_from_db()
    asked = second.post(reverse("account_login"), {"login": ann.email, "password": PASSWORD})
    second.post(asked["Location"], {"code": code(protected)})
    assert second.get("/desk/").status_code == 302


def test_a_recovery_code_lets_one_in_once(ann: Person, protected: str) -> None:
    spare = RecoveryCodes.activate(ann).get_unused_codes()[0]

    browser = Client()
    asked = with_password(browser, ann)
    browser.post(asked["Location"], {"code": spare})
    assert browser.get("/desk/").status_code == 200

    again = Client()
    asked = with_password(again, ann)
    again.post(asked["Location"], {"code": spare})
    assert again.get("/desk/").status_code == 302


def test_whoever_takes_it_away_again_is_held_up_at_the_next_sign_in(ann: Person, protected: str) -> None:
    browser = Client()
    asked = with_password(browser, ann)
    browser.post(asked["Location"], {"code": code(protected)})
    assert browser.get("/desk/").status_code == 200

    Authenticator.objects.all().delete()
    fresh = Client()
    with_password(fresh, ann)
    assert fresh.get("/desk/")["Location"] == SET_UP


def test_taking_it_away_holds_up_the_same_session_too(ann: Person, protected: str) -> None:
    browser = Client()
    asked = with_password(browser, ann)
    browser.post(asked["Location"], {"code": code(protected)})
    browser.get("/desk/")

    reauthenticate(browser)
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=ann, type=Authenticator.Type.TOTP).exists()
    assert browser.get("/desk/")["Location"] == SET_UP


def test_a_deployment_may_go_without(ann: Person, sign_in: SignIn, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False

    assert sign_in(ann).get("/desk/").status_code == 200
