"""Putting a ticket off, for oneself: it is still open, its clocks run on, and everybody else sees it as before."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.refusals import Unusable
from tickets import policy
from tickets.models import Snooze, Ticket

LONGEST = timedelta(days=90)


def snooze(ticket: Ticket, until: datetime, *, by: Person, at: datetime) -> Snooze:
    """Let a ticket sleep for one person; another moment replaces the one before.

    It is no event: it changes nothing on the ticket, and nobody else is concerned. Raises Forbidden,
    IllegalMove, Unusable.
    """
    policy.may_snooze(by, ticket).or_refuse()
    if not at < until <= at + LONGEST:
        raise Unusable(_("Choose a moment within the next 90 days."))
    sleeping, _made = Snooze.objects.update_or_create(
        person=by, record_id=ticket.pk, defaults={"since": at, "until": until}
    )
    return sleeping


def wake(ticket: Ticket, *, by: Person) -> None:
    """Bring it back into this person's queues. One that does not sleep stays as it is."""
    Snooze.objects.filter(person=by, record=ticket.pk).delete()


def sleep_as_before(ticket: Ticket, span: Sequence[datetime] | None, *, by: Person) -> None:
    """Put back since when and until when it slept for one person; None if it did not sleep.

    Nothing is asked of the ticket: what has become of it since wakes it as it would have then.
    """
    if span is None:
        wake(ticket, by=by)
        return
    since, until = span
    Snooze.objects.update_or_create(person=by, record_id=ticket.pk, defaults={"since": since, "until": until})
