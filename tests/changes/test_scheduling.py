"""Giving changes their windows: what is refused, what is accepted, and what later edits find."""

import random
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from accounts.models import Person
from changes.actions.moving import append_event, move_change, write_columns
from changes.actions.rechecking import recheck_around
from changes.actions.scheduling import Conflicting, move_window, schedule
from changes.conflicts import Busy, Sort, Window, conflicts, other_calendar, resources_of
from changes.models import (
    Booking,
    Freeze,
    RequestForChange,
    RiskAssessment,
    RiskFormula,
    ScheduleConflict,
    ScheduleOverride,
)
from changes.occupancy import found_for, frozen
from servicedesk.demo.rfc_schedule import play_schedule
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Stale, Unusable
from servicedesk.schedule.sweep import sweep
from tests.changes.conftest import MakeChange
from tests.conftest import NOON

HOUR = timedelta(hours=1)
TONIGHT = NOON + 8 * HOUR
"""20:00 in Toronto."""


@pytest.fixture
def approved(rfc: MakeChange, ann: Person) -> MakeChange:
    """An approved RFC of Rita's that Ann implements."""

    def make(**columns: object) -> RequestForChange:
        return rfc(**{"status": "approved", "implementer": ann} | columns)

    return make


@pytest.fixture
def put(chang: Person) -> Callable[..., RequestForChange]:
    """Schedule something from an hour of tonight to another."""

    def go(change: RequestForChange, start: float = 0, end: float = 2, **said: object) -> RequestForChange:
        said = {"by": chang, "at": NOON, "version": change.version} | said
        return schedule(change, TONIGHT + start * HOUR, TONIGHT + end * HOUR, **said)  # type: ignore[arg-type]

    return go


def events(change: RequestForChange) -> list[str]:
    return list(Event.objects.filter(record=change.pk).order_by("pk").values_list("name", flat=True))


def facts_of(name: str) -> dict[str, object]:
    """What the one event of this name says, but for what every move says."""
    facts = Event.objects.get(name=name).facts
    return {key: value for key, value in facts.items() if key not in {"was", "now", "side"}}


def frozen_tonight(*, hard: bool) -> Freeze:
    return Freeze.objects.create(
        name="Price change", starts_at=NOON, ends_at=TONIGHT + HOUR, environments=["production"], hard=hard,
        reason="Prices.",
    )  # fmt: skip


def test_scheduling_books_what_it_touches_and_says_when(
    approved: MakeChange, put: Callable[..., RequestForChange]
) -> None:
    change = put(approved())

    assert (change.status, change.starts_at, change.ends_at, change.sequence) == (
        "scheduled",
        TONIGHT,
        TONIGHT + 2 * HOUR,
        1,
    )
    assert sorted(change.bookings.values_list("resource", "overridden", "active")) == [
        ("env:production", False, True),
        ("service:reports", False, True),
    ]
    assert facts_of("rfc.schedule") == {
        "starts_at": "2027-03-10T01:00:00Z",
        "ends_at": "2027-03-10T03:00:00Z",
        "zone": "America/Toronto",
        "sequence": 1,
    }


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (2, 2, "after the start"),
        (0, 32 * 24, "at most 31 days"),
        (-9, 0, "still to come"),
        (800 * 24, 800 * 24 + 1, "two years"),
    ],
)
def test_a_window_that_is_none_is_refused(
    approved: MakeChange, put: Callable[..., RequestForChange], start: int, end: int, words: str
) -> None:
    with pytest.raises(Unusable, match=words):
        put(approved(), start, end)


def test_the_lead_time_of_its_risk_counts_from_the_approval(
    approved: MakeChange, put: Callable[..., RequestForChange], chang: Person
) -> None:
    change = approved(risk="medium")
    RiskAssessment.objects.create(
        rfc=change, formula=RiskFormula.objects.get(), answers={}, points=6, risk="medium", by=chang, at=NOON
    )
    append_event(change, "approve", by=None, at=NOON)

    with pytest.raises(
        Unusable, match=r"no sooner than 5 days after its approval: Sun 14 Mar 2027, 00:00 EST"
    ):
        put(change, 4 * 24, 4 * 24 + 2)
    put(change, 5 * 24, 5 * 24 + 2)
    emergency = approved(change_class="emergency", risk="medium", environments=["sandbox"], interfaces=[])
    put(emergency, -9, 1)  # it began an hour ago


