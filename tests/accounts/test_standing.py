"""Who somebody is to the desk: roles, permissions, memberships by date."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Membership, Organization, Person, today
from accounts.policy import may
from accounts.roles import GRANTS, LDC_ROLES, SME_ROLES, Permission, Role, roles_granting
from accounts.standing import Standing
from tests.conftest import person

P = Permission
WORKER = {P.SEE_ALL, P.WORK_TICKETS, P.REPORT, P.SHARE_VIEWS}
ROLES = {
    Role.LDC_STAFF: {P.REPORT},
    Role.LDC_ADMIN: {P.REPORT, P.MANAGE_PEOPLE},
    Role.DESK_AGENT: WORKER,
    Role.CRITICAL_INCIDENT_MANAGER: WORKER | {P.TAKE_CRITICAL},
    Role.SERVICE_LEVEL_MANAGER: {P.SEE_ALL, P.MANAGE_SERVICE_LEVELS, P.SHARE_VIEWS},
    Role.CONFIGURATION_APPROVER: {P.SEE_ALL, P.APPROVE_REQUESTS},
    Role.PROBLEM_MANAGER: WORKER | {P.MANAGE_PROBLEMS},
    Role.CHANGE_MANAGER: {P.SEE_ALL, P.MANAGE_CHANGES},
    Role.CONTINUITY_MANAGER: {P.SEE_ALL},
    Role.TRAINING_COORDINATOR: {P.SEE_ALL},
    Role.ADMINISTRATOR: {P.SEE_ALL, P.ADMINISTER},
}
"""The table as DOMAIN has it, written out a second time."""


def standing(member: Person) -> Standing:
    """As the next request would see it."""
    return Person.objects.get(pk=member.pk).standing()


def test_each_role_grants_what_it_should() -> None:
    assert {role: set(granted) for role, granted in GRANTS.items()} == ROLES
    assert set(Role) == LDC_ROLES | SME_ROLES
    assert {permission: set(roles_granting(permission)) for permission in P} == {
        permission: {role for role, granted in ROLES.items() if permission in granted} for permission in P
    }


@pytest.mark.parametrize("role", list(Role))
def test_a_permission_holds_within_its_organization_only(
    lakeshore: Organization, pineridge: Organization, role: Role
) -> None:
    member = person("Mo", (lakeshore, role))

    for permission in P:
        granted = permission in ROLES[role]
        assert may(member, permission) == granted
        assert may(member, permission, lakeshore.pk) == granted
        assert not may(member, permission, pineridge.pk)


@pytest.mark.parametrize(
    ("role", "needed"),
    [(role, role is not Role.LDC_STAFF) for role in Role],
    ids=lambda value: value.name if isinstance(value, Role) else "",
)
def test_who_needs_a_second_factor(lakeshore: Organization, role: Role, needed: bool) -> None:
    assert person("Mo", (lakeshore, role)).standing().needs_second_factor == needed


def test_several_memberships_add_up(rita: Person, lakeshore: Organization, pineridge: Organization) -> None:
    Membership.objects.create(person=rita, organization=pineridge, role=Role.LDC_ADMIN)

    found = standing(rita)
    assert (found.organizations, found.administers) == (
        {lakeshore.pk, pineridge.pk},
        {pineridge.pk},
    )
    assert found.names == {lakeshore.pk: "Lakeshore Hydro", pineridge.pk: "Pine Ridge Power"}
    assert found.label == "Lakeshore Hydro, Pine Ridge Power"


@pytest.mark.parametrize(
    ("starts", "ends", "counts"),
    [
        (-10, None, True),
        (0, None, True),
        (0, 0, True),
        (-10, 0, True),
        (-10, -1, False),
        (1, None, False),
        (1, 5, False),
    ],
)
def test_a_membership_counts_from_its_first_day_to_its_last(
    lakeshore: Organization, starts: int, ends: int | None, counts: bool
) -> None:
    member = person("Mo")
    Membership.objects.create(
        person=member,
        organization=lakeshore,
        role=Role.LDC_STAFF,
        starts_on=today() + timedelta(days=starts),
        ends_on=None if ends is None else today() + timedelta(days=ends),
    )

    assert bool(standing(member).organizations) == counts
    assert Person.objects.acting_for(lakeshore.pk, P.REPORT).exists() == counts
    assert Person.objects.holding(P.REPORT).exists() == counts


def test_a_membership_counts_on_the_day_one_asks_about(rita: Person) -> None:
    Membership.objects.update(starts_on=date(2027, 3, 9), ends_on=date(2027, 3, 10))

    days = [date(2027, 3, day) for day in (8, 9, 10, 11)]
    assert [Membership.objects.active(day).exists() for day in days] == [False, True, True, False]


def test_a_vendors_agent_is_called_by_the_vendors_name(vera: Person) -> None:
    assert (vera.standing().label, len(vera.standing().organizations)) == ("MeterBridge", 2)


def test_an_organization_that_is_switched_off_grants_nothing(rita: Person, lakeshore: Organization) -> None:
    lakeshore.is_active = False
    lakeshore.save()

    found = standing(rita)
    assert (found.organizations, found.permissions, found.label) == (set(), set(), "")


def test_nobody_has_two_open_memberships_of_one_kind(rita: Person, lakeshore: Organization) -> None:
    with pytest.raises(IntegrityError, match="membership_one_open_per_role"):
        Membership.objects.create(person=rita, organization=lakeshore, role=Role.LDC_STAFF)


def test_a_membership_does_not_end_before_it_begins(rita: Person) -> None:
    with pytest.raises(IntegrityError, match="membership_ends_after_start"):
        Membership.objects.update(starts_on=date(2027, 3, 9), ends_on=date(2027, 3, 8))


def test_addresses_are_the_same_in_any_case(rita: Person) -> None:
    with pytest.raises(IntegrityError, match="person_email_whatever_case"):
        Person.objects.create(email="RITA@example.com", name="Another")
