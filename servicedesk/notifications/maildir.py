"""Mail into a local folder: what the demo does instead of sending."""

import mailbox
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class MaildirBackend(BaseEmailBackend):
    """An e-mail backend that files each message in the Maildir at settings.MAILDIR."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """File the messages. Answers how many."""
        Path(settings.MAILDIR).parent.mkdir(parents=True, exist_ok=True)
        box = mailbox.Maildir(settings.MAILDIR)
        for message in email_messages:
            box.add(message.message().as_bytes())
        return len(email_messages)
