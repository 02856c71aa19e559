"""What administrators do in Django admin: people, invitations, the outbox, service levels."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.db import IntegrityError
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountEvent, Invitation, Membership, Organization, OrgId, Person
from accounts.roles import Role
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.outbox import drain
from servicedesk.schedule.jobs import work
from servicedesk.schedule.models import Job
from tests.conftest import NOON
from tests.test_admin import ONE_MORE, SignIn, act, address
from tickets.actions.publishing import new_calendar_draft, new_policy_draft
from tickets.models import (
    CalendarVersion,
    DeskRules,
    Incident,
    PolicyVersion,
    RolloutShift,
    ServiceCalendar,
    ServiceClock,
    SeverityRule,
)
from tickets.transitions import Status


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
    assert told() == [("membership.ended", "Rita"), ("person.deactivated", "Rita")]


def test_an_account_is_closed_and_opened_again_on_its_page(
    ada: Person, sign_in: SignIn, rita: Person
) -> None:
    hers, browser, role = sign_in(rita), sign_in(ada), as_sent(rita.memberships.get())

    assert save(browser, rita, role, is_active="").status_code == 302
    assert leads_to_sign_in(hers)
    assert save(browser, rita).status_code == 302

    assert Person.objects.get(pk=rita.pk).is_active
    assert not rita.memberships.exists()  # an account that is opened again has the roles that are given then
    assert told() == [
        ("membership.ended", "Rita"),
        ("person.deactivated", "Rita"),
        ("person.reactivated", "Rita"),
    ]


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


# --- Calendars and policies ----------------------------------------------------------------


@pytest.fixture
def office(db: None) -> ServiceCalendar:
    """Business hours: weekdays from 8 to 17 in Toronto."""
    return ServiceCalendar.objects.get(name="Business hours")


@pytest.fixture
def draft(office: ServiceCalendar) -> CalendarVersion:
    """A new version of it, from today on."""
    return new_calendar_draft(office, effective_on=timezone.localdate(), note="Lunch")


@pytest.fixture
def policy(db: None) -> PolicyVersion:
    """A new version of the service policy."""
    return new_policy_draft("Slower")


def version_page(version: Model, page: str = "change") -> str:
    return address(type(version), page, version.pk)


def as_it_stands(browser: Client, path: str) -> dict[str, Any]:
    """What the form of a page would send, if nobody changed anything."""
    context = browser.get(path).context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    sent = {}
    for field in (field for form in forms for field in form):
        value = field.value()
        if value is not None and value is not False:
            sent[field.html_name] = value
    return sent


def refusals(response: HttpResponse) -> list[str]:
    """What the form of one of the desk's own pages says."""
    return [str(words) for some in response.context["form"].errors.values() for words in some]


def finish_jobs() -> Job:
    """Let the worker work. Answers the latest job."""
    work(now=timezone.now, seconds=30)
    return Job.objects.latest("pk")


def test_a_new_version_begins_as_a_draft_of_the_latest(
    ada: Person, sign_in: SignIn, office: ServiceCalendar
) -> None:
    browser, latest = sign_in(ada), office.versions.get()

    response = browser.post(
        version_page(latest, "new_version"), {"effective_on": "2027-06-01", "note": "Summer"}
    )

    made = office.versions.get(number=None)
    assert (response.status_code, response["Location"]) == (302, version_page(made))
    assert (made.effective_on, made.note, made.windows) == (date(2027, 6, 1), "Summer", latest.windows)
    assert made.days.count() == latest.days.count() > 30
    page = browser.get(address(ServiceCalendar, "change", office.pk)).content.decode()
    assert version_page(made) in page
    assert version_page(latest, "new_version") in page


