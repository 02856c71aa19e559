"""The page where an organization's administrators look after its people."""

import threading
from collections.abc import Callable

import pytest
from allauth.usersessions.models import UserSession
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.actions import end_membership
from accounts.models import AccountEvent, Membership, Organization, Person
from accounts.roles import Role
from servicedesk.records.refusals import Forbidden
from tests.conftest import NOON, PASSWORD, key, person
from tests.tickets.pages import words

SignIn = Callable[[Person], Client]


def end(browser: Client, member: Person, organization: Organization) -> HttpResponse:
    """End somebody's access to an organization."""
    membership = Membership.objects.get(person=member, organization=organization)
    return browser.post(reverse("accounts:end_membership", args=[membership.pk]), {"request_id": key()})


@pytest.mark.parametrize(
    ("who", "status"), [("olga", 200), ("rita", 403), ("stan", 403), ("vera", 403), ("ann", 403)]
)
def test_the_page_is_for_administrators(
    cast: dict[str, Person], sign_in: SignIn, who: str, status: int
) -> None:
    answer = sign_in(cast[who]).get("/org/people/")

    assert answer.status_code == status
    if status == 403:
        assert "Only your organization's administrator can see this page." in words(answer)


def test_it_shows_ones_own_organizations_people_and_no_others(
    cast: dict[str, Person], sign_in: SignIn
) -> None:
    page = words(sign_in(cast["olga"]).get("/org/people/"))

    for name in ("rita", "ned", "olga", "vera"):
        assert f"{name}@example.com" in page
    assert "MeterBridge" in page  # whom Vera works for
    for name in ("stan", "ann", "bob", "ada"):
        assert f"{name}@example.com" not in page
    assert "Pine Ridge" not in page


def test_ending_access_signs_out_everywhere_at_once(
    olga: Person, rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    rita.set_password(PASSWORD)
    rita.save()
    office, phone = Client(), Client()
    for browser in (office, phone):
        browser.post("/login/", {"login": rita.email, "password": PASSWORD})
        assert browser.get("/").status_code == 200

    ended = end(sign_in(olga), rita, lakeshore)

    assert (ended.status_code, ended["Location"]) == (303, "/org/people/")
    for browser in (office, phone):
        assert browser.get("/tickets/")["Location"].startswith("/login/")
    rita.refresh_from_db()
    assert (rita.is_active, UserSession.objects.filter(user=rita).count()) == (False, 0)
    assert list(AccountEvent.objects.order_by("pk").values_list("name", "actor", "person")) == [
        ("membership.ended", olga.pk, rita.pk),
        ("person.deactivated", olga.pk, rita.pk),
    ]


def test_who_acts_for_another_organization_too_stays_there(
    olga: Person, vera: Person, lakeshore: Organization, pineridge: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(vera)
    end(sign_in(olga), vera, lakeshore)

    assert browser.get("/").status_code == 200
    vera = Person.objects.get(pk=vera.pk)
    assert (vera.is_active, vera.standing().organizations) == (True, {pineridge.pk})


def test_ended_twice_is_ended_once(
    olga: Person, rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, once = sign_in(olga), key()
    address = reverse("accounts:end_membership", args=[rita.memberships.get().pk])

    first, second = (browser.post(address, {"request_id": once}) for _ in range(2))
    assert (first["Location"], second["Location"]) == ("/org/people/", "/org/people/")
    assert AccountEvent.objects.filter(name="membership.ended").count() == 1
    assert browser.post(address, {"request_id": key()}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("rita", 404), ("stan", 404), ("ned", 404), ("ann", 403)])
def test_nobody_else_ends_anybodys_access(
    cast: dict[str, Person], lakeshore: Organization, sign_in: SignIn, who: str, status: int
) -> None:
    assert end(sign_in(cast[who]), cast["olga"], lakeshore).status_code == status
    assert Membership.objects.filter(person=cast["olga"]).exists()


def test_staff_cannot_end_even_their_own(
    rita: Person, olga: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    assert end(sign_in(rita), rita, lakeshore).status_code == 403
    assert Membership.objects.filter(person=rita).exists()


def test_an_administrator_of_another_organization_finds_nothing(
    rita: Person, lakeshore: Organization, pineridge: Organization, sign_in: SignIn
) -> None:
    pia = person("Pia", (pineridge, Role.LDC_ADMIN))

    assert end(sign_in(pia), rita, lakeshore).status_code == 404


def test_nobody_ends_their_own_access(olga: Person, lakeshore: Organization, sign_in: SignIn) -> None:
    person("Otto", (lakeshore, Role.LDC_ADMIN))
    refused = end(sign_in(olga), olga, lakeshore)

    assert refused.status_code == 403
    assert "You cannot end your own access. Ask another administrator." in words(refused)


def test_the_last_administrator_stays(ada: Person, olga: Person, lakeshore: Organization) -> None:
    membership = olga.memberships.get()
    with pytest.raises(Forbidden, match=r"An organization needs an administrator. Name another one first."):
        end_membership(membership, by=ada, at=NOON)

    person("Otto", (lakeshore, Role.LDC_ADMIN))
    end_membership(membership, by=ada, at=NOON)
    assert not Membership.objects.filter(person=olga).exists()


def test_an_administrator_whose_time_has_not_come_or_who_is_deactivated_is_no_other_administrator(
    ada: Person, olga: Person, lakeshore: Organization
) -> None:
    otto = person("Otto", (lakeshore, Role.LDC_ADMIN))
    Person.objects.filter(pk=otto.pk).update(is_active=False)

    with pytest.raises(Forbidden, match=r"An organization needs an administrator."):
        end_membership(olga.memberships.get(), by=ada, at=NOON)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_administrators_who_end_each_other_at_once_leave_one(
    olga: Person, lakeshore: Organization
) -> None:
    otto = person("Otto", (lakeshore, Role.LDC_ADMIN))
    outcomes, together = [], threading.Barrier(2, timeout=20)

    def end_the_other(by: Person, other: Person) -> None:
        try:
            actor, membership = Person.objects.get(pk=by.pk), other.memberships.get()
            actor.standing()
            together.wait()
            end_membership(membership, by=actor, at=NOON)
            outcomes.append("ended")
        except Forbidden as refusal:
            outcomes.append(str(refusal))
        finally:
            connection.close()

    both = [threading.Thread(target=end_the_other, args=pair) for pair in ((olga, otto), (otto, olga))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert sorted(outcomes) == ["An organization needs an administrator. Name another one first.", "ended"]
    assert Membership.objects.filter(role=Role.LDC_ADMIN).count() == 1
