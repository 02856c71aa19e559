"""What fulfilling an approved request does to accounts: let in, give a role, end access, change administrators."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import AccountEvent, Invitation, Membership, Organization, Person, today
from accounts.roles import Role
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Unusable
from tests.conftest import NOON, PASSWORD, person
from tests.tickets.orders import approve, finish_tasks, now_on, order
from tests.tickets.pages import words
from tickets.actions import move
from tickets.models import Approval, ServiceRequest
from tickets.sentences import sentence
from tickets.transitions import RequestStatus

NEW = {
    "name": "Paul Roy",
    "email": "Paul@lakeshore.example",
    "role": "ldc_staff",
    "language": "fr",
    "reason": "New in billing.",
}
Ordered = Callable[..., ServiceRequest]


@pytest.fixture
def ordered(rita: Person, olga: Person, ann: Person, lakeshore: Organization) -> Ordered:
    """Rita orders it, Olga agrees, and Ann has done all its tasks: it only has to be fulfilled."""

    def make(slug: str, **answers: Any) -> ServiceRequest:
        at = timezone.now()
        made = order(slug, {"reason": "So it is."} | answers, by=rita, organization_id=lakeshore.pk, at=at)
        made = approve(made, by=olga, at=at)
        finish_tasks(made, by=ann, at=at)
        return now_on(made)

    return make


def fulfil(request: ServiceRequest, *, by: Person) -> ServiceRequest:
    """Fulfil it now."""
    move(request, "fulfil", by=by, at=timezone.now(), version=request.version, message="Done.")
    return now_on(request)


def chosen(member: Person) -> dict[str, Any]:
    """How a form stores somebody who was chosen."""
    return {"id": member.pk, "name": member.name}


def roles(member: Person) -> set[str]:
    """What somebody is to Lakeshore Hydro, from now on."""
    held = Membership.objects.active().filter(person=member, organization__slug="lakeshore-hydro")
    return set(held.values_list("role", flat=True))


def said(request: ServiceRequest) -> str:
    """The latest sentence of its history."""
    return sentence(Event.objects.filter(record=request.pk).latest("pk"))


def written(request: ServiceRequest) -> list[str]:
    """What the accounts' history says was done by this request."""
    return list(
        AccountEvent.objects.filter(facts__request=request.reference)
        .order_by("pk")
        .values_list("name", flat=True)
    )


# --- Somebody new ---------------------------------------------------------------------------