def test_a_new_calendar_begins_with_a_first_version_of_its_own(ada: Person, sign_in: SignIn) -> None:
    browser = sign_in(ada)
    browser.post(address(ServiceCalendar, "add"), {"name": "Nights"})
    nights = ServiceCalendar.objects.get(name="Nights")
    begin = f"{address(CalendarVersion, 'add')}?calendar={nights.pk}"
    assert begin in browser.get(address(ServiceCalendar, "change", nights.pk)).content.decode()

    sent = as_it_stands(browser, begin) | {"note": "First", "monday": "22:00-06:00", "tuesday": ""}
    assert browser.post(begin, sent).status_code == 302

    made = nights.versions.get()
    assert (made.number, made.windows[:3]) == (None, [[["22:00", "06:00"]], [], [["08:00", "17:00"]]])
    page = browser.get(version_page(made, "publish")).content.decode()
    assert "it is the first version" in page


def test_a_week_is_written_as_hours_and_days_that_differ_beside_it(
    ada: Person, sign_in: SignIn, draft: CalendarVersion, lakeshore: Organization
) -> None:
    draft.days.all().delete()
    browser = sign_in(ada)
    sent = as_it_stands(browser, version_page(draft)) | {
        "monday": "13:00–17:00; 8:00 - 12:00", "tuesday": "00:00–24:00", "sunday": "22:00–06:00", "saturday": "",
        "days-0-day": "2027-12-24", "days-0-name": "Christmas Eve", "days-0-hours": "08:00–12:00",
        "days-1-day": "2027-06-02", "days-1-name": "Annual meeting", "days-1-organization": "LAKESHORE hydro",
    }  # fmt: skip

    assert browser.post(version_page(draft), sent).status_code == 302

    draft.refresh_from_db()
    weekday = [["08:00", "17:00"]]
    assert draft.windows == [
        [["08:00", "12:00"], ["13:00", "17:00"]], [["00:00", "24:00"]], *[weekday] * 3, [], [["22:00", "06:00"]],
    ]  # fmt: skip
    assert list(draft.days.order_by("day").values_list("name", "windows", "organization__name")) == [
        ("Annual meeting", [], "Lakeshore Hydro"),
        ("Christmas Eve", [["08:00", "12:00"]], None),
    ]
    shown = as_it_stands(browser, version_page(draft))
    assert (shown["monday"], shown["sunday"]) == ("08:00–12:00, 13:00–17:00", "22:00–06:00")
    assert (shown["days-0-organization"], shown["days-1-hours"]) == ("Lakeshore Hydro", "08:00–12:00")
    assert browser.post(version_page(draft), shown).status_code == 302
    assert not draft.days.exclude(name__in=["Annual meeting", "Christmas Eve"]).exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"monday": "8am-5pm"}, "Monday: “8am-5pm” cannot be read. Write hours such as 08:00–17:00"),
        ({"tuesday": "08:00"}, "Tuesday: “08:00” cannot be read."),
        ({"wednesday": "08:00–25:00"}, "Wednesday: 25:00 is no time of day. A day runs from 00:00 to 24:00."),
        ({"thursday": "24:00–08:00"}, "Thursday: 24:00 is no time of day."),
        ({"friday": "08:75–17:00"}, "Friday: 08:75 is no time of day."),
        (
            {"saturday": "08:00–08:00"},
            "Saturday: 08:00–08:00 has no length. Write 00:00–24:00 for a whole day.",
        ),
        ({"sunday": "08:00–12:00, 11:00–17:00"}, "Sunday: 11:00–17:00 begins before 08:00–12:00 is over."),
        ({"days-0-hours": "noon"}, "Thu 1 Jan 2026: “noon” cannot be read."),
        ({"days-0-organization": "Nobody Hydro"}, "No organization is called “Nobody Hydro”."),
        (
            dict.fromkeys(["monday", "tuesday", "wednesday", "thursday", "friday"], ""),
            "A clock has to run at some time: give at least one day a window.",
        ),
        ({"zone": "Mars/Base"}, "“Mars/Base” is not a time zone."),
        ({"effective_on": ""}, "This field is required."),
    ],
    ids=lambda said: str(said)[:30],
)
def test_what_cannot_be_read_is_refused_by_the_name_of_its_day(
    ada: Person, sign_in: SignIn, draft: CalendarVersion, said: dict[str, str], words: str
) -> None:
    browser = sign_in(ada)

    response = browser.post(version_page(draft), as_it_stands(browser, version_page(draft)) | said)

    assert any(words in error for error in errors(response))
    written = CalendarVersion.objects.get(pk=draft.pk)
    assert (written.windows, written.zone) == (draft.windows, draft.zone)


