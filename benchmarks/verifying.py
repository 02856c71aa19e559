"""Is what is stored of a seeded desk's service levels true? By the desk's own check, and by a slow stranger's.

``verify_sla`` shares its code with what wrote the data. So a sample is held against the oracle of the
tests too, which looks at every minute and shares nothing (tests/sla/oracle.py).
"""

import random
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from django.core.management import call_command
from django.db.models.functions import TruncMinute
from django.utils import timezone

from benchmarks.databases import switch
from tests.sla import oracle
from tickets.models import ServiceClock, Ticket
from tickets.sla import rulebook
from tickets.sla.history import minded, moment_of, terms_of
from tickets.sla.rulebook import Versions

SAMPLE = 300
MINUTE = timedelta(minutes=1)


def verify(name: str) -> int:
    """Check the database that is switched on, and say what was found. Answers the exit status."""
    switch(name)
    began = perf_counter()
    call_command("verify_sla")
    print(f"{name}: verify_sla took {perf_counter() - began:.0f} s.", flush=True)
    began = perf_counter()
    strange = strangers(SAMPLE, seed=len(name))
    print(f"{name}: the oracle read {SAMPLE} tickets in {perf_counter() - began:.0f} s.", flush=True)
    print("\n".join(strange) or f"{name}: it agrees about every clock.", flush=True)
    return 1 if strange else 0


def strangers(number: int, *, seed: int) -> list[str]:
    """What the oracle sees otherwise, of so many tickets drawn by chance; a sentence each.

    It reads whole minutes, so no ticket is drawn on which a benchmark's own replies came in between.
    Raises ValueError when there are not that many others.
    """
    oracle.PATIENCE = 60 * 24 * 1000
    on_minutes = Ticket.objects.filter(updated_at=TruncMinute("updated_at", tzinfo=UTC))
    pks = list(on_minutes.order_by("pk").values_list("pk", flat=True))
    drawn = random.Random(seed).sample(pks, number)
    now = timezone.now().replace(second=0, microsecond=0)
    return [
        f"{ticket.reference} {what}: stored {stored}, the oracle says {said}."
        for ticket in Ticket.objects.filter(pk__in=drawn).order_by("pk")
        for what, stored, said in _strange(ticket, now)
    ]


def _strange(ticket: Ticket, now: datetime) -> list[tuple[str, Any, Any]]:
    terms = terms_of(ticket)
    history = [moment_of(event, terms) for event in minded([ticket.pk])]
    versions = Versions(ticket.policy_version_id, ticket.calendar_version_id)
    read = oracle.readings(history, rulebook.pledges(versions, terms), now)
    said = {key: _of_reading(one) for key, one in read.items() if one.ended_at}
    stored = {
        (row.target, row.cycle, row.leg): _of_row(row)
        for row in ServiceClock.objects.filter(record=ticket.pk)
    }
    running = {key[0]: one.due_at for key, one in read.items() if not one.ended_at}
    due = {"update": ticket.update_due_at, "restore": ticket.finish_due_at, "respond": ticket.respond_due_at}
    kept = {target: at for target, at in due.items() if target in running}
    return [
        *(
            (f"clock {key}", stored.get(key), said.get(key))
            for key in {**said, **stored}
            if stored.get(key) != said.get(key)
        ),
        *((f"{target} due", kept[target], at) for target, at in running.items() if kept[target] != at),
    ]


def _of_reading(reading: oracle.Reading) -> tuple[Any, ...]:
    return (
        reading.severity, reading.started_at, reading.ended_at, reading.due_at, reading.state, reading.elapsed * MINUTE,
    )  # fmt: skip


def _of_row(row: ServiceClock) -> tuple[Any, ...]:
    return (row.severity, row.started_at, row.ended_at, row.due_at, row.state, row.elapsed)
