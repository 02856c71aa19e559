"""Who is told of approvals, in which words, and where their letters lead."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Organization, Person
from accounts.roles import Role
from servicedesk.notifications.models import Notice
from servicedesk.records.models import Event
from servicedesk.records.row_security import serving
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON, person
from tests.tickets.requesting import ADMINISTRATORS, APPROVERS, item, order, waiting
from tests.tickets.test_notifications import deliver, told
from tickets.actions import decide, delegate_approvals, edit_request
from tickets.sentences import headline, sentence

Cast = dict[str, Person]
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _letters_stay_here(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def people(cast: Cast, sme: Organization) -> Cast:
    """The cast, and two approvers of the SME, for one of whom Chang stands in."""
    more = cast | {
        "ivan": person("Ivan", (sme, Role.CONFIGURATION_APPROVER)),
        "iris": person("Iris", (sme, Role.CONFIGURATION_APPROVER)),
    }
    week = {"starts_on": NOON.date(), "ends_on": NOON.date() + timedelta(days=7)}
    delegate_approvals(more["chang"], by=more["ivan"], at=NOON, **week)
    return more


def letters_about(what: str) -> dict[str, str]:
    """Who got a letter whose subject says that, and the link in it."""
    found = {}
    for letter in mail.outbox:
        if letter.subject.endswith(f"— {what}"):
            links = [line for line in str(letter.body).splitlines() if line.startswith("http")]
            found[letter.to[0].partition("@")[0]] = links[0]
    return found


def test_those_who_may_decide_get_a_letter_that_leads_to_the_decision(
    people: Cast, lakeshore: Organization, settings: Settings
) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    deliver()

    link = f"{settings.BASE_URL}/requests/{request.reference}/approvals/{waiting(request).public_id}/"
    assert letters_about("Your decision is needed") == {"olga": link}


def test_the_smes_delegates_hear_of_it_though_the_ldc_cannot_see_who_they_are(
    people: Cast, lakeshore: Organization
) -> None:
    with serving(people["rita"]):
        order(item(APPROVERS), by=people["rita"], organization=lakeshore)
    deliver()

    assert set(letters_about("Your decision is needed")) == {"ivan", "iris", "chang"}


def test_a_reminder_goes_to_those_it_still_waits_for_and_to_nobody_else(
    people: Cast, lakeshore: Organization
) -> None:
    request = order(item(APPROVERS, needs="all"), by=people["rita"], organization=lakeshore)
    decide(waiting(request), True, by=people["iris"], at=LATER)

    remind_at = waiting(request).remind_at
    assert remind_at is not None
    assert told(lambda: sweep(at=remind_at)) == {"ivan", "chang"}


def test_when_it_is_late_the_desk_hears_too(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    approval = waiting(request)
    sweep(at=approval.remind_at)  # type: ignore[arg-type]

    late = approval.decide_by
    assert late is not None
    assert told(lambda: sweep(at=late)) == {"olga", "ann", "bob", "cleo"}


def test_nobody_is_asked_any_more_once_it_is_decided(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    decide(waiting(request), True, by=people["olga"], at=LATER)
    deliver()

    assert letters_about("Your decision is needed") == {}
    assert set(letters_about("Approved")) == {"rita"}


def test_whoever_declines_tells_the_requester_why(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    deliver()
    decide(waiting(request), False, "That host is retired in May.", by=people["olga"], at=LATER)
    deliver()

    (letter,) = [one for one in mail.outbox if one.to == ["rita@example.com"]]
    assert letter.subject == f"[{request.reference}] {request.title} — Declined"
    assert "That host is retired in May." in str(letter.body)


def test_the_bell_leads_to_the_decision_too(
    people: Cast, lakeshore: Organization, sign_in: Callable[[Person], Client]
) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    deliver()
    Notice.objects.exclude(event__name="request.approval_asked").delete()

    page = sign_in(people["olga"]).get("/notifications/").content.decode()
    assert f'href="/requests/{request.reference}/approvals/{waiting(request).public_id}/"' in page


def test_the_history_says_what_happened(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, APPROVERS), by=people["rita"], organization=lakeshore)
    other = {"endpoint": "sftp.elsewhere.example"}
    edit_request(request, other, "Elsewhere", by=people["rita"], at=LATER, version=request.version)
    decide(waiting(request), True, by=people["olga"], at=LATER)
    decide(waiting(request), True, by=people["chang"], at=LATER)

    happened = Event.objects.filter(record=request.pk).order_by("pk")
    assert [(headline(one), sentence(one)) for one in happened] == [
        ("Submitted", "sent this request"),
        (
            "Your decision is needed",
            "asked the organization’s administrators to decide by Fri 12 Mar 2027, 17:00 EST",
        ),
        (
            "Answers changed",
            "changed “Endpoint” from “sftp.lakeshore.example” to “sftp.elsewhere.example”;"
            " “Remark” from “In the morning.” to “–”; the title from “Endpoint moves to another host” to “Elsewhere”",
        ),
        ("Waits for approval", "asked for approval"),
        (
            "Your decision is needed",
            "asked the organization’s administrators to decide by Fri 12 Mar 2027, 17:00 EST",
        ),
        ("Agreed to", "agreed to it"),
        (
            "Your decision is needed",
            "asked the Smart Metering Entity’s approvers to decide by Fri 12 Mar 2027, 17:00 EST",
        ),
        ("Approved", "gave the last approval; fulfilment begins, in the place of Ivan"),
    ]
