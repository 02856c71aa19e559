"""Keeping a record's due rows: what waits afterwards is exactly what is wanted."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from servicedesk.schedule import planning
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.planning import Wanted, keep, keep_all
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON
from tests.schedule.kinds import MINUTE, happen, known
from tickets.models import Incident

KINDS = {"test.kind", "test.kin"}
SOON, LATER = NOON + MINUTE, NOON + 2 * MINUTE

FIRED = {"fired_at": NOON - MINUTE}
CALLED_OFF = {"cancelled_at": NOON - MINUTE}
DEAD = {"dead_at": NOON - MINUTE, "attempts": 10}


@pytest.fixture
def filed(incident: Callable[..., Incident]) -> Incident:
    """A record to plan for, and nothing planned for it yet."""
    made = incident()
    DueRow.objects.all().delete()
    return made


def there(record: Incident, key: str = "one", due_at: datetime = SOON, **more: object) -> DueRow:
    """A row that is there before."""
    return DueRow.objects.create(
        **{"key": key, "kind": "test.kind", "record_id": record.pk, "due_at": due_at, "available_at": due_at}
        | more
    )


def want(key: str = "one", due_at: datetime = SOON, **payload: object) -> Wanted:
    """A row that should be there after."""
    return Wanted("test.kind", key, due_at, payload)


@dataclass(frozen=True)
class Case:
    """What is there, what is wanted, what it costs beside the SELECT, and what is there after."""

    before: dict[str, object] | None
    wanted: Wanted | None
    writes: list[str]
    after: dict[str, object] | None


WAITS = {"due_at": SOON, "available_at": SOON, "cancelled_at": None, "payload": {}, "attempts": 0}
CASES = {
    "nothing there, nothing wanted": Case(None, None, [], None),
    "missing: planned": Case(None, want(step=2), ["INSERT"], {**WAITS, "payload": {"step": 2}}),
    "there as wanted: left alone": Case({}, want(), [], WAITS),
    "waits to be tried again: left alone": Case(
        {"available_at": LATER, "attempts": 1}, want(), [], {"available_at": LATER, "attempts": 1}
    ),
    "no more wanted: called off": Case({}, None, ["UPDATE"], {"cancelled_at": NOON, "due_at": SOON}),
    "called off and not wanted: left alone": Case(CALLED_OFF, None, [], CALLED_OFF),
    "at another moment: moved": Case(
        {}, want(due_at=LATER), ["UPDATE"], {**WAITS, "due_at": LATER, "available_at": LATER}
    ),
    "failed, and at another moment: moved, and begins anew": Case(
        {"attempts": 3, "last_error": "x", "available_at": LATER},
        want(due_at=NOON),
        ["UPDATE"],
        {**WAITS, "due_at": NOON, "available_at": NOON, "last_error": ""},
    ),
    "with something else: changed": Case(
        {"payload": {"step": 1}}, want(step=2), ["UPDATE"], {**WAITS, "payload": {"step": 2}}
    ),
    "called off, wanted again: brought back": Case(CALLED_OFF, want(), ["UPDATE"], WAITS),
    "called off, wanted at another moment: brought back there": Case(
        CALLED_OFF, want(due_at=LATER), ["UPDATE"], {**WAITS, "due_at": LATER, "available_at": LATER}
    ),
    "fired, and wanted: left alone": Case(FIRED, want(), [], FIRED),
    "fired, and wanted at another moment: left alone": Case(
        FIRED, want(due_at=LATER, step=2), [], {**FIRED, "due_at": SOON, "payload": {}}
    ),
    "fired, and not wanted: left alone": Case(FIRED, None, [], {**FIRED, "cancelled_at": None}),
    "given up, and wanted: left alone": Case(DEAD, want(due_at=LATER), [], {**DEAD, "due_at": SOON}),
    "given up, and not wanted: left alone": Case(DEAD, None, [], {**DEAD, "cancelled_at": None}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_one_row(filed: Incident, case: Case) -> None:
    if case.before is not None:
        there(filed, **case.before)

    with CaptureQueriesContext(connection) as spent:
        keep(filed.pk, KINDS, [case.wanted] if case.wanted else [], at=NOON)

    locked = ["SELECT"] if "UPDATE" in case.writes else []
    assert [query["sql"].split()[0] for query in spent] == ["SELECT", *locked, *case.writes]
    row = DueRow.objects.values().filter(record_id=filed.pk).first()
    assert case.after is None if row is None else row == {**row, **(case.after or {})}
    assert DueRow.objects.count() == (case.after is not None)


def test_all_sorts_of_change_for_many_rows_cost_one_statement_each(filed: Incident) -> None:
    for number in range(10):
        there(filed, f"stays {number}")
        there(filed, f"goes {number}")
        there(filed, f"moves {number}")
        there(filed, f"returns {number}", **CALLED_OFF)
    wanted = [
        want(f"{fate} {number}", LATER if fate == "moves" else SOON)
        for fate in ("stays", "moves", "returns", "comes")
        for number in range(10)
    ]

    with CaptureQueriesContext(connection) as spent:
        keep(filed.pk, KINDS, wanted, at=NOON)
    assert [query["sql"].split()[0] for query in spent] == ["SELECT", "SELECT", "UPDATE", "UPDATE", "INSERT"]
    waiting = DueRow.objects.waiting().values_list("kind", "key", "due_at")
    assert set(waiting) == {(row.kind, row.key, row.due_at) for row in wanted}

    with CaptureQueriesContext(connection) as spent:
        keep(filed.pk, KINDS, wanted, at=NOON)
    assert len(spent) == 1


def test_other_kinds_and_other_records_are_left_alone(
    filed: Incident, incident: Callable[..., Incident]
) -> None:
    there(filed, "another kind", kind="test.other")
    there(incident(), "another record")
    keep(filed.pk, KINDS, [], at=NOON)

    assert DueRow.objects.waiting().filter(key__startswith="another").count() == 2


def test_many_records_are_kept_with_the_same_statements_as_one(incident: Callable[..., Incident]) -> None:
    records = [incident() for _ in range(5)]
    DueRow.objects.all().delete()
    for record in records:
        there(record, f"goes {record.pk}")
        there(record, f"moves {record.pk}")
    wanted = {
        record.pk: [want(f"moves {record.pk}", LATER), want(f"comes {record.pk}")] for record in records[1:]
    }

    with CaptureQueriesContext(connection) as spent:
        keep_all({**wanted, records[0].pk: []}, KINDS, at=NOON)
    assert [query["sql"].split()[0] for query in spent] == ["SELECT", "SELECT", "UPDATE", "UPDATE", "INSERT"]
    assert set(DueRow.objects.waiting().values_list("record_id", "key", "due_at")) == {
        (pk, row.key, row.due_at) for pk, rows in wanted.items() for row in rows
    }


def test_a_kind_that_is_not_kept_cannot_be_wanted(filed: Incident) -> None:
    with pytest.raises(ValueError, match=r"test\.kind"):
        keep(filed.pk, {"test.kin"}, [want()], at=NOON)


def test_what_fired_after_we_looked_is_neither_moved_nor_called_off(
    filed: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep fires both rows between the look and the writing."""
    there(filed, "unwanted", NOON)
    there(filed, "moved", NOON)
    differs = planning._differs

    def look_and_be_overtaken(row: DueRow, wanted: Wanted) -> bool:
        monkeypatch.undo()
        with known("test.kind", happen):
            assert sweep(at=NOON) == 2
        return differs(row, wanted)

    monkeypatch.setattr(planning, "_differs", look_and_be_overtaken)
    keep(filed.pk, KINDS, [want("moved", NOON + timedelta(days=1))], at=NOON)

    rows = DueRow.objects.values_list("key", "fired_at", "cancelled_at", "due_at")
    assert set(rows) == {("unwanted", NOON, None, NOON), ("moved", NOON, None, NOON)}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_row_that_a_sweep_is_firing_is_passed_over_without_waiting(
    incident: Callable[..., Incident],
) -> None:
    filed = incident()
    DueRow.objects.all().delete()
    there(filed, "fires", NOON)
    held, over = threading.Event(), threading.Event()

    def fire() -> None:
        with transaction.atomic():
            assert DueRow.objects.lock_due(NOON)
            held.set()
            over.wait(20)
        connection.close()

    sweeping = threading.Thread(target=fire)
    sweeping.start()
    held.wait(20)
    with transaction.atomic():
        keep(filed.pk, KINDS, [want("comes", LATER)], at=NOON)
    over.set()
    sweeping.join()

    assert set(DueRow.objects.values_list("key", "cancelled_at")) == {("fires", None), ("comes", None)}


def test_a_row_moved_later_does_not_fire_at_its_old_moment(filed: Incident) -> None:
    there(filed, "one", NOON)
    keep(filed.pk, KINDS, [want("one", LATER)], at=NOON - MINUTE)

    with known("test.kind", happen):
        assert sweep(at=NOON) == 0
        assert sweep(at=LATER) == 1
