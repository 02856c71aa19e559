"""A ticket that should have been another one: what is kept of it, what is said, and by when it is due then."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Attachment, Comment, Draft, Event, Link
from servicedesk.records.refusals import Forbidden, IllegalMove, Stale, Unusable
from servicedesk.schedule.models import DueRow
from tests.conftest import NOON, key
from tests.tickets.orders import FEEDBACK, approve, finish_tasks, now_on, order, version_of
from tests.tickets.pages import fields, words
from tickets.actions import add_note, move, reply, set_following
from tickets.actions.conversion import convert_request, convert_to_incident, convert_to_request, outlook
from tickets.actions.fulfilment import tick
from tickets.models import Incident, ServiceClock, ServiceRequest
from tickets.sentences import sentence
from tickets.sla.verification import differences
from tickets.transitions import RequestStatus, Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def feedback(rita: Person, lakeshore: Organization) -> ServiceRequest:
    """Rita's testing feedback, with a screenshot, sent at noon on a Tuesday."""
    draft = Draft.objects.create(person=rita, form="request", created_at=NOON, updated_at=NOON)
    attach_to_draft(SimpleUploadedFile("screen.txt", b"12 of 40"), draft, by=rita, at=NOON)
    return order(
        "testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, title="BQ-07 fails", draft=draft
    )


@pytest.fixture
def begun(feedback: ServiceRequest, ann: Person) -> ServiceRequest:
    """The same, being worked on."""
    move(feedback, "start", by=ann, at=NOON, version=feedback.version)
    return now_on(feedback)


def convert(
    request: ServiceRequest, slug: str, *, by: Person, at: datetime = LATER, **said: Any
) -> ServiceRequest:
    """Make it a request for another item."""
    convert_request(now_on(request), version_of(slug), by=by, at=at, version_seen=request.version, **said)
    return now_on(request)


def to_incident(request: ServiceRequest, *, by: Person, at: datetime = LATER) -> Incident:
    """Make an incident of it: severity 3."""
    made = convert_to_incident(request, "part", "week", "sandbox", by=by, at=at, version_seen=request.version)
    return Incident.objects.get(pk=made.pk)


def messages(ticket: Any) -> list[str]:
    """What both sides read on it."""
    return list(
        Comment.objects.filter(record=ticket.pk, internal=False).order_by("pk").values_list("body", flat=True)
    )


# --- To another item ------------------------------------------------------------------------


def test_answers_that_fit_are_kept_and_the_others_are_said(begun: ServiceRequest, ann: Person) -> None:
    found = convert(begun, "sandbox-access", by=ann, message="A fresh copy will do.")

    assert (found.reference, found.pk, found.item) == (begun.reference, begun.pk, "sandbox-access")
    assert found.item_version == version_of("sandbox-access")
    assert set(found.answers) <= set(FEEDBACK)
    (said,) = messages(found)
    assert said.startswith("A fresh copy will do.\n\nYou also wrote:\n\n")
    for name in set(FEEDBACK) - set(found.answers):
        assert FEEDBACK[name] in said or name == "environment"
    assert "Please tell us as well: " in said


def test_the_conversion_is_told_with_both_names(begun: ServiceRequest, ann: Person) -> None:
    convert(begun, "sandbox-access", by=ann)

    told = Event.objects.get(record=begun.pk, name="request.converted")
    was, now = begun.item_version.name, version_of("sandbox-access").name
    assert sentence(told) == f"moved it from “{was}” to “{now}”"
    assert (told.internal, told.facts["was_item_fr"]) == (False, begun.item_version.name_fr)


def test_the_promise_is_the_new_items_from_the_start(begun: ServiceRequest, ann: Person) -> None:
    """Five business days became one of three: they count from Tuesday noon, not from the conversion."""
    expected = outlook(begun, version_of("connectivity-test"), at=LATER)
    found = convert(begun, "connectivity-test", by=ann)

    assert begun.finish_due_at == datetime(2027, 3, 16, 16, tzinfo=UTC)
    assert found.finish_due_at == found.due_at == expected == datetime(2027, 3, 12, 17, tzinfo=UTC)
    assert found.clock_started_at == NOON
    assert differences([found], at=LATER) == []


