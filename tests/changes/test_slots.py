"""The next free slot is free, within the hours, and the first one that is."""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from changes.slots import STEP, Hours, Span, next_free

TORONTO = ZoneInfo("America/Toronto")
NIGHT = Hours(TORONTO, time(20), time(6))
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """An instant from wall time in Toronto."""
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "busy", "expected"),
    [
        (2, [], "2027-03-09T20:00"),
        (2, [("2027-03-09T19:00", "2027-03-09T22:10")], "2027-03-09T22:15"),
        (2, [("2027-03-09T21:00", "2027-03-10T05:00")], "2027-03-10T20:00"),
        (1, [("2027-03-09T21:00", "2027-03-10T05:00")], "2027-03-09T20:00"),
        (10, [("2027-03-09T12:00", "2027-03-13T07:00")], "2027-03-14T20:00"),  # the 13th has but nine hours
        (11, [], None),  # longer than a night
        (2, [("2027-01-01T00:00", "2027-12-31T00:00")], None),
    ],
)
def test_the_first_time_that_fits(hours: int, busy: list[tuple[str, str]], expected: str | None) -> None:
    found = next_free(
        hours * HOUR,
        [(at(start), at(end)) for start, end in busy],
        after=at("2027-03-09T12:00"),
        until=at("2027-04-09T12:00"),
        hours=NIGHT,
    )

    assert found == (at(expected) if expected else None)


def test_nobody_finds_a_better_one_by_trying_every_quarter_of_an_hour() -> None:
    dice, begin = (
        random.Random(20271107),
        datetime(2027, 11, 6, 3, 7, tzinfo=UTC),
    )  # clocks go back on the 7th
    for _ in range(400):
        hours = Hours(TORONTO, time(dice.randrange(24)), time(dice.randrange(24)))
        if hours.opens == hours.closes:
            continue
        starts = [begin + dice.randrange(0, 72) * timedelta(minutes=50) for _ in range(dice.randint(0, 6))]
        busy = [(start, start + dice.randint(1, 20) * timedelta(minutes=35)) for start in starts]
        duration = dice.randint(1, 12) * timedelta(minutes=40)
        until = begin + timedelta(days=3)

        found = next_free(duration, busy, after=begin, until=until, hours=hours)

        assert found == tried(duration, busy, begin, until, hours), (duration, busy, hours)


def tried(
    duration: timedelta, busy: list[Span], after: datetime, until: datetime, hours: Hours
) -> datetime | None:
    start = datetime(2027, 11, 6, tzinfo=UTC)
    while start + duration <= until:
        end = start + duration
        if start >= after and all(end <= begins or ends <= start for begins, ends in busy):
            evening = start.astimezone(TORONTO)
            for day in (evening.date() - timedelta(days=1), evening.date()):
                later = day + timedelta(days=hours.closes < hours.opens)
                opens = datetime.combine(day, hours.opens, TORONTO).astimezone(UTC)
                closes = datetime.combine(later, hours.closes, TORONTO).astimezone(UTC)
                if opens <= start and end <= closes:
                    return start
        start += STEP
    return None