def test_a_years_holidays_are_added_once(ada: Person, sign_in: SignIn, draft: CalendarVersion) -> None:
    draft.days.all().delete()
    browser = sign_in(ada)

    pages = [
        browser.post(version_page(draft, "holidays"), {"year": "2027", "civic_holiday": "on"}, follow=True)
        for _time in range(2)
    ]

    assert "days of 2027 were added" in pages[0].content.decode()
    assert "0 days of 2027 were added" in pages[1].content.decode()
    names = list(draft.days.order_by("day").values_list("name", flat=True))
    assert "Civic Holiday" in names
    assert "Easter Monday" not in names
    assert browser.get(version_page(draft, "holidays")).status_code == 405
    assert "Choose a year" in browser.post(
        version_page(draft, "holidays"), {"year": "1867"}, follow=True
    ).content.decode()  # fmt: skip


def test_nothing_is_published_without_the_tick(
    ada: Person, sign_in: SignIn, draft: CalendarVersion, policy: PolicyVersion
) -> None:
    browser = sign_in(ada)
    for version, words in ((draft, "these days and hours"), (policy, "these promises and steps")):
        response = browser.post(version_page(version, "publish"), {"move_open": "on"})

        assert refusals(response) == [f"Tick “I have checked {words}” to go on."]
        version.refresh_from_db()
        assert (version.number, version.published_at) == (None, None)


def test_what_is_new_is_read_before_it_is_published(
    ada: Person, sign_in: SignIn, draft: CalendarVersion, policy: PolicyVersion
) -> None:
    draft.windows = [[], *draft.windows[1:]]
    draft.save()
    draft.days.filter(day=date(2027, 7, 1)).delete()
    policy.rules.filter(severity=3).update(finish_minutes=540)
    policy.steps.filter(target="respond", percent=50).delete()
    browser = sign_in(ada)

    calendar_page, policy_page = (browser.get(version_page(one, "publish")) for one in (draft, policy))

    assert list(calendar_page.context["differences"]) == [
        ("Monday", "08:00–17:00", "closed"),
        ("Thu 1 Jul 2027", "Canada Day: closed", ""),
    ]
    (promise, step) = policy_page.context["differences"]
    assert promise.about == "Incident · Severity 3 – medium"
    assert ("45 h 00 min" in promise.was, "9 h 00 min" in promise.now) == (True, True)
    assert (step.about.startswith("Step: First answer, severity 1, 2, 50%"), step.now) == (True, "")
    ticked = [page.context["form"]["move_open"].value() for page in (calendar_page, policy_page)]
    assert ticked == [True, False]  # open tickets follow a calendar, and keep their policy


def test_a_signed_off_calendar_moves_the_open_tickets(
    ada: Person, sign_in: SignIn, administration: Client, office: ServiceCalendar
) -> None:
    draft = new_calendar_draft(office, effective_on=date(2027, 1, 1), note="Closed on Tuesdays")
    draft.windows = [*draft.windows[:1], [], *draft.windows[2:]]
    draft.save()
    browser = sign_in(ada)

    response = browser.post(version_page(draft, "publish"), {"checked": "on", "move_open": "on"})

    draft.refresh_from_db()
    assert (draft.number, draft.published_by) == (3, ada)
    job = finish_jobs()
    assert response["Location"] == reverse("admin:tickets_shifts", args=[job.public_id])
    page = browser.get(response["Location"])
    assert (page.context["done_already"], page.context["running"]) == (True, False)
    incident = Incident.objects.get()
    assert incident.calendar_version_id == draft.pk
    assert [(one.reference, one.target, one.now) for one in page.context["moves"]] == [
        (incident.reference, "First answer", "Wed 10 Mar 2027, 12:00 EST"),
        (incident.reference, "Restoration", "Wed 17 Mar 2027, 17:00 EDT"),
    ]
    assert "is published." in page.content.decode()


