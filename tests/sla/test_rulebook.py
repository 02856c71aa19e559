"""Which promise holds: the most specific rule, and the calendars that a version knows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organization, Person
from servicedesk.records.models import Kind
from tests.conftest import NOON
from tests.sla.test_calendar import at, z
from tickets.actions.publishing import new_calendar_draft, new_policy_draft, publish_calendar, publish_policy
from tickets.models import CalendarDay, CalendarVersion, PolicyRule, PolicyVersion, ServiceCalendar
from tickets.sla import rulebook
from tickets.sla.clock import Target
from tickets.sla.rulebook import Terms, Versions, best_rule, calendar_for, current_versions, pledges_for

HOUR = timedelta(hours=1)


def rule(minutes: int, **fits: Any) -> PolicyRule:
    """A promise that differs from others by its length."""
    return PolicyRule(**{"kind": "incident", "finish_minutes": minutes, **fits})


@pytest.mark.parametrize(
    ("terms", "severity", "chosen"),
    [
        pytest.param(Terms("incident", 1), 4, 1, id="nothing-but-the-general-rule-fits"),
        pytest.param(Terms("incident", 1), 2, 2, id="a-severity-comes-before-none"),
        pytest.param(Terms("incident", 1, "access"), 4, 3, id="an-item-comes-before-none"),
        pytest.param(Terms("incident", 1, "access"), 2, 3, id="an-item-comes-before-a-severity"),
        pytest.param(Terms("incident", 7), 2, 4, id="an-organization-comes-before-a-severity"),
        pytest.param(Terms("incident", 7, "access"), 4, 4, id="an-organization-comes-before-an-item"),
        pytest.param(Terms("incident", 7), 3, 5, id="two-names-come-before-one"),
        pytest.param(Terms("incident", 7, "access"), 3, 5, id="with-an-organization-among-them"),
        pytest.param(Terms("incident", 1, "access"), 1, 6, id="item-and-severity-together"),
        pytest.param(Terms("incident", 7, "access"), 1, 6, id="come-before-an-organization-alone"),
    ],
)
def test_the_most_specific_rule_that_fits_counts(terms: Terms, severity: int, chosen: int) -> None:
    rules = [
        rule(1),
        rule(2, severity=2),
        rule(3, item="access"),
        rule(4, organization_id=7),
        rule(5, organization_id=7, severity=3),
        rule(6, item="access", severity=1),
    ]
    assert best_rule(rules, terms, severity).finish_minutes == chosen
    assert best_rule(reversed(rules), terms, severity).finish_minutes == chosen


def test_a_rule_for_something_else_never_counts() -> None:
    others = [
        rule(1, kind="request"), rule(1, severity=1), rule(1, item="access"), rule(1, organization_id=7),
    ]  # fmt: skip
    with pytest.raises(LookupError, match="promises nothing"):
        best_rule(others, Terms("incident", 1), 2)


def test_two_rules_for_the_same_tickets_are_refused(db: None) -> None:
    draft = new_policy_draft("Twice.")
    again = PolicyRule.objects.filter(version=draft).first()
    assert again
    again.pk = None
    with pytest.raises(IntegrityError, match="policy_rule_once"), transaction.atomic():
        again.save()


def test_what_the_first_version_promises(db: None) -> None:
    versions, terms = current_versions(), Terms(Kind.INCIDENT, 1)
    promised = {
        severity: {one.target: one.within for one in pledges_for(versions, terms, severity)}
        for severity in (1, 2, 3, 4)
    }
    assert promised == {
        1: {Target.RESPOND: HOUR / 2, Target.UPDATE: HOUR, Target.RESTORE: 4 * HOUR},
        2: {Target.RESPOND: HOUR, Target.UPDATE: 4 * HOUR, Target.RESTORE: 8 * HOUR},
        3: {Target.RESPOND: 4 * HOUR, Target.UPDATE: 9 * HOUR, Target.RESTORE: 45 * HOUR},
        4: {Target.RESPOND: 9 * HOUR, Target.UPDATE: 45 * HOUR, Target.RESTORE: 180 * HOUR},
    }
    pauses = {one.target: one.pauses for one in pledges_for(versions, terms, 3)}
    assert pauses == {
        Target.RESPOND: frozenset(),
        Target.UPDATE: {"waiting_ldc"},
        Target.RESTORE: {"waiting_ldc"},
    }


# Calendars


@pytest.fixture
def office(db: None) -> ServiceCalendar:
    """Weekdays from 8 to 17."""
    return ServiceCalendar.objects.get(name="Business hours")


def edition(
    office: ServiceCalendar, by: Person, effective_on: date, hours: list[str] | None = None
) -> CalendarVersion:
    """Publish a version with these hours on every weekday."""
    draft = new_calendar_draft(office, effective_on=effective_on, note="New.")
    draft.windows = [[hours] if hours else []] * 5 + [[], []] if hours else draft.windows
    draft.save()
    publish_calendar(draft, by=by, at=NOON, move_open=False)
    return draft


def hours_of(version: CalendarVersion, office: ServiceCalendar, day: str) -> timedelta:
    """How much time of a day counts."""
    begin = at(f"{day} 00:00")
    return calendar_for(version.pk, office.pk).between(begin, begin + timedelta(days=1))


def test_a_version_counts_from_its_day_on_and_the_one_before_it_until_then(
    office: ServiceCalendar, ada: Person
) -> None:
    newer = edition(office, ada, date(2027, 3, 11), ["09:00", "12:00"])

    assert hours_of(newer, office, "2027-03-10") == 9 * HOUR
    assert hours_of(newer, office, "2027-03-11") == 3 * HOUR


def test_whoever_goes_by_an_older_version_does_not_see_the_newer(
    office: ServiceCalendar, ada: Person
) -> None:
    older = edition(office, ada, date(2027, 3, 11), ["09:00", "12:00"])
    newer = edition(office, ada, date(2027, 3, 12), ["10:00", "11:00"])

    assert hours_of(older, office, "2027-03-12") == 3 * HOUR
    assert [hours_of(newer, office, f"2027-03-{day}") for day in (10, 11, 12)] == [9 * HOUR, 3 * HOUR, HOUR]


def test_a_version_replaces_what_was_said_for_its_day_and_later(office: ServiceCalendar, ada: Person) -> None:
    edition(office, ada, date(2027, 3, 11), ["09:00", "12:00"])
    corrected = edition(office, ada, date(2027, 3, 10), ["10:00", "11:00"])

    assert [hours_of(corrected, office, f"2027-03-{day:02}") for day in (9, 10, 11)] == [9 * HOUR, HOUR, HOUR]


def test_a_draft_comes_after_all_that_are_published(office: ServiceCalendar, ada: Person) -> None:
    edition(office, ada, date(2027, 3, 11), ["09:00", "12:00"])
    draft = new_calendar_draft(office, effective_on=date(2027, 3, 10), note="New.")
    draft.windows = [[["10:00", "11:00"]]] * 5 + [[], []]
    draft.save()

    assert hours_of(draft, office, "2027-03-11") == HOUR
    draft.windows = [[["10:00", "12:00"]]] * 5 + [[], []]
    draft.save()
    assert hours_of(draft, office, "2027-03-11") == 2 * HOUR  # drafts are read anew


def test_one_calendars_new_version_leaves_the_others_as_they_are(
    office: ServiceCalendar, ada: Person
) -> None:
    always = ServiceCalendar.objects.get(name="Around the clock")
    version = edition(always, ada, date(2027, 3, 10))

    assert hours_of(version, office, "2027-03-10") == 9 * HOUR


def test_a_day_on_which_one_organization_is_closed_is_its_own(
    office: ServiceCalendar, ada: Person, lakeshore: Organization, pineridge: Organization
) -> None:
    draft = new_calendar_draft(office, effective_on=date(2027, 1, 1), note="Closed.")
    CalendarDay.objects.create(version=draft, day=date(2027, 3, 10), name="Moving", organization=pineridge)
    CalendarDay.objects.create(
        version=draft, day=date(2027, 3, 26), name="Open all the same", organization=pineridge,
        windows=[["08:00", "12:00"]],
    )  # fmt: skip
    publish_calendar(draft, by=ada, at=NOON, move_open=False)

    def hours(whose: int | None, day: str) -> timedelta:
        begin = at(f"{day} 00:00")
        return calendar_for(draft.pk, office.pk, whose).between(begin, begin + timedelta(days=1))

    for whose, wednesday, good_friday in [
        (pineridge.pk, timedelta(), 4 * HOUR),
        (lakeshore.pk, 9 * HOUR, timedelta()),
        (None, 9 * HOUR, timedelta()),
    ]:
        assert (hours(whose, "2027-03-10"), hours(whose, "2027-03-26")) == (wednesday, good_friday)
    assert calendar_for(draft.pk, office.pk, pineridge.pk).name_of(at("2027-03-10 09:00")) == "Moving"


def test_a_holiday_is_named(office: ServiceCalendar) -> None:
    calendar = calendar_for(current_versions().calendar, office.pk)
    assert calendar.name_of(z("2027-03-26 16:00")) == "Good Friday"
    assert calendar.name_of(z("2027-03-25 16:00")) == ""


# What is kept


def test_what_is_published_is_read_once_and_drafts_every_time(
    office: ServiceCalendar, django_assert_num_queries: Callable[..., Any]
) -> None:
    terms, versions = Terms(Kind.INCIDENT, 1), current_versions()
    pledges_for(versions, terms, 3)
    with django_assert_num_queries(0):
        pledges_for(versions, terms, 3)

    draft = new_policy_draft("New.")
    before = pledges_for(Versions(draft.pk, versions.calendar), terms, 3)
    PolicyRule.objects.filter(version=draft, severity=3).update(finish_minutes=60)
    after = pledges_for(Versions(draft.pk, versions.calendar), terms, 3)
    assert (before[-1].within, after[-1].within) == (45 * HOUR, HOUR)


def test_a_new_ticket_goes_by_the_latest_of_each(office: ServiceCalendar, ada: Person) -> None:
    policy = new_policy_draft("New.")
    publish_policy(policy, by=ada, at=NOON)
    calendar = edition(office, ada, date(2027, 3, 11))
    new_policy_draft("Not published.")

    assert current_versions() == Versions(policy.pk, calendar.pk)


# What is published never changes


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_what_is_published(db: None, act: str) -> None:
    published = [
        CalendarVersion.objects.published(),
        PolicyVersion.objects.published(),
        CalendarDay.objects.filter(version__number__isnull=False),
        PolicyRule.objects.filter(version__number__isnull=False),
    ]
    changes = [{"note": "Else."}, {"note": "Else."}, {"name": "Else."}, {"finish_minutes": 1}]
    for rows, change in zip(published, changes, strict=True):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            rows.update(**change) if act == "update" else rows._raw_delete(rows.db)


def test_a_number_and_the_moment_of_publishing_come_together(office: ServiceCalendar) -> None:
    for draft in (
        new_calendar_draft(office, effective_on=date(2027, 3, 1), note="New."),
        new_policy_draft("New."),
    ):
        with pytest.raises(IntegrityError, match="numbered_iff_published"), transaction.atomic():
            type(draft).objects.filter(pk=draft.pk).update(number=9)  # type: ignore[attr-defined]


def test_forgetting_reads_again(db: None, django_assert_num_queries: Callable[..., Any]) -> None:
    versions, terms = current_versions(), Terms(Kind.INCIDENT, 1)
    pledges_for(versions, terms, 3)
    rulebook.forget()
    with django_assert_num_queries(
        6
    ):  # the policy with its rules and ladder, the shelf with versions and days
        pledges_for(versions, terms, 3)
