"""The service-level clock: pauses by hand, and random histories against the slow oracle."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sla import oracle
from tests.sla.test_calendar import LUNCH, OFFICE, TORONTO_ALWAYS, at, z
from tests.sla.worlds import EXAMPLES, calendars, histories, instants
from tickets.sla.calendar import WorkingCalendar
from tickets.sla.clock import Pause, due_at, pauses_of
from tickets.transitions import PAUSED, Status

History = tuple[datetime, list[Pause]]


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
    stopped = Pause(at(pause[0]), at(pause[1]))

    assert due_at(at(opened), timedelta(hours=hours), calendar, [stopped]) == z(due)


def test_nothing_is_due_while_the_clock_stands() -> None:
    paused = [Pause(at("2027-03-09 10:00"), None)]

    assert due_at(at("2027-03-09 09:00"), timedelta(hours=2), OFFICE, paused) is None


def test_what_was_due_before_the_pause_began_stays_due() -> None:
    paused = [Pause(at("2027-03-09 12:00"), None)]

    assert due_at(at("2027-03-09 09:00"), timedelta(hours=2), OFFICE, paused) == z("2027-03-09 16:00")


def test_the_pauses_of_a_history_are_its_stays_in_paused_statuses() -> None:
    moments = [at(f"2027-03-09 {hour:02}:00") for hour in range(8, 16)]
    statuses = [
        Status.NEW,
        Status.WAITING_LDC,
        Status.IN_PROGRESS,
        Status.WAITING_VENDOR,
        Status.WAITING_LDC,
        Status.WAITING_VENDOR,
        Status.IN_PROGRESS,
        Status.WAITING_LDC,
    ]

    assert pauses_of(zip(moments, statuses, strict=True), PAUSED) == [
        Pause(moments[1], moments[2]),
        Pause(moments[4], moments[5]),
        Pause(moments[7], None),
    ]


@settings(max_examples=EXAMPLES, deadline=None)
@given(calendars(), histories(), st.integers(0, 1200))
def test_the_clock_agrees_with_the_oracle(calendar: WorkingCalendar, history: History, target: int) -> None:
    start, pauses = history

    expected = oracle.due(start, target, calendar, [(pause.start, pause.end) for pause in pauses])

    assert due_at(start, timedelta(minutes=target), calendar, pauses) == expected


@settings(max_examples=EXAMPLES, deadline=None)
@given(calendars(), histories(), st.lists(st.integers(0, 2400), min_size=2, max_size=5))
def test_a_longer_target_is_never_due_sooner(
    calendar: WorkingCalendar, history: History, targets: list[int]
) -> None:
    start, pauses = history
    dues = [due_at(start, timedelta(minutes=target), calendar, pauses) for target in sorted(targets)]

    known = [due for due in dues if due]
    assert known == sorted(known)
    assert dues[: len(known)] == known  # once it is paused, so is everything longer


@settings(max_examples=EXAMPLES, deadline=None)
@given(calendars(), instants(), st.integers(1, 1200), st.integers(0, 1200), st.integers(0, 3000))
def test_a_pause_moves_the_due_time_by_exactly_its_counted_time(
    calendar: WorkingCalendar, start: datetime, target: int, after: int, lasting: int
) -> None:
    due = due_at(start, timedelta(minutes=target), calendar)
    pause = Pause(start + timedelta(minutes=after), start + timedelta(minutes=after + lasting))
    later = due_at(start, timedelta(minutes=target), calendar, [pause])
    assert due is not None
    assert later is not None
    assert pause.end is not None

    moved = calendar.between(pause.start, pause.end) if pause.start < due else timedelta()
    assert calendar.between(due, later) == moved


@settings(max_examples=EXAMPLES, deadline=None)
@given(calendars(), histories(), st.integers(0, 1200))
def test_what_counted_until_the_due_time_is_the_target(
    calendar: WorkingCalendar, history: History, target: int
) -> None:
    start, pauses = history
    due = due_at(start, timedelta(minutes=target), calendar, pauses)
    if due is None:
        return

    before = [pause for pause in pauses if pause.start < due]
    stood = sum((calendar.between(pause.start, min(pause.end or due, due)) for pause in before), timedelta())
    assert calendar.between(start, due) - stood == timedelta(minutes=target)