def test_an_approved_request_lets_somebody_in(ordered: Ordered, ann: Person, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    request = fulfil(ordered("desk-user-new", **NEW), by=ann)

    assert request.status == RequestStatus.FULFILLED
    assert said(request) == "fulfilled it: invited Paul Roy (paul@lakeshore.example) as Service Desk user"
    assert written(request) == ["person.invited"]

    drain(now=lambda: timezone.now() + timedelta(minutes=1))
    (letter,) = [one for one in mail.outbox if one.to == ["paul@lakeshore.example"]]
    link = next(word for word in letter.body.split() if word.startswith("http"))
    browser = Client()
    browser.post(link, {"name": "Paul Roy", "password": "a well kept unusual secret"})
    signed_in = browser.post(
        "/login/", {"login": "paul@lakeshore.example", "password": "a well kept unusual secret"}, follow=True
    )

    paul = Person.objects.get(email="paul@lakeshore.example")
    assert (roles(paul), paul.language, signed_in.status_code) == ({"ldc_staff"}, "fr", 200)
    assert browser.get("/tickets/").status_code == 200


def test_who_has_the_role_already_is_not_invited_and_nothing_is_fulfilled(
    ordered: Ordered, ann: Person, ned: Person
) -> None:
    request = ordered("desk-user-new", **NEW | {"email": ned.email})

    with pytest.raises(Unusable, match=r"ned@example.com already has this role"):
        fulfil(request, by=ann)
    assert now_on(request).status == RequestStatus.IN_FULFILMENT
    assert not Invitation.objects.exists()


def test_what_is_reopened_is_fulfilled_again_though_it_is_so_already(
    ordered: Ordered, ann: Person, ned: Person, rita: Person
) -> None:
    done = fulfil(ordered("desk-user-change", person=chosen(ned), role="ldc_admin"), by=ann)
    move(
        done, "reopen", by=rita, at=timezone.now(), version=done.version, message="Is it for all our ORG IDs?"
    )

    again = fulfil(now_on(done), by=ann)

    assert (again.status, roles(ned), said(again)) == (RequestStatus.FULFILLED, {"ldc_admin"}, "fulfilled it")


def test_a_request_gives_no_role_of_the_desk(ordered: Ordered, ann: Person, ada: Person) -> None:
    request = ordered("desk-user-new", **NEW | {"role": "administrator"})

    for agent in (ann, ada):
        with pytest.raises(Refused):
            fulfil(request, by=agent)
    assert not Invitation.objects.exists()


def test_what_is_not_answered_is_asked_for(ordered: Ordered, ann: Person) -> None:
    request = ordered("desk-user-new", **NEW | {"email": ""})

    with pytest.raises(Unusable, match=r"“Work e-mail” is not answered. Ask the LDC for it"):
        fulfil(request, by=ann)


@pytest.mark.parametrize("state", ["waiting", "void", "declined", "none"])
def test_without_its_approval_it_changes_nobodys_access(ordered: Ordered, ann: Person, state: str) -> None:
    request = ordered("desk-user-new", **NEW)
    if state == "none":
        Approval.objects.filter(request=request).delete()
    else:
        Approval.objects.filter(request=request).update(
            state=state, decided_at=None if state == "waiting" else NOON
        )

    with pytest.raises(IllegalMove, match=r"it is not approved. Wait for the approval."):
        fulfil(request, by=ann)
    assert not Invitation.objects.exists()


def test_the_approval_of_answers_that_were_changed_since_does_not_count(
    ordered: Ordered, ann: Person
) -> None:
    request = ordered("desk-user-new", **NEW)
    first = request.approvals.get()
    first.pk, first.public_id, first.round, first.state = (
        None,
        "8d4b2e0e-1e86-4c8a-9d40-9a9a4a8f0001",
        2,
        "void",
    )
    first.save()

    with pytest.raises(IllegalMove):
        fulfil(request, by=ann)


# --- Another role ---------------------------------------------------------------------------


def test_a_change_of_role_takes_the_old_ones_place(ordered: Ordered, ann: Person, vera: Person) -> None:
    request = fulfil(ordered("desk-user-change", person=chosen(vera), role="ldc_admin"), by=ann)

    now = Membership.objects.get(person=vera, organization__slug="lakeshore-hydro")
    assert (now.role, now.via.name, now.ends_on) == ("ldc_admin", "MeterBridge", None)
    assert Membership.objects.filter(person=vera, organization__slug="pine-ridge-power").exists()
    assert said(request) == "fulfilled it: Vera is Organization administrator now"
    assert written(request) == ["role.changed"]


def test_the_last_administrator_stays_one(ordered: Ordered, ann: Person, olga: Person) -> None:
    request = ordered("desk-user-change", person=chosen(olga), role="ldc_staff")

    with pytest.raises(Forbidden, match=r"An organization needs an administrator. Name another one first."):
        fulfil(request, by=ann)
    assert roles(olga) == {"ldc_admin"}


def test_who_has_the_role_or_has_left_gets_none(
    ordered: Ordered, ann: Person, ned: Person, stan: Person
) -> None:
    has_it = ordered("desk-user-change", person=chosen(ned), role="ldc_staff")
    strange = ordered("desk-user-change", person=chosen(stan), role="ldc_admin")
    gone = ordered("desk-user-change", person={"id": 10**9, "name": "Gil"}, role="ldc_admin")

    for request, why in (
        (has_it, "Ned already has this role."),
        (strange, "Stan does not act for Lakeshore Hydro any more."),
        (gone, "Gil does not act for Lakeshore Hydro any more."),
    ):
        with pytest.raises(Unusable) as refused:
            fulfil(request, by=ann)
        assert str(refused.value) == why
        assert now_on(request).status == RequestStatus.IN_FULFILMENT


# --- Access that ends -----------------------------------------------------------------------


def test_who_is_removed_is_signed_out_everywhere_at_once(ordered: Ordered, ann: Person, ned: Person) -> None:
    ned.set_password(PASSWORD)
    ned.save()
    browser = Client()
    browser.post("/login/", {"login": ned.email, "password": PASSWORD})
    assert browser.get("/tickets/").status_code == 200

    request = fulfil(ordered("desk-user-remove", person=chosen(ned), urgent="yes"), by=ann)

    assert browser.get("/tickets/")["Location"].startswith("/login/")
    assert not UserSession.objects.filter(user=ned).exists()
    assert not Session.objects.exists()
    assert (roles(ned), Person.objects.get(pk=ned.pk).is_active) == (set(), False)
    assert said(request) == "fulfilled it: the access of Ned has ended"
    assert written(request) == ["membership.ended", "person.deactivated"]


def test_who_acts_for_others_too_keeps_that(ordered: Ordered, ann: Person, vera: Person) -> None:
    fulfil(ordered("desk-user-remove", person=chosen(vera), urgent="yes"), by=ann)

    assert (roles(vera), Person.objects.get(pk=vera.pk).is_active) == (set(), True)


def test_a_last_day_to_come_is_kept_and_one_that_has_passed_is_now(
    ordered: Ordered, ann: Person, ned: Person, rita: Person
) -> None:
    last_day = today() + timedelta(days=3)
    later = ordered("desk-user-remove", person=chosen(ned), urgent="no", last_day=last_day.isoformat())
    passed = ordered("desk-user-remove", person=chosen(rita), urgent="no", last_day="2026-01-05")

    fulfil(later, by=ann)
    assert (roles(ned), Membership.objects.get(person=ned).ends_on) == ({"ldc_staff"}, last_day)
    assert not Membership.objects.active(on=last_day + timedelta(days=1)).filter(person=ned).exists()
    assert written(later) == ["membership.ends"]
    fulfil(passed, by=ann)
    assert roles(rita) == set()


def test_an_organization_keeps_an_administrator_who_stays(
    ordered: Ordered, ann: Person, olga: Person, lakeshore: Organization
) -> None:
    last_day = (today() + timedelta(days=3)).isoformat()
    otto = person("Otto", (lakeshore, Role.LDC_ADMIN))
    fulfil(ordered("desk-user-remove", person=chosen(otto), urgent="no", last_day=last_day), by=ann)

    with pytest.raises(Forbidden, match=r"An organization needs an administrator."):
        fulfil(ordered("desk-user-remove", person=chosen(olga), urgent="yes"), by=ann)
    assert roles(olga) == {"ldc_admin"}


# --- Another administrator ------------------------------------------------------------------


def test_a_new_administrator_takes_the_place_of_the_one_they_replace(
    ordered: Ordered, ann: Person, ned: Person, olga: Person
) -> None:
    request = ordered("desk-administrator-change", person=chosen(ned), replaces=chosen(olga))
    fulfil(request, by=ann)

    assert (roles(ned), roles(olga)) == ({"ldc_admin"}, {"ldc_staff"})
    assert said(request) == "fulfilled it: Ned is administrator now, and Olga no longer"
    assert written(request) == ["role.changed", "role.changed"]


def test_where_nobody_is_replaced_there_is_one_more(
    ordered: Ordered, ann: Person, ned: Person, olga: Person
) -> None:
    fulfil(ordered("desk-administrator-change", person=chosen(ned)), by=ann)

    assert (roles(ned), roles(olga)) == ({"ldc_admin"}, {"ldc_admin"})


def test_when_the_second_half_fails_nothing_is_done(
    ordered: Ordered, ann: Person, ned: Person, stan: Person
) -> None:
    request = ordered("desk-administrator-change", person=chosen(ned), replaces=chosen(stan))

    with pytest.raises(Unusable, match=r"Stan does not act for Lakeshore Hydro any more."):
        fulfil(request, by=ann)
    assert (roles(ned), written(request)) == ({"ldc_staff"}, [])


def test_the_page_says_why_it_cannot_be_fulfilled_and_keeps_what_was_typed(
    ordered: Ordered, ann: Person, ned: Person, sign_in: Callable[[Person], Client]
) -> None:
    request = ordered("desk-user-new", **NEW | {"email": ned.email})
    refused = sign_in(ann).post(
        f"/tickets/{request.reference}/move/fulfil/",
        {
            "request_id": "2f0d3c3a-9a0b-4a53-9d5f-7a0e3a6c0001",
            "version": request.version,
            "message": "Welcome.",
        },
    )

    assert refused.status_code == 422
    assert "ned@example.com already has this role." in words(refused)
    assert "Welcome." in words(refused)
