"""Working time: the vectors of PROMISES by hand, and random calendars against the slow oracle."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sla import oracle
from tests.sla.worlds import EXAMPLES, calendars, dated_calendars, instants
from tickets.sla.calendar import ALWAYS, Calendar, DatedCalendar, WorkingCalendar

TORONTO = ZoneInfo("America/Toronto")
WINNIPEG = ZoneInfo("America/Winnipeg")
DAYS = ((8 * 60, 17 * 60),)
FAMILY_DAY, CHRISTMAS_EVE, CHRISTMAS = date(2027, 2, 15), date(2026, 12, 24), date(2026, 12, 25)
NEW_YEAR = date(2027, 1, 1)

OFFICE = WorkingCalendar(
    TORONTO,
    (DAYS, DAYS, DAYS, DAYS, DAYS, (), ()),
    {FAMILY_DAY: (), CHRISTMAS_EVE: ((8 * 60, 12 * 60),), CHRISTMAS: (), NEW_YEAR: ()},
)
LUNCH = WorkingCalendar(TORONTO, (((8 * 60, 12 * 60), (13 * 60, 17 * 60)),) * 5 + ((), ()))
NIGHTS = WorkingCalendar(TORONTO, (((22 * 60, 30 * 60),),) * 5 + ((), ()))
TORONTO_ALWAYS = WorkingCalendar(TORONTO, (((0, 24 * 60),),) * 7)
WINNIPEG_NIGHTS = WorkingCalendar(WINNIPEG, NIGHTS.windows)
WEDNESDAY = date(2027, 3, 10)

any_calendar = st.one_of(calendars(), dated_calendars())


def at(wall: str, zone: ZoneInfo = TORONTO, fold: int = 0) -> datetime:
    """An instant by its wall clock."""
    return datetime.fromisoformat(wall).replace(tzinfo=zone, fold=fold)


def z(text: str) -> datetime:
    """An instant by UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("calendar", "opened", "hours", "due"),
    [
        pytest.param(TORONTO_ALWAYS, "2027-03-13 22:00", 8, "2027-03-14 11:00", id="24x7-over-spring"),
        pytest.param(TORONTO_ALWAYS, "2027-11-06 22:00", 8, "2027-11-07 10:00", id="24x7-over-autumn"),
        pytest.param(ALWAYS, "2027-03-13 22:00", 8, "2027-03-14 11:00", id="24x7-in-utc-over-spring"),
        pytest.param(OFFICE, "2027-03-12 16:30", 1, "2027-03-15 12:30", id="office-over-spring"),
        pytest.param(OFFICE, "2027-11-05 16:30", 1, "2027-11-08 13:30", id="office-over-autumn"),
        pytest.param(OFFICE, "2027-02-15 10:00", 4, "2027-02-16 17:00", id="opened-on-a-holiday"),
        pytest.param(OFFICE, "2027-03-09 17:00:00", 1, "2027-03-10 14:00", id="opened-at-closing"),
        pytest.param(
            OFFICE, "2027-03-09 16:59:59", 1, "2027-03-10 13:59:59", id="opened-a-second-before-closing"
        ),
        pytest.param(OFFICE, "2027-03-09 07:59:59", 9, "2027-03-09 22:00", id="opened-before-the-day-begins"),
        pytest.param(OFFICE, "2027-03-09 08:00", 9, "2027-03-09 22:00", id="due-at-closing-not-next-morning"),
        pytest.param(OFFICE, "2026-12-24 11:00", 2, "2026-12-28 14:00", id="half-day-holiday"),
        pytest.param(OFFICE, "2026-12-31 16:00", 2, "2027-01-04 14:00", id="year-end"),
        pytest.param(OFFICE, "2028-02-28 16:00", 2, "2028-02-29 14:00", id="to-leap-day"),
        pytest.param(OFFICE, "2028-02-29 16:00", 2, "2028-03-01 14:00", id="over-leap-day"),
        pytest.param(OFFICE, "2027-02-26 16:00", 2, "2027-03-01 14:00", id="no-leap-day-in-2027"),
        pytest.param(LUNCH, "2027-03-09 11:30", 1, "2027-03-09 18:30", id="over-lunch"),
        pytest.param(LUNCH, "2027-03-09 12:30", 1, "2027-03-09 19:00", id="opened-at-lunch"),
        pytest.param(NIGHTS, "2027-03-09 23:00", 7, "2027-03-10 11:00", id="window-over-midnight"),
        pytest.param(NIGHTS, "2027-03-10 05:00", 2, "2027-03-11 04:00", id="tail-of-the-night-before"),
        pytest.param(NIGHTS, "2027-03-12 23:00", 8, "2027-03-16 03:00", id="friday-night-into-saturday"),
        pytest.param(OFFICE, "2027-03-13 12:00", 0, "2027-03-13 17:00", id="target-0-on-a-saturday"),
    ],
)  # fmt: skip
def test_what_is_due_is_due_then(calendar: WorkingCalendar, opened: str, hours: int, due: str) -> None:
    assert calendar.add(at(opened), timedelta(hours=hours)) == z(due)


