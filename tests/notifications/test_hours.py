"""Quiet hours and the daily hour on a person's clock, against an oracle that walks minute by minute."""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicedesk.notifications.hours import Quiet, may_leave, next_daily

MINUTE = timedelta(minutes=1)
PLACES = [  # where clocks change within the days that are tried: at 2, by half an hour, at midnight, not at all
    ("America/Toronto", date(2027, 3, 14)),
    ("America/Toronto", date(2027, 11, 7)),
    ("America/Winnipeg", date(2027, 3, 14)),
    ("America/St_Johns", date(2027, 11, 7)),
    ("Australia/Lord_Howe", date(2027, 4, 4)),
    ("America/Havana", date(2027, 3, 14)),
    ("America/Atikokan", date(2027, 3, 14)),
]
WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0)) | st.sampled_from(
    [time(h, m) for h in (0, 1, 2, 3, 23) for m in (0, 15, 30, 59)]
)


@lru_cache
def clock(place: tuple[str, date]) -> tuple[datetime, list[datetime]]:
    """Two weeks around a change, minute by minute: when they begin, and the latest that the clock read so far."""
    zone, start = ZoneInfo(place[0]), datetime.combine(place[1], time(), UTC) - timedelta(days=5)
    walls = ((start + MINUTE * n).astimezone(zone).replace(tzinfo=None, fold=0) for n in range(14 * 24 * 60))
    return start, list(accumulate(walls, max))


def first_at(place: tuple[str, date], reads: datetime) -> datetime:
    """When the clock first reads this, or later."""
    start, latest = clock(place)
    return start + MINUTE * bisect_left(latest, reads)


@given(
    place=st.sampled_from(PLACES),
    begins=WALLS,
    ends=WALLS,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    minutes=st.integers(-24 * 60, 48 * 60),
    seconds=st.integers(0, 59),
)
@settings(max_examples=300, deadline=None)
def test_mail_leaves_at_the_first_moment_that_is_not_quiet(
    place: tuple[str, date], begins: time, ends: time, days: frozenset[int], minutes: int, seconds: int
) -> None:
    if begins == ends:
        return
    at = datetime.combine(place[1], time(), UTC) + timedelta(minutes=minutes, seconds=seconds)
    nights = []
    for day in (place[1] + timedelta(days=n) for n in range(-4, 7)):
        if day.weekday() in days:
            last = day if begins < ends else day + timedelta(days=1)
            nights.append(
                (
                    first_at(place, datetime.combine(day, begins)),
                    first_at(place, datetime.combine(last, ends)),
                )
            )
    slow = at
    while any(first <= slow < last for first, last in nights):
        slow = slow.replace(second=0) + MINUTE

    assert may_leave(at, Quiet(begins, ends, days), ZoneInfo(place[0])) == slow


@given(place=st.sampled_from(PLACES), wall=WALLS, minutes=st.integers(-24 * 60, 48 * 60))
@settings(max_examples=100, deadline=None)
def test_the_daily_mail_leaves_when_the_clock_next_reads_its_hour(
    place: tuple[str, date], wall: time, minutes: int
) -> None:
    at = datetime.combine(place[1], time(), UTC) + timedelta(minutes=minutes)
    days = (place[1] + timedelta(days=n) for n in range(-3, 6))
    moments = [first_at(place, datetime.combine(day, wall)) for day in days]

    assert next_daily(wall, at, ZoneInfo(place[0])) == min(moment for moment in moments if moment > at)


TORONTO = ZoneInfo("America/Toronto")
NIGHTS = Quiet(time(18), time(7, 30), frozenset(range(5)))


@pytest.mark.parametrize(
    ("said", "leaves"),
    [
        ("2027-03-12 17:59", "2027-03-12 17:59"),
        ("2027-03-12 18:00", "2027-03-13 07:30"),  # Friday's night ends on Saturday
        ("2027-03-13 20:00", "2027-03-13 20:00"),  # Saturday has none
        ("2027-03-15 03:00", "2027-03-15 03:00"),  # nor has the night from Sunday
        ("2027-11-05 23:00", "2027-11-06 07:30"),
    ],
)
def test_nights_of_working_days(said: str, leaves: str) -> None:
    at, then = (datetime.fromisoformat(words).replace(tzinfo=TORONTO) for words in (said, leaves))
    assert may_leave(at, NIGHTS, TORONTO) == then
    assert may_leave(at, None, TORONTO) == at
