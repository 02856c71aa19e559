"""Batch kinds: many rows with a few statements, and still each exactly once, alone when it fails."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from servicedesk.schedule.models import BATCH, DueRow
from servicedesk.schedule.planning import call_off
from servicedesk.schedule.sweep import in_turns, sweep
from tests.conftest import NOON
from tests.schedule.kinds import MINUTE, happen, happen_together, happened, known, known_together, put
from tickets.models import Incident

Rows = list[DueRow]


class Noted:
    """A batch handler that notes each call's keys, and fails whenever ``poison`` is among them."""

    def __init__(self, poison: str = "") -> None:
        self.calls: list[list[str]] = []
        self.poison = poison

    def __call__(self, rows: Rows) -> None:
        happen_together(rows)
        self.calls.append([row.key for row in rows])
        if self.poison in self.calls[-1]:
            raise ZeroDivisionError


@pytest.mark.django_db
def test_all_that_is_due_comes_in_one_call_in_order_with_the_moments_it_stands_for() -> None:
    for number, key in enumerate(["third", "second", "first"]):
        put(key, NOON - number * MINUTE)
    put("later", NOON + MINUTE)

    with known_together("test.kind", noted := Noted()):
        assert sweep(at=NOON) == 3
        assert sweep(at=NOON) == 0

    assert noted.calls == [["first", "second", "third"]]
    assert happened() == {"first": NOON - 2 * MINUTE, "second": NOON - MINUTE, "third": NOON}
    assert set(DueRow.objects.filter(fired_at=NOON).values_list("key", flat=True)) == set(happened())


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 30])
def test_a_batch_costs_the_same_with_one_row_and_with_thirty(number: int) -> None:
    for each in range(number):
        put(str(each))

    with known_together("test.kind", happen_together), CaptureQueriesContext(connection) as spent:
        assert sweep(at=NOON) == number
    statements = [query["sql"].split()[0] for query in spent]
    # lock; look what is still due; mark; the handler's own; and the look that finds nothing more
    assert [word for word in statements if word not in {"SAVEPOINT", "RELEASE"}] == [
        "SELECT", "SELECT", "UPDATE", "INSERT", "SELECT",
    ]  # fmt: skip


@pytest.mark.django_db
def test_more_than_a_batch_fires_in_one_sweep() -> None:
    DueRow.objects.bulk_create(
        DueRow(key=str(number), kind="test.kind", due_at=NOON, available_at=NOON)
        for number in range(BATCH + 100)
    )

    with known_together("test.kind", noted := Noted()):
        assert sweep(at=NOON) == BATCH + 100
    assert [len(call) for call in noted.calls] == [BATCH, 100]


@pytest.mark.django_db
def test_a_poisoned_row_is_set_back_alone_and_the_rest_fires_one_by_one() -> None:
    for key in ("one", "two", "three"):
        put(key)

    with known_together("test.kind", noted := Noted(poison="two")):
        assert sweep(at=NOON) == 2
        assert noted.calls == [["one", "two", "three"], ["one"], ["two"], ["three"]]
        assert set(happened()) == {"one", "three"}

        failed = DueRow.objects.get(key="two")
        assert (failed.fired_at, failed.attempts, failed.available_at) == (None, 1, NOON + MINUTE)
        assert failed.last_error == "ZeroDivisionError()"
        assert not DueRow.objects.exclude(key="two").exclude(attempts=0, last_error="").exists()

        noted.poison = ""
        put("four", NOON + MINUTE)
        assert sweep(at=NOON + MINUTE) == 2
    assert noted.calls[-1] == ["two", "four"]
    assert happened()["two"] == NOON