def test_tasks_that_are_not_done_are_the_new_items(begun: ServiceRequest, ann: Person) -> None:
    tick(begun.tasks.earliest("pk"), True, by=ann, at=NOON)
    found = convert(begun, "connectivity-test", by=ann)

    titles = [task.template.title for task in found.tasks.select_related("template").order_by("pk")]
    new = [task.title for task in version_of("connectivity-test").tasks.order_by("position")]
    assert titles == ["Repeat the step in the test environment", *new]


def test_it_goes_to_the_new_items_team_and_waits_for_the_approval_that_it_needs(
    begun: ServiceRequest, ann: Person
) -> None:
    found = convert(begun, "vee-profile", by=ann)

    assert (found.team, found.status) == (version_of("vee-profile").team, RequestStatus.WAITING_APPROVAL)
    assert (found.due_at, found.paused_at) == (None, LATER)
    assert differences([found], at=LATER) == []


def test_what_waited_for_an_approval_that_is_not_needed_any_more_goes_on(
    rita: Person, ann: Person, lakeshore: Organization
) -> None:
    waiting = order("vee-profile", {"org_id": "X"}, by=rita, organization_id=lakeshore.pk)
    found = convert(waiting, "connectivity-test", by=ann)

    assert (waiting.status, found.status) == (RequestStatus.WAITING_APPROVAL, RequestStatus.SUBMITTED)
    assert found.due_at is not None
    assert not found.approvals.filter(state="waiting").exists()
    assert not found.tasks.exists()


def test_what_was_written_for_a_few_is_never_shown_to_more(
    rita: Person, olga: Person, ann: Person, begun: ServiceRequest, lakeshore: Organization
) -> None:
    few = approve(order("desk-user-new", {"name": "Paul"}, by=rita, organization_id=lakeshore.pk), by=olga)

    assert convert(few, "connectivity-test", by=ann).visibility == "restricted"
    assert convert(begun, "gui-user-new", by=ann).visibility == "restricted"


def test_only_agents_convert_and_only_what_is_open_and_was_never_fulfilled(
    begun: ServiceRequest, ann: Person, rita: Person, olga: Person, chang: Person
) -> None:
    for who in (rita, olga, chang):
        with pytest.raises(Forbidden, match=r"Only the Service Desk can do this\."):
            convert(begun, "connectivity-test", by=who)
    finish_tasks(begun, by=ann)
    done = move(begun, "fulfil", by=ann, at=NOON, version=begun.version, message="Found it.")
    with pytest.raises(IllegalMove, match="no longer open"):
        convert(now_on(begun), "connectivity-test", by=ann)
    move(done, "reopen", by=rita, at=NOON, version=done.version, message="Not really.")
    with pytest.raises(IllegalMove, match="fulfilled once"):
        convert(now_on(begun), "connectivity-test", by=ann)


def test_the_same_item_an_old_form_and_an_old_page_are_refused(begun: ServiceRequest, ann: Person) -> None:
    with pytest.raises(Unusable, match="It is a request for that already"):
        convert(begun, "testing-feedback", by=ann)
    with pytest.raises(Stale):
        convert_request(
            begun, version_of("connectivity-test"), by=ann, at=LATER, version_seen=begun.version - 1
        )
    retired = version_of("connectivity-test")
    retired.item.retired_at = NOON
    retired.item.save()
    with pytest.raises(Unusable, match="This form has changed meanwhile"):
        convert_request(begun, retired, by=ann, at=LATER, version_seen=begun.version)

    assert (now_on(begun).item, messages(begun)) == ("testing-feedback", [])


