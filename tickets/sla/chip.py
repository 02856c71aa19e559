"""The SLA chip (UX §6.1): which clock is shown, in which state, in which words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.models import Incident

SOON = timedelta(hours=1)
URGENT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Chip:
    """What the ``sla_chip`` tag draws. ``due_at`` is None when nothing runs."""

    state: str
    text: str
    label: str
    due_at: datetime | None


def chip_for(incident: Incident, *, now: datetime) -> Chip:
    """The chip of an incident, for the desk."""
    label = _("Restoration due") if incident.responded_at else _("First answer due")
    if incident.done_at:
        return Chip("met", _("done"), "", None)
    if incident.due_at is None:
        return Chip("paused", _("paused"), _("Clock"), None)
    left = incident.due_at - now
    if left < timedelta():
        return Chip("breached", _("%(span)s late") % {"span": span(-left)}, label, incident.due_at)
    state = "urgent" if left <= URGENT else "soon" if left <= SOON else "ok"
    return Chip(state, _("in %(span)s") % {"span": span(left)}, label, incident.due_at)


def span(duration: timedelta) -> str:
    """A duration in at most two units: 3 d 4 h, 5 h 10 min, 42 min."""
    minutes = int(duration.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        (days, ngettext("%(n)d d", "%(n)d d", days)),
        (hours, ngettext("%(n)d h", "%(n)d h", hours)),
        (minutes, ngettext("%(n)d min", "%(n)d min", minutes)),
    ]
    shown = [words % {"n": number} for number, words in parts if number]
    return " ".join(shown[:2]) or ngettext("%(n)d min", "%(n)d min", 0) % {"n": 0}