def test_an_ambiguous_opening_is_two_different_instants() -> None:
    first, second = at("2027-11-07 01:30"), at("2027-11-07 01:30", fold=1)

    assert TORONTO_ALWAYS.add(first, timedelta(hours=1)) == z("2027-11-07 06:30")
    assert TORONTO_ALWAYS.add(second, timedelta(hours=1)) == z("2027-11-07 07:30")


@pytest.mark.parametrize(("day", "hours"), [("2027-03-14", 23), ("2027-11-07", 25), ("2027-03-15", 24)])
def test_a_day_counts_the_hours_that_it_has(day: str, hours: int) -> None:
    midnight = at(f"{day} 00:00")
    next_midnight = (midnight.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=TORONTO)

    assert TORONTO_ALWAYS.between(midnight, next_midnight) == timedelta(hours=hours)


def test_a_window_that_begins_in_the_hour_that_does_not_exist_begins_when_the_clock_has_jumped() -> None:
    early = WorkingCalendar(TORONTO, (((2 * 60 + 30, 5 * 60),),) * 7)

    assert list(early.intervals(at("2027-03-14 00:00"), at("2027-03-14 12:00"))) == [
        (z("2027-03-14 07:00"), z("2027-03-14 09:00"))
    ]


def test_a_window_that_ends_in_the_hour_that_does_not_exist_ends_when_the_clock_jumps() -> None:
    night = WorkingCalendar(TORONTO, (((0, 2 * 60 + 30),),) * 7)

    assert night.between(at("2027-03-14 00:00"), at("2027-03-14 12:00")) == timedelta(hours=2)


def test_the_order_in_which_windows_are_written_does_not_matter() -> None:
    backwards = WorkingCalendar(TORONTO, (((13 * 60, 17 * 60), (8 * 60, 12 * 60)),) * 7)

    assert backwards.between(at("2027-03-09 00:00"), at("2027-03-10 00:00")) == timedelta(hours=8)


def test_overlapping_windows_count_once() -> None:
    twice = WorkingCalendar(TORONTO, (((8 * 60, 13 * 60), (12 * 60, 17 * 60)),) * 7)

    assert twice.between(at("2027-03-09 00:00"), at("2027-03-10 00:00")) == timedelta(hours=9)


def test_adjoining_days_are_one_interval() -> None:
    assert list(TORONTO_ALWAYS.intervals(z("2027-03-01 00:00"), z("2027-03-20 00:00"))) == [
        (z("2027-03-01 00:00"), z("2027-03-20 00:00"))
    ]


def test_a_calendar_that_is_never_open_says_so() -> None:
    with pytest.raises(OverflowError, match="does not hold that much time"):
        WorkingCalendar(TORONTO, ((),) * 7).add(z("2027-03-01 00:00"), timedelta(minutes=1))


def test_naive_instants_are_refused() -> None:
    naive = datetime(2027, 3, 1)  # noqa: DTZ001  # the point of the test
    with pytest.raises(ValueError, match="aware"):
        OFFICE.add(naive, timedelta(hours=1))
    with pytest.raises(ValueError, match="aware"):
        OFFICE.between(z("2027-03-01 00:00"), naive)


def dated(*versions: WorkingCalendar, day: date = WEDNESDAY) -> DatedCalendar:
    """The first version, and each later one from the next day on."""
    days = [date.min, *(day + timedelta(days=number) for number in range(len(versions) - 1))]
    return DatedCalendar(tuple(zip(days, versions, strict=True)))


SHORT = WorkingCalendar(TORONTO, (((8 * 60, 12 * 60),),) * 5 + ((), ()))


