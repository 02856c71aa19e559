"""What a line of a list shows, prepared once so that templates only choose words."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from tickets.models import Incident
from tickets.sla.chip import chip_for
from tickets.transitions import Status
from tickets.wording import TONES, status_words, turn


def queue_row(incident: Incident, *, now: datetime) -> dict[str, Any]:
    """A ticket in one of the desk's queues: what matters is when it is due."""
    return _row(incident, for_desk=True) | {"chip": chip_for(incident, now=now)}


def list_row(incident: Incident, *, for_desk: bool) -> dict[str, Any]:
    """A ticket in a list of tickets: what matters is whose turn it is."""
    return _row(incident, for_desk=for_desk) | {"turn": turn(incident)}


def _row(incident: Incident, *, for_desk: bool) -> dict[str, Any]:
    return {
        "incident": incident,
        "url": reverse("tickets:desk_detail" if for_desk else "tickets:detail", args=[incident.reference]),
        "status": status_words(incident, for_desk=for_desk),
        "tone": TONES[Status(incident.status)],
    }
