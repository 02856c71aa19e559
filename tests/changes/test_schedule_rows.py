"""What the database itself refuses about the schedule, and the freezes that it begins with."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Person
from changes.models import Booking, CalendarFeed, Freeze, ScheduleConflict, ScheduleOverride, ScheduleRules
from tests.changes.conftest import MakeChange
from tests.conftest import NOON

HOUR = timedelta(hours=1)
TORONTO = ZoneInfo("America/Toronto")


def book(rfc: MakeChange, start: int, end: int, resource: str = "env:production", **columns: bool) -> Booking:
    return Booking.objects.create(
        rfc=rfc(), resource=resource, span=(NOON + start * HOUR, NOON + end * HOUR), **columns
    )


def test_two_changes_never_hold_one_thing_at_the_same_time(rfc: MakeChange) -> None:
    book(rfc, 0, 2)
    book(rfc, 2, 4)  # begins as the first one ends
    book(rfc, 0, 4, "env:sandbox")
    book(rfc, 1, 3, overridden=True)
    book(rfc, 1, 3, active=False)

    with pytest.raises(IntegrityError, match="booking_one_at_a_time"), transaction.atomic():
        book(rfc, 1, 3)


@pytest.mark.parametrize("model", [ScheduleOverride, ScheduleConflict])
def test_a_conflict_names_one_thing(
    rfc: MakeChange, chang: Person, model: type[ScheduleOverride] | type[ScheduleConflict]
) -> None:
    own = {"reason": "Agreed.", "by": chang, "at": NOON} if model is ScheduleOverride else {"found_at": NOON}
    freeze = Freeze.objects.earliest("pk")
    said = {"starts_at": NOON, "ends_at": NOON + HOUR, "token": "x", **own}
    model.objects.create(rfc=rfc(), freeze=freeze, **said)
    model.objects.create(rfc=rfc(), other=rfc(), **said)
    model.objects.create(rfc=rfc(), calendar="Exercises", **said)

    for wrong in ({}, {"freeze": freeze, "other": rfc()}, {"freeze": freeze, "calendar": "Exercises"}):
        with pytest.raises(IntegrityError, match="names_one_thing"), transaction.atomic():
            model.objects.create(rfc=rfc(), **said, **wrong)


def test_a_freeze_ends_after_it_starts_and_a_person_has_one_live_feed(rita: Person) -> None:
    with pytest.raises(IntegrityError, match="freeze_ends_after_it_starts"), transaction.atomic():
        Freeze.objects.create(name="Backwards", starts_at=NOON, ends_at=NOON, reason="None.")
    CalendarFeed.objects.create(person=rita, token_hash="a", created_at=NOON, revoked_at=NOON)
    CalendarFeed.objects.create(person=rita, token_hash="b", created_at=NOON)
    with pytest.raises(IntegrityError, match="feed_one_live"), transaction.atomic():
        CalendarFeed.objects.create(person=rita, token_hash="c", created_at=NOON)


def test_the_first_freezes_begin_and_end_at_midnight_in_toronto_on_either_side_of_a_clock_change(
    db: None,
) -> None:
    freezes = Freeze.objects.order_by("starts_at")

    assert freezes.count() == 20
    assert {one.starts_at.astimezone(UTC).year for one in freezes} == set(range(2026, 2031))
    for one in freezes:
        for moment in (one.starts_at, one.ends_at):
            assert moment.astimezone(TORONTO).time() == datetime.min.time(), one
    november = freezes.get(name="OEB price change, 1 November 2026")
    assert november.starts_at.astimezone(UTC).hour == 4  # daylight saving time
    assert november.ends_at.astimezone(UTC).hour == 5  # after 1 November
    assert ScheduleRules.objects.count() == 1