def test_open_tickets_keep_their_policy_unless_somebody_ticks_the_box(
    ada: Person, sign_in: SignIn, administration: Client, policy: PolicyVersion
) -> None:
    browser = sign_in(ada)

    response = browser.post(version_page(policy, "publish"), {"checked": "on"})

    policy.refresh_from_db()
    assert (policy.number, policy.published_by) == (2, ada)
    assert response["Location"] == version_page(policy)
    assert not Job.objects.exists()
    listed = browser.get(address(PolicyVersion, "changelist")).context["cl"].result_list
    assert [(one.number, one.counted_open) for one in listed] == [(2, 0), (1, 1)]


def test_a_published_version_never_changes(
    ada: Person, sign_in: SignIn, office: ServiceCalendar, draft: CalendarVersion
) -> None:
    browser = sign_in(ada)
    published = office.versions.get(number=2)
    for version in (published, PolicyVersion.objects.get()):
        page = browser.get(version_page(version)).content.decode()
        boxes = re.findall(r'<(?:input(?! type="hidden")|select|textarea)[^>]*name="\w+', page)
        assert boxes == []
        for path in ("change", "delete"):
            assert (
                browser.post(version_page(version, path), {"note": "New", "post": "yes"}).status_code == 403
            )
        for path in ("publish", "what_would_change"):
            assert browser.post(version_page(version, path), {"checked": "on"}).status_code == 404

    with pytest.raises(IntegrityError, match=r"A published version is never changed\. Make a new one\."):
        CalendarVersion.objects.filter(pk=published.pk).update(note="New")


def test_a_draft_can_be_thrown_away(
    ada: Person, sign_in: SignIn, draft: CalendarVersion, policy: PolicyVersion
) -> None:
    browser = sign_in(ada)
    for version in (draft, policy):
        assert browser.post(version_page(version, "delete"), {"post": "yes"}).status_code == 302
        assert not type(version).objects.filter(number=None).exists()


def test_what_would_change_shows_how_far_it_is_and_then_what_moves(
    ada: Person, sign_in: SignIn, administration: Client, policy: PolicyVersion, lakeshore: Organization
) -> None:
    Organization.objects.filter(pk=lakeshore.pk).update(name="=Lakeshore Hydro")
    policy.rules.filter(severity=3).update(respond_minutes=60, finish_minutes=60)
    browser = sign_in(ada)

    asked = browser.post(version_page(policy, "what_would_change"))

    waiting = browser.get(asked["Location"]).content.decode()
    assert "admin-progress.js" in waiting
    assert "Waiting to begin." in waiting
    job = finish_jobs()
    RolloutShift.objects.filter(job=job, target="restore").update(newly_late=True)
    done = browser.get(asked["Location"])
    html = done.content.decode()
    assert "admin-progress.js" not in html
    assert job.result == {"tickets": 1, "moving": 1, "newly_late": 0}
    reference = Incident.objects.get().reference
    assert [
        (one.reference, one.organization, one.target, one.was, one.now) for one in done.context["moves"]
    ] == [
        (
            reference,
            "=Lakeshore Hydro",
            "Restoration",
            "Tue 16 Mar 2027, 12:00 EDT",
            "Tue 9 Mar 2027, 13:00 EST",
        ),
        (
            reference,
            "=Lakeshore Hydro",
            "First answer",
            "Tue 9 Mar 2027, 16:00 EST",
            "Tue 9 Mar 2027, 13:00 EST",
        ),
    ]
    assert html.count("newly late</strong>") == 1
    assert reverse("tickets:detail", args=[reference]) in html
    download = browser.get(reverse("admin:tickets_shifts_csv", args=[job.public_id]))
    lines = b"".join(download.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1] == (
        f"{reference},'=Lakeshore Hydro,Restoration,2027-03-16T12:00:00-04:00,2027-03-09T13:00:00-05:00,yes"
    )
    assert len(lines) == 3


