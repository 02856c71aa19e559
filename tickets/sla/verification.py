"""What is stored of service levels, held against a recomputation from the history, and mended from it.

Everything is read in bulk: a chunk of tickets costs the same few queries, however many they are.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from servicedesk.records.models import Record
from servicedesk.schedule.jobs import start_job
from servicedesk.schedule.models import DueRow, Job
from servicedesk.schedule.planning import Wanted, keep_all
from servicedesk.schedule.tidying import FIRED_ROW_KEPT_FOR
from tickets.models import CLOCK_COLUMNS, ServiceClock, Ticket
from tickets.sla.bulk import ROW_FIELDS, ROW_KEY, lock_all, write_columns, write_rows
from tickets.sla.history import clocks_of, excuses_in, terms_of
from tickets.sla.rollout import Seen, events_of
from tickets.sla.standing import STEP, agenda, row_of, standing

VERIFY = "sla.verify"
CHUNK = 500
SHOWN = 100
"""Differences that the nightly job keeps and logs one by one."""
COLUMNS = (*CLOCK_COLUMNS, "policy_version_id", "calendar_version_id")

log = structlog.get_logger(__name__)

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is stored of a ticket and does not follow from its history. In words, for people."""

    reference: str
    what: str
    stored: str
    recomputed: str

    def __str__(self) -> str:
        return f"{self.reference} {self.what}: stored {self.stored}, recomputed {self.recomputed}"


def next_chunk(after: int, *, open_only: bool = False, size: int = CHUNK) -> list[Ticket]:
    """The next tickets by primary key."""
    tickets = Ticket.objects.unfinished() if open_only else Ticket.objects.all()
    # Both tables by their key: else the planner reads the records from the beginning each time.
    return list(tickets.filter(pk__gt=after, id__gt=after).order_by("pk")[:size])


def differences(tickets: Sequence[Ticket], *, at: datetime | None = None) -> list[Difference]:
    """Recompute all that is stored of these tickets' clocks; answer what differs, by ticket.

    Somebody may act between two of the queries. So what differs is looked at again, with the
    tickets locked, before it is called a difference.
    """
    moment = at or timezone.now()
    suspects = [audit.ticket.pk for audit in _audits(tickets, moment) if audit.differs()]
    if not suspects:
        return []
    with transaction.atomic():
        return [one for audit in _audits(_locked(suspects), moment) for one in audit.differences()]


@transaction.atomic
def repair(tickets: Sequence[Ticket], *, at: datetime | None = None) -> list[Difference]:
    """Write what follows from these tickets' histories wherever it is not what is stored.

    Answers what differed. Steps of the ladder that lie behind are made up for as ``agenda`` says:
    each clock's latest alone.
    """
    moment = at or timezone.now()
    audits = [audit for audit in _audits(_locked([one.pk for one in tickets]), moment) if audit.differs()]
    told = [audit for audit in audits if audit.told]
    pks = [one.ticket.pk for one in told]
    write_columns(Ticket, pks, {name: [one.columns[name] for one in told] for name in COLUMNS})
    moved = [one for one in told if one.due_at != one.ticket.due_at]  # records have many indexes
    write_columns(Record, [one.ticket.pk for one in moved], {"due_at": [one.due_at for one in moved]})
    ServiceClock.objects.filter(pk__in=[row.pk for one in told for row in one.unfounded_rows()]).delete()
    write_rows([row for one in told for row in one.missing_rows()])
    keep_all({one.ticket.pk: one.to_plan() for one in told}, {STEP}, at=moment)
    return [one for audit in audits for one in audit.differences()]


def start_verification(*, at: datetime) -> Job | None:
    """Start the job that looks at every ticket, unless one is at work. None: there was one."""
    with transaction.atomic():
        if Job.objects.waiting().filter(kind=VERIFY).exists():
            return None
        return start_job(VERIFY, by=None, at=at, payload={})


def verify_next(job: Job) -> bool:
    """A step of "sla.verify". Answers whether it was the last."""
    if job.total is None:
        job.total = Ticket.objects.count()
    chunk = next_chunk(job.cursor or 0, size=CHUNK)
    found = differences(chunk, at=job.stepped_at)
    first = job.result.get("first", [])
    shown = found[: SHOWN - len(first)]
    for one in shown:
        log.error("sla.difference", **asdict(one))
    job.cursor = chunk[-1].pk if chunk else job.cursor
    job.done += len(chunk)
    job.result = {
        "tickets": job.done,
        "differences": job.result.get("differences", 0) + len(found),
        "first": [*first, *(asdict(one) for one in shown)],
    }
    if len(chunk) == CHUNK:
        return False
    job.total = job.done
    if job.result["differences"]:
        log.error("sla.differences", tickets=job.done, differences=job.result["differences"])
    return True


