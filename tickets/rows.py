"""What a line of a list shows, prepared once so that templates only choose words."""

from datetime import datetime
from typing import Any

from tickets.models import Incident
from tickets.sla.chip import chip_for
from tickets.transitions import Status
from tickets.wording import TONES, turn


def list_row(incident: Incident, *, now: datetime) -> dict[str, Any]:
    """One ticket of a list."""
    return {
        "incident": incident,
        "url": incident.get_absolute_url(),
        "status": incident.status_label(),
        "tone": TONES[Status(incident.status)],
        "turn": turn(incident),
        "chip": chip_for(incident, now=now),
    }