# --- To an incident -------------------------------------------------------------------------


def test_testing_feedback_becomes_an_incident_with_its_words_files_and_people(
    begun: ServiceRequest, ann: Person, ned: Person
) -> None:
    set_following(begun, True, by=ned, at=NOON)
    reply(begun, "We repeat it.", by=ann, at=NOON)
    add_note(begun, "Looks like a defect.", by=ann, at=NOON)
    made = to_incident(begun, by=ann)

    assert (made.title, made.reporter, made.contact, made.organization) == (
        begun.title, begun.reporter, begun.contact, begun.organization,
    )  # fmt: skip
    assert (made.status, made.severity, made.environment) == (Status.NEW, 3, "sandbox")
    assert made.clock_started_at == LATER
    for answer in ("8.2", "BQ-07, step 4", "A response file with 12 accounts.", f"From {begun.reference}."):
        assert answer in made.description
    assert set(begun.followers.values_list("person__name", flat=True)) == {"Rita", "Ned"}
    assert set(made.followers.values_list("person__name", flat=True)) == {"Rita", "Ned"}
    files = Attachment.objects.order_by("pk").values_list("record", "name", "sha256", "comment")
    assert [row[0] for row in files] == [begun.pk, made.pk]
    assert len({row[1:] for row in files}) == 1
    assert not Comment.objects.filter(record=made.pk).exists()


def test_the_request_ends_stays_readable_and_each_page_leads_to_the_other(
    begun: ServiceRequest, ann: Person, rita: Person, sign_in: SignIn
) -> None:
    made = to_incident(begun, by=ann)

    ended = now_on(begun)
    assert (ended.status, ended.due_at) == (RequestStatus.CLOSED, None)
    assert ServiceClock.objects.get(record=begun.pk).state == "withdrawn"
    assert not DueRow.objects.filter(record=begun.pk, cancelled_at=None, kind="sla.step").exists()
    assert differences([ended, made], at=LATER) == []
    link = Link.objects.get()
    assert (link.source_id, link.relation, link.target_id) == (made.pk, "continues", begun.pk)
    browser = sign_in(rita)
    old = browser.get(ended.get_absolute_url())
    assert f"goes on as {made.reference}" in words(old)
    assert f"made it the incident {made.reference}" in words(old)
    assert f"continues {begun.reference}" in words(browser.get(made.get_absolute_url()))


def test_nobody_closes_a_request_by_the_move_alone(begun: ServiceRequest, ann: Person) -> None:
    with pytest.raises(Forbidden, match=r"This happens by itself\."):
        move(begun, "convert", by=ann, at=LATER, version=begun.version)


def test_of_two_who_convert_the_second_makes_nothing(begun: ServiceRequest, ann: Person, bob: Person) -> None:
    to_incident(now_on(begun), by=ann)

    with pytest.raises(IllegalMove):
        to_incident(now_on(begun), by=bob)
    assert Incident.objects.count() == 1


# --- To a request ---------------------------------------------------------------------------


def test_an_incident_becomes_a_request_and_says_so(incident: Make, ann: Person, ned: Person) -> None:
    filed = incident(Status.IN_PROGRESS, environment="sandbox", contact=ned)
    made = convert_to_request(
        filed, version_of("testing-feedback"), by=ann, at=LATER, version_seen=filed.version
    )

    assert made.answers == {"environment": "sandbox", "expected": filed.description}
    assert (made.item, made.title, made.contact, made.status) == (
        "testing-feedback", filed.title, ned, RequestStatus.SUBMITTED,
    )  # fmt: skip
    assert Incident.objects.get(pk=filed.pk).status == Status.CANCELLED
    assert messages(filed)[-1] == (
        f"This goes on as {made.reference}, “Testing feedback”.\n\n"
        "Please tell us as well: Release under test, Script or step, What did you see?."
    )
    told = Event.objects.filter(record=filed.pk).latest("pk")
    assert sentence(told) == f"made it the request {made.reference}"
    assert Link.objects.get().source_id == made.pk


