"""New versions of calendars and policies: drafted from the latest, given their holidays, published once."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest

from accounts.models import Organization, Person
from servicedesk.records.refusals import Unusable
from servicedesk.schedule.models import Job
from tests.conftest import NOON
from tickets.actions.publishing import (
    foresee,
    new_calendar_draft,
    new_policy_draft,
    propose_holidays,
    publish_calendar,
    publish_policy,
)
from tickets.models import (
    CalendarDay,
    CalendarVersion,
    EscalationStep,
    Incident,
    PolicyRule,
    PolicyVersion,
    ServiceCalendar,
)
from tickets.sla.rulebook import current_versions

Make = Callable[..., Incident]


@pytest.fixture
def office(db: None) -> ServiceCalendar:
    """Business hours: weekdays from 8 to 17 in Toronto."""
    return ServiceCalendar.objects.get(name="Business hours")


def test_a_calendar_gets_the_next_number_of_all(office: ServiceCalendar, ada: Person) -> None:
    always = ServiceCalendar.objects.get(name="Around the clock")
    drafts = [
        new_calendar_draft(calendar, effective_on=date(2027, 5, 1), note="New.")
        for calendar in (office, always, office)
    ]
    for draft in drafts:
        publish_calendar(draft, by=ada, at=NOON)

    assert [draft.number for draft in drafts] == [3, 4, 5]
    assert {(draft.published_by, draft.published_at) for draft in drafts} == {(ada, NOON)}
    assert current_versions().calendar == drafts[-1].pk
    assert list(Job.objects.order_by("pk").values_list("kind", "created_by")) == [("sla.rollout", ada.pk)] * 3


def test_a_policy_leaves_open_tickets_alone_unless_told(incident: Make, ada: Person) -> None:
    filed = incident()
    draft = new_policy_draft("For what comes.")

    assert publish_policy(draft, by=ada, at=NOON) is None
    assert (draft.number, Job.objects.count()) == (2, 0)
    assert incident().policy_version == draft
    assert Incident.objects.get(pk=filed.pk).policy_version_id == filed.policy_version_id


def test_drafts_are_copies_of_the_latest_version(office: ServiceCalendar, ada: Person) -> None:
    calendar = new_calendar_draft(office, effective_on=date(2027, 5, 1), note="New.")
    policy = new_policy_draft("New.")

    def said(model: Any, version: Any) -> list[dict[str, Any]]:
        rows = model.objects.filter(version=version).order_by("pk").values()
        return [
            {name: value for name, value in row.items() if name not in {"id", "version_id"}} for row in rows
        ]

    of_office = CalendarVersion.objects.published().get(calendar=office)
    assert (calendar.zone, calendar.windows) == (of_office.zone, of_office.windows)
    first = PolicyVersion.objects.published().get()
    for model, source, draft in [
        (CalendarDay, of_office, calendar),
        (PolicyRule, first, policy),
        (EscalationStep, first, policy),
    ]:
        assert said(model, draft) == said(model, source) != []


def test_there_has_to_be_something_to_begin_from(db: None) -> None:
    unheard = ServiceCalendar.objects.create(name="Night shift")
    with pytest.raises(Unusable, match="Night shift has no published version"):
        new_calendar_draft(unheard, effective_on=date(2027, 5, 1), note="New.")


def test_what_is_published_is_not_published_again(office: ServiceCalendar, ada: Person) -> None:
    draft = new_calendar_draft(office, effective_on=date(2027, 5, 1), note="New.")
    seen_by_another = CalendarVersion.objects.get(pk=draft.pk)
    publish_calendar(draft, by=ada, at=NOON)

    with pytest.raises(Unusable, match="Business hours, version 3 is published"):
        publish_calendar(draft, by=ada, at=NOON)
    with pytest.raises(Unusable, match="Somebody published this draft"):
        publish_calendar(seen_by_another, by=ada, at=NOON)
    for refused in (foresee, publish_calendar):
        with pytest.raises(Unusable):
            refused(draft, by=ada, at=NOON)
    with pytest.raises(Unusable):
        propose_holidays(draft, 2030)


def test_a_deleted_draft_is_not_published(office: ServiceCalendar, ada: Person) -> None:
    draft = new_calendar_draft(office, effective_on=date(2027, 5, 1), note="New.")
    CalendarDay.objects.filter(version=draft).delete()
    CalendarVersion.objects.filter(pk=draft.pk).delete()
    with pytest.raises(Unusable, match="Somebody deleted this draft"):
        publish_calendar(draft, by=ada, at=NOON)


def test_a_policy_has_to_promise_something_to_every_ticket(ada: Person, lakeshore: Organization) -> None:
    draft = new_policy_draft("Gaps.")
    PolicyRule.objects.filter(version=draft, severity=2).delete()
    PolicyRule.objects.filter(version=draft, severity=3).update(organization=lakeshore)

    for refused in (foresee, publish_policy):
        with pytest.raises(Unusable, match="Severity 2 – high, Severity 3 – medium"):
            refused(draft, by=ada, at=NOON)
    PolicyRule.objects.filter(version=draft, severity=1).update(severity=None)
    publish_policy(draft, by=ada, at=NOON)
    assert draft.number == 2


# Holidays


@pytest.fixture
def empty_draft(office: ServiceCalendar) -> CalendarVersion:
    """A draft without any day."""
    draft = new_calendar_draft(office, effective_on=date(2027, 1, 1), note="Days.")
    CalendarDay.objects.filter(version=draft).delete()
    return draft


def named(version: CalendarVersion) -> Sequence[tuple[date, str]]:
    """A version's days."""
    return list(CalendarDay.objects.filter(version=version).order_by("day").values_list("day", "name"))


