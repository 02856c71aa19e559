"""Giving roles asks whoever signed in long ago who they are; what they typed waits for them."""

from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Invitation, Membership, Organization, Person
from tests.accounts.confirming import AN_HOUR, confirm, signed_in_ago
from tests.conftest import PASSWORD, key
from tests.tickets.pages import fields

NINA = {"email": "nina@example.com", "name": "Nina", "role": "ldc_admin"}


@pytest.fixture(autouse=True)
def _asked_again(settings: Settings) -> None:
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = True
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900


def invitation_to(organization: Organization) -> dict[str, str]:
    """The form of the people page, filled in."""
    return NINA | {"organization": str(organization.pk), "request_id": key()}


@pytest.mark.parametrize(("seconds", "leads_to"), [(800, "/org/people/"), (1000, "/reauthenticate/")])
def test_the_settings_say_how_long_a_sign_in_is_enough(
    olga: Person, lakeshore: Organization, seconds: int, leads_to: str
) -> None:
    browser = signed_in_ago(olga, seconds)

    sent = browser.post(reverse("accounts:invite"), invitation_to(lakeshore))

    assert sent["Location"].partition("?")[0] == leads_to
    assert Invitation.objects.exists() is (leads_to == "/org/people/")


def test_an_invitation_waits_until_its_author_has_confirmed(olga: Person, lakeshore: Organization) -> None:
    browser = signed_in_ago(olga, AN_HOUR)

    page = confirm(browser, browser.post(reverse("accounts:invite"), invitation_to(lakeshore)))

    assert not Invitation.objects.exists()
    typed = {name: values[-1] for name, values in fields(page).items()}
    assert typed.items() >= (NINA | {"organization": str(lakeshore.pk)}).items()
    assert browser.post(reverse("accounts:invite"), typed)["Location"] == "/org/people/"
    assert Invitation.objects.get().email == "nina@example.com"
    assert "nina" not in fields(browser.get("/org/people/")).get("email", [""])[-1]  # shown once


def test_ending_access_asks_too(olga: Person, rita: Person) -> None:
    browser = signed_in_ago(olga, AN_HOUR)
    end = reverse("accounts:end_membership", args=[rita.memberships.get().pk])

    page = confirm(browser, browser.post(end, {"request_id": key()}))

    assert "rita@example.com" in page.content.decode()
    assert browser.post(end, {"request_id": key()}).status_code == 303
    assert not rita.memberships.exists()


def test_htmx_is_led_there_as_by_a_session_that_ended(olga: Person, lakeshore: Organization) -> None:
    asked = signed_in_ago(olga, AN_HOUR).post(
        reverse("accounts:invite"), invitation_to(lakeshore), headers={"HX-Request": "true"}
    )

    assert asked.status_code == 401
    assert unquote(asked["HX-Redirect"]) == "/reauthenticate/?next=/org/people/"


def test_looking_asks_nothing_and_a_wrong_password_opens_nothing(
    olga: Person, lakeshore: Organization
) -> None:
    browser = signed_in_ago(olga, AN_HOUR)
    assert browser.get("/org/people/").status_code == 200

    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD + "?", "next": "/org/people/"})

    assert browser.post(reverse("accounts:invite"), invitation_to(lakeshore)).status_code == 302
    assert not Invitation.objects.exists()


# --- In administration ----------------------------------------------------------------------


def form_of(browser: Client, member: Person) -> dict[str, str]:
    """What their page in administration would send, with another phone and another role beside theirs."""
    page = browser.get(reverse("admin:accounts_person_change", args=[member.pk]))
    return {name: values[-1] for name, values in fields(page).items() if "__prefix__" not in name} | {
        "is_active": "on",
        "phone": "416 555 0199",
        "memberships-TOTAL_FORMS": "2",
        "memberships-1-person": str(member.pk),
        "memberships-1-organization": str(member.memberships.get().organization_id),
        "memberships-1-role": "ldc_admin",
        "memberships-1-starts_on": "2026-03-01",
    }


def test_a_role_given_in_administration_waits_with_all_that_was_typed(ada: Person, rita: Person) -> None:
    browser = signed_in_ago(ada, AN_HOUR)
    address = reverse("admin:accounts_person_change", args=[rita.pk])

    page = confirm(browser, browser.post(address, form_of(browser, rita)))

    typed = {name: values[-1] for name, values in fields(page).items() if "__prefix__" not in name}
    assert (typed["phone"], typed["memberships-1-role"]) == ("416 555 0199", "ldc_admin")
    assert "Nothing is saved yet" in page.content.decode()
    rita.refresh_from_db()
    assert (rita.phone, rita.memberships.count()) == ("", 1)

    assert browser.post(address, typed | {"is_active": "on"}).status_code == 302
    rita.refresh_from_db()
    assert (rita.phone, rita.memberships.count()) == ("416 555 0199", 2)


@pytest.mark.parametrize("page", ["person", "invitation"])
def test_actions_of_the_lists_and_new_ones_ask_as_well(ada: Person, rita: Person, page: str) -> None:
    browser = signed_in_ago(ada, AN_HOUR)
    chosen = {"action": "deactivate", "_selected_action": rita.pk}

    for name, sent in (("changelist", chosen), ("add", NINA | {"organization": "1"})):
        address = reverse(f"admin:accounts_{page}_{name}")
        assert browser.post(address, sent)["Location"].startswith("/reauthenticate/")

    assert Person.objects.filter(is_active=True).count() == 2
    assert (Invitation.objects.count(), Membership.objects.count()) == (0, 2)
