"""A mail server that keeps what it is given: real SMTP, nothing sent on."""

import email
import email.policy
import logging
import socket
from collections import Counter
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"
logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every step of every delivery


@dataclass(frozen=True, slots=True)
class Delivered:
    """One mail as the server took it: to whom its envelope was addressed, and what was inside."""

    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def to(self) -> str:
        """The one address it went to. The desk writes to each person alone."""
        (address,) = self.recipients
        return address

    @property
    def subject(self) -> str:
        """The subject, decoded. Django begins a long one on the next line, and the fold leaves a space."""
        return str(self.message["Subject"]).strip()

    @property
    def id(self) -> str:
        """The Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def words(self) -> str:
        """Everything that a reader sees, of all its parts."""
        parts = [str(part.get_content()) for part in self.message.walk() if not part.is_multipart()]
        return "\n".join([self.subject, *parts])


class PostOffice:
    """The server. It may close and open again at the same address."""

    def __init__(self) -> None:
        self.mails: list[Delivered] = []
        self.port = free_port()
        self._controller: Controller | None = None

    def open(self) -> None:
        """Start taking mail."""
        self._controller = Controller(self, hostname=HOST, port=self.port)
        self._controller.start()

    def close(self) -> None:
        """Stop taking mail: whoever comes is refused the connection."""
        if self._controller:
            self._controller.stop()
            self._controller = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to know to send its mail here."""
        return {"EMAIL_HOST": HOST, "EMAIL_PORT": str(self.port), "EMAIL_USE_TLS": "0"}

    def addressees(self) -> Counter[str]:
        """How many mails each address got."""
        return Counter(mail.to for mail in self.mails)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # aiosmtpd names it
        """Keep a mail. Called by the server, in its own thread."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(Delivered(tuple(envelope.rcpt_tos), message))
        return "250 Kept"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
