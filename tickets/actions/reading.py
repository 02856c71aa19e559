"""What somebody has read. It is theirs alone, so it is no event of the ticket."""

from datetime import datetime

from accounts.models import Person
from tickets.models import ReadMark, Ticket


def mark_read(ticket: Ticket, *, by: Person, up_to: datetime) -> None:
    """This person has seen everything on a ticket up to that moment. Once more is no different."""
    ReadMark.objects.bulk_create(
        [ReadMark(person=by, record_id=ticket.pk, seen_at=up_to)],
        update_conflicts=True,
        unique_fields=["person", "record"],
        update_fields=["seen_at"],
    )