@pytest.mark.parametrize(
    ("calendar", "pieces"),
    [
        pytest.param(
            dated(OFFICE, SHORT),
            [("03-09 08:00", "03-09 17:00"), ("03-10 08:00", "03-10 12:00"), ("03-11 08:00", "03-11 12:00")],
            id="shorter-days",
        ),
        pytest.param(
            dated(OFFICE, SHORT, OFFICE),
            [("03-09 08:00", "03-09 17:00"), ("03-10 08:00", "03-10 12:00"), ("03-11 08:00", "03-11 17:00")],
            id="for-one-day",
        ),
        pytest.param(
            dated(NIGHTS, OFFICE),
            [
                ("03-09 00:00", "03-09 06:00"),
                ("03-09 22:00", "03-10 00:00"),
                ("03-10 08:00", "03-10 17:00"),
                ("03-11 08:00", "03-11 17:00"),
            ],
            id="a-night-ends-at-midnight",
        ),
        pytest.param(
            dated(NIGHTS, NIGHTS),
            [
                ("03-09 00:00", "03-09 06:00"),
                ("03-09 22:00", "03-10 06:00"),
                ("03-10 22:00", "03-11 06:00"),
                ("03-11 22:00", "03-12 00:00"),
            ],
            id="a-version-that-says-the-same-changes-nothing",
        ),
        pytest.param(
            dated(NIGHTS, WINNIPEG_NIGHTS),
            [
                ("03-09 00:00", "03-09 06:00"),
                ("03-09 22:00", "03-10 07:00"),
                ("03-10 23:00", "03-11 07:00"),
                ("03-11 23:00", "03-12 00:00"),
            ],
            id="moved-west-in-the-night",
        ),
        pytest.param(
            dated(WINNIPEG_NIGHTS, NIGHTS),
            [
                ("03-09 00:00", "03-09 07:00"),
                ("03-09 23:00", "03-10 06:00"),
                ("03-10 22:00", "03-11 06:00"),
                ("03-11 22:00", "03-12 00:00"),
            ],
            id="moved-east-in-the-night",
        ),
        pytest.param(
            dated(TORONTO_ALWAYS, WorkingCalendar(WINNIPEG, ((),) * 7)),
            [("03-09 00:00", "03-10 01:00")],
            id="midnight-is-that-of-the-new-zone",
        ),
    ],
)
def test_a_version_counts_from_midnight_of_its_day_until_midnight_of_the_next_ones(
    calendar: DatedCalendar, pieces: list[tuple[str, str]]
) -> None:
    assert list(calendar.intervals(at("2027-03-09 00:00"), at("2027-03-12 00:00"))) == [
        (at(f"2027-{start}"), at(f"2027-{end}")) for start, end in pieces
    ]


def test_the_end_of_a_day_is_that_of_the_version_that_counts_on_it() -> None:
    calendar = dated(OFFICE, SHORT, OFFICE)

    assert [calendar.end_of_day(at("2027-03-08 12:00"), days) for days in (1, 2, 3)] == [
        at("2027-03-09 17:00"),
        at("2027-03-10 12:00"),
        at("2027-03-11 17:00"),
    ]


def test_a_day_without_work_in_the_new_version_is_no_working_day() -> None:
    closed = WorkingCalendar(TORONTO, OFFICE.windows, {WEDNESDAY: ()})

    assert dated(OFFICE, closed).end_of_day(at("2027-03-08 12:00"), 2) == at("2027-03-11 17:00")


def test_versions_refuse_naive_instants_and_say_when_they_hold_too_little() -> None:
    calendar = dated(OFFICE, WorkingCalendar(TORONTO, ((),) * 7))

    with pytest.raises(ValueError, match="aware"):
        calendar.between(z("2027-03-01 00:00"), datetime(2027, 3, 2))  # noqa: DTZ001  # the point of the test
    assert calendar.add(at("2027-03-09 08:00"), timedelta(hours=9)) == at("2027-03-09 17:00")
    with pytest.raises(OverflowError, match="does not hold that much time"):
        calendar.add(at("2027-03-09 08:00"), timedelta(hours=9, minutes=1))


@settings(max_examples=EXAMPLES, deadline=None)
@given(any_calendar, instants(), st.integers(0, 24 * 60))
def test_counted_time_is_what_the_oracle_counts(calendar: Calendar, a: datetime, minutes: int) -> None:
    b = a + timedelta(minutes=minutes)

    counted = timedelta(minutes=oracle.counted_minutes(a, b, calendar))

    assert calendar.between(a, b) == counted


@settings(max_examples=EXAMPLES, deadline=None)
@given(any_calendar, instants(), st.timedeltas(timedelta(), timedelta(days=5)))
def test_adding_and_measuring_are_inverse(calendar: Calendar, a: datetime, t: timedelta) -> None:
    assert calendar.between(a, calendar.add(a, t)) == t


@settings(max_examples=EXAMPLES, deadline=None)
@given(any_calendar, instants(), st.timedeltas(timedelta(), timedelta(days=9)))
def test_measuring_and_adding_differ_by_uncounted_time_only(
    calendar: Calendar, a: datetime, span: timedelta
) -> None:
    b = a + span
    reached = calendar.add(a, calendar.between(a, b))

    assert reached <= b
    assert calendar.between(reached, b) == timedelta()


@settings(max_examples=EXAMPLES, deadline=None)
@given(any_calendar, instants(), st.timedeltas(timedelta(), timedelta(days=9)), st.floats(0, 1))
def test_counted_time_adds_up(calendar: Calendar, a: datetime, span: timedelta, part: float) -> None:
    c, b = a + span, a + span * part

    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


@settings(max_examples=EXAMPLES, deadline=None)
@given(any_calendar, instants(), st.integers(0, 24 * 60))
def test_intervals_are_what_the_oracle_counts_and_never_touch(
    calendar: Calendar, a: datetime, minutes: int
) -> None:
    b = a + timedelta(minutes=minutes)
    every = [a + number * oracle.MINUTE for number in range(minutes)]

    intervals = list(calendar.intervals(a, b))

    counted = [minute for minute in every if any(start <= minute < end for start, end in intervals)]
    assert counted == [minute for minute in every if oracle.is_counted(minute, calendar)]
    edges = [edge for interval in intervals for edge in interval]
    assert edges == sorted(set(edges))