def test_ontarios_public_holidays_are_proposed_with_observed_days(empty_draft: CalendarVersion) -> None:
    assert propose_holidays(empty_draft, 2027) == 11
    assert named(empty_draft) == [
        (date(2027, 1, 1), "New Year's Day"),
        (date(2027, 2, 15), "Family Day"),
        (date(2027, 3, 26), "Good Friday"),
        (date(2027, 5, 24), "Victoria Day"),
        (date(2027, 7, 1), "Canada Day"),
        (date(2027, 9, 6), "Labour Day"),
        (date(2027, 10, 11), "Thanksgiving Day"),
        (date(2027, 12, 25), "Christmas Day"),
        (date(2027, 12, 26), "Boxing Day"),
        (date(2027, 12, 27), "Christmas Day (observed)"),
        (date(2027, 12, 28), "Boxing Day (observed)"),
    ]


def test_days_that_are_there_stay_as_they_are(empty_draft: CalendarVersion) -> None:
    CalendarDay.objects.create(
        version=empty_draft, day=date(2027, 12, 27), name="Half a day", windows=[["08:00", "12:00"]]
    )
    propose_holidays(empty_draft, 2027)
    assert propose_holidays(empty_draft, 2027) == 0
    assert (date(2027, 12, 27), "Half a day") in named(empty_draft)


def test_civic_holiday_and_easter_monday_are_a_choice(empty_draft: CalendarVersion) -> None:
    propose_holidays(empty_draft, 2027)
    assert propose_holidays(empty_draft, 2027, civic_holiday=True, easter_monday=True) == 2
    assert {(date(2027, 3, 29), "Easter Monday"), (date(2027, 8, 2), "Civic Holiday")} < set(
        named(empty_draft)
    )


def test_an_organizations_own_day_does_not_stand_in_for_a_holiday(
    empty_draft: CalendarVersion, pineridge: Organization
) -> None:
    CalendarDay.objects.create(
        version=empty_draft, day=date(2027, 7, 1), name="Closed", organization=pineridge
    )
    propose_holidays(empty_draft, 2027)
    assert CalendarDay.objects.filter(version=empty_draft, day=date(2027, 7, 1)).count() == 2
