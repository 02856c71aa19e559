"""Which messages of a ticket became another one: read from its history, where splits and their undoing stand."""

from collections.abc import Sequence

from servicedesk.records.models import Event
from tickets.models import Ticket


def split_off(events: Sequence[Event]) -> dict[int, str]:
    """The messages that became another ticket: its reference, by the event that says the message."""
    gone: dict[int, str] = {}
    for event in events:
        if event.what == "split":
            gone |= dict.fromkeys(event.facts["messages"], event.facts["reference"])
        elif event.what == "split_undone":
            gone = {pk: where for pk, where in gone.items() if where != event.facts["reference"]}
    return gone


def gone_from(ticket: Ticket) -> dict[int, str]:
    """The same, asked of the ticket itself."""
    return split_off(list(ticket.events.filter(name__contains=".split").order_by("at", "pk")))
