"""The mail a demo did not send: who may read it, and that nothing in it is run."""

import mailbox
from collections.abc import Callable

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Person
from servicedesk.notifications.mail import Letter, send

SignIn = Callable[[Person], Client]


@pytest.fixture
def letter(demo_settings: Settings) -> str:
    """A mail in the folder; answers its key."""
    send(
        Letter(
            to="rita@example.com",
            subject="[INC-1] <b>BQ</b> responses missing – réponse",
            text="Écrivez-nous <now>.",
            html="<p>Hello</p><script>alert(1)</script>",
            thread="INC-1",
        ),
        key="mail:1:1",
    )
    (key,) = mailbox.Maildir(demo_settings.MAILDIR).keys()
    return key


def test_an_administrator_reads_the_list_and_a_mail(letter: str, ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    listed = browser.get(reverse("demo:mail"))
    page = browser.get(reverse("demo:mail_detail", args=[letter]))

    assert (listed.status_code, page.status_code) == (200, 200)
    assert [(line.key, line.to) for line in listed.context["lines"]] == [(letter, "rita@example.com")]
    assert dict(page.context["headers"]) | {"Date": "", "Message-ID": ""} == {
        "From": "MDM/R Service Desk <desk@servicedesk.example>",
        "To": "rita@example.com",
        "Subject": "[INC-1] <b>BQ</b> responses missing – réponse",
        "Date": "",
        "Message-ID": "",
        "References": "<inc-1.thread@servicedesk.example>",
        "Auto-Submitted": "auto-generated",
    }
    assert page.context["text"].strip() == "Écrivez-nous <now>."


def test_nothing_in_a_mail_is_rendered_as_a_page(letter: str, ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    for address in (reverse("demo:mail"), reverse("demo:mail_detail", args=[letter])):
        text = browser.get(address).content.decode()
        assert "<b>BQ</b>" not in text
        assert "&lt;b&gt;BQ&lt;/b&gt;" in text
        assert "<script>alert" not in text
        assert "<now>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize("persona", ["rita", "olga", "vera", "ann", "cleo", "chang"])
def test_others_are_refused_with_words(
    letter: str, cast: dict[str, Person], sign_in: SignIn, persona: str
) -> None:
    for address in (reverse("demo:mail"), reverse("demo:mail_detail", args=[letter])):
        response = sign_in(cast[persona]).get(address)
        assert response.status_code == 403
        assert "Only administrators can read the demo" in response.content.decode()
        assert letter not in response.content.decode()


def test_without_a_session_it_leads_to_sign_in(letter: str) -> None:
    response = Client().get(reverse("demo:mail"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e%2fsecret", "1.2.3:2,S"])
def test_a_key_that_is_no_mail_is_not_found(letter: str, ada: Person, sign_in: SignIn, key: str) -> None:
    assert sign_in(ada).get(f"/demo/mail/{key}/").status_code == 404


def test_the_newest_comes_first(demo_settings: Settings, ada: Person, sign_in: SignIn) -> None:
    box = mailbox.Maildir(demo_settings.MAILDIR)
    for number in range(3):
        letter = EmailMultiAlternatives(f"Number {number}", "Text", to=["rita@example.com"])
        box.add(letter.message().as_bytes())
    lines = sign_in(ada).get(reverse("demo:mail")).context["lines"]
    assert [line.subject for line in lines] == ["Number 2", "Number 1", "Number 0"]


def test_an_empty_folder_says_so(demo_settings: Settings, ada: Person, sign_in: SignIn) -> None:
    assert "No mail yet" in sign_in(ada).get(reverse("demo:mail")).content.decode()


def test_it_is_not_there_outside_a_demo_or_when_mail_really_leaves(
    letter: str, demo_settings: Settings, ada: Person, sign_in: SignIn
) -> None:
    address = reverse("demo:mail")
    demo_settings.DEMO = False
    assert sign_in(ada).get(address).status_code == 404

    demo_settings.DEMO = True
    demo_settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert sign_in(ada).get(address).status_code == 404
