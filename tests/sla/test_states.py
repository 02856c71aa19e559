"""What a clock is called, what an excuse does, and calendars that change: rules 9 to 11 by hand."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from tests.sla.stories import (
    HOUR,
    answered,
    cancelled,
    enters,
    filed,
    levels,
    one,
    promises,
    read_all,
    reopened,
    resolved,
    restated,
    t,
)  # fmt: skip
from tests.sla.test_calendar import DAYS, OFFICE, TORONTO, at
from tickets.sla.calendar import DatedCalendar, WorkingCalendar
from tickets.sla.clock import Moment, Pause, State, Target

RESPOND, UPDATE, RESTORE = Target.RESPOND, Target.UPDATE, Target.RESTORE
FOUR_HOURS = promises(restore=4 * HOUR)  # from 09:00 until 13:00, if nothing comes between
FOUR_HOURS_TO_ANSWER = promises(RESPOND, restore=4 * HOUR)

# 9. States


@pytest.mark.parametrize(
    ("history", "now", "state"),
    [
        pytest.param([], "12:59", State.RUNNING, id="running"),
        pytest.param([], "13:00", State.RUNNING, id="due-this-minute-and-not-past-due"),
        pytest.param([], "13:01", State.BREACHED, id="breached"),
        pytest.param([enters(t("12:00"), "waiting_ldc")], "12:00", State.PAUSED, id="paused-at-once"),
        pytest.param([enters(t("12:00"), "waiting_ldc")], "16:00", State.PAUSED, id="paused"),
        pytest.param([enters(t("14:00"), "waiting_ldc")], "16:00", State.BREACHED, id="paused-when-breached"),
        pytest.param([resolved(t("13:00"))], "16:00", State.MET, id="met-when-due"),
        pytest.param([resolved(t("13:01"))], "16:00", State.MISSED, id="missed"),
        pytest.param([cancelled(t("12:00"))], "16:00", State.WITHDRAWN, id="withdrawn"),
        pytest.param([cancelled(t("13:00"))], "16:00", State.WITHDRAWN, id="withdrawn-when-due"),
        pytest.param([cancelled(t("13:01"))], "16:00", State.MISSED, id="withdrawn-too-late"),
    ],
)
def test_a_clock_has_the_state_that_its_due_time_and_its_end_give_it(
    history: list[Moment], now: str, state: State
) -> None:
    assert one([filed(t("09:00")), *history], FOUR_HOURS, RESTORE).state(t(now)) is state


def test_respond_that_saw_no_answer_is_missed_when_it_was_past_due() -> None:
    in_time = one([filed(t("09:00")), resolved(t("11:00"))], levels, RESPOND)
    late = one([filed(t("09:00")), resolved(t("11:01"))], levels, RESPOND)

    assert (in_time.state(t("17:00")), late.state(t("17:00"))) == (State.WITHDRAWN, State.MISSED)


def test_a_clock_that_ends_while_it_stands_is_due_as_if_it_went_on_from_there() -> None:
    history = [filed(t("09:00")), enters(t("10:00"), "waiting_ldc"), resolved(t("12:00"))]

    clock = one(history, FOUR_HOURS, RESTORE)

    assert (clock.due_at, clock.elapsed(t("17:00")), clock.state(t("17:00"))) == (t("15:00"), HOUR, State.MET)


def test_a_status_that_is_entered_after_the_end_moves_nothing() -> None:
    asked = one([filed(t("09:00")), answered(t("10:00"), "waiting_ldc")], FOUR_HOURS_TO_ANSWER, RESPOND)

    assert asked.due_at == t("13:00")


def test_time_goes_on_being_counted_after_it_was_due_and_not_in_a_pause() -> None:
    history = [filed(t("09:00")), enters(t("14:00"), "waiting_ldc"), enters(t("15:00"), "in_progress")]

    clock = one(history, FOUR_HOURS, RESTORE)

    assert [clock.elapsed(t(wall)) / HOUR for wall in ("09:00", "13:00", "14:30", "16:00", "23:00")] == [
        0,
        4,
        5,
        6,
        7,
    ]


# 10. Excuses


@pytest.mark.parametrize(
    ("spans", "due", "state"),
    [
        pytest.param([], "13:00", State.MISSED, id="nothing"),
        pytest.param([("10:00", "11:00")], "14:00", State.MET, id="an-hour"),
        pytest.param([("10:00", "10:30")], "13:30", State.MISSED, id="not-enough"),
        pytest.param([("10:00", "11:00"), ("10:30", "11:30")], "14:30", State.MET, id="overlapping"),
        pytest.param([("10:30", "11:30"), ("10:00", "11:00")], "14:30", State.MET, id="in-any-order"),
        pytest.param([("07:00", "10:00")], "14:00", State.MET, id="from-before-it-began"),
        pytest.param([("12:00", "16:00")], "15:00", State.MET, id="beyond-its-end"),
        pytest.param([("13:00", "14:00")], "13:00", State.MISSED, id="after-it-was-due"),
    ],
)
def test_an_excused_span_counts_as_a_pause(spans: list[tuple[str, str]], due: str, state: State) -> None:
    raw = one([filed(t("09:00")), resolved(t("14:00"))], FOUR_HOURS, RESTORE)

    adjusted = raw.excused(Pause(t(start), t(end)) for start, end in spans)

    assert (adjusted.due_at, adjusted.state(t("17:00"))) == (t(due), state)
    assert (raw.due_at, raw.state(t("17:00"))) == (t("13:00"), State.MISSED)


def test_an_excused_span_and_a_pause_count_once_where_they_overlap() -> None:
    history = [filed(t("09:00")), enters(t("10:00"), "waiting_ldc"), enters(t("11:00"), "in_progress")]

    adjusted = one(history, FOUR_HOURS, RESTORE).excused([Pause(t("10:30"), t("12:00"))])

    assert (adjusted.due_at, adjusted.elapsed(t("13:00"))) == (t("15:00"), 2 * HOUR)


def test_an_excuse_gives_nothing_a_due_time_that_stands() -> None:
    history = [filed(t("09:00")), enters(t("10:00"), "waiting_ldc")]

    adjusted = one(history, FOUR_HOURS, RESTORE).excused([Pause(t("09:00"), t("09:30"))])

    assert (adjusted.due_at, adjusted.state(t("17:00"))) == (None, State.PAUSED)
    assert adjusted.elapsed(t("17:00")) == HOUR / 2


# 11. Versions


CLOSED_ON_WEDNESDAY = WorkingCalendar(TORONTO, OFFICE.windows, {date(2027, 3, 10): ()})


def corrected(day: date, version: WorkingCalendar) -> DatedCalendar:
    """Office hours until that day, and the new version from then on."""
    return DatedCalendar(((date.min, OFFICE), (day, version)))


@pytest.mark.parametrize(
    ("effective", "due"),
    [
        pytest.param(date(2027, 3, 9), "2027-03-11 11:00", id="from-the-day-of-filing"),
        pytest.param(date(2027, 3, 10), "2027-03-11 11:00", id="from-the-day-itself"),
        pytest.param(date(2027, 3, 11), "2027-03-10 11:00", id="from-the-day-after"),
    ],
)
def test_a_calendar_that_is_edited_mid_flight_counts_from_its_day_on(effective: date, due: str) -> None:
    calendar = corrected(effective, CLOSED_ON_WEDNESDAY)

    clock = one([filed(t("15:00"))], promises(restore=5 * HOUR, calendar=calendar), RESTORE)

    assert clock.due_at == at(due)


def test_a_pause_over_the_edit_moves_the_due_time_by_what_would_have_counted() -> None:
    calendar = corrected(date(2027, 3, 10), CLOSED_ON_WEDNESDAY)
    history = [
        filed(t("15:00")),
        enters(t("16:00"), "waiting_ldc"),
        enters(at("2027-03-11 09:00"), "in_progress"),
    ]

    clock = one(history, promises(restore=5 * HOUR, calendar=calendar), RESTORE)

    assert clock.due_at == at("2027-03-11 13:00")


def test_a_desk_that_moves_west_opens_an_hour_later_from_that_day_on() -> None:
    calendar = corrected(
        date(2027, 3, 10), WorkingCalendar(ZoneInfo("America/Winnipeg"), (DAYS,) * 5 + ((), ()))
    )

    clock = one([filed(t("16:00"))], promises(restore=2 * HOUR, calendar=calendar), RESTORE)

    assert clock.due_at == at("2027-03-10 10:00")


def test_a_ticket_that_moves_to_a_newer_policy_counts_what_runs_towards_its_targets() -> None:
    history = [filed(t("09:00")), answered(t("10:00"))]
    moved = [*history, Moment(t("11:00"), pledges=promises(restore=3 * HOUR))]

    before, after = read_all(history), read_all(moved)

    assert after[RESPOND, 1, 1] == before[RESPOND, 1, 1]
    assert after[RESTORE, 1, 1].due_at == t("12:00")
    assert (UPDATE, 1, 1) not in after


def test_what_is_done_keeps_the_policy_that_it_ended_under_and_the_next_cycle_has_the_newer_one() -> None:
    life = [filed(t("08:00")), resolved(t("10:00"), answer=True)]
    moved = [*life, Moment(t("11:00"), pledges=promises(restore=3 * HOUR))]

    assert read_all(moved) == read_all(life)
    assert read_all([*moved, reopened(t("12:00"))])[RESTORE, 2, 1].due_at == t("15:00")


def test_what_is_frozen_stays_whatever_happens_next() -> None:
    life = [filed(t("08:00")), answered(t("09:00"), "waiting_ldc"), resolved(t("10:00"))]
    frozen = read_all(life)
    later: list[Moment] = [reopened(t("11:00"), answer=True), restated(t("12:00"), 1), cancelled(t("13:00"))]

    for moments in range(len(later) + 1):
        clocks = read_all([*life, *later[:moments]])
        assert {key: clock for key, clock in clocks.items() if key[1] == 1} == frozen