@pytest.mark.django_db
def test_a_row_that_an_earlier_handler_called_off_is_not_among_them(
    incident: Callable[..., Incident],
) -> None:
    filed = incident()

    def forestall(row: DueRow) -> None:
        call_off(record_id=filed.pk, kinds={"test.batch"}, at=row.due_at)

    put("first", NOON - MINUTE, kind="test.single", record_id=filed.pk)
    put("called off", record_id=filed.pk, kind="test.batch")
    put("stays", kind="test.batch")
    with known("test.single", forestall), known_together("test.batch", noted := Noted()):
        assert sweep(at=NOON) == 2

    assert noted.calls == [["stays"]]
    assert DueRow.objects.get(key="called off").fired_at is None


@pytest.mark.django_db
def test_a_handler_is_not_called_for_nothing(incident: Callable[..., Incident]) -> None:
    filed = incident()
    put("first", NOON - MINUTE, kind="test.single", record_id=filed.pk)
    put("called off", record_id=filed.pk, kind="test.batch")

    def forestall(row: DueRow) -> None:
        call_off(record_id=filed.pk, kinds={"test.batch"}, at=row.due_at)

    with known("test.single", forestall), known_together("test.batch", noted := Noted()):
        assert sweep(at=NOON) == 1
    assert noted.calls == []


@pytest.mark.django_db
def test_when_single_rows_and_batches_meet_a_failure_stays_where_it_is() -> None:
    put("single", kind="test.single")
    put("batched", kind="test.batch")
    put("nobody knows it", kind="test.unknown")

    with known("test.single", happen), known_together("test.batch", Noted(poison="batched")):
        assert sweep(at=NOON) == 1
    assert set(happened()) == {"single"}
    assert set(DueRow.objects.filter(attempts=1).values_list("key", flat=True)) == {
        "batched",
        "nobody knows it",
    }


@pytest.mark.parametrize(
    ("due", "turns"),
    [
        ("", ""),
        ("b1 b2 b3", "b1+b2+b3"),
        ("s1 s1 s2", "s1 s1 s2"),
        ("b1 s2 b3 s4 b5", "b1+b3+b5 s2 s4"),
        ("b1 c2 b3 c4", "b1+b3 c2+c4"),
        ("b1 s1 b1 b2", "b1 s1 b1+b2"),
        ("b1 s1 b2 b1", "b1+b2 s1 b1"),
        ("b1 c1 b1 c1", "b1 c1 b1 c1"),
        ("b1 c2 b2 c1", "b1 c2+c1 b2"),
        ("b- s- b-", "b- s- b-"),
    ],
)
def test_rows_are_gathered_as_long_as_none_of_a_record_change_places(due: str, turns: str) -> None:
    """A letter is a kind, ``b`` and ``c`` of them batch kinds; the digit is the record, ``-`` none."""

    def row(word: str) -> DueRow:
        return DueRow(key=word, kind=word[0], record_id=None if word[1] == "-" else int(word[1]))

    with known_together("b", happen_together), known_together("c", happen_together):
        split = in_turns([row(word) for word in due.split()])
    assert " ".join("+".join(row.key for row in turn) for turn in split) == turns


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_sweeps_side_by_side_give_each_row_to_one_call() -> None:
    total = 3 * BATCH
    calls: list[list[str]] = []
    together, fired = threading.Barrier(2, timeout=10), []

    def note(rows: Rows) -> None:
        happen_together(rows)
        calls.append([row.key for row in rows])

    def run() -> None:
        try:
            together.wait()
            fired.append(sweep(at=NOON))
        finally:
            connection.close()

    DueRow.objects.bulk_create(
        DueRow(key=f"{number:04}", kind="test.kind", due_at=NOON, available_at=NOON)
        for number in range(total)
    )
    with known_together("test.kind", note):
        sweeps = [threading.Thread(target=run) for _ in range(2)]
        for thread in sweeps:
            thread.start()
        for thread in sweeps:
            thread.join()

    assert sum(fired) == total
    assert sorted(key for call in calls for key in call) == [f"{number:04}" for number in range(total)]
    assert not DueRow.objects.exclude(attempts=0).exists()
