"""What deserves a second look before a message is sent. Each is said once: the second press sends.

What was looked at comes back signed, so that the second press says yes to these very things and to
nothing that came up since.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Attachment, Draft, Event
from tickets.models import Ticket
from tickets.naming import others_named_in
from tickets.sentences import actor_of
from tickets.writing.mentions import Mention, mentions_in

_SIGNER = Signer(salt="tickets.second_look")
_ENCLOSED = re.compile(
    r"\b(?:attached|attachments?|attaching|enclosed|enclosure"
    r"|ci-joint(?:e|s|es)?|pi[eè]ces? jointes?|en annexe|fichiers? joints?|je joins|nous joignons)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^[^\S\n]*+>.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """A message that came while somebody was writing."""

    actor: str
    html: str
    internal: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to look at. ``seal`` says that it was; ``follower`` can be let in, so that they read it."""

    words: str
    seal: str
    messages: tuple[Meanwhile, ...] = ()
    follower: Person | None = None


def concerns(
    ticket: Ticket,
    body: str,
    *,
    by: Person,
    for_desk: bool,
    internal: bool,
    seen: int | None,
    draft: Draft | None,
    looked_at: Iterable[str],
) -> list[Concern]:
    """What to show before a message is sent. Nothing of what was looked at already.

    An LDC's people are told only of whom they mention in vain.
    """
    found: list[tuple[str, Concern]] = []
    if for_desk:
        found += _answered(ticket, by, seen)
        found += [] if internal else _named(ticket, body)
        found += _enclosed(ticket, body, draft)
    found += _unread(ticket, mentions_in(body, ticket, by, internal=internal), internal=internal)
    known = {code for seal in looked_at if (code := _unseal(seal, ticket))}
    return [concern for code, concern in found if code not in known]


def speaks_of_a_file(body: str) -> str:
    """The word that says something is enclosed, in what is not quoted; or nothing."""
    found = _ENCLOSED.search(_QUOTED.sub("", body))
    return found[0] if found else ""


def _answered(ticket: Ticket, by: Person, seen: int | None) -> list[tuple[str, Concern]]:
    if seen is None:
        return []
    since = (
        Event.objects.filter(record=ticket.pk, pk__gt=seen, comment__isnull=False)
        .exclude(actor=by)
        .select_related("actor", "comment")
        .order_by("pk")
    )
    came = [
        (one.pk, Meanwhile(actor_of(one), one.comment.html(), one.internal, one.at))
        for one in since
        if one.comment
    ]
    if not came:
        return []
    code = f"answered:{came[-1][0]}"
    words = _("Somebody wrote while you were writing. Read it, then send yours if it still holds.")
    return [(code, Concern(words, _seal(code, ticket), tuple(message for _pk, message in came)))]


def _named(ticket: Ticket, body: str) -> list[tuple[str, Concern]]:
    names = others_named_in(body, ticket.organization_id)
    if not names:
        return []
    code = f"named:{'|'.join(names)}"
    words = _(
        "This names %(names)s, and %(organization)s will read it. Take it out, or send it as it is."
    ) % {
        "names": ", ".join(f"“{name}”" for name in names),
        "organization": ticket.organization.name,
    }
    return [(code, Concern(words, _seal(code, ticket)))]


def _enclosed(ticket: Ticket, body: str, draft: Draft | None) -> list[tuple[str, Concern]]:
    mentioned = speaks_of_a_file(body)
    if not mentioned or (draft and Attachment.objects.filter(draft=draft).exists()):
        return []
    words = _("You write “%(word)s”, but no file is attached. Attach it, or send it as it is.") % {
        "word": mentioned
    }
    return [("enclosed", Concern(words, _seal("enclosed", ticket)))]


def _unread(ticket: Ticket, mentions: list[Mention], *, internal: bool) -> list[tuple[str, Concern]]:
    found = []
    for mention in mentions:
        if mention.may_read:
            continue
        code = f"mention:{mention.person.pk}:{internal}"
        words = (
            _("%(name)s is not at the desk and never reads a note, so they are not told.")
            if internal
            else _("%(name)s may not see this ticket, so they are not told.")
        )
        follower = mention.person if mention.addable else None
        found.append(
            (code, Concern(words % {"name": mention.person.name}, _seal(code, ticket), (), follower))
        )
    return found


def _seal(code: str, ticket: Ticket) -> str:
    return _SIGNER.sign(f"{ticket.pk}/{code}")


def _unseal(seal: str, ticket: Ticket) -> str:
    """What was looked at on this ticket; "" for a seal that is not ours."""
    try:
        about, _slash, code = _SIGNER.unsign(seal).partition("/")
    except BadSignature:
        return ""
    return code if about == str(ticket.pk) else ""
