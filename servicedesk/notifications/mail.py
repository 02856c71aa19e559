"""Sending one mail: headers that thread it, mark it as automatic, and make a repeat recognizable."""

import hashlib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from servicedesk.records.faults import faultpoint


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A small text file that goes with a letter. ``kind`` is its media type, such as ``text/calendar``."""

    name: str
    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person gets. ``thread`` is the reference that groups letters in a mail program.

    ``unsubscribe`` is the address that stops such letters, where they can be stopped.
    """

    to: str
    subject: str
    text: str
    html: str
    thread: str = ""
    enclosures: tuple[Enclosure, ...] = ()
    unsubscribe: str = ""


def send(letter: Letter, *, key: str) -> None:
    """Hand a letter to the mail server. ``key`` is the outbox row's, so a repeat has the same Message-ID.

    Nothing automatic answers automatic mail: RFC 3834's Auto-Submitted says that this is some.
    Raises SMTPException or OSError.
    """
    headers = {
        "Message-ID": message_id(key),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if letter.thread:
        root = f"<{letter.thread.lower()}.thread@{settings.MAIL_DOMAIN}>"
        headers |= {"References": root, "In-Reply-To": root}
    if letter.unsubscribe:  # RFC 8058: the mail program posts there, and asks nobody
        headers |= {
            "List-Unsubscribe": f"<{letter.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    mail = EmailMultiAlternatives(
        " ".join(letter.subject.split()), letter.text, to=[letter.to], headers=headers
    )
    mail.attach_alternative(letter.html, "text/html")
    for file in letter.enclosures:
        mail.attach(file.name, file.text, file.kind)
    faultpoint("mail.before_smtp")
    mail.send()
    faultpoint("mail.after_smtp")


def message_id(key: str) -> str:
    """The Message-ID that belongs to an outbox key, always the same."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{settings.MAIL_DOMAIN}>"