@dataclass(slots=True)
class _Audit:
    """A ticket as it stands, beside all that follows from its history. ``told`` is off when that says nothing."""

    ticket: Ticket
    stored_rows: dict[Key, ServiceClock]
    steps: dict[str, DueRow]
    told: bool = False
    columns: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    rows: dict[Key, ServiceClock] = field(default_factory=dict)
    planned: dict[str, Wanted] = field(default_factory=dict)
    """The steps that the last change planned; those of them that lie behind may have fired since."""
    due: set[str] = field(default_factory=set)
    """Keys of the steps of which there has to be a row, fired or not."""

    def differs(self) -> bool:
        """Is there any difference?"""
        return next(iter(self.differences()), None) is not None

    def differences(self) -> Iterator[Difference]:
        """What is stored and does not follow, or the other way round."""
        if not self.told:
            yield self._difference("history", "a ticket", "no versions are stated, so no clock follows")
            return
        for name in COLUMNS:
            yield from self._compare(name, getattr(self.ticket, name), self.columns[name])
        yield from self._compare("due_at", self.ticket.due_at, self.due_at)
        yield from self._rows_that_differ()
        yield from self._steps_that_differ()

    def unfounded_rows(self) -> list[ServiceClock]:
        """Stored rows of clocks that the history does not know."""
        return [row for key, row in self.stored_rows.items() if key not in self.rows]

    def missing_rows(self) -> list[ServiceClock]:
        """Rows to write: those that are not there, or are different."""
        return [
            row
            for key, row in self.rows.items()
            if key not in self.stored_rows or _values(row) != _values(self.stored_rows[key])
        ]

    def to_plan(self) -> list[Wanted]:
        """The steps that should wait: those there have to be, and what waits already and may."""
        waits = {key for key, row in self.steps.items() if _waits(row)}
        return [step for key, step in self.planned.items() if key in self.due or key in waits]

    def _rows_that_differ(self) -> Iterator[Difference]:
        for key in {**self.rows, **self.stored_rows}:
            stored, computed = self.stored_rows.get(key), self.rows.get(key)
            what = "clock {} {}.{}".format(*key[1:])
            if stored is None or computed is None:
                yield from self._compare(what, _words(stored), _words(computed))
                continue
            for name in ROW_FIELDS:
                yield from self._compare(f"{what} {name}", getattr(stored, name), getattr(computed, name))

    def _steps_that_differ(self) -> Iterator[Difference]:
        for key in self.planned.keys() | self.steps.keys():
            stored, wanted = self.steps.get(key), self.planned.get(key)
            if stored is None or wanted is None or not _waits(stored):
                yield from self._presence(key, stored)
            else:
                yield from self._compare(f"{key} due_at", stored.due_at, wanted.due_at)
                yield from self._compare(f"{key} payload", stored.payload, dict(wanted.payload))

    def _presence(self, key: str, row: DueRow | None) -> Iterator[Difference]:
        """A row waits that nothing planned, or none is there that should be."""
        waits = row is not None and _waits(row)
        if waits and key not in self.planned:
            yield self._difference(key, "waits", "nothing")
        elif not waits and key in self.due and not (row and (row.fired_at or row.dead_at)):
            yield self._difference(key, "nothing", f"due {self.planned[key].due_at.isoformat()}")

    def _compare(self, what: str, stored: Any, recomputed: Any) -> Iterator[Difference]:
        if stored != recomputed:
            yield self._difference(what, stored, recomputed)

    def _difference(self, what: str, stored: Any, recomputed: Any) -> Difference:
        return Difference(self.ticket.reference, what, str(stored), str(recomputed))


def _audits(tickets: Sequence[Ticket], at: datetime) -> Iterator[_Audit]:
    """Tickets beside what follows: three queries for all of them."""
    pks = [ticket.pk for ticket in tickets]
    events = events_of(tickets)
    rows: defaultdict[int, dict[Key, ServiceClock]] = defaultdict(dict)
    for row in ServiceClock.objects.filter(record__in=pks):
        rows[row.record_id][_key(row)] = row
    steps: defaultdict[int, dict[str, DueRow]] = defaultdict(dict)
    for step in DueRow.objects.filter(record__in=pks, kind=STEP):
        steps[step.record_id or 0][step.key] = step
    for ticket in tickets:
        audit = _Audit(ticket, rows[ticket.pk], steps[ticket.pk])
        _recompute(audit, events[ticket.pk], at)
        yield audit


def _recompute(audit: _Audit, events: Sequence[Seen], at: datetime) -> None:
    pk, terms = audit.ticket.pk, terms_of(audit.ticket)
    stated = [event.facts for event in events if "policy_version" in event.facts]
    clocks = clocks_of(events, terms)
    if not stated or not clocks:
        return
    stands, excuses = standing(clocks), excuses_in(events)
    audit.told = True
    audit.columns = {
        **stands.columns,
        "policy_version_id": stated[-1]["policy_version"],
        "calendar_version_id": stated[-1]["calendar_version"],
    }
    audit.due_at = stands.due_at
    audit.rows = {_key(row): row for row in (row_of(clock, pk, excuses) for clock in stands.ended)}
    if not stands.running:
        return
    changed_at = max(event.at for event in events if event.what != "excused")
    audit.planned = {step.key: step for step in agenda(pk, stands.running, at=changed_at)}
    now = max(at, changed_at)
    audit.due = {
        step.key
        for step in agenda(pk, stands.running, at=now)
        if step.key in audit.steps or step.due_at >= now - FIRED_ROW_KEPT_FOR  # or it fired and is gone
    }


def _locked(pks: Sequence[int]) -> list[Ticket]:
    """These tickets as they are now, and as they stay until the transaction ends."""
    lock_all(pks)
    return list(Ticket.objects.filter(pk__in=pks).order_by("pk"))


def _waits(row: DueRow) -> bool:
    return row.fired_at is None and row.cancelled_at is None and row.dead_at is None


def _key(row: ServiceClock) -> Key:
    return tuple(getattr(row, name) for name in ROW_KEY)


def _values(row: ServiceClock) -> Key:
    return tuple(getattr(row, name) for name in ROW_FIELDS)


def _words(row: ServiceClock | None) -> str:
    return f"{row.state}, ended {row.ended_at.isoformat()}" if row else "nothing"
