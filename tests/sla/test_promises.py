"""What is promised with the targets that are stored: closing, and replaying a history."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Person
from tests.conftest import NOON
from tests.sla.test_calendar import at, z
from tickets.actions import change_severity, move_incident, reply
from tickets.models import DeskRules, Incident, ServiceCalendar, ServiceLevel, Severity
from tickets.sla.promises import closing_times, history_of, promise, severity_for
from tickets.transitions import Status

Make = Callable[..., Incident]


@pytest.mark.parametrize(
    ("resolved", "remind", "close"),
    [
        pytest.param("2027-03-09 12:00", "2027-03-19 21:00", "2027-03-23 21:00", id="a-tuesday"),
        pytest.param("2027-03-09 00:00", "2027-03-19 21:00", "2027-03-23 21:00", id="midnight-is-that-day"),
        pytest.param("2027-03-09 23:59:59", "2027-03-19 21:00", "2027-03-23 21:00", id="late-that-day"),
        pytest.param("2027-03-18 10:00", "2027-03-31 21:00", "2027-04-02 21:00", id="over-good-friday"),
        pytest.param("2027-03-12 20:00", "2027-03-24 21:00", "2027-03-29 21:00", id="friday-evening"),
        pytest.param("2027-03-13 11:00", "2027-03-24 21:00", "2027-03-29 21:00", id="saturday"),
        pytest.param("2027-03-14 23:00", "2027-03-24 21:00", "2027-03-29 21:00", id="sunday"),
        pytest.param("2027-03-26 10:00", "2027-04-07 21:00", "2027-04-09 21:00", id="on-good-friday"),
        pytest.param("2027-12-20 10:00", "2028-01-04 22:00", "2028-01-06 22:00", id="over-the-year-end"),
    ],
)
def test_a_resolution_is_open_for_ten_business_days(db: None, resolved: str, remind: str, close: str) -> None:
    assert closing_times(at(resolved)) == (z(remind), z(close))


def test_a_lunch_break_does_not_make_two_days_of_one(db: None) -> None:
    ServiceCalendar.objects.filter(name="Business hours").update(
        windows=[[["08:00", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []]
    )

    assert closing_times(at("2027-03-09 12:00"))[1] == z("2027-03-23 21:00")


def test_days_of_a_calendar_around_the_clock_are_days(db: None) -> None:
    DeskRules.objects.update(calendar=ServiceCalendar.objects.get(name="Around the clock"))

    assert closing_times(at("2027-03-09 12:00"))[1] == at("2027-03-20 00:00")


def test_weekdays_around_the_clock_are_five_days_and_not_one(db: None) -> None:
    ServiceCalendar.objects.filter(name="Business hours").update(
        windows=[[["00:00", "24:00"]]] * 5 + [[], []], exceptions={}
    )

    assert closing_times(at("2027-03-09 12:00"))[1] == at("2027-03-24 00:00")


@pytest.mark.parametrize(
    ("severity", "respond", "restore"),
    [
        (1, "2027-03-09 17:30", "2027-03-09 21:00"),
        (2, "2027-03-09 18:00", "2027-03-10 01:00"),
        (3, "2027-03-09 21:00", "2027-03-16 16:00"),
        (4, "2027-03-10 17:00", "2027-04-07 16:00"),
    ],
)
def test_the_promise_for_each_severity(db: None, severity: int, respond: str, restore: str) -> None:
    promised = promise(severity, start=NOON)

    assert (promised.respond_by, promised.restore_by) == (z(respond), z(restore))


def test_every_answer_has_a_severity(db: None) -> None:
    rows = {
        impact: [severity_for(impact, urgency) for urgency in ("now", "today", "week", "wait")]
        for impact in ("all", "billing", "part", "minor")
    }

    assert rows == {
        "all": [1, 1, 2, 3],
        "billing": [2, 2, 3, 3],
        "part": [2, 3, 3, 4],
        "minor": [3, 4, 4, 4],
    }


def stored_is_recomputed(incident: Incident) -> bool:
    """Does what stands on the ticket follow from its history?"""
    fresh = Incident.objects.get(pk=incident.pk)
    again = promise(fresh.severity, start=fresh.clock_started_at, history=history_of(fresh))
    return (fresh.respond_due_at, fresh.restore_due_at) == (again.respond_by, again.restore_by)


def test_severity_up_and_down_again_gives_the_first_promise_back(incident: Make, ann: Person) -> None:
    filed = incident(Status.IN_PROGRESS)
    promised = (filed.respond_due_at, filed.restore_due_at)
    later = NOON + timedelta(hours=2)

    up = change_severity(filed, Severity.CRITICAL, "All see it.", by=ann, at=later, version=filed.version)
    assert up.restore_due_at == NOON + timedelta(hours=4)
    down = change_severity(
        up, Severity.MEDIUM, "No, one does.", by=ann, at=later + timedelta(hours=1), version=up.version
    )

    assert (down.respond_due_at, down.restore_due_at) == promised
    assert stored_is_recomputed(down)


def test_reopening_promises_anew_and_forgets_the_pauses_of_before(
    incident: Make, ann: Person, rita: Person
) -> None:
    asked = incident(Status.WAITING_LDC)
    reply(asked, "Cycle 14.", by=rita, at=NOON + timedelta(hours=3))
    working = Incident.objects.get()
    resolved = move_incident(
        working, "resolve", by=ann, at=NOON + timedelta(hours=4), version=working.version,
        message="Done.", resolution="fix",
    )  # fmt: skip
    reopened_at = NOON + timedelta(days=1)

    reopened = move_incident(
        resolved, "reopen", by=rita, at=reopened_at, version=resolved.version, message="Still broken."
    )

    anew = promise(reopened.severity, start=reopened_at)
    assert (reopened.respond_due_at, reopened.restore_due_at) == (anew.respond_by, anew.restore_by)
    assert stored_is_recomputed(reopened)


def test_a_calendar_edited_mid_flight_changes_no_promise_until_the_clock_is_read_again(
    incident: Make, ann: Person
) -> None:
    filed = incident(Status.IN_PROGRESS)
    ServiceLevel.objects.filter(severity=3).update(restore_minutes=60)
    assert Incident.objects.get().restore_due_at == filed.restore_due_at

    waiting = move_incident(
        filed, "wait_for_vendor", by=ann, at=NOON + timedelta(minutes=5), version=filed.version, message="Ticket open."
    )  # fmt: skip

    assert waiting.restore_due_at == NOON + timedelta(hours=1)