def test_a_foresight_of_a_draft_that_was_changed_since_says_so(
    ada: Person, sign_in: SignIn, draft: CalendarVersion
) -> None:
    browser = sign_in(ada)
    asked = browser.post(version_page(draft, "what_would_change"))
    finish_jobs()
    pages = (asked["Location"], version_page(draft, "publish"))
    assert ["was changed after" in browser.get(path).content.decode() for path in pages] == [False, False]

    sent = as_it_stands(browser, version_page(draft)) | {"note": "Lunch, and Friday afternoon"}
    assert browser.post(version_page(draft), sent).status_code == 302

    assert ["was changed after" in browser.get(path).content.decode() for path in pages] == [True, True]


def test_a_policy_that_promises_some_tickets_nothing_is_refused_in_words(
    ada: Person, sign_in: SignIn, policy: PolicyVersion
) -> None:
    policy.rules.filter(severity=4).delete()
    browser = sign_in(ada)

    response = browser.post(version_page(policy, "publish"), {"checked": "on"})
    foresight = browser.post(version_page(policy, "what_would_change"), follow=True).content.decode()

    assert response.status_code == 422
    (words,) = refusals(response)
    assert words.startswith("Nothing is promised to incidents of Severity 4")
    assert words in foresight
    assert PolicyVersion.objects.filter(number=None).exists()


def test_promises_and_steps_are_edited_as_they_stand(
    ada: Person, sign_in: SignIn, policy: PolicyVersion
) -> None:
    browser, path = sign_in(ada), version_page(policy)
    rules, steps = policy.rules.count(), policy.steps.count()
    as_before = list(policy.steps.order_by("pk").values())
    sent = as_it_stands(browser, path) | {
        "rules-0-finish_minutes": "90", "rules-0-pauses": ["waiting_ldc", "waiting_vendor"],
        f"rules-{rules}-organization": "Lakeshore Hydro", f"rules-{rules}-respond_minutes": "15",
        f"rules-{rules}-respond_calendar": ServiceCalendar.objects.get(name="Business hours").pk,
        f"rules-{rules}-finish_minutes": "60", f"rules-{rules}-update_minutes": "30",
        f"rules-{rules}-finish_calendar": ServiceCalendar.objects.get(name="Business hours").pk,
    }  # fmt: skip
    Organization.objects.get_or_create(kind="ldc", name="Lakeshore Hydro", slug="lakeshore-hydro")

    refused = errors(browser.post(path, sent))
    assert refused == ["Give updates both a length and a calendar, or neither."]
    assert browser.post(path, sent | {f"rules-{rules}-update_minutes": ""}).status_code == 302

    assert (policy.rules.count(), policy.steps.count()) == (rules + 1, steps)
    first = policy.rules.order_by("kind", "severity", "pk").first()
    assert (first.finish_minutes, first.pauses) == (90, ["waiting_ldc", "waiting_vendor"])
    assert policy.rules.get(organization__name="Lakeshore Hydro").severity is None
    assert list(policy.steps.order_by("pk").values()) == as_before


def test_a_calendar_in_use_is_not_deleted(administration: Client) -> None:
    used = DeskRules.objects.get().calendar

    administration.post(address(ServiceCalendar, "delete", used.pk), {"post": "yes"})

    assert ServiceCalendar.objects.filter(pk=used.pk).exists()


def test_an_ended_clock_leads_to_its_ticket(
    ada: Person, sign_in: SignIn, incident: Callable[..., Incident]
) -> None:
    ticket = incident(Status.RESOLVED)
    browser = sign_in(ada)

    asked = {"q": ticket.reference.lower(), "state": "met", "target": "restore", "severity": "3"}
    listed = browser.get(address(ServiceClock, "changelist"), asked).context["cl"].result_list

    (clock,) = listed
    page = browser.get(address(ServiceClock, "change", clock.pk)).content.decode()
    assert f'<a href="{ticket.get_absolute_url()}">{ticket.reference}</a>' in page


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
