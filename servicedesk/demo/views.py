"""Reading the mail that the demo did not send: it lies in a Maildir."""

import mailbox
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.verdict import YES, Verdict, no

SHOWN = 200
HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted", "List-Unsubscribe",
    "List-Unsubscribe-Post",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One mail of the list."""

    key: str
    at: datetime
    to: str
    subject: str


@require_safe
@signed_in
def mail(request: SignedInRequest) -> HttpResponse:
    """The newest mails of the Maildir."""
    box = _open_box(request)
    names = sorted(box.keys(), key=_filed_at, reverse=True)
    lines = [_line(box, key) for key in names[:SHOWN]]
    return render(request, "demo/mail.html", {"lines": lines, "count": len(names), "shown": len(lines)})


@require_safe
@signed_in
def mail_detail(request: SignedInRequest, key: str) -> HttpResponse:
    """One mail: its headers and its parts, both as text. Its HTML is shown, never run."""
    box = _open_box(request)
    if key not in box:  # looks the key up in the folder's own list, so it can name no other file
        raise Http404("No such mail.")
    letter = _read(box, key)
    context = {
        "subject": str(letter["Subject"]).strip(),
        "headers": [(name, str(letter[name]).strip()) for name in HEADERS if letter[name] is not None],
        "text": _part(letter, "plain"),
        "html": _part(letter, "html"),
    }
    return render(request, "demo/mail_detail.html", context)


def _may_read_mail(request: SignedInRequest) -> Verdict:
    """Everybody's mail stands there, reset links included: it is for administrators."""
    if request.user.standing().is_administrator:
        return YES
    return no(_("Only administrators can read the demo's mail."))


def _open_box(request: SignedInRequest) -> mailbox.Maildir:
    """The demo's Maildir. Raises Http404 where there is none, and Forbidden."""
    if not settings.DEMO or not settings.EMAIL_BACKEND.endswith(".MaildirBackend"):
        raise Http404("Mail is not kept here.")
    _may_read_mail(request).or_refuse()
    Path(settings.MAILDIR).parent.mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(settings.MAILDIR)


def _filed_at(key: str) -> tuple[int, ...]:
    """Seconds, microseconds and count of a Maildir name such as 1795468487.M208816P3572Q1.host."""
    named = re.match(r"(\d+)\.M(\d+)P\d+Q(\d+)", key)
    return tuple(int(part) for part in named.groups()) if named else (0,)


def _line(box: mailbox.Maildir, key: str) -> Line:
    letter = _read(box, key)
    return Line(
        key, datetime.fromtimestamp(_filed_at(key)[0], UTC), str(letter["To"]), str(letter["Subject"]).strip()
    )


def _read(box: mailbox.Maildir, key: str) -> EmailMessage:
    return message_from_bytes(box.get_bytes(key), policy=policy.default)


def _part(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body(preferencelist=(kind,))
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""
