"""Coming in by invitation: who may invite whom, the mailed link, and what it opens."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.actions import (
    accept_invitation,
    deactivate,
    invitation_token,
    invite,
    withdraw_invitation,
)
from accounts.models import AccountEvent, Invitation, Membership, Organization, Person
from accounts.roles import SME_ROLES, Role
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.outbox import drain
from servicedesk.records.refusals import Forbidden, Unusable
from tests.conftest import PASSWORD, key
from tests.tickets.pages import fields, messages, words

SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _letters_stay_here(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def ask(browser: Client, organization: Organization, **changes: str) -> HttpResponse:
    """Fill in the invitation form."""
    said = {
        "request_id": key(),
        "organization": str(organization.pk),
        "email": "Nina@Example.com",
        "name": "Nina",
        "role": "ldc_staff",
    }
    return browser.post(reverse("accounts:invite"), said | changes)


def letters() -> list[mail.EmailMessage]:
    """What the outbox sends."""
    mail.outbox.clear()
    drain(now=lambda: timezone.now() + timedelta(seconds=1))
    assert not OutboxMessage.objects.exclude(last_error="").exists()
    return list(mail.outbox)


def link_in(letter: mail.EmailMessage) -> str:
    """The path that the letter links to."""
    found = re.search(r"https?://[^/\s]+(/invite/\S+)", str(letter.body))
    assert found is not None
    return found[1]


@pytest.fixture
def invited(olga: Person, lakeshore: Organization) -> Invitation:
    """Nina is invited to Lakeshore."""
    return invite(
        "nina@example.com", name="Nina", organization=lakeshore, role=Role.LDC_STAFF, by=olga, at=timezone.now()
    )  # fmt: skip


def link_to(invitation: Invitation) -> str:
    """Its link."""
    return reverse("accounts:invitation", args=[invitation_token(invitation)])


# --- Inviting -------------------------------------------------------------------------------


def test_an_administrator_invites_and_the_letter_brings_the_link(
    olga: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(olga)
    sent = ask(browser, lakeshore)
    assert (sent.status_code, sent["Location"]) == (303, "/org/people/")

    (letter,) = letters()
    assert letter.to == ["nina@example.com"]
    assert letter.subject == "You are invited to the MDM/R Service Desk for Lakeshore Hydro"
    assert "Join Lakeshore Hydro" in words(Client().get(link_in(letter)))
    listed = words(browser.get("/org/people/"))
    assert "nina@example.com" in listed
    event = AccountEvent.objects.get()
    assert (event.name, event.actor, event.organization) == ("person.invited", olga, lakeshore)


def test_the_form_offers_ones_own_organizations_and_ldc_roles_only(
    olga: Person, pineridge: Organization, lakeshore: Organization, sign_in: SignIn
) -> None:
    page = sign_in(olga).get("/org/people/").content.decode()

    assert "Pine Ridge Power" not in page
    assert set(re.findall(r'<option value="([a-z_]+)"', page)) == {"ldc_staff", "ldc_admin"}


@pytest.mark.parametrize("role", sorted(SME_ROLES))
def test_a_desk_role_cannot_be_slipped_in(
    olga: Person, lakeshore: Organization, sign_in: SignIn, role: str
) -> None:
    answer = ask(sign_in(olga), lakeshore, role=role)

    assert answer.status_code == 422
    assert not Invitation.objects.exists()
    with pytest.raises(Forbidden, match=r"Only an administrator of the desk can give this role."):
        invite("x@example.com", organization=lakeshore, role=Role(role), by=olga, at=timezone.now())


def test_another_organization_cannot_be_slipped_in(
    olga: Person, lakeshore: Organization, pineridge: Organization, sign_in: SignIn
) -> None:
    answer = ask(sign_in(olga), pineridge)

    assert answer.status_code == 422
    assert fields(answer)["name"][-1] == "Nina"
    with pytest.raises(Forbidden, match=r"Only your organization's administrator can do this."):
        invite("x@example.com", organization=pineridge, role=Role.LDC_STAFF, by=olga, at=timezone.now())
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["rita", "ann", "chang", "stan"])
def test_nobody_else_invites(
    cast: dict[str, Person], lakeshore: Organization, sign_in: SignIn, who: str
) -> None:
    answer = ask(sign_in(cast[who]), lakeshore)

    assert answer.status_code in {403, 422}
    assert not Invitation.objects.exists()
    with pytest.raises(Forbidden):
        invite("x@example.com", organization=lakeshore, role=Role.LDC_STAFF, by=cast[who], at=timezone.now())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"email": ""}, ""),
        ({"name": ""}, ""),
        ({"name": "x" * 121}, "120"),
        ({"role": ""}, ""),
    ],
)
def test_a_bad_invitation_is_refused_and_kept(
    olga: Person, lakeshore: Organization, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    answer = ask(sign_in(olga), lakeshore, **changes)

    assert answer.status_code == 422
    assert len(messages(answer)) == 1
    assert said in messages(answer)[0]
    assert not Invitation.objects.exists()


def test_inviting_again_replaces(
    olga: Person, lakeshore: Organization, sign_in: SignIn, invited: Invitation
) -> None:
    ask(sign_in(olga), lakeshore, email="NINA@example.com", role="ldc_admin")

    (letter,) = letters()  # the first one is not needed any more
    assert Client().get(link_to(invited)).status_code == 410
    assert "Organization administrator" in words(Client().get(link_in(letter)))
    assert Invitation.objects.open(timezone.now()).count() == 1


def test_who_has_the_role_already_is_not_invited_to_it(
    olga: Person, rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    answer = ask(sign_in(olga), lakeshore, email="RITA@example.com")

    assert answer.status_code == 422
    assert "rita@example.com already has this role." in words(answer)
    assert not Invitation.objects.exists()
    assert ask(sign_in(olga), lakeshore, email="rita@example.com", role="ldc_admin").status_code == 303


def test_what_was_typed_is_kept_when_the_role_is_there_already(
    olga: Person, rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    answer = ask(sign_in(olga), lakeshore, email="rita@example.com", name="Rita Somebody")

    assert fields(answer).get("name", [""])[-1] == "Rita Somebody"


# --- Accepting ------------------------------------------------------------------------------


def join(invitation: Invitation, **changes: str) -> HttpResponse:
    """Fill in what an invited person chooses."""
    return Client().post(link_to(invitation), {"name": "Nina N.", "password": PASSWORD} | changes)


def test_accepting_makes_the_person_and_the_membership(invited: Invitation, lakeshore: Organization) -> None:
    page = Client().get(link_to(invited))
    assert (page.status_code, fields(page)["name"]) == (200, ["Nina"])

    joined = join(invited)
    assert (joined.status_code, joined["Location"]) == (302, "/login/")
    nina = Person.objects.get(email="nina@example.com")
    assert (nina.name, nina.is_active, nina.is_staff, nina.is_superuser) == ("Nina N.", True, False, False)
    membership = nina.memberships.get()
    assert (membership.organization, membership.role) == (lakeshore, Role.LDC_STAFF)
    browser = Client()
    browser.post("/login/", {"login": "nina@example.com", "password": PASSWORD})
    assert browser.get("/").status_code == 200
    assert AccountEvent.objects.order_by("pk").last().name == "person.joined"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short words", "at least 12 characters"),
        ("password1234", "too common"),
        ("nina@example.com", "too similar to the"),
        ("", "Choose a password of at least 12 characters."),
    ],
)
def test_a_weak_password_is_refused_in_words(invited: Invitation, password: str, said: str) -> None:
    answer = join(invited, password=password)

    assert answer.status_code == 422
    assert said in messages(answer)[0]
    assert fields(answer)["name"] == ["Nina N."]
    assert not Person.objects.filter(email="nina@example.com").exists()
    assert password == "" or f'value="{password}"' not in answer.content.decode()


def test_who_has_an_account_only_confirms(invited: Invitation, stan: Person, lakeshore: Organization) -> None:
    Invitation.objects.update(email="STAN@example.com")
    stan.set_password("their very own words")
    stan.save()

    page = Client().get(link_to(invited))
    assert "You have an account already." in words(page)
    assert "password" not in fields(page)
    assert Client().post(link_to(invited)).status_code == 302

    stan.refresh_from_db()
    assert (stan.name, stan.check_password("their very own words")) == ("Stan", True)
    assert stan.memberships.filter(organization=lakeshore).exists()


def test_whose_account_was_closed_is_let_in_again(invited: Invitation, ned: Person) -> None:
    Membership.objects.filter(person=ned).delete()
    Person.objects.filter(pk=ned.pk).update(is_active=False)
    Invitation.objects.update(email=ned.email)

    assert join(invited).status_code == 302

    browser = Client()
    browser.post("/login/", {"login": ned.email, "password": PASSWORD})
    assert browser.get("/").status_code == 200


def test_whose_account_was_closed_comes_back_with_what_the_invitation_gives_and_no_more(
    invited: Invitation, ann: Person, ada: Person, sme: Organization, lakeshore: Organization
) -> None:
    """An LDC's administrator must not bring an agent of the desk back, by knowing her address."""
    deactivate(ann, by=ada, at=timezone.now())
    Invitation.objects.update(email=ann.email)

    assert join(invited).status_code == 302

    assert list(ann.memberships.values_list("organization", "role")) == [(lakeshore.pk, Role.LDC_STAFF)]
    browser = Client()
    browser.post("/login/", {"login": ann.email, "password": PASSWORD})
    assert (browser.get("/tickets/").status_code, browser.get("/desk/q/all/").status_code) == (200, 403)
    told = AccountEvent.objects.filter(person=ann).order_by("pk")
    assert list(told.values_list("name", "actor", "organization", "facts")) == [
        ("membership.ended", ada.pk, sme.pk, {"role": Role.DESK_AGENT}),
        ("person.deactivated", ada.pk, None, {}),
        ("person.joined", ann.pk, lakeshore.pk, {"role": Role.LDC_STAFF}),
    ]