@pytest.mark.parametrize("who", ["rita", "olga", "stan", "ann", "ada"])
def test_only_change_managers_schedule(approved: MakeChange, cast: dict[str, Person], who: str) -> None:
    change = approved()
    window = (TONIGHT, TONIGHT + HOUR)
    with pytest.raises(Forbidden, match="Only a change manager"):
        schedule(change, *window, by=cast[who], at=NOON, version=change.version)
    with pytest.raises(Forbidden, match="Only a change manager"):
        move_window(change, *window, by=cast[who], at=NOON, version=change.version)


def test_a_hard_freeze_is_overridden_by_name_and_with_a_reason_only(
    approved: MakeChange, put: Callable[..., RequestForChange], chang: Person
) -> None:
    freeze, change = frozen_tonight(hard=True), approved()
    (met,) = found_for(change, TONIGHT, TONIGHT + 2 * HOUR)

    with pytest.raises(Conflicting, match="hard freeze: Price change") as refused:
        put(change)
    assert refused.value.conflicts == [met]
    with pytest.raises(Conflicting):
        put(change, overrides=[met.token.replace("hard", "freeze")])
    with pytest.raises(Unusable, match="Say why"):
        put(change, overrides=[met.token], reason=" ")
    assert not ScheduleOverride.objects.exists()

    put(change, overrides=[met.token], reason="The regulator asked for it.")
    kept = ScheduleOverride.objects.get()
    assert (kept.rfc, kept.freeze, kept.by, kept.reason) == (
        change,
        freeze,
        chang,
        "The regulator asked for it.",
    )
    assert Event.objects.get(name="rfc.override").internal
    assert facts_of("rfc.override") == {"met": ["Price change"], "reason": "The regulator asked for it."}


def test_an_accepted_overlap_stands_beside_the_other_and_is_held_again_when_that_moves(
    approved: MakeChange, put: Callable[..., RequestForChange], chang: Person
) -> None:
    first, second = put(approved()), approved(interfaces=["billing"])
    (met,) = found_for(second, TONIGHT, TONIGHT + 2 * HOUR)
    with pytest.raises(Conflicting, match=f"Change {first.reference}"):
        put(second)
    put(second, overrides=[met.token], reason="One outage for both.")
    assert dict(second.bookings.values_list("resource", "overridden")) == {
        "env:production": True,
        "service:billing": False,
    }
    assert not ScheduleConflict.objects.exists()

    move_window(
        first, TONIGHT + 3 * HOUR, TONIGHT + 4 * HOUR, by=chang, at=NOON + HOUR, version=first.version
    )
    assert not Booking.objects.filter(overridden=True).exists()
    assert facts_of("rfc.moved_window") == {
        "was_starts_at": "2027-03-10T01:00:00Z",
        "was_ends_at": "2027-03-10T03:00:00Z",
        "starts_at": "2027-03-10T04:00:00Z",
        "ends_at": "2027-03-10T05:00:00Z",
        "zone": "America/Toronto",
        "sequence": 2,
    }
    move_window(first, TONIGHT + 5 * HOUR, TONIGHT + 6 * HOUR, by=chang, at=NOON, version=first.version)
    with pytest.raises(Conflicting):  # what was accepted was another window
        move_window(first, TONIGHT + HOUR, TONIGHT + 3 * HOUR, by=chang, at=NOON, version=first.version)


