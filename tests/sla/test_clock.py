"""The service-level clock by hand: pauses, and each rule of docs/service-levels.md by its number."""

from datetime import timedelta

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
from tests.sla.test_calendar import LUNCH, OFFICE, TORONTO_ALWAYS, at, z
from tickets.sla.calendar import WorkingCalendar
from tickets.sla.clock import Moment, State, Target

RESPOND, UPDATE, RESTORE = Target.RESPOND, Target.UPDATE, Target.RESTORE


@pytest.mark.parametrize(
    ("calendar", "opened", "hours", "pause", "due"),
    [
        pytest.param(
            OFFICE, "2027-03-09 09:00", 2, ("2027-03-09 10:00", "2027-03-09 10:00"), "2027-03-09 16:00",
            id="zero-length-pause",
        ),
        pytest.param(
            OFFICE, "2027-03-09 15:00", 4, ("2027-03-09 16:00", "2027-03-10 09:00"), "2027-03-10 17:00",
            id="pause-across-closing-time",
        ),
        pytest.param(
            OFFICE, "2027-02-12 15:00", 4, ("2027-02-12 16:00", "2027-02-16 09:00"), "2027-02-16 17:00",
            id="pause-across-a-holiday",
        ),
        pytest.param(
            TORONTO_ALWAYS, "2027-03-13 20:00", 8, ("2027-03-13 22:00", "2027-03-14 04:00"),
            "2027-03-14 14:00", id="pause-across-the-spring-change",
        ),
        pytest.param(
            TORONTO_ALWAYS, "2027-11-06 20:00", 8, ("2027-11-06 22:00", "2027-11-07 04:00"),
            "2027-11-07 15:00", id="pause-across-the-autumn-change",
        ),
        pytest.param(
            OFFICE, "2026-12-24 10:00", 3, ("2026-12-24 11:00", "2026-12-28 09:00"), "2026-12-28 16:00",
            id="pause-across-a-half-day-and-christmas",
        ),
        pytest.param(
            LUNCH, "2027-03-09 11:00", 3, ("2027-03-09 11:30", "2027-03-09 13:30"), "2027-03-09 21:00",
            id="pause-across-lunch",
        ),
        pytest.param(
            LUNCH, "2027-03-09 11:00", 3, ("2027-03-09 12:00", "2027-03-09 13:00"), "2027-03-09 20:00",
            id="pause-of-lunch-alone-moves-nothing",
        ),
        pytest.param(
            OFFICE, "2026-12-31 16:00", 2, ("2026-12-31 16:30", "2027-01-04 09:00"), "2027-01-04 15:30",
            id="pause-across-year-end",
        ),
        pytest.param(
            OFFICE, "2028-02-28 16:00", 2, ("2028-02-28 16:30", "2028-02-29 09:00"), "2028-02-29 15:30",
            id="pause-into-leap-day",
        ),
        pytest.param(
            OFFICE, "2027-03-09 09:00", 2, ("2027-03-09 11:00", "2027-03-09 15:00"), "2027-03-09 16:00",
            id="pause-that-begins-when-it-was-due",
        ),
        pytest.param(
            OFFICE, "2027-03-09 09:00", 0, ("2027-03-09 09:00", "2027-03-09 15:00"), "2027-03-09 14:00",
            id="target-0",
        ),
    ],
)  # fmt: skip
def test_a_pause_moves_the_due_time_by_what_would_have_counted(
    calendar: WorkingCalendar, opened: str, hours: int, pause: tuple[str, str], due: str
) -> None:
    history = [filed(at(opened)), enters(at(pause[0]), "waiting_ldc"), enters(at(pause[1]), "in_progress")]

    clock = one(history, promises(restore=hours * HOUR, calendar=calendar), RESTORE)

    assert clock.due_at == z(due)


# 1. Beginning


def test_respond_and_restore_begin_with_the_cycle_and_no_leg_does_before_an_answer() -> None:
    clocks = read_all([filed(t("09:00")), enters(t("10:00"), "in_progress")])

    assert {key: clock.started_at for key, clock in clocks.items()} == {
        (RESPOND, 1, 1): t("09:00"),
        (RESTORE, 1, 1): t("09:00"),
    }