def test_roles_that_a_closed_account_still_has_do_not_come_back_either(
    invited: Invitation, ada: Person, pineridge: Organization, lakeshore: Organization
) -> None:
    """Accounts may have been closed before closing ended roles, or have got some in administration since."""
    Membership.objects.create(person=ada, organization=pineridge, role=Role.LDC_ADMIN, starts_on="2031-01-01")
    Person.objects.filter(pk=ada.pk).update(is_active=False)
    Invitation.objects.update(email=ada.email)

    assert join(invited).status_code == 302

    assert list(ada.memberships.values_list("organization", "role")) == [(lakeshore.pk, Role.LDC_STAFF)]
    ada.refresh_from_db()
    assert (ada.is_active, ada.is_staff, ada.is_superuser) == (True, False, False)


def used(invitation: Invitation) -> str:
    """Somebody joined by it."""
    accept_invitation(invitation, name="Nina", password=PASSWORD, at=timezone.now())
    return link_to(invitation)


def withdrawn(invitation: Invitation) -> str:
    """Its administrator took it back."""
    withdraw_invitation(invitation, by=invitation.invited_by, at=timezone.now())
    return link_to(invitation)


def run_out(invitation: Invitation) -> str:
    """Its fortnight is over."""
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    return link_to(invitation)


