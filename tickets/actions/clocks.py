"""What the actions share: appending history, and writing what follows from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.models import Person
from servicedesk.records.history import record_event
from servicedesk.records.models import Event, Record
from tickets import policy
from tickets.models import Incident, ServiceClock
from tickets.sla.clock import Moment, read
from tickets.sla.history import excuses_in, minded, moment_of, nothing_yet, terms_of
from tickets.sla.standing import Standing, row_of, standing


def append_event(incident: Incident, name: str, *, by: Person | None, at: datetime, **what: Any) -> Event:
    """Append an event that also says which side its actor is on."""
    return record_event(incident, name, by=by, at=at, side=policy.party_of(by, incident), **what)


def lock(incident_id: int) -> None:
    """Hold everybody else off while its clocks are read and written: they follow from its whole history."""
    Record.objects.select_for_update(no_key=True).filter(pk=incident_id).values("pk").first()


def read_clocks(incident: Incident, events: Sequence[Event], *more: Moment) -> Standing:
    """How an incident stands by its events, and by what may yet happen."""
    terms = terms_of(incident)
    return standing(read([*(moment_of(event, terms) for event in events), *more], nothing_yet))


def restate(incident: Incident, *, at: datetime) -> Standing:
    """Read its clocks anew from its history, and store those that have ended just now."""
    events = list(minded([incident.pk]))
    stands, excuses = read_clocks(incident, events), excuses_in(events)
    ended = [row_of(clock, incident.pk, excuses) for clock in stands.ended if clock.ended_at == at]
    if ended:
        ServiceClock.objects.bulk_create(ended, ignore_conflicts=True)
    return stands


def write_columns(incident: Incident, changes: dict[str, Any]) -> None:
    """Write Incident's own columns. The record was locked, or its version compared, just before."""
    Incident.objects.filter(pk=incident.pk).update(**changes)
    for field, value in changes.items():
        setattr(incident, field, value)