# --- The page -------------------------------------------------------------------------------


@pytest.fixture
def today(rita: Person, lakeshore: Organization) -> ServiceRequest:
    """Testing feedback that was sent just now."""
    return order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, at=timezone.now())


def page(browser: Client, ticket: Any, to: str = "") -> HttpResponse:
    """The page for converting it."""
    return browser.get(reverse("tickets:convert", args=[ticket.reference]), {"to": to} if to else {})


def send(browser: Client, ticket: Any, shown: HttpResponse, **said: Any) -> HttpResponse:
    """Send the page's form as a browser would."""
    typed = {name: values[-1] for name, values in fields(shown).items()}
    return browser.post(reverse("tickets:convert", args=[ticket.reference]), typed | said)


def test_an_agent_chooses_sees_what_is_kept_and_converts(
    today: ServiceRequest, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    choices = page(browser, today)
    assert "An incident" in words(choices)
    assert "?to=connectivity-test" in choices.content.decode()
    assert "?to=testing-feedback" not in choices.content.decode()

    preview = page(browser, today, "connectivity-test")
    assert "Release under test: 8.2" in words(preview)  # has no place there
    sent = send(browser, today, preview, message="Let us try the line first.")

    assert (sent.status_code, sent["Location"]) == (
        303,
        reverse("tickets:desk_detail", args=[today.reference]),
    )
    assert now_on(today).item == "connectivity-test"
    assert "Let us try the line first." in words(browser.get(sent["Location"]))


def test_an_agent_makes_an_incident_of_it(today: ServiceRequest, ann: Person, sign_in: SignIn) -> None:
    browser = sign_in(ann)
    preview = page(browser, today, "incident")
    assert "A response file with 12 accounts." in words(preview)
    refused = send(browser, today, preview)
    assert (refused.status_code, Incident.objects.exists()) == (422, False)

    made = send(browser, today, refused, impact="billing", urgency="today", request_id=key())
    assert made["Location"] == reverse("tickets:desk_detail", args=[Incident.objects.get().reference])


def test_an_agent_makes_a_request_of_an_incident(incident: Make, ann: Person, sign_in: SignIn) -> None:
    filed, browser = incident(at=timezone.now()), sign_in(ann)
    assert "An incident" not in words(page(browser, filed))
    assert page(browser, filed, "incident").status_code == 404

    sent = send(browser, filed, page(browser, filed, "connectivity-test"))
    assert sent["Location"] == reverse("tickets:desk_detail", args=[ServiceRequest.objects.get().reference])


def test_who_was_slower_sees_the_page_again_with_what_they_typed(
    today: ServiceRequest, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    preview = page(browser, today, "connectivity-test")
    move(today, "start", by=bob, at=timezone.now(), version=today.version)
    late = send(browser, today, preview, message="Let us try the line first.")

    assert late.status_code == 409
    assert "was changed by somebody else while you were writing." in words(late)
    assert fields(late)["message"] == ["Let us try the line first."]
    assert send(browser, today, late).status_code == 303


def test_what_can_no_longer_be_converted_is_said_in_words(
    today: ServiceRequest, ann: Person, rita: Person, stan: Person, sign_in: SignIn
) -> None:
    assert page(sign_in(ann), today, "no-such-item").status_code == 404
    assert page(sign_in(stan), today).status_code == 404
    refused = page(sign_in(rita), today)
    assert (refused.status_code, "Only the Service Desk can do this." in words(refused)) == (403, True)

    move(today, "cancel", by=ann, at=timezone.now(), version=today.version, message="Sent twice.")
    assert page(sign_in(ann), today).status_code == 409
    desk = sign_in(ann).get(reverse("tickets:desk_detail", args=[today.reference]))
    assert not re.search("Make something else of it", words(desk))