def test_fulfil_is_a_clock_like_restore() -> None:
    history = [filed(t("09:00")), resolved(t("11:00"))]

    clock = one(history, promises(Target.FULFIL, restore=3 * HOUR), Target.FULFIL)

    assert (clock.ended_at, clock.due_at, clock.state(t("17:00"))) == (t("11:00"), t("12:00"), State.MET)


def test_each_answer_ends_a_leg_and_begins_the_next() -> None:
    clocks = read_all([filed(t("08:00")), *(answered(t(wall)) for wall in ("09:00", "10:00", "13:30"))])

    legs = [clock for (target, _, _), clock in clocks.items() if target is UPDATE]
    assert sorted((clock.leg, clock.started_at, clock.ended_at, clock.due_at) for clock in legs) == [
        (1, t("09:00"), t("10:00"), t("13:00")),
        (2, t("10:00"), t("13:30"), t("14:00")),
        (3, t("13:30"), None, at("2027-03-10 08:30")),
    ]


# 2. An answer


def test_a_first_answer_ends_respond_and_later_ones_do_not_matter() -> None:
    clock = one([filed(t("09:00")), answered(t("10:00")), answered(t("16:00"))], levels, RESPOND)

    assert (clock.ended_at, clock.due_at, clock.state(t("17:00"))) == (t("10:00"), t("11:00"), State.MET)


def test_a_question_is_an_answer() -> None:
    clock = one([filed(t("09:00")), answered(t("10:00"), "waiting_ldc")], levels, RESPOND)

    assert (clock.ended_at, clock.due_at) == (t("10:00"), t("11:00"))


def test_what_happens_without_a_public_word_of_the_desk_answers_nothing() -> None:
    history = [
        filed(t("09:00")),
        enters(t("09:10"), "acknowledged"),
        restated(t("09:20"), 3),
        Moment(t("09:30")),
    ]

    assert one(history, levels, RESPOND).ended_at is None


# 3. Ending


def test_resolving_ends_restore_and_closing_ends_nothing() -> None:
    history = [filed(t("09:00")), answered(t("10:00")), resolved(t("12:00"), answer=True)]
    closed = [*history, enters(t("16:00"), "closed"), answered(t("16:30"))]

    assert one(history, levels, RESTORE).ended_at == t("12:00")
    assert read_all(closed) == read_all(history)


def test_resolving_with_a_message_ends_the_leg_as_an_answer_does_and_no_leg_begins() -> None:
    clocks = read_all([filed(t("09:00")), answered(t("10:00")), resolved(t("12:00"), answer=True)])

    assert set(clocks) == {(RESPOND, 1, 1), (UPDATE, 1, 1), (RESTORE, 1, 1)}
    leg = clocks[UPDATE, 1, 1]
    assert (leg.ended_at, leg.withdrawn, leg.state(t("17:00"))) == (t("12:00"), False, State.MET)


def test_resolving_with_the_first_message_answers() -> None:
    clocks = read_all([filed(t("09:00")), resolved(t("10:00"), answer=True)])

    assert set(clocks) == {(RESPOND, 1, 1), (RESTORE, 1, 1)}
    assert {clock.state(t("17:00")) for clock in clocks.values()} == {State.MET}


def test_the_end_of_the_work_withdraws_what_was_never_answered_and_only_that() -> None:
    clocks = read_all([filed(t("09:00")), resolved(t("10:00"))])

    assert clocks[RESPOND, 1, 1].state(t("17:00")) is State.WITHDRAWN
    assert clocks[RESTORE, 1, 1].state(t("17:00")) is State.MET


def test_the_end_of_the_work_without_a_word_withdraws_the_leg_that_saw_no_answer() -> None:
    leg = one([filed(t("09:00")), answered(t("10:00")), resolved(t("12:00"))], levels, UPDATE)

    assert (leg.ended_at, leg.state(t("17:00"))) == (t("12:00"), State.WITHDRAWN)