def test_a_freeze_that_comes_later_marks_what_lies_in_it_until_it_goes_or_is_accepted(
    approved: MakeChange, put: Callable[..., RequestForChange], chang: Person
) -> None:
    change = put(approved())
    freeze = frozen_tonight(hard=False)
    recheck_around((freeze.starts_at, freeze.ends_at), at=NOON)
    recheck_around((freeze.starts_at, freeze.ends_at), at=NOON)
    (open_one,) = ScheduleConflict.objects.all()
    assert (open_one.rfc, open_one.freeze) == (change, freeze)
    assert facts_of("rfc.conflict") == {"met": ["Price change"]}

    with pytest.raises(Unusable, match="its window already"):
        move_window(change, TONIGHT, TONIGHT + 2 * HOUR, by=chang, at=NOON, version=change.version)
    move_window(
        change, TONIGHT, TONIGHT + 2 * HOUR, overrides=[open_one.token], reason="Agreed.", by=chang, at=NOON,
        version=change.version,
    )  # fmt: skip
    assert not ScheduleConflict.objects.exists()
    assert events(change) == ["rfc.schedule", "rfc.conflict", "rfc.override", "rfc.conflict_over"]

    Freeze.objects.filter(pk=freeze.pk).update(
        starts_at=TONIGHT
    )  # another freeze than the one that was accepted
    recheck_around((TONIGHT, freeze.ends_at), at=NOON)
    assert ScheduleConflict.objects.get().token != open_one.token
    Freeze.objects.filter(pk=freeze.pk).update(environments=["sandbox"])
    recheck_around((TONIGHT, freeze.ends_at), at=NOON)
    assert not ScheduleConflict.objects.exists()


def test_editing_what_a_scheduled_change_touches_marks_both_sides(
    approved: MakeChange, put: Callable[..., RequestForChange], chang: Person
) -> None:
    first = put(approved())
    second = put(approved(environments=["sandbox"], interfaces=["gui"]))

    with transaction.atomic():
        write_columns(second, {"environments": ["sandbox", "production"]})
    sweep(at=NOON + HOUR)

    assert {one.rfc_id: one.other_id for one in ScheduleConflict.objects.all()} == {
        first.pk: second.pk,
        second.pk: first.pk,
    }
    assert dict(second.bookings.values_list("resource", "overridden")) == {
        "env:production": True,
        "env:sandbox": False,
        "service:gui": False,
    }
    move_change(first, "unschedule", by=chang, at=NOON, version=first.version, message="Not now.")
    sweep(at=NOON + HOUR)
    assert not ScheduleConflict.objects.exists()
    assert not Booking.objects.active().filter(overridden=True).exists()


@pytest.mark.parametrize(
    ("move", "sequence"), [("unschedule", 2), ("withdraw", 2), ("void", 2), ("start", 1)]
)
def test_whoever_leaves_the_schedule_gives_back_its_place(
    approved: MakeChange,
    put: Callable[..., RequestForChange],
    chang: Person,
    ann: Person,
    move: str,
    sequence: int,
) -> None:
    change = put(approved())
    by = {"void": None, "start": ann}.get(move, chang)
    move_change(change, move, by=by, at=NOON, version=change.version, message="Because.")

    change = RequestForChange.objects.get(pk=change.pk)
    assert change.sequence == sequence
    assert change.starts_at == TONIGHT  # so that feeds can say what is cancelled
    assert Booking.objects.active().exists() is (move == "start")
    if move == "start":
        move_change(change, "finish", by=ann, at=NOON, version=change.version)
        assert not Booking.objects.active().exists()
    put(approved())


def test_only_what_has_not_begun_is_moved_and_only_by_whoever_saw_it_as_it_is(
    approved: MakeChange, put: Callable[..., RequestForChange], chang: Person, ann: Person
) -> None:
    change = put(approved())
    with pytest.raises(Stale):
        move_window(change, TONIGHT, TONIGHT + HOUR, by=chang, at=NOON, version=change.version - 1)
    move_change(change, "start", by=ann, at=NOON, version=change.version)
    with pytest.raises(IllegalMove, match="has not begun"):
        move_window(change, TONIGHT, TONIGHT + HOUR, by=chang, at=NOON, version=change.version)
    with pytest.raises(IllegalMove, match="not possible"):
        schedule(change, TONIGHT, TONIGHT + HOUR, by=chang, at=NOON, version=change.version)


