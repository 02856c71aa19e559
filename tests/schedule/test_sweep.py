"""The sweep: what is due happens once, at its own moment, whoever fails beside it."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from servicedesk.schedule.models import MAX_ATTEMPTS, DueRow
from servicedesk.schedule.planning import Wanted, call_off, keep, plan
from servicedesk.schedule.sweep import sweep
from servicedesk.schedule.tasks import sing, sweep_due_rows
from tests.conftest import NOON
from tests.schedule.kinds import MINUTE, happen, happened, known, put
from tickets.models import Incident


@pytest.fixture
def test_kind(db: None) -> Iterator[None]:
    """``test.kind`` works."""
    with known("test.kind", happen):
        yield


def test_what_is_due_happens_once_and_stamps_the_moment_it_stands_for(test_kind: None) -> None:
    put()

    assert sweep(at=NOON - MINUTE) == 0
    assert sweep(at=NOON + 10 * MINUTE) == 1
    assert sweep(at=NOON + 20 * MINUTE) == 0
    row = DueRow.objects.get()
    assert (row.fired_at, row.attempts, happened()) == (NOON + 10 * MINUTE, 0, {"one": NOON})


def test_more_than_a_batch_fires_in_one_sweep_in_order(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("servicedesk.schedule.sweep.BATCH", 10)
    order: list[str] = []
    for number in range(25):
        put(f"{number:03}", NOON - number * MINUTE)

    with known("test.kind", lambda row: order.append(row.key)):
        assert sweep(at=NOON) == 25
    assert order == [f"{number:03}" for number in reversed(range(25))]


def test_a_batch_that_takes_long_is_committed_in_between(
    test_kind: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicedesk.schedule.sweep.HELD_FOR", 0)
    for key in ("one", "two", "three"):
        put(key)

    with CaptureQueriesContext(connection) as spent:
        assert sweep(at=NOON) == 3
    locked = [query for query in spent if "FOR UPDATE SKIP LOCKED" in query["sql"]]
    assert len(locked) == 4  # one for each row, and one that finds nothing more


def test_planning_the_same_thing_twice_plans_it_once(test_kind: None) -> None:
    put(due_at=NOON)
    put(due_at=NOON + MINUTE)

    assert DueRow.objects.get().due_at == NOON
    with pytest.raises(IntegrityError), transaction.atomic():
        DueRow.objects.create(key="one", kind="x", due_at=NOON, available_at=NOON)


def test_a_row_that_fails_is_set_back_alone_and_leaves_nothing(db: None) -> None:
    def fails(row: DueRow) -> None:
        happen(row)
        if row.key == "two":
            raise ZeroDivisionError

    for key in ("one", "two", "three"):
        put(key)
    with known("test.kind", fails):
        assert sweep(at=NOON) == 2

    failed = DueRow.objects.get(key="two")
    assert (failed.fired_at, failed.attempts, failed.available_at) == (None, 1, NOON + MINUTE)
    assert failed.last_error == "ZeroDivisionError()"
    assert set(happened()) == {"one", "three"}


def test_a_row_that_failed_is_tried_again_with_the_moment_it_stood_for(db: None) -> None:
    put()
    sweep(at=NOON)  # no app knows the kind yet

    with known("test.kind", happen):
        assert sweep(at=NOON + MINUTE - timedelta(seconds=1)) == 0
        assert sweep(at=NOON + MINUTE) == 1
    assert happened() == {"one": NOON}


def test_after_ten_failures_a_row_waits_for_a_person(db: None) -> None:
    put()
    at, waits = NOON, []
    while DueRow.objects.waiting().exists():
        sweep(at=at)
        next_try = DueRow.objects.get().available_at
        waits.append((next_try - at) // MINUTE)
        at = next_try

    row = DueRow.objects.get()
    assert (row.attempts, row.fired_at, bool(row.dead_at)) == (MAX_ATTEMPTS, None, True)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64, 64]
    assert sweep(at=at + timedelta(days=30)) == 0


def test_what_was_called_off_does_not_happen(test_kind: None, incident: Callable[..., Incident]) -> None:
    filed = incident()
    with transaction.atomic():
        plan("test.kind", key="one", due_at=NOON, record_id=filed.pk)
        plan("test.other", key="two", due_at=NOON + MINUTE, record_id=filed.pk)
        call_off(record_id=filed.pk, kinds={"test.kind"}, at=NOON - MINUTE)

    assert (sweep(at=NOON), happened()) == (0, {})
    assert set(DueRow.objects.waiting().filter(kind__startswith="test.")) == {DueRow.objects.get(key="two")}


def test_a_row_may_call_off_another_in_the_same_batch(db: None, incident: Callable[..., Incident]) -> None:
    filed = incident()

    def first_wins(row: DueRow) -> None:
        happen(row)
        call_off(record_id=filed.pk, kinds={"test.kind"}, at=row.due_at)

    with transaction.atomic():
        for key in ("one", "two"):
            plan("test.kind", key=key, due_at=NOON, record_id=filed.pk)
    with known("test.kind", first_wins):
        assert sweep(at=NOON) == 1

    assert set(happened()) == {"one"}
    assert DueRow.objects.get(key="two").cancelled_at == NOON


@pytest.mark.parametrize(
    ("moved_by", "fired"),
    [
        (10 * MINUTE, {"one": NOON - MINUTE}),
        (MINUTE / 2, {"one": NOON - MINUTE, "two": NOON - MINUTE / 2}),
    ],
)
def test_a_row_that_another_in_the_same_batch_moved_happens_at_its_new_moment(
    incident: Callable[..., Incident], moved_by: timedelta, fired: dict[str, object]
) -> None:
    filed = incident()

    def postpone(row: DueRow) -> None:
        happen(row)
        if row.key == "one":
            later = Wanted("test.kind", "two", row.due_at + moved_by)
            keep(filed.pk, {"test.kind"}, [later], at=row.due_at)

    for key in ("one", "two"):
        put(key, NOON - MINUTE, record_id=filed.pk)
    with known("test.kind", postpone):
        assert sweep(at=NOON) == len(fired)

    assert happened() == fired
    assert DueRow.objects.get(key="two").due_at == NOON - MINUTE + moved_by


def test_nothing_due_costs_one_statement(test_kind: None) -> None:
    put(due_at=NOON + MINUTE)

    with CaptureQueriesContext(connection) as spent:
        assert sweep(at=NOON) == 0
    assert [query["sql"].split()[0] for query in spent] == ["SAVEPOINT", "SELECT", "RELEASE"]


def test_what_fired_cannot_be_called_off_too(db: None) -> None:
    with pytest.raises(IntegrityError, match="due_row_fired_or_cancelled"), transaction.atomic():
        DueRow.objects.create(
            key="x", kind="x", due_at=NOON, available_at=NOON, fired_at=NOON, cancelled_at=NOON
        )


def test_the_tasks_leave_their_heartbeats(test_kind: None) -> None:
    put(due_at=NOON.replace(year=2020))
    sweep_due_rows(anything="newer schedulers may say more")
    sing()

    assert {"one", "sweep", "canary"} == set(happened())


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_sweeps_side_by_side_fire_each_row_once() -> None:
    calls: list[str] = []
    together, fired = threading.Barrier(2, timeout=10), []

    def note(row: DueRow) -> None:
        calls.append(row.key)
        happen(row)

    def run() -> None:
        try:
            together.wait()
            fired.append(sweep(at=NOON))
        finally:
            connection.close()

    for number in range(300):
        put(f"{number:03}")
    with known("test.kind", note):
        sweeps = [threading.Thread(target=run) for _ in range(2)]
        for thread in sweeps:
            thread.start()
        for thread in sweeps:
            thread.join()

    assert sum(fired) == 300
    assert sorted(calls) == [f"{number:03}" for number in range(300)]


@pytest.mark.slow
def test_a_sweep_with_nothing_due_reads_no_row_however_many_wait_or_fired(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO schedule_duerow (key, kind, payload, due_at, available_at, fired_at, attempts, last_error)"
            " SELECT g::text, 'test.kind', '{}', moment, moment, CASE WHEN g < 0 THEN moment END, 0, ''"
            " FROM generate_series(-50000, 50000) AS g"
            " CROSS JOIN LATERAL (SELECT %s + g * interval '1 minute' + interval '1 day') AS at(moment)",
            [NOON],
        )
        cursor.execute("ANALYZE schedule_duerow")

    plan = DueRow.objects.due(NOON).order_by("available_at", "pk")[:500].explain(analyze=True)

    assert "Index Scan using due_row_waiting" in plan
    assert "rows=0" in plan.splitlines()[0]
    assert "Removed by Filter" not in plan
