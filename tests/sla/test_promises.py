"""What is promised with the targets that are stored: closing, and replaying a history."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.records.models import Event
from servicedesk.ui.moments import absolute, deadline
from tests.conftest import NOON
from tests.sla.test_calendar import at, z
from tickets.actions import LateAtOnce, change_severity, move_ticket, reply
from tickets.models import (
    CalendarDay,
    CalendarVersion,
    DeskRules,
    Incident,
    PolicyRule,
    ServiceCalendar,
    ServiceClock,
    Severity,
)
from tickets.sentences import sentence
from tickets.sla.promises import closing_times, promise, severity_for
from tickets.sla.rulebook import Terms, best_rule
from tickets.sla.verification import differences
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


def publish(name: str, windows: list[list[list[str]]]) -> None:
    """Other hours for a calendar, from its beginning, without holidays."""
    CalendarVersion.objects.create(
        calendar=ServiceCalendar.objects.get(name=name),
        number=CalendarVersion.objects.latest_number() + 1,
        effective_on=date(2020, 1, 1),
        windows=windows,
        note="For this test.",
        published_at=NOON,
    )


def test_a_lunch_break_does_not_make_two_days_of_one(db: None) -> None:
    publish("Business hours", [[["08:00", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []])

    assert closing_times(at("2027-03-09 12:00"))[1] == z("2027-03-23 21:00")


def test_days_of_a_calendar_around_the_clock_are_days(db: None) -> None:
    DeskRules.objects.update(calendar=ServiceCalendar.objects.get(name="Around the clock"))

    assert closing_times(at("2027-03-09 12:00"))[1] == at("2027-03-20 00:00")


def test_weekdays_around_the_clock_are_five_days_and_not_one(db: None) -> None:
    publish("Business hours", [[["00:00", "24:00"]]] * 5 + [[], []])

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
    promised = promise(severity, organization_id=0, start=NOON)

    assert (promised.respond_by, promised.finish_by) == (z(respond), z(restore))


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


def proven(incident: Incident) -> bool:
    """Does all that is stored of the ticket follow from its history?"""
    return differences(Incident.objects.filter(pk=incident.pk)) == []


def test_severity_up_and_down_again_gives_the_first_promise_back(incident: Make, ann: Person) -> None:
    filed = incident(Status.IN_PROGRESS)
    promised = filed.clock_columns()
    later = NOON + timedelta(hours=2)

    up = change_severity(
        filed, Severity.CRITICAL, "All see it.", by=ann, at=later, version=filed.version, accept_late=True
    )
    assert up.finish_due_at == NOON + timedelta(hours=4)
    down = change_severity(
        up, Severity.MEDIUM, "No, one does.", by=ann, at=later + timedelta(hours=1), version=up.version
    )

    assert down.clock_columns() == promised
    assert proven(down)


def test_a_severity_whose_target_lies_in_the_past_says_so_before_and_after(
    incident: Make, ann: Person
) -> None:
    filed = incident()
    later = NOON + timedelta(hours=1)
    rate = partial(change_severity, filed, 1, "All see it.", by=ann, at=later, version=filed.version)

    with pytest.raises(LateAtOnce, match="this was due Tue 9 Mar 2027, 12:30 EST, so it is late at once"):
        rate()
    assert Incident.objects.get().severity == 3

    rate(accept_late=True)
    rated = Event.objects.get(name="incident.rated")
    assert rated.facts["late_since"] == "2027-03-09T17:30:00Z"
    assert "late at once: with this severity it was due Tue 9 Mar 2027, 12:30 EST" in sentence(rated)
    assert Incident.objects.get().due_at == NOON + timedelta(minutes=30)


def test_an_answer_in_time_stays_in_time_when_the_severity_is_raised_later(
    incident: Make, ann: Person
) -> None:
    filed = incident()
    reply(filed, "We see it.", by=ann, at=NOON + timedelta(hours=3))
    answered = Incident.objects.get()

    change_severity(
        answered, 1, "All see it.", by=ann, at=NOON + timedelta(hours=3, minutes=30), version=answered.version
    )

    response = ServiceClock.objects.get(target="respond")
    assert (response.severity, response.state, response.elapsed) == (3, "met", timedelta(hours=3))
    assert Incident.objects.get().respond_due_at == response.due_at
    assert proven(answered)


def test_reopening_promises_anew_and_freezes_what_was_before(
    incident: Make, ann: Person, rita: Person
) -> None:
    asked = incident(Status.WAITING_LDC)
    reply(asked, "Cycle 14.", by=rita, at=NOON + timedelta(hours=3))
    working = Incident.objects.get()
    resolved = move_ticket(
        working, "resolve", by=ann, at=NOON + timedelta(hours=4), version=working.version,
        message="Done.", resolution="fix",
    )  # fmt: skip
    frozen = list(ServiceClock.objects.order_by("pk").values())
    assert {(row["target"], row["leg"], row["state"], row["elapsed"]) for row in frozen} == {
        ("respond", 1, "met", timedelta()),
        ("update", 1, "met", timedelta()),
        ("update", 2, "met", timedelta(hours=1)),
        ("restore", 1, "met", timedelta(hours=1)),
    }
    reopened_at = NOON + timedelta(days=1)

    reopened = move_ticket(
        resolved, "reopen", by=rita, at=reopened_at, version=resolved.version, message="Still broken."
    )

    anew = promise(reopened.severity, organization_id=reopened.organization_id, start=reopened_at)
    assert (reopened.respond_due_at, reopened.finish_due_at) == (anew.respond_by, anew.finish_by)
    assert list(ServiceClock.objects.order_by("pk").values()) == frozen
    assert proven(reopened)


def test_an_edited_calendar_or_policy_changes_no_promise_that_was_given(incident: Make, ann: Person) -> None:
    filed = incident(Status.IN_PROGRESS)
    promised = filed.clock_columns()
    publish("Business hours", [[["08:00", "12:00"]]] * 7)

    waiting = move_ticket(
        filed, "wait_for_vendor", by=ann, at=NOON, version=filed.version, message="Ticket open."
    )

    assert waiting.finish_due_at == promised["finish_due_at"]
    assert proven(waiting)
    later = promise(3, organization_id=filed.organization_id, start=NOON)
    assert later.finish_by != promised["finish_due_at"]


def test_a_calendar_version_counts_from_its_day_on(db: None) -> None:
    CalendarVersion.objects.create(
        calendar=ServiceCalendar.objects.get(name="Business hours"),
        number=CalendarVersion.objects.latest_number() + 1,
        effective_on=date(2027, 3, 10),
        windows=[[["10:00", "17:00"]]] * 5 + [[], []],
        note="A later start.",
        published_at=NOON,
    )

    # Tuesday 16:00: an hour of the old hours, and three of the new ones, which begin at ten.
    promised = promise(3, organization_id=0, start=at("2027-03-09 16:00"))
    assert promised.respond_by == at("2027-03-10 13:00")


def test_a_day_on_which_one_organization_is_closed_counts_for_the_others(
    lakeshore: Organization, pineridge: Organization
) -> None:
    first = CalendarVersion.objects.get(calendar__name="Business hours")
    closed = CalendarVersion.objects.create(
        calendar=first.calendar,
        number=CalendarVersion.objects.latest_number() + 1,
        effective_on=first.effective_on,
        windows=first.windows,
        note="Lakeshore moves house.",
        published_at=NOON,
    )
    CalendarDay.objects.create(
        version=closed, day=date(2027, 3, 10), name="Moving day", organization=lakeshore
    )

    due = {
        one.slug: promise(3, organization_id=one.pk, start=at("2027-03-09 16:00")).respond_by
        for one in (lakeshore, pineridge)
    }
    assert due == {
        "lakeshore-hydro": at("2027-03-11 11:00"),
        "pine-ridge-power": at("2027-03-10 11:00"),
    }


@pytest.mark.parametrize(
    ("rules", "minutes"),
    [
        pytest.param([{}], 60, id="the only one"),
        pytest.param([{}, {"severity": 3}], 61, id="a severity before none"),
        pytest.param([{}, {"severity": 2}], 60, id="not another severity's"),
        pytest.param([{"severity": 3}, {"organization": "ours"}], 61, id="an organization before a severity"),
        pytest.param([{"severity": 3}, {"organization": "theirs"}], 60, id="not another organization's"),
        pytest.param(
            [{"organization": "ours"}, {"organization": "ours", "severity": 3}], 61, id="both before one"
        ),
        pytest.param([{"organization": "ours"}, {"item": "reset"}], 60, id="an organization before an item"),
        pytest.param([{"severity": 3}, {"item": "reset"}], 61, id="an item before a severity"),
        pytest.param(
            [{"organization": "ours"}, {"item": "reset", "severity": 3}], 61, id="two before one, whichever"
        ),
    ],
)
def test_the_most_specific_rule_wins(
    lakeshore: Organization, pineridge: Organization, rules: list[dict[str, Any]], minutes: int
) -> None:
    whose = {"ours": lakeshore, "theirs": pineridge}
    made = [
        PolicyRule(
            **rule | ({"organization": whose[rule["organization"]]} if "organization" in rule else {}),
            respond_minutes=60 + number,
        )
        for number, rule in enumerate(rules)
    ]

    best = best_rule(made, Terms("incident", lakeshore.pk, "reset"), severity=3)

    assert best.respond_minutes == minutes


def test_people_in_two_zones_read_the_same_instant_each_with_the_zone_named(incident: Make) -> None:
    due = incident().respond_due_at
    read = {}
    for zone in ("America/Toronto", "America/Winnipeg", "America/Atikokan"):
        with timezone.override(zone):
            read[zone] = (absolute(due), deadline(due, NOON - timedelta(days=1)))

    assert read == {
        "America/Toronto": ("Tue 9 Mar 2027, 16:00 EST", "Tue 16:00 (Toronto)"),
        "America/Winnipeg": ("Tue 9 Mar 2027, 15:00 CST", "Tue 15:00 (Winnipeg)"),
        "America/Atikokan": ("Tue 9 Mar 2027, 16:00 EST", "Tue 16:00 (Atikokan)"),
    }