def test_cancelling_withdraws_everything_that_still_runs() -> None:
    clocks = read_all([filed(t("09:00")), answered(t("10:00")), cancelled(t("12:00"))])

    assert {key: (clock.ended_at, clock.state(t("17:00"))) for key, clock in clocks.items()} == {
        (RESPOND, 1, 1): (t("10:00"), State.MET),
        (UPDATE, 1, 1): (t("12:00"), State.WITHDRAWN),
        (RESTORE, 1, 1): (t("12:00"), State.WITHDRAWN),
    }


# 4. Pausing


def test_the_pauses_of_a_history_are_its_stays_in_paused_statuses() -> None:
    walk = [
        "waiting_ldc",
        "in_progress",
        "waiting_vendor",
        "waiting_ldc",
        "waiting_vendor",
        "in_progress",
        "waiting_ldc",
    ]
    history = [filed(t("08:00")), *(enters(t(f"{9 + n:02}:00"), status) for n, status in enumerate(walk))]

    both = one(history, promises(restore=9 * HOUR, pauses={"waiting_ldc", "waiting_vendor"}), RESTORE)
    ldc_only = one(history, promises(restore=9 * HOUR, pauses={"waiting_ldc"}), RESTORE)

    assert [(pause.start, pause.end) for pause in both.pauses] == [
        (t("09:00"), t("10:00")),
        (t("11:00"), t("14:00")),  # from one paused status into another it goes on
        (t("15:00"), None),
    ]
    assert [(pause.start, pause.end) for pause in ldc_only.pauses] == [
        (t("09:00"), t("10:00")),
        (t("12:00"), t("13:00")),
        (t("15:00"), None),
    ]


def test_respond_goes_on_while_the_desk_waits_for_the_ldc() -> None:
    history = [filed(t("09:00")), enters(t("10:00"), "waiting_ldc")]

    assert one(history, levels, RESPOND).due_at == t("11:00")
    assert one(history, levels, RESPOND).state(t("11:01")) is State.BREACHED
    assert one(history, levels, RESTORE).state(t("11:01")) is State.PAUSED


def test_a_leg_that_begins_with_a_question_stands_from_its_beginning() -> None:
    history = [filed(t("09:00")), answered(t("10:00"), "waiting_ldc")]

    assert one(history, levels, UPDATE).due_at is None
    assert one([*history, enters(t("12:00"), "in_progress")], levels, UPDATE).due_at == t("16:00")


def test_passing_through_a_paused_status_within_an_instant_moves_nothing() -> None:
    history = [filed(t("09:00")), enters(t("10:00"), "waiting_ldc"), enters(t("10:00"), "in_progress")]

    assert one(history, levels, RESTORE).due_at == t("17:00")


# 5. Due


def test_nothing_is_due_while_the_clock_stands() -> None:
    clock = one([filed(t("08:00")), enters(t("10:00"), "waiting_ldc")], levels, RESTORE)

    assert (clock.due_at, clock.state(at("2027-05-01 12:00"))) == (None, State.PAUSED)


def test_what_was_due_before_the_pause_began_stays_due() -> None:
    clock = one([filed(t("08:00")), enters(t("16:30"), "waiting_ldc")], levels, RESTORE)

    assert (clock.due_at, clock.state(t("16:45"))) == (t("16:00"), State.BREACHED)


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([filed(t("09:00"))], id="no-pause"),
        pytest.param([filed(t("09:00"), "waiting_ldc")], id="it-begins-in-a-pause"),
        pytest.param([filed(t("09:00")), enters(t("09:00"), "waiting_ldc")], id="a-pause-begins-with-it"),
        pytest.param(
            [filed(t("09:00"), "waiting_ldc"), enters(t("11:00"), "in_progress"), resolved(t("12:00"))],
            id="it-ended",
        ),
    ],
)
def test_a_target_of_zero_is_due_when_it_begins(history: list[Moment]) -> None:
    assert one(history, promises(restore=timedelta()), RESTORE).due_at == t("09:00")


# 6. Severity


def test_severity_up_and_down_again_gives_the_first_promise_back() -> None:
    history = [filed(t("09:00"), severity=3)]
    before = one(history, levels, RESTORE)
    up = one([*history, restated(t("11:00"), 1)], levels, RESTORE)
    down = one([*history, restated(t("11:00"), 1), restated(t("12:00"), 3)], levels, RESTORE)

    assert (up.due_at, up.severity, up.started_at) == (t("13:00"), 1, t("09:00"))
    assert down == before


