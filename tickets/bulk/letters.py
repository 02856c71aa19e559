"""What one of many tickets is answered with a template, and why it is not where it cannot be.

It is asked just what a single message is asked before it is sent. There is no second press here: what would
deserve a second look is passed over, for somebody to write by hand.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from tickets import policy
from tickets.models import ReplyTemplate, Ticket
from tickets.writing.recipients import message_event
from tickets.writing.second_look import concerns
from tickets.writing.variables import variables_in, written_for


@dataclass(frozen=True, slots=True)
class Letter:
    """The words for one ticket, how many of its organization are told, and why it cannot be sent, or ""."""

    words: str
    told: int
    why_not: str


def letter_for(ticket: Ticket, template: ReplyTemplate, *, by: Person, at: datetime, wrote: str) -> Letter:
    """Write it. ``wrote`` is whoever wrote on the ticket since it was chosen. At most three queries."""
    words = written_for(template, ticket, by)
    if wrote:
        return Letter(words, 0, _("%(name)s wrote on it meanwhile. Read that first.") % {"name": wrote})
    if left := variables_in(words):
        return Letter(words, 0, _("It has nothing to say for “%(names)s”.") % {"names": "”, “".join(left)})
    told = _told(ticket, by, at)
    if not told:
        return Letter(
            words,
            0,
            _("Nobody of %(organization)s would hear of it.") % {"organization": ticket.organization},
        )
    looks = concerns(ticket, words, by=by, for_desk=True, internal=False, seen=None, draft=None, looked_at=())
    return Letter(words, told, " ".join(str(look.words) for look in looks))


def _told(ticket: Ticket, by: Person, at: datetime) -> int:
    """How many of the organization's people hear of it: by the rule that tells them afterwards."""
    _desk, ldc = policy.sides_heard(message_event(ticket, by, at=at, internal=False), ticket)
    return Person.objects.active().filter(ldc.heard).exclude(pk=by.pk).count()
