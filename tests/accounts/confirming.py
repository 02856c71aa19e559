"""Browsers of people who signed in, some time ago, and how they confirm who they are."""

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from tests.conftest import PASSWORD

AN_HOUR = 3600


def signed_in_ago(member: Person, seconds: int) -> Client:
    """A browser in which somebody signed in by their password, that long ago."""
    member.set_password(PASSWORD)
    member.save()
    browser = Client()
    browser.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
    session = browser.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()
    return browser


def confirm(browser: Client, asked: HttpResponse) -> HttpResponse:
    """Follow the way to the confirmation, give the password, and go on to where that leads."""
    assert asked.status_code == 302
    assert asked["Location"].startswith("/reauthenticate/?next=")
    page = browser.get(asked["Location"])
    assert "Nothing is done until you send it there." in page.content.decode()
    where = str(page.context["redirect_field_value"])
    led = browser.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": where})
    assert (led.status_code, led["Location"]) == (302, where)
    return browser.get(where)
