"""The sweep: a look that finds nothing due while a whole desk's rows wait, and ten thousand steps due in one minute.

The storm is undone at its end, so that every run meets the same desk; its commits are not in the figure.
"""

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from statistics import median, quantiles
from time import perf_counter

from django.db import transaction

from benchmarks.databases import switch
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tickets.models import EscalationStep, Ticket
from tickets.sla.standing import STEP

ROWS = 10_000
WITHIN = 10.0
"""Seconds for the storm."""
IDLE = 5.0
"""Milliseconds for a look that finds nothing."""
GROWTH = 1.15
ATTEMPTS = 3


def run(names: Iterable[str], looks: int) -> list[str]:
    """Measure both, print them, and answer which gates do not hold."""
    names = list(names)
    idle, failures = _attempt(names, looks)
    small, large = names[0], names[-1]
    print(
        f"\n| sweep | {' | '.join(f'{what} {name}' for name in names for what in ('p50', 'p95'))} | growth |"
    )
    print("|---|" + "--:|" * (2 * len(names) + 1))
    cells = [
        f"{value:.2f}" for name in names for value in (median(idle[name]), quantiles(idle[name], n=20)[-1])
    ]
    print(
        f"| nothing due, ms | {' | '.join(cells)} | {median(idle[large]) / median(idle[small]):.2f} |",
        flush=True,
    )
    print("\n| storm | rows that wait beside it | seconds | rows a second |\n|---|--:|--:|--:|")
    for name in names:
        waiting, seconds = _storm(name)
        print(
            f"| {ROWS:,} steps due at {name} | {waiting:,} | {seconds:.1f} | {ROWS / seconds:,.0f} |",
            flush=True,
        )
        if seconds > WITHIN:
            failures.append(
                f"FAILED: {ROWS:,} due steps take {seconds:.1f} s at {name}, not {WITHIN:.0f} at most."
            )
    return failures


def _attempt(names: list[str], looks: int) -> tuple[dict[str, list[float]], list[str]]:
    """Look until the growth holds, a few times at most. Answers the last times and what failed."""
    times: dict[str, list[float]] = {}
    failed: list[str] = []
    for _attempt in range(ATTEMPTS):
        times = _idle(names, looks)
        slowest = max(median(some) for some in times.values())
        grown = median(times[names[-1]]) / median(times[names[0]])
        failed = []
        if slowest > IDLE:
            failed.append(f"FAILED: a sweep with nothing due takes {slowest:.1f} ms, not {IDLE:.0f} at most.")
        if grown > GROWTH:
            failed.append(f"FAILED: a sweep with nothing due grows {grown:.2f}-fold, not {GROWTH} at most.")
        if not failed:
            break
    return times, failed


def _idle(names: list[str], looks: int) -> dict[str, list[float]]:
    """Milliseconds of sweeps that find nothing, in turns."""
    times: dict[str, list[float]] = {name: [] for name in names}
    moments = {}
    for name in names:
        switch(name)
        moments[name] = _before_all()
        for _warm_up in range(10):
            sweep(at=moments[name])
    order = list(names)
    for _look in range(looks):
        order.reverse()
        for name in order:
            switch(name)
            began = perf_counter()
            fired = sweep(at=moments[name])
            times[name].append((perf_counter() - began) * 1000)
            if fired:
                raise RuntimeError(f"{fired} rows were due at {name}.")
    return times


def _storm(name: str) -> tuple[int, float]:
    """Sweep many steps of open tickets that are due in the same minute. Answers what else waits, and the seconds."""
    switch(name)
    with _undone():
        waiting, at = DueRow.objects.waiting().count(), _before_all()
        DueRow.objects.bulk_create(_steps(at), batch_size=2000)
        began = perf_counter()
        fired = sweep(at=at)
        seconds = perf_counter() - began
        if fired != ROWS:
            raise RuntimeError(f"{fired} rows fired at {name}, not {ROWS}.")
    return waiting, seconds


def _steps(at: datetime) -> Iterator[DueRow]:
    tickets = itertools.cycle(Ticket.objects.unfinished().order_by("pk").values_list("pk", flat=True))
    rungs = itertools.cycle(EscalationStep.objects.order_by("pk").values_list("pk", flat=True))
    for number in range(ROWS):
        due_at = at - timedelta(minutes=1) * (ROWS - number) / ROWS
        yield DueRow(
            kind=STEP,
            key=f"bench:{number}",
            record_id=next(tickets),
            payload={"step": next(rungs), "due_at": due_at.isoformat()},
            due_at=due_at,
            available_at=due_at,
        )


def _before_all() -> datetime:
    """A moment at which nothing is due yet."""
    return DueRow.objects.waiting().earliest("available_at").available_at - timedelta(seconds=1)


@contextmanager
def _undone() -> Iterator[None]:
    """A transaction that is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
