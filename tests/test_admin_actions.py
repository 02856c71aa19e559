"""What administrators do in Django admin: people, invitations, the outbox, service levels."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountEvent, Invitation, Membership, Organization, OrgId, Person
from accounts.roles import Role
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.outbox import drain
from tests.conftest import NOON
from tests.test_admin import ONE_MORE, SignIn, act, address
from tickets.models import DeskRules, Incident, ServiceCalendar, SeverityRule


@pytest.fixture
def administration(ada: Person, sign_in: SignIn, incident: Callable[..., Incident]) -> Client:
    """An administrator's browser, with an incident to look at."""
    incident()
    return sign_in(ada)


def errors(response: HttpResponse) -> list[str]:
    """What a refused form says, field by field."""
    assert response.status_code == 200
    found = []
    for said in response.context["errors"]:
        found += [said] if isinstance(said, str) else [str(line) for line in said]
    return found


DETAILS = {
    "name": "Paul",
    "email": "Paul@Example.com",
    "phone": "",
    "time_zone": "America/Toronto",
    "language": "en",
    "is_active": "on",
}


def memberships(*rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """What the memberships on a person's page would send."""
    sent: dict[str, Any] = {"memberships-TOTAL_FORMS": len(rows), "memberships-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        sent |= {f"memberships-{number}-{name}": value for name, value in row.items()}
        sent[f"initial-memberships-{number}-starts_on"] = row["starts_on"] if "id" in row else ""
    return sent


def as_sent(one: Membership, **changes: Any) -> dict[str, Any]:
    return {
        "id": one.pk,
        "person": one.person_id,
        "organization": one.organization_id,
        "role": one.role,
        "via": one.via_id or "",
        "starts_on": one.starts_on,
        "ends_on": one.ends_on or "",
        **changes,
    }


def told() -> list[tuple[str, str]]:
    """The history of people's access: what happened, to whom."""
    return list(AccountEvent.objects.order_by("pk").values_list("name", "person__name"))


def save(browser: Client, person: Person, *rows: dict[str, Any], **details: Any) -> HttpResponse:
    sent = DETAILS | {"name": person.name, "email": person.email} | details
    initial = sum("id" in row for row in rows)
    return browser.post(address(Person, "change", person.pk), sent | memberships(*rows, initial=initial))


def test_a_person_is_added_by_hand_without_a_password_and_with_a_role(
    ada: Person, sign_in: SignIn, lakeshore: Organization
) -> None:
    role = {"organization": lakeshore.pk, "role": "ldc_staff", "starts_on": "2027-03-01", "ends_on": ""}

    response = sign_in(ada).post(address(Person, "add"), DETAILS | memberships(role))

    assert response.status_code == 302
    paul = Person.objects.get(name="Paul")
    assert (paul.email, paul.has_usable_password(), paul.is_staff) == ("paul@example.com", False, False)
    assert list(paul.memberships.values_list("organization", "role")) == [(lakeshore.pk, "ldc_staff")]
    assert told() == [("person.added", "Paul"), ("membership.given", "Paul")]


def test_an_address_that_is_taken_is_refused_whatever_its_case(
    ada: Person, sign_in: SignIn, rita: Person
) -> None:
    response = sign_in(ada).post(
        address(Person, "add"), DETAILS | {"email": "RITA@example.com"} | memberships()
    )

    assert errors(response) == ["Somebody has this address already."]
    assert Person.objects.filter(email__iexact="rita@example.com").count() == 1


def test_a_role_that_is_changed_or_taken_away_leaves_history(
    ada: Person, sign_in: SignIn, rita: Person, vera: Person
) -> None:
    browser = sign_in(ada)
    lake, pine = vera.memberships.order_by("organization__name")

    response = save(browser, vera, as_sent(lake, role="ldc_admin"), as_sent(pine, DELETE="on"))

    assert response.status_code == 302
    assert list(vera.memberships.values_list("organization__name", "role")) == [
        ("Lakeshore Hydro", "ldc_admin")
    ]
    assert told() == [("membership.changed", "Vera"), ("membership.ended", "Vera")]
    assert Person.objects.get(pk=vera.pk).is_active


def test_an_organization_keeps_its_last_administrator(ada: Person, sign_in: SignIn, olga: Person) -> None:
    response = save(sign_in(ada), olga, as_sent(olga.memberships.get(), DELETE="on"))

    assert errors(response) == ["An organization needs an administrator. Name another one first."]
    assert olga.memberships.count() == 1


def test_a_new_address_closes_the_old_one(ada: Person, sign_in: SignIn, rita: Person) -> None:
    EmailAddress.objects.create(user=rita, email=rita.email, verified=True, primary=True)

    assert (
        save(sign_in(ada), rita, as_sent(rita.memberships.get()), email="rita.new@example.com").status_code
        == 302
    )

    assert Person.objects.get(pk=rita.pk).email == "rita.new@example.com"
    assert not EmailAddress.objects.exists()
    assert AccountEvent.objects.get().facts == {"was": "rita@example.com", "now": "rita.new@example.com"}


def leads_to_sign_in(browser: Client) -> bool:
    response = browser.get(reverse("accounts:profile"))
    return response.status_code == 302 and response["Location"].startswith(reverse("account_login"))


def listed(browser: Client, person: Person) -> Client:
    """A browser whose session stands in its person's list, as after the sign-in page."""
    key = browser.session.session_key
    UserSession.objects.get_or_create(session_key=key, defaults={"user": person, "ip": "192.0.2.1"})
    return browser


def test_deactivating_somebody_ends_their_sessions_at_once(
    ada: Person, sign_in: SignIn, rita: Person
) -> None:
    hers = listed(sign_in(rita), rita)
    assert not leads_to_sign_in(hers)

    act(sign_in(ada), Person, "deactivate", rita)

    assert leads_to_sign_in(hers)
    assert not UserSession.objects.filter(user=rita).exists()
    assert not Person.objects.get(pk=rita.pk).is_active
    assert told() == [("person.deactivated", "Rita")]


def test_an_account_is_closed_and_opened_again_on_its_page(
    ada: Person, sign_in: SignIn, rita: Person
) -> None:
    hers, browser, role = sign_in(rita), sign_in(ada), as_sent(rita.memberships.get())

    assert save(browser, rita, role, is_active="").status_code == 302
    assert leads_to_sign_in(hers)
    assert save(browser, rita, role).status_code == 302

    assert Person.objects.get(pk=rita.pk).is_active
    assert told() == [("person.deactivated", "Rita"), ("person.reactivated", "Rita")]


def test_nobody_closes_their_own_account(ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)

    page = act(browser, Person, "deactivate", ada).content.decode()
    save(browser, ada, as_sent(ada.memberships.get()), is_active="")

    assert "You cannot end your own access." in page
    assert Person.objects.get(pk=ada.pk).is_active


def test_ended_sessions_lead_to_sign_in_and_the_account_stays_open(
    ada: Person, sign_in: SignIn, rita: Person
) -> None:
    hers = listed(sign_in(rita), rita)
    assert not leads_to_sign_in(hers)

    act(sign_in(ada), Person, "end_sessions", rita)

    assert leads_to_sign_in(hers)
    assert Person.objects.get(pk=rita.pk).is_active
    assert told() == [("person.signed_out", "Rita")]


def test_a_link_to_choose_a_password_leaves_by_the_outbox(ada: Person, sign_in: SignIn, rita: Person) -> None:
    act(sign_in(ada), Person, "send_password_link", rita)

    row = OutboxMessage.objects.get()
    assert (row.effect, row.payload["to"]) == ("accounts.mail", "rita@example.com")
    assert told() == [("person.password_link_sent", "Rita")]


def test_people_are_found_by_what_one_membership_says(
    ada: Person, sign_in: SignIn, rita: Person, olga: Person, lakeshore: Organization, pineridge: Organization
) -> None:
    Membership.objects.create(person=rita, organization=pineridge, role=Role.LDC_ADMIN)
    browser = sign_in(ada)

    def found(**asked: Any) -> list[str]:
        listed = browser.get(address(Person, "changelist"), asked).context["cl"].result_list
        return [person.name for person in listed]

    assert found(role="ldc_admin") == ["Olga", "Rita"]
    assert found(organization=lakeshore.pk) == ["Olga", "Rita"]
    assert found(role="ldc_admin", organization=lakeshore.pk) == ["Olga"]
    assert found(organization="nowhere") == ["Ada", "Olga", "Rita"]
    assert found(q="olga@exam") == ["Olga"]


def test_inviting_writes_an_outbox_row_and_inviting_again_replaces_it(
    ada: Person, sign_in: SignIn, lakeshore: Organization
) -> None:
    browser = sign_in(ada)
    asked = {"email": "Paul@example.com", "name": "Paul", "organization": lakeshore.pk, "role": "ldc_admin"}

    for _time in range(2):
        assert browser.post(address(Invitation, "add"), asked).status_code == 302

    earlier, invited = Invitation.objects.order_by("pk")
    assert (invited.email, invited.role, invited.invited_by) == ("paul@example.com", "ldc_admin", ada)
    assert (earlier.withdrawn_at is None, invited.withdrawn_at) == (False, None)
    rows = OutboxMessage.objects.order_by("pk").values_list("effect", "payload__invitation")
    assert list(rows) == [("accounts.invitation", earlier.pk), ("accounts.invitation", invited.pk)]

    act(browser, Invitation, "withdraw", earlier, invited)
    assert not Invitation.objects.open(timezone.now()).exists()
    assert [name for name, _person in told()] == ["person.invited", "person.invited", "invitation.withdrawn"]


def test_inviting_somebody_to_a_role_they_have_is_refused_in_words(
    ada: Person, sign_in: SignIn, rita: Person, lakeshore: Organization
) -> None:
    asked = {"email": rita.email, "name": "Rita", "organization": lakeshore.pk, "role": "ldc_staff"}

    response = sign_in(ada).post(address(Invitation, "add"), asked)

    assert response.status_code == 422
    assert "rita@example.com already has this role." in response.content.decode()
    assert not Invitation.objects.exists()


def test_a_dead_message_is_sent_again_and_a_waiting_one_is_left_alone(
    ada: Person, sign_in: SignIn, administration: Client, mailoutbox: list[Any]
) -> None:
    dead, waiting = ONE_MORE[OutboxMessage](1), ONE_MORE[OutboxMessage](2)
    OutboxMessage.objects.exclude(pk__in=[dead.pk, waiting.pk]).delete()
    OutboxMessage.objects.filter(pk=dead.pk).update(
        payload={"to": "rita@example.com", "subject": "Hello", "text": "Here you are."},
        dead_at=NOON,
        failures=9,
    )
    browser = sign_in(ada)

    page = act(browser, OutboxMessage, "send_again", dead, waiting).content.decode()

    assert "1 message will be sent again." in page
    assert list(OutboxMessage.objects.order_by("pk").values_list("failures", "dead_at")) == [
        (0, None),
        (0, None),
    ]
    assert OutboxMessage.objects.get(pk=waiting.pk).available_at == NOON
    waiting.delete()
    drain(now=timezone.now)
    assert [mail.to for mail in mailoutbox] == [["rita@example.com"]]
    assert "nothing to send again" in act(browser, OutboxMessage, "send_again", dead).content.decode()


def test_the_severity_matrix_is_edited_in_its_list(administration: Client) -> None:
    path = address(SeverityRule, "changelist")
    rules = list(SeverityRule.objects.order_by("pk"))
    sent = {"form-TOTAL_FORMS": len(rules), "form-INITIAL_FORMS": len(rules), "_save": "Save"}
    for number, rule in enumerate(rules):
        sent |= {f"form-{number}-id": rule.pk, f"form-{number}-severity": 4 if number == 0 else rule.severity}

    assert administration.post(path, sent).status_code == 302

    now = list(SeverityRule.objects.order_by("pk").values_list("severity", flat=True))
    assert now == [4, *(rule.severity for rule in rules[1:])]


def calendar(**said: str) -> dict[str, str]:
    """What a calendar's form would send."""
    week = [[["08:00", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []]
    return {
        "name": "With lunch",
        "zone": "America/Winnipeg",
        "windows": json.dumps(week),
        "exceptions": "",
    } | said


def test_a_calendar_is_written_and_read_a_line_a_day(administration: Client) -> None:
    holiday = '{"2027-12-25": {"name": "Noël", "windows": []}}'

    assert (
        administration.post(address(ServiceCalendar, "add"), calendar(exceptions=holiday)).status_code == 302
    )

    made = ServiceCalendar.objects.get(name="With lunch")
    page = administration.get(address(ServiceCalendar, "change", made.pk)).content.decode()
    form = dict(re.findall(r'<textarea name="(\w+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL))
    assert form["windows"].replace("&quot;", '"').splitlines() == [
        "[", *['  [["08:00", "12:00"], ["13:00", "17:00"]],'] * 5, "  [],", "  []", "]"
    ]  # fmt: skip
    assert form["exceptions"].replace("&quot;", '"').splitlines() == [
        "{", '  "2027-12-25": {"name": "Noël", "windows": []}', "}"
    ]  # fmt: skip
    assert made.exceptions == json.loads(holiday)


@pytest.mark.parametrize(
    "said",
    [
        {"windows": "[["},
        {"windows": ""},
        {"windows": "5"},
        {"windows": "[[], [], [], [], [], [], []]"},
        {"windows": '[[["08:00", "17:00"]]]'},
        {"windows": '[[["8am", "5pm"]], [], [], [], [], [], []]'},
        {"exceptions": '{"Christmas": {"windows": []}}'},
        {"exceptions": "[1]"},
        {"zone": "Mars/Base"},
        {"zone": "America"},
        {"zone": ""},
    ],
    ids=str,
)
def test_a_calendar_that_could_not_be_read_back_is_refused(
    administration: Client, said: dict[str, str]
) -> None:
    response = administration.post(address(ServiceCalendar, "add"), calendar(**said))

    assert errors(response) != []
    assert not ServiceCalendar.objects.filter(name="With lunch").exists()


def test_a_calendar_in_use_is_not_deleted(administration: Client) -> None:
    used = DeskRules.objects.get().calendar

    administration.post(address(ServiceCalendar, "delete", used.pk), {"post": "yes"})

    assert ServiceCalendar.objects.filter(pk=used.pk).exists()


def test_an_organization_is_added_with_its_org_ids(administration: Client) -> None:
    sent = {
        "kind": "ldc", "name": "Temagami Utilities", "slug": "temagami-utilities", "phone": "", "is_active": "on",
        "org_ids-TOTAL_FORMS": 1, "org_ids-INITIAL_FORMS": 0, "org_ids-0-code": "TEM01", "org_ids-0-note": "",
    }  # fmt: skip

    assert administration.post(address(Organization, "add"), sent).status_code == 302

    assert list(OrgId.objects.filter(code="TEM01").values_list("organization__name")) == [
        ("Temagami Utilities",)
    ]
    found = administration.get(address(Organization, "changelist"), {"q": "tem01"}).context["cl"].result_list
    assert [one.name for one in found] == ["Temagami Utilities"]
