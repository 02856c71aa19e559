"""Timing requests that take turns between databases, and replaying their SQL bare."""

import gc
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from statistics import median, quantiles
from time import perf_counter
from typing import Any, cast

from django.db import connection, transaction

from benchmarks.databases import switch
from benchmarks.operations import Operation, Request, World

WARM_UP = 10

Statement = tuple[str, Any]


@dataclass(slots=True)
class Sample:
    """What one operation did on one database. Times in milliseconds."""

    queries: int = 0
    size: int = 0
    times: list[float] = field(default_factory=list)
    bare: float = 0.0

    @property
    def p50(self) -> float:
        """The middle request."""
        return median(self.times)

    @property
    def p95(self) -> float:
        """One request in twenty took longer."""
        return quantiles(self.times, n=20)[-1]


def measure(operation: Operation, worlds: dict[str, World], requests: int) -> dict[str, Sample]:
    """Send as many requests to each database, in turns, after some that do not count."""
    requests = min(requests, operation.most)
    samples: dict[str, Sample] = {}
    asks: dict[str, Request] = {}
    for name, world in worlds.items():
        switch(name)
        asks[name] = operation.prepare(world)
        for _ in range(min(WARM_UP, requests)):
            _check(operation, asks[name])
        samples[name] = _anatomy(operation, asks[name], requests)
    order = list(worlds)
    gc.collect()
    for _ in range(requests):
        order.reverse()  # so that neither is always the second
        for name in order:
            switch(name)
            began = perf_counter()
            _check(operation, asks[name])
            samples[name].times.append((perf_counter() - began) * 1000)
    return samples


def _check(operation: Operation, ask: Request) -> int:
    """One request; answers its length. A wrong answer must not pass for a quick one."""
    response = ask()
    if response.status_code != operation.status:
        raise RuntimeError(f"{operation.name} answered {response.status_code}, not {operation.status}.")
    answer = cast("Iterable[bytes]", response)
    size = sum(len(piece) for piece in islice(answer, operation.pieces))
    response.close()
    return size


def _anatomy(operation: Operation, ask: Request, repeats: int) -> Sample:
    """One request's statements and bytes, and how long its statements take by themselves."""
    statements: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        size = _check(operation, ask)
    bare = _bare(statements, repeats) if operation.reads else 0.0
    return Sample(queries=len(statements), size=size, bare=bare)


def _bare(statements: Sequence[Statement], repeats: int) -> float:
    """The same SQL through psycopg2's cursor, rows fetched, nothing made of them."""
    times = []
    for _ in range(repeats):
        with ExitStack() as stack:
            began = perf_counter()
            if any("set_config" in sql for sql, _params in statements):
                stack.enter_context(transaction.atomic())  # row security is set for one transaction
            with connection.connection.cursor() as cursor:
                for sql, params in statements:
                    cursor.execute(sql, params)
                    cursor.fetchall()
        times.append((perf_counter() - began) * 1000)
    return median(times)