def test_another_modules_calendar_is_met_too(
    approved: MakeChange, put: Callable[..., RequestForChange], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("changes.conflicts._calendars", {})

    @other_calendar("Continuity exercises")
    def exercises(start: datetime, end: datetime, resources: frozenset[str]) -> list[Busy]:
        return [Busy("Continuity exercises", "Fail-over", TONIGHT, TONIGHT + HOUR)]

    with pytest.raises(Conflicting, match="Other calendar Continuity exercises: Fail-over"):
        put(approved())


def test_what_is_stored_meets_what_the_pure_rule_says(approved: MakeChange) -> None:
    dice = random.Random(20270310)
    Freeze.objects.all().delete()
    for _ in range(8):
        start = NOON + dice.randrange(48) * HOUR
        Freeze.objects.create(
            name=f"Freeze {start} {dice.random()}", starts_at=start, ends_at=start + dice.randint(1, 9) * HOUR,
            environments=dice.sample(["production", "sandbox", "quality"], 2), hard=dice.random() < 0.5, reason="So.",
        )  # fmt: skip
    windows = []
    for _ in range(40):
        start = NOON + dice.randrange(48) * HOUR
        change = approved(
            status="scheduled", starts_at=start, ends_at=start + dice.randint(1, 6) * HOUR,
            environments=dice.sample(["production", "sandbox", "quality"], dice.randint(0, 2)),
            interfaces=dice.sample(["billing", "reports", "vee"], dice.randint(0, 2)),
        )  # fmt: skip
        resources = resources_of(change.environments, change.interfaces)
        Booking.objects.bulk_create(
            Booking(rfc=change, resource=one, span=(start, change.ends_at), overridden=True)
            for one in resources
        )
        windows.append((change, Window(change.pk, start, change.ends_at, resources)))
    everything = frozen(
        NOON - 99 * HOUR, NOON + 99 * HOUR, resources_of(["production", "sandbox", "quality"], [])
    )

    seen = set()
    for change, window in windows:
        found = found_for(change, window.start, window.end)
        assert found == conflicts(window, [one for _change, one in windows], everything)
        seen |= {one.sort for one in found}
    assert seen == {Sort.CHANGE, Sort.FREEZE, Sort.HARD_FREEZE}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_schedule_at_the_same_moment_one_is_told(
    approved: MakeChange, put: Callable[..., RequestForChange]
) -> None:
    """With the desk's lock the second finds the first's window; a writer without it runs into the constraint."""
    one, other, answers = approved(), approved(), []

    def come() -> None:
        try:
            put(other)
        except Refused as refusal:
            answers.append(refusal)
        finally:
            connections.close_all()

    thread = threading.Thread(target=come)
    with transaction.atomic():
        Booking.objects.create(rfc=one, resource="env:production", span=(TONIGHT, TONIGHT + HOUR))
        thread.start()
        wait_until_somebody_waits()
    thread.join(timeout=20)
    assert [str(answer) for answer in answers] == [
        "Somebody scheduled another change for the same time a moment ago. Look at the conflicts again."
    ]
    other.refresh_from_db()
    assert other.status == "approved"

    Booking.objects.all().delete()
    answers.clear()
    thread = threading.Thread(target=come)
    with transaction.atomic():
        put(one)
        thread.start()
        wait_until_somebody_waits()
    thread.join(timeout=20)
    assert [type(answer) for answer in answers] == [Conflicting]


def wait_until_somebody_waits() -> None:
    """Until another session waits for this one."""
    for _ in range(2000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.005), count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    raise AssertionError("Nobody came.")


def test_the_demo_has_an_accepted_overlap_and_a_freeze_ahead(
    approved: MakeChange, put: Callable[..., RequestForChange], chang: Person
) -> None:
    put(approved())
    stays, shares = approved(), approved()

    play_schedule(by=chang, at=NOON)

    stays.refresh_from_db()
    shares.refresh_from_db()
    assert stays.status == "approved"
    assert (shares.status, shares.starts_at) == ("scheduled", TONIGHT)
    assert ScheduleOverride.objects.get().rfc == shares
    assert Freeze.objects.filter(starts_at__gt=NOON, hard=False, environments=["quality"]).exists()
