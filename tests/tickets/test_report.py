"""Reporting an incident through the browser: form, check, sent; and nothing typed is ever lost."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.notifications.models import OutboxMessage
from servicedesk.records.models import Draft, Event
from tests.tickets.pages import fields, messages, words
from tickets.models import Incident
from tickets.sla.promises import promise

SignIn = Callable[[Person], Client]
FORM, CHECK = "/help/new/incident/", "/help/new/incident/check/"


def filled(organization: Organization, **changes: Any) -> dict[str, Any]:
    """A good report as the browser sends it."""
    return {
        "draft": str(uuid.uuid4()),
        "organization": str(organization.pk),
        "title": "BQ responses missing for cycle 14",
        "description": "Expected 40 accounts.\nSaw 12.",
        "environment": "production",
        "occurred_at": "2026-03-02T08:15",
        "references": "BQ_20260302.xml",
        "impact": "part",
        "urgency": "week",
        "contact": "",
        "backup_contact": "",
        "phone": "555 0100",
        "visibility": "organization",
    } | changes


def send(browser: Client, said: dict[str, Any]) -> HttpResponse:
    """Fill the form in, check, and send."""
    continued = browser.post(FORM, said)
    assert continued.status_code == 303, messages(continued)
    led_to = continued["Location"].partition("draft=")[2]  # the page's own draft, or a fresh one
    return browser.post(CHECK, {"draft": led_to or said["draft"]})


def shown(answer: HttpResponse, said: dict[str, Any]) -> dict[str, str]:
    """What of it the page shows again."""
    page = fields(answer)
    return {name: page.get(name, ["(nothing)"])[-1] for name in said}


# --- The form -------------------------------------------------------------------------------


def test_who_acts_for_one_organization_gets_the_form_at_once(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    page = fields(sign_in(rita).get(FORM, follow=True))

    assert (page["organization"], page["contact"]) == ([str(lakeshore.pk)], [str(rita.pk)])
    assert page["environment"] == ["production"]


def test_who_acts_for_several_chooses_first(
    vera: Person, lakeshore: Organization, pineridge: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(vera)
    first = words(browser.get(FORM, follow=True))

    assert "For which organization do you report?" in first
    assert ("Lakeshore Hydro" in first, "Pine Ridge Power" in first) == (True, True)
    assert fields(browser.get(FORM, {"organization": pineridge.pk}, follow=True))["organization"] == [
        str(pineridge.pk)
    ]


def test_a_made_up_organization_in_the_address_asks_again(
    vera: Person, sme: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(vera)

    for made_up in ("999999", "x", str(sme.pk), "1 OR 1=1"):
        assert "For which organization" in words(browser.get(FORM, {"organization": made_up}, follow=True))


def test_an_agent_reports_on_behalf_of_any_ldc_that_is_served(
    ann: Person, rita: Person, lakeshore: Organization, pineridge: Organization, sign_in: SignIn
) -> None:
    pineridge.is_active = False
    pineridge.save()
    browser = sign_in(ann)
    # One LDC is served, so there is nothing to choose.
    assert fields(browser.get(FORM, follow=True))["organization"] == [str(lakeshore.pk)]

    send(browser, filled(lakeshore, contact=str(rita.pk)))

    filed = Incident.objects.get()
    assert (filed.organization, filed.reporter, filed.contact) == (lakeshore, ann, rita)


def test_who_may_only_look_is_told_whom_to_ask(
    chang: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    answer = sign_in(chang).get(FORM, follow=True)

    assert answer.status_code == 403
    assert "Your role does not include reporting incidents." in answer.content.decode()


# --- Sending --------------------------------------------------------------------------------


def test_a_good_report_is_checked_sent_and_answered_with_its_reference(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore)

    continued = browser.post(FORM, said)
    assert (continued.status_code, continued["Location"]) == (303, f"{CHECK}?draft={said['draft']}")
    checked = words(browser.get(continued["Location"]))
    promised = promise(3, organization_id=lakeshore.pk, start=timezone.now())
    assert "Sev 3 Medium First answer by" in checked
    for moment in (promised.respond_by, promised.finish_by):
        local = timezone.localtime(moment)
        assert f"{local:%a} {local.day} {local:%b %Y}" in checked
    assert not Incident.objects.exists()

    sent = browser.post(CHECK, {"draft": said["draft"]})
    filed = Incident.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, reverse("tickets:submitted", args=[filed.reference]))
    assert filed.reference in words(browser.get(sent["Location"]))


def test_everything_stated_is_stored(
    rita: Person, ned: Person, olga: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    said = filled(
        lakeshore,
        title="  BQ   responses missing ",
        contact=str(ned.pk),
        backup_contact=str(olga.pk),
        visibility="restricted",
        impact="billing",
        urgency="now",
    )
    before = timezone.now()
    send(sign_in(rita), said)

    filed = Incident.objects.get()
    assert before <= filed.created_at <= timezone.now()
    stored = {name: getattr(filed, name) for name in ("description", "references", "phone", "environment")}
    assert stored == {
        "description": "Expected 40 accounts.\nSaw 12.",
        "references": "BQ_20260302.xml",
        "phone": "555 0100",
        "environment": "production",
    }
    assert (filed.title, filed.status, filed.version) == ("BQ responses missing", "new", 1)
    assert (filed.organization, filed.reporter, filed.assignee) == (lakeshore, rita, None)
    assert (filed.contact, filed.backup_contact, filed.visibility) == (ned, olga, "restricted")
    assert (filed.impact, filed.urgency, filed.severity) == ("billing", "now", 2)
    assert filed.occurred_at is not None
    assert filed.occurred_at.isoformat() == "2026-03-02T13:15:00+00:00"
    promised = promise(2, organization_id=lakeshore.pk, start=filed.created_at)
    assert (filed.respond_due_at, filed.finish_due_at) == (promised.respond_by, promised.finish_by)
    assert (filed.due_at, filed.clock_started_at) == (promised.respond_by, filed.created_at)
    assert {row.person for row in filed.followers.all()} == {rita, ned, olga}
    event = Event.objects.get()
    assert (event.name, event.actor, event.at, event.internal) == (
        "incident.submitted", rita, filed.created_at, False,
    )  # fmt: skip
    assert list(OutboxMessage.objects.values_list("effect", "event")) == [("ticket.fan_out", event.pk)]
    draft = Draft.objects.get()
    assert (str(draft.public_id), draft.became_id, draft.sent_at) == (
        said["draft"], filed.pk, filed.created_at,
    )  # fmt: skip


@pytest.mark.parametrize("where", ["form", "check", "form again"])
def test_a_draft_sent_twice_is_one_incident_and_leads_to_the_same_page(
    rita: Person, lakeshore: Organization, sign_in: SignIn, where: str
) -> None:
    browser, said = sign_in(rita), filled(lakeshore)
    sent = send(browser, said)

    again = {
        "form": lambda: browser.post(FORM, said),
        "check": lambda: browser.post(CHECK, {"draft": said["draft"]}),
        "form again": lambda: browser.get(FORM, {"draft": said["draft"]}),
    }[where]()

    assert again.status_code in {302, 303}
    assert again["Location"] == sent["Location"]
    assert Incident.objects.count() == 1


def test_a_stale_form_changes_nothing_that_was_sent(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore)
    sent = send(browser, said)

    stale = browser.post(FORM, said | {"title": "Something else"}, follow=True)

    assert stale.redirect_chain == [(sent["Location"], 303)]
    assert Incident.objects.get().title == "BQ responses missing for cycle 14"
    assert Draft.objects.get().data["title"] == ["BQ responses missing for cycle 14"]


# --- What cannot be sent --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Fill in “What is not working?”."),
        ({"title": "   "}, "Fill in “What is not working?”."),
        ({"title": "x" * 121}, "120"),
        ({"title": "x" * 20_000}, "120"),
        ({"description": ""}, "Fill in “What did you expect, and what did you see?”."),
        ({"description": "x" * 20_001}, "20000"),
        ({"references": "x" * 20_001}, "20000"),
        ({"phone": "5" * 41}, "40"),
        ({"impact": ""}, "Choose an answer for “Who or what is affected?”."),
        ({"impact": "everything"}, "everything"),
        ({"urgency": ""}, "Choose an answer for “By when does it have to work again?”."),
        ({"environment": "moon"}, "moon"),
        ({"occurred_at": "2099-01-01T00:00"}, "Enter a time that is not in the future."),
        ({"occurred_at": "2126-01-01T00:00"}, "Choose a year from 2000 to 2099."),
        ({"occurred_at": "yesterday"}, "Enter a valid date/time."),
    ],
    ids=lambda value: (
        "".join(f"{name} {str(text)[:9]}*{len(str(text))}" for name, text in value.items())
        if isinstance(value, dict)
        else ""
    ),
)
def test_a_bad_field_is_named_and_everything_typed_is_kept(
    rita: Person, lakeshore: Organization, sign_in: SignIn, changes: dict[str, str], said: str
) -> None:
    typed = filled(lakeshore) | changes
    answer = sign_in(rita).post(FORM, typed)

    assert answer.status_code == 422
    (message,) = messages(answer)
    assert said in message
    expected = {name: value for name, value in typed.items() if value not in {"moon", "everything"}}
    expected = {
        name: "(nothing)" if value == "" and name in {"impact", "urgency"} else value
        for name, value in expected.items()
    }
    expected |= dict.fromkeys(("contact", "backup_contact"), "")
    again = shown(answer, expected)
    again |= {name: again[name].replace("(nothing)", "") for name in ("contact", "backup_contact")}
    assert again == expected
    kept = Draft.objects.get().data
    assert {name: kept[name] for name in changes} == {name: [text] for name, text in changes.items()}
    assert not Incident.objects.exists()


@pytest.mark.parametrize("wrong", ["pine", "999999", "", "0", "-1", "x"])
def test_an_organization_that_is_not_theirs_is_refused_in_words(
    rita: Person, lakeshore: Organization, pineridge: Organization, sign_in: SignIn, wrong: str
) -> None:
    typed = filled(lakeshore) | {"organization": str(pineridge.pk) if wrong == "pine" else wrong}
    answer = sign_in(rita).post(FORM, typed)

    assert answer.status_code == 422
    assert "rganization" in words(answer).partition("There is a problem")[2][:200]
    assert shown(answer, {"title": "", "description": ""}) == {
        "title": typed["title"],
        "description": typed["description"],
    }
    assert not Incident.objects.exists()


@pytest.mark.parametrize("field", ["contact", "backup_contact"])
def test_a_stranger_cannot_be_named_as_a_contact(
    rita: Person, stan: Person, lakeshore: Organization, sign_in: SignIn, field: str
) -> None:
    answer = sign_in(rita).post(FORM, filled(lakeshore) | {field: str(stan.pk)})

    assert answer.status_code == 422
    assert messages(answer) == ["Choose somebody from the list: a colleague in that organization."]
    assert "Stan" not in answer.content.decode()


def test_the_backup_is_somebody_other_than_the_contact(
    rita: Person, ned: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    typed = filled(lakeshore, contact=str(ned.pk), backup_contact=str(ned.pk))
    answer = sign_in(rita).post(FORM, typed)

    assert (answer.status_code, messages(answer)) == (422, ["Choose somebody other than the contact."])
    assert shown(answer, {"contact": "", "backup_contact": ""}) == {
        "contact": str(ned.pk),
        "backup_contact": str(ned.pk),
    }


def test_a_severe_incident_needs_a_backup_where_there_is_somebody(
    rita: Person, lakeshore: Organization, sign_in: SignIn, request: pytest.FixtureRequest
) -> None:
    severe = filled(lakeshore, impact="all", urgency="now", contact=str(rita.pk))
    browser = sign_in(rita)
    assert browser.post(FORM, severe).status_code == 303  # Rita is alone at Lakeshore

    request.getfixturevalue("ned")
    answer = browser.post(FORM, severe)
    assert (answer.status_code, messages(answer)) == (
        422,
        ["Choose a back-up contact: severity 1 and 2 need one."],
    )


@pytest.mark.parametrize("typed", ["2026-03-08T02:30", "2025-11-02T01:30"], ids=["skipped", "repeated"])
def test_a_time_at_the_change_of_clocks_is_taken_and_the_page_says_as_what(
    rita: Person, lakeshore: Organization, sign_in: SignIn, typed: str
) -> None:
    """PROMISES: 01:30 happens twice, 02:30 not at all; forms say which instant they took."""
    browser = sign_in(rita)
    answer = browser.post(FORM, filled(lakeshore, occurred_at=typed))

    assert (answer.status_code, messages(answer)) == (303, [])
    assert " EDT" in words(browser.get(answer["Location"])).partition("Since when")[2][:40]


def test_the_check_page_says_which_instant_was_taken(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    rita.time_zone = "America/Winnipeg"
    rita.save()
    browser = sign_in(rita)
    continued = browser.post(FORM, filled(lakeshore))

    assert "Mon 2 Mar 2026, 08:15 CST" in words(browser.get(continued["Location"]))


def test_a_draft_that_became_incomplete_goes_back_to_the_form_with_its_errors(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore)
    browser.post(FORM, said)
    Draft.objects.update(data=Draft.objects.get().data | {"title": [""]})

    back = browser.post(CHECK, {"draft": said["draft"]}, follow=True)

    assert back.redirect_chain == [(f"{FORM}?draft={said['draft']}&checked=1", 302)]
    assert messages(back) == ["Fill in “What is not working?”."]
    assert not Incident.objects.exists()


@pytest.mark.parametrize("made_up", ["", "x", str(uuid.UUID(int=7))])
def test_checking_what_does_not_exist_is_not_found(rita: Person, sign_in: SignIn, made_up: str) -> None:
    browser = sign_in(rita)

    assert browser.get(CHECK, {"draft": made_up}).status_code == 404
    assert browser.post(CHECK, {"draft": made_up}).status_code == 404


def test_severity_and_promise_follow_while_the_form_is_filled_in(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    ask = reverse("tickets:report_severity")

    assert "Severity 1 – critical" in words(browser.get(ask, {"impact": "all", "urgency": "now"}))
    for half in ({}, {"impact": "all"}, {"impact": "all", "urgency": "x"}):
        assert "Answer the two questions" in words(browser.get(ask, half))


def test_a_report_from_long_ago_is_taken(rita: Person, lakeshore: Organization, sign_in: SignIn) -> None:
    moment = timezone.localtime(timezone.now() - timedelta(minutes=1))
    for since in ("2000-01-01T00:00", f"{moment:%Y-%m-%dT%H:%M}", ""):
        send(sign_in(rita), filled(lakeshore, occurred_at=since))
    assert Incident.objects.count() == 3
