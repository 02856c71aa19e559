"""Mail as a real server receives it: threaded, marked as automatic, the same when repeated."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django.fixtures import Settings

from accounts.models import Membership, Person
from servicedesk.notifications.mail import Letter, message_id, send
from servicedesk.notifications.models import OutboxMessage
from tests.conftest import NOON
from tests.notifications.letters import drain_at
from tickets.actions import add_note, reply
from tickets.models import Incident

Make = Callable[..., Incident]
LETTER = Letter(
    to="rita@example.com",
    subject="[INC-7] BQ responses missing — Resolved",
    text="Résolu.\n",
    html="<p>Résolu.</p>",
    thread="INC-7",
)


class Inbox:
    """What the server received, and whether it takes mail at all."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.closed = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd calls this for every letter."""
        if self.closed:
            return "451 Try again later"
        assert isinstance(envelope.content, bytes)
        self.raw.append(envelope.content)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.recipients += envelope.rcpt_tos
        return "250 OK"


class OnAFreePort(Controller):
    """Port 0 lets the system choose; aiosmtpd then has to be told what it chose."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def inbox(settings: Settings) -> Iterator[Inbox]:
    """A mail server on a free port, which the desk sends through."""
    received = Inbox()
    controller = OnAFreePort(received, hostname="127.0.0.1", port=0)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = controller.hostname, controller.port
    settings.EMAIL_USE_TLS = False
    yield received
    controller.stop()


def bodies(letter: EmailMessage) -> list[str]:
    """The text and the HTML, with plain line ends."""
    return [part.get_content().replace("\r\n", "\n").strip() for part in letter.iter_parts()]


def test_a_letter_is_threaded_marked_as_automatic_and_has_two_bodies(
    inbox: Inbox, settings: Settings
) -> None:
    send(LETTER, key="mail:7:1")

    (letter,) = inbox.letters
    root = f"<inc-7.thread@{settings.MAIL_DOMAIN}>"
    expected = {
        "To": "rita@example.com",
        "From": settings.DEFAULT_FROM_EMAIL,
        "Subject": "[INC-7] BQ responses missing — Resolved",
        "Message-ID": message_id("mail:7:1"),
        "References": root,
        "In-Reply-To": root,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    assert {name: letter[name].strip() for name in expected} == expected
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    assert bodies(letter) == ["Résolu.", "<p>Résolu.</p>"]


def test_a_repeat_is_the_same_message_and_another_one_is_not(inbox: Inbox) -> None:
    for key in ("mail:7:1", "mail:7:1", "mail:7:2"):
        send(LETTER, key=key)

    first, repeat, other = (letter["Message-ID"] for letter in inbox.letters)
    assert first == repeat != other
    assert re.fullmatch(r"<[0-9a-f]{40}@[a-z.]+>", first)


def test_a_letter_without_a_ticket_stands_alone(inbox: Inbox) -> None:
    send(replace(LETTER, thread=""), key="account-mail:1")

    assert (inbox.letters[0]["References"], inbox.letters[0]["In-Reply-To"]) == (None, None)


@pytest.mark.parametrize(
    "title",
    [
        "Reads\r\nBcc: everybody@example.com",
        "Reads\nBcc: everybody@example.com\n\nHello",
        "Reads\x0bBcc: everybody@example.com",
        "Reads\x85Bcc: everybody@example.com",
        "Reads\u2028Bcc: everybody@example.com",
        "Reads\x0c\x1c\x1dBcc: everybody@example.com",
    ],
)
def test_a_title_cannot_write_headers(inbox: Inbox, title: str) -> None:
    send(replace(LETTER, subject=title), key="x")

    (letter,) = inbox.letters
    assert letter["Bcc"] is None
    assert letter["Subject"].startswith("Reads Bcc: everybody@example.com")
    assert inbox.recipients == ["rita@example.com"]


@pytest.mark.parametrize("title", ["Relevés manquants à Nipissing", "電力 ⚡ reads", "x" * 200])
def test_a_title_in_any_writing_arrives_as_it_was(inbox: Inbox, title: str) -> None:
    send(replace(LETTER, subject=title), key="x")

    assert "".join(inbox.letters[0]["Subject"].split()) == "".join(title.split())


def test_lines_end_as_mail_lines_end_and_long_ones_arrive(inbox: Inbox) -> None:
    text = "one\ntwo\n.\nthree " + "x" * 3000 + "\n"
    send(replace(LETTER, text=text), key="x")

    assert b"\n" not in inbox.raw[0].replace(b"\r\n", b"")
    assert bodies(inbox.letters[0])[0] == text.strip()


def deliver(at_least: int = 1) -> None:
    """Drain until the letters that a fan-out asked for are sent too."""
    assert drain_at(NOON + timedelta(minutes=1)) >= at_least


def test_an_event_reaches_everybody_but_its_author(
    inbox: Inbox, incident: Make, rita: Person, ned: Person, stan: Person, ann: Person
) -> None:
    filed = incident()
    deliver()

    assert sorted(inbox.recipients) == ["ann@example.com", "ned@example.com"]
    (to_ann,) = (letter for letter in inbox.letters if letter["To"] == "ann@example.com")
    assert to_ann["Subject"].strip() == f"[{filed.reference}] BQ responses missing for cycle 14 — Reported"
    assert filed.reference in to_ann.as_string()


def test_every_letter_about_a_ticket_belongs_to_one_thread(
    inbox: Inbox, incident: Make, ann: Person, rita: Person
) -> None:
    one, other = incident(), incident()
    reply(one, "We see it too.", by=ann, at=NOON)
    deliver()

    threads = {
        reference: {letter["References"] for letter in inbox.letters if reference in letter["Subject"]}
        for reference in (one.reference, other.reference)
    }
    assert [len(roots) for roots in threads.values()] == [1, 1]
    assert len(set.union(*threads.values())) == 2
    assert len({letter["Message-ID"] for letter in inbox.letters}) == len(inbox.letters)


def test_a_letter_shows_what_was_written_without_letting_it_be_html(
    inbox: Inbox, incident: Make, ann: Person, rita: Person
) -> None:
    filed = incident(title="<b>Reads</b> & more")
    OutboxMessage.objects.all().delete()
    reply(filed, "Look: <script>alert(1)</script>", by=ann, at=NOON)
    deliver()

    (letter,) = inbox.letters
    text, html = bodies(letter)
    assert letter["Subject"].strip() == f"[{filed.reference}] <b>Reads</b> & more — New message"
    assert "Look: <script>alert(1)</script>" in text
    assert "<script" not in html
    assert "<b>Reads" not in html


def test_an_internal_note_is_mailed_to_the_desk_only(
    inbox: Inbox, incident: Make, rita: Person, ned: Person, ann: Person, bob: Person
) -> None:
    filed = incident(visibility="organization")
    OutboxMessage.objects.all().delete()
    filed.followers.create(person=bob, since=NOON)
    add_note(filed, "innercanary", by=ann, at=NOON)
    deliver()

    assert inbox.recipients == ["bob@example.com"]


def test_who_lost_sight_of_a_ticket_before_the_mail_went_is_not_told(
    inbox: Inbox, incident: Make, rita: Person, ned: Person, ann: Person
) -> None:
    incident()
    fan_out = OutboxMessage.objects.claim(at=NOON)
    OutboxMessage.objects.filter(pk__in=[row.pk for row in fan_out]).update(available_at=NOON)
    inbox.closed = True
    deliver()  # the letters are written, and the server refuses them
    Membership.objects.filter(person=ned).delete()
    inbox.closed = False
    drain_at(NOON + timedelta(minutes=5))

    assert inbox.recipients == ["ann@example.com"]
    outcomes = OutboxMessage.objects.filter(recipient=ned).values_list("outcome", flat=True)
    assert list(outcomes) == ["not sent: may not see it any more"]


def test_a_server_that_refuses_for_a_while_gets_the_same_letter_later(
    inbox: Inbox, incident: Make, rita: Person, ann: Person
) -> None:
    incident()
    inbox.closed = True
    deliver()
    assert inbox.letters == []

    inbox.closed = False
    drain_at(NOON + timedelta(hours=1))
    row = OutboxMessage.objects.get(effect="ticket.mail")
    assert [letter["Message-ID"] for letter in inbox.letters] == [message_id(row.key)]
    assert (row.failures, row.outcome) == (1, "sent")


def test_a_deactivated_person_gets_nothing(inbox: Inbox, incident: Make, rita: Person, ned: Person) -> None:
    incident()
    Person.objects.filter(pk=ned.pk).update(is_active=False)
    deliver()

    assert inbox.recipients == ["ann@example.com"]