def forged(invitation: Invitation) -> str:
    """Its signature is not ours."""
    token = invitation_token(invitation)
    return reverse("accounts:invitation", args=[("b" if token[0] != "b" else "c") + token[1:]])


def unsigned(invitation: Invitation) -> str:
    """It has no signature."""
    return reverse("accounts:invitation", args=[str(invitation.public_id)])


def of_nothing(invitation: Invitation) -> str:
    """Signed by us, for an invitation that is not there."""
    return reverse("accounts:invitation", args=[invitation_token(Invitation(public_id=uuid.uuid4()))])


@pytest.mark.parametrize("spoil", [used, withdrawn, run_out, forged, unsigned, of_nothing])
def test_a_link_that_is_over_says_whom_to_ask(
    invited: Invitation, spoil: Callable[[Invitation], str]
) -> None:
    link = spoil(invited)
    before = Person.objects.count()

    for answer in (Client().get(link), Client().post(link, {"name": "Eve", "password": PASSWORD})):
        assert answer.status_code == 410
        assert "Ask your organization's administrator for a new one." in words(answer)
    assert Person.objects.count() == before


def test_an_invitation_is_used_once(invited: Invitation) -> None:
    accept_invitation(invited, name="Nina", password=PASSWORD, at=timezone.now())

    with pytest.raises(Unusable, match="was used or has run out"):
        accept_invitation(invited, name="Nina", password=PASSWORD, at=timezone.now())


def test_an_invitation_to_an_organization_that_left_lets_nobody_see_anything(
    invited: Invitation, lakeshore: Organization
) -> None:
    lakeshore.is_active = False
    lakeshore.save()
    join(invited)

    browser = Client()
    browser.post("/login/", {"login": "nina@example.com", "password": PASSWORD})
    assert "Lakeshore" not in browser.get("/tickets/").content.decode()


# --- Withdrawing ----------------------------------------------------------------------------


def withdraw(browser: Client, invitation: Invitation) -> HttpResponse:
    """Press the button beside it."""
    return browser.post(
        reverse("accounts:withdraw_invitation", args=[invitation.public_id]), {"request_id": key()}
    )


def test_withdrawing_ends_the_link_and_the_letter(
    invited: Invitation, olga: Person, stan: Person, sign_in: SignIn
) -> None:
    assert withdraw(sign_in(stan), invited).status_code == 404
    assert withdraw(sign_in(olga), invited).status_code == 303

    assert letters() == []
    assert Client().get(link_to(invited)).status_code == 410


def test_an_agent_sees_invitations_but_does_not_withdraw_them(
    invited: Invitation, ann: Person, sign_in: SignIn
) -> None:
    assert withdraw(sign_in(ann), invited).status_code == 403
    assert Invitation.objects.open(timezone.now()).exists()


def test_what_was_accepted_cannot_be_withdrawn_any_more(
    invited: Invitation, olga: Person, sign_in: SignIn
) -> None:
    accept_invitation(invited, name="Nina", password=PASSWORD, at=timezone.now())

    withdraw(sign_in(olga), invited)

    invited.refresh_from_db()
    assert (invited.accepted_at is not None, invited.withdrawn_at) == (True, None)
    assert AccountEvent.objects.order_by("pk").last().name == "person.joined"