def test_the_pauses_that_count_are_those_of_the_present_severity() -> None:
    waits = [enters(t("10:00"), "waiting_vendor"), enters(t("12:00"), "in_progress")]

    assert one([filed(t("09:00"), severity=3), *waits], levels, RESTORE).due_at == t("17:00")
    assert one([filed(t("09:00"), severity=3), *waits, restated(t("13:00"), 4)], levels, RESTORE).due_at == (
        at("2027-03-11 11:00")
    )


def test_a_clock_that_has_ended_keeps_the_target_of_its_severity() -> None:
    history = [filed(t("09:00"), severity=3), answered(t("10:30"))]

    respond = one([*history, restated(t("11:00"), 1)], levels, RESPOND)

    assert respond == one(history, levels, RESPOND)
    assert (respond.severity, respond.due_at, respond.state(t("17:00"))) == (3, t("11:00"), State.MET)


def test_within_an_instant_the_order_of_the_history_decides() -> None:
    answer, change = answered(t("10:30")), restated(t("10:30"), 1)

    assert one([filed(t("09:00")), change, answer], levels, RESPOND).state(t("17:00")) is State.MISSED
    assert one([filed(t("09:00")), answer, change], levels, RESPOND).state(t("17:00")) is State.MET


def test_a_severity_without_the_target_has_no_such_clock_and_one_with_it_has_it_from_the_beginning() -> None:
    history = [filed(t("09:00"), severity=4), answered(t("10:00"))]

    assert (UPDATE, 1, 1) not in read_all(history)
    leg = read_all([*history, restated(t("11:00"), 3)])[UPDATE, 1, 1]
    assert (leg.started_at, leg.due_at) == (t("10:00"), t("14:00"))


# 7. A shorter target may lie in the past


def test_a_shorter_target_may_be_late_at_once_and_is_due_where_it_follows_from_the_beginning() -> None:
    clock = one([filed(t("09:00"), severity=3), restated(t("14:00"), 1)], levels, RESTORE)

    assert (clock.due_at, clock.state(t("14:00"))) == (t("13:00"), State.BREACHED)


# 8. Reopening


def test_reopening_begins_new_clocks_and_freezes_those_of_before() -> None:
    life = [filed(t("08:00")), answered(t("08:30")), enters(t("09:00"), "waiting_ldc"), resolved(t("10:00"))]
    again = [*life, reopened(t("13:00")), enters(t("14:00"), "waiting_ldc"), restated(t("15:00"), 1)]
    before, after = read_all(life), read_all(again)

    assert {key: clock for key, clock in after.items() if key[1] == 1} == before
    assert {key: clock.started_at for key, clock in after.items() if key[1] == 2} == {
        (RESPOND, 2, 1): t("13:00"),
        (RESTORE, 2, 1): t("13:00"),
    }


def test_reopening_takes_the_severity_as_it_stands() -> None:
    clocks = read_all(
        [filed(t("08:00")), resolved(t("10:00")), restated(t("11:00"), 1), reopened(t("13:00"))]
    )

    assert (clocks[RESTORE, 1, 1].severity, clocks[RESTORE, 1, 1].due_at) == (3, t("16:00"))
    assert (clocks[RESTORE, 2, 1].severity, clocks[RESTORE, 2, 1].due_at) == (1, t("17:00"))


def test_an_agent_who_reopens_with_a_message_has_answered() -> None:
    clocks = read_all([filed(t("08:00")), resolved(t("10:00")), reopened(t("13:00"), answer=True)])

    respond, leg = clocks[RESPOND, 2, 1], clocks[UPDATE, 2, 1]
    assert (respond.ended_at, respond.elapsed(t("17:00")), respond.state(t("17:00"))) == (
        t("13:00"), timedelta(), State.MET,
    )  # fmt: skip
    assert (leg.started_at, leg.due_at) == (t("13:00"), t("17:00"))


def test_the_severity_of_a_done_ticket_changes_nothing_that_has_ended() -> None:
    life = [filed(t("08:00")), resolved(t("15:00"))]

    assert read_all([*life, restated(t("16:00"), 1)]) == read_all(life)
