"""The service-level clock on random histories: against the slow oracle, and by what must hold."""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from tests.sla import oracle
from tests.sla.oracle import MINUTE, Key, Reading
from tests.sla.worlds import AROUND, EXAMPLES, World, calendars, dated_calendars, excuses, instants, worlds
from tickets.sla.calendar import Calendar
from tickets.sla.clock import Clock, Moment, Pause, Pledge, State, Target, read

often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
any_calendar = st.one_of(calendars(), dated_calendars())


def clocks(world: World, moments: int | None = None) -> dict[Key, Clock]:
    """What the clock says of a history or its first moments, each once."""
    found = read(world.history[:moments], world.policy)
    by_key = {(clock.target.value, clock.cycle, clock.leg): clock for clock in found}
    assert len(by_key) == len(found)
    return by_key


def as_read(clock: Clock, now: datetime) -> Reading:
    """A clock in the oracle's words."""
    minutes, rest = divmod(clock.elapsed(now), MINUTE)
    assert not rest
    return Reading(
        clock.severity, clock.started_at, clock.ended_at, clock.due_at, clock.state(now).value, minutes
    )


@often
@given(worlds())
def test_every_clock_of_a_history_is_what_the_oracle_reads(world: World) -> None:
    expected = oracle.readings(world.history, world.policy, world.now)
    for reading in expected.values():
        event(reading.state)

    assert {key: as_read(clock, world.now) for key, clock in clocks(world).items()} == expected


@often
@given(st.data(), worlds())
def test_every_adjusted_clock_is_what_the_oracle_reads_with_the_excused_spans_as_pauses(
    data: st.DataObject, world: World
) -> None:
    spans = data.draw(excuses(world))
    excused = [Pause(start, end) for start, end in spans]

    adjusted = {key: clock.excused(excused) for key, clock in clocks(world).items()}

    assert {key: as_read(clock, world.now) for key, clock in adjusted.items()} == oracle.readings(
        world.history, world.policy, world.now, spans
    )


@often
@given(worlds())
def test_what_has_ended_never_moves_again(world: World) -> None:
    finally_read = clocks(world)
    for moments in range(1, len(world.history)):
        for key, clock in clocks(world, moments).items():
            if clock.ended_at:
                assert finally_read[key] == clock


@often
@given(worlds())
def test_an_ended_clock_has_one_state_for_ever(world: World) -> None:
    for clock in clocks(world).values():
        if clock.ended_at:
            assert clock.state(clock.ended_at) is clock.state(world.now + timedelta(days=9))
            assert clock.elapsed(clock.ended_at) == clock.elapsed(world.now + timedelta(days=9))


@often
@given(worlds(), st.integers(0, 2400))
def test_a_longer_target_is_never_due_sooner(world: World, minutes: int) -> None:
    longer = clocks(world.with_longer_targets(minutes * MINUTE))
    for key, clock in clocks(world).items():
        later = longer[key].due_at
        if clock.due_at is None:
            assert later is None  # once it stands, so does everything longer
        else:
            assert later is None or later >= clock.due_at


@often
@given(any_calendar, instants(), st.integers(1, 1200), st.integers(0, 1200), st.integers(0, 3000))
def test_a_pause_moves_the_due_time_by_exactly_its_counted_time(
    calendar: Calendar, start: datetime, target: int, after: int, lasting: int
) -> None:
    pledge = Pledge(Target.RESTORE, target * MINUTE, calendar, frozenset({"waiting_ldc"}))
    filing = Moment(start, "new", 3, begins=True)
    pause = Pause(start + after * MINUTE, start + (after + lasting) * MINUTE)
    assert pause.end
    waiting = [Moment(pause.start, "waiting_ldc"), Moment(pause.end, "in_progress")]

    (without,) = read([filing], lambda _: [pledge])
    (with_pause,) = read([filing, *waiting], lambda _: [pledge])

    assert without.due_at
    assert with_pause.due_at
    moved = calendar.between(pause.start, pause.end) if pause.start < without.due_at else timedelta()
    assert calendar.between(without.due_at, with_pause.due_at) == moved


@often
@given(worlds())
def test_what_has_elapsed_and_what_remains_are_the_target(world: World) -> None:
    for clock in clocks(world).values():
        until = clock.ended_at or world.now
        if clock.due_at is None:
            assert clock.elapsed(until) <= clock.pledge.within
        elif clock.due_at <= until:
            assert clock.elapsed(clock.due_at) == clock.pledge.within
        else:
            remains = clock.pledge.calendar.between(until, clock.due_at)
            assert clock.elapsed(until) + remains == clock.pledge.within


@often
@given(st.data(), worlds())
def test_an_excuse_never_makes_anything_due_sooner(data: st.DataObject, world: World) -> None:
    excused = [Pause(start, end) for start, end in data.draw(excuses(world))]
    for clock in clocks(world).values():
        adjusted = clock.excused(excused)

        assert adjusted.elapsed(world.now) <= clock.elapsed(world.now)
        assert clock.due_at is None or adjusted.due_at is None or adjusted.due_at >= clock.due_at
        assert clock.due_at is not None or adjusted.due_at is None


def test_the_random_histories_hold_every_state_and_several_cycles_and_legs() -> None:
    seen: Counter[object] = Counter()

    @settings(
        max_examples=150, derandomize=True, database=None, phases=[Phase.generate], deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(worlds())
    def look_at(world: World) -> None:
        for (target, cycle, leg), reading in oracle.readings(world.history, world.policy, world.now).items():
            seen[target, reading.state] += 1
            seen["cycle", cycle] += 1
            seen["leg", leg] += 1

    look_at()

    everything = {(target.value, state.value) for target in Target for state in State}
    assert everything - set(seen) == set()
    assert seen["cycle", 2] >= 20
    assert seen["cycle", 3] >= 5
    assert seen["leg", 2] >= 20


def test_the_random_histories_stand_around_every_day_that_matters() -> None:
    days: set[object] = set()

    @settings(max_examples=100, derandomize=True, database=None, phases=[Phase.generate], deadline=None)
    @given(instants())
    def look_at(instant: datetime) -> None:
        days.update(day for day in AROUND if abs((instant.date() - day).days) <= 2)

    look_at()

    assert days == set(AROUND)
