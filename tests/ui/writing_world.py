"""What agents write with, in the world of the access table: a template, and a message that has not left."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Person
from tickets.models import HeldMessage, ReplyTemplate, Ticket


def things(ticket: Ticket, ann: Person, at: datetime) -> dict[str, dict[str, Any]]:
    """How addresses name them."""
    held = HeldMessage.objects.create(
        ticket=Ticket.objects.get(pk=ticket.pk),
        author=ann,
        body="innercanary, not sent yet",
        internal=False,
        sent_at=at,
        leaves_at=at + timedelta(seconds=15),
    )
    template = ReplyTemplate.objects.create(title="innercanary", body="{{ reference }}")
    return {
        "held": {"reference": ticket.reference, "public_id": held.public_id},
        "reply_template": {"public_id": template.pk},
    }
