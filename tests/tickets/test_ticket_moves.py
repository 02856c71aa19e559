"""Moving a ticket on, naming contacts, following; and what the second of two people gets to see."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from servicedesk.records.models import Follower
from tests.tickets.pages import fields, messages, words
from tests.tickets.test_ticket_acts import KEPT, act, filed, now_on
from tickets.actions import move_ticket
from tickets.models import Incident
from tickets.transitions import Status

__all__ = ["filed"]  # the fixture

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]


# --- Two at once ----------------------------------------------------------------------------


def test_the_second_of_two_agents_sees_who_did_what_and_keeps_their_words(
    incident: Make, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    working = incident(Status.IN_PROGRESS, at=timezone.now())
    first, second = sign_in(ann), sign_in(bob)
    seen = fields(second.get(working.get_absolute_url(), follow=True))["version"][0]
    act(first, working, "move", "wait_for_vendor", version=seen, message="With the vendor.")

    late = act(second, working, "move", "ask", version=seen, message=KEPT)

    assert late.status_code == 409
    said = words(late)
    assert f"{working.reference} was changed by somebody else while you were writing." in said
    assert "Ann is waiting for a provider" in said
    assert KEPT in fields(late)["message"]
    assert now_on(working).status == Status.WAITING_VENDOR

    fresh = str(now_on(working).version)
    assert set(fields(late)["version"]) == {fresh}
    again = act(second, working, "move", "ask", version=fresh, message=KEPT)
    assert (again.status_code, now_on(working).status) == (303, Status.WAITING_LDC)


def test_a_move_that_is_no_longer_possible_keeps_the_words_too(
    incident: Make, ann: Person, bob: Person, sign_in: SignIn
) -> None:
    working = incident(Status.IN_PROGRESS, at=timezone.now())
    move_ticket(
        working, "resolve", by=ann, at=timezone.now(), version=working.version, message="Done.", resolution="fix"
    )  # fmt: skip

    late = act(sign_in(bob), working, "move", "ask", version=working.version, message=KEPT)

    assert late.status_code == 409
    assert "“Ask the LDC” is not possible while this is “Resolved”." in words(late)
    assert KEPT in late.content.decode().replace("&#x27;", "'")


def test_the_ldc_that_comes_second_is_told_and_keeps_its_words(
    incident: Make, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    resolved = incident(Status.RESOLVED, at=timezone.now())
    Incident.objects.filter(pk=resolved.pk).update(version=resolved.version + 1)

    late = act(sign_in(rita), resolved, "move", "reopen", version=resolved.version, message=KEPT)

    assert late.status_code == 409
    assert "was changed by somebody else while you were writing." in words(late)
    assert KEPT in fields(late)["message"]


@pytest.mark.parametrize(
    ("form", "said"),
    [("assign", {"assignee": ""}), ("rate", {"severity": "1", "reason": KEPT.replace("\n", " ")})],
    ids=["assign", "severity"],
)
def test_assigning_and_rating_come_second_too_and_can_be_sent_again(
    filed: Incident, ann: Person, bob: Person, sign_in: SignIn, form: str, said: dict[str, str]
) -> None:
    move_ticket(filed, "start", by=ann, at=timezone.now(), version=filed.version)
    browser = sign_in(bob)

    late = act(browser, filed, form, version="1", **said)
    assert late.status_code == 409
    page = fields(late)
    assert {name: text in page[name] for name, text in said.items() if text} == {
        name: True for name, text in said.items() if text
    }

    # As the browser would: with the version that now stands in that very form.
    versions = form_versions(late, form)
    assert act(browser, filed, form, version=versions[-1], **said).status_code == 303


def form_versions(page: HttpResponse, form: str) -> list[str]:
    """The version in each form of the page that posts to this address."""
    parts = page.content.decode().split("<form")
    address = {"assign": "/assign/", "rate": "/severity/"}[form]
    own = [part for part in parts if f'{address}"' in part[:300]]
    return [part.partition('name="version" value="')[2].partition('"')[0] for part in own]


# --- Moving ---------------------------------------------------------------------------------


def test_the_ldc_reopens_and_closes(incident: Make, rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    resolved = incident(Status.RESOLVED, at=timezone.now())

    wordless = act(browser, resolved, "move", "reopen", version=resolved.version, message="")
    assert (wordless.status_code, messages(wordless)) == (422, ["Fill in “Message”."])
    reopened = act(browser, resolved, "move", "reopen", version=resolved.version, message="Cycle 15 as well.")
    assert (reopened.status_code, now_on(resolved).status) == (303, Status.IN_PROGRESS)

    another = incident(Status.RESOLVED, at=timezone.now())
    act(browser, another, "move", "close", version=another.version)
    assert now_on(another).status == Status.CLOSED


@pytest.mark.parametrize("who", ["rita", "ann"])
def test_either_side_cancels_with_a_reason(
    filed: Incident, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    browser = sign_in(cast[who])
    assert act(browser, filed, "move", "cancel", version=1).status_code == 422

    act(browser, filed, "move", "cancel", version=1, message="It was our own firewall.")
    assert now_on(filed).status == Status.CANCELLED
    assert "It was our own firewall." in words(browser.get(filed.get_absolute_url(), follow=True))


@pytest.mark.parametrize("name", ["acknowledge", "start"])
def test_the_ldc_cannot_do_the_desks_work(
    filed: Incident, rita: Person, chang: Person, sign_in: SignIn, name: str
) -> None:
    for member in (rita, chang):
        refused = act(sign_in(member), filed, "move", name, version=1)
        assert refused.status_code == 403
        assert "Only the Service Desk can do this. Write a reply, and they will." in words(refused)
    assert now_on(filed).status == Status.NEW


def test_a_move_that_nobody_knows_is_not_found(filed: Incident, ann: Person, sign_in: SignIn) -> None:
    assert act(sign_in(ann), filed, "move", "explode", version=1).status_code == 404


def test_a_resolution_says_how(incident: Make, ann: Person, sign_in: SignIn) -> None:
    working = incident(Status.IN_PROGRESS, at=timezone.now())
    browser = sign_in(ann)

    unsaid = act(browser, working, "move", "resolve", version=working.version, message=KEPT)
    assert messages(unsaid) == ["Choose an answer for “How was it resolved?”."]
    assert KEPT in fields(unsaid)["message"]
    act(browser, working, "move", "resolve", version=working.version, message=KEPT, resolution="workaround")

    assert (now_on(working).status, now_on(working).resolution) == (Status.RESOLVED, "workaround")


def test_a_version_that_is_no_number_is_refused_and_says_to_reload(
    filed: Incident, ann: Person, sign_in: SignIn
) -> None:
    for made_up in ("", "x", "1.5"):
        assert act(sign_in(ann), filed, "move", "start", version=made_up).status_code == 422
    assert act(sign_in(ann), filed, "move", "start", version="99999999999999").status_code == 409
    assert now_on(filed).status == Status.NEW


# --- Contacts and followers -----------------------------------------------------------------


def test_the_contact_is_changed_by_either_side_and_follows_from_then_on(
    filed: Incident, rita: Person, ned: Person, olga: Person, ann: Person, sign_in: SignIn
) -> None:
    act(sign_in(rita), filed, "contact", version=1, contact=ned.pk, backup_contact=olga.pk)
    changed = now_on(filed)
    assert (changed.contact, changed.backup_contact, changed.version) == (ned, olga, 2)
    assert {row.person for row in Follower.objects.all()} == {rita, ned, olga}

    act(sign_in(ann), filed, "contact", version=2, contact="", backup_contact="")
    assert (now_on(filed).contact, now_on(filed).backup_contact) == (None, None)
    page = words(sign_in(rita).get(filed.get_absolute_url()))
    assert "made Ned the contact" in page
    assert "made everyone in the organization the contact" in page


def test_nobody_but_the_organizations_own_people_can_be_named(
    filed: Incident, rita: Person, stan: Person, ann: Person, sign_in: SignIn
) -> None:
    for stranger in (stan, ann):
        answer = act(sign_in(rita), filed, "contact", version=1, contact=stranger.pk)
        assert answer.status_code == 422
    assert now_on(filed).contact is None


def test_contact_and_backup_differ(filed: Incident, rita: Person, ned: Person, sign_in: SignIn) -> None:
    answer = act(sign_in(rita), filed, "contact", version=1, contact=ned.pk, backup_contact=ned.pk)

    assert (answer.status_code, messages(answer)) == (422, ["Choose somebody other than the contact."])


def test_who_names_a_contact_second_is_told_so(
    filed: Incident, rita: Person, ned: Person, ann: Person, sign_in: SignIn
) -> None:
    move_ticket(filed, "start", by=ann, at=timezone.now(), version=1)

    late = act(sign_in(rita), filed, "contact", version=1, contact=ned.pk)

    assert late.status_code == 409
    assert "was changed by somebody else while you were writing." in late.content.decode()
    assert fields(late).get("contact") == [str(ned.pk)]


def test_following_and_no_longer(filed: Incident, ned: Person, sign_in: SignIn) -> None:
    browser = sign_in(ned)

    act(browser, filed, "follow", following="yes")
    assert Follower.objects.filter(person=ned).count() == 1
    act(browser, filed, "follow", following="yes")
    assert Follower.objects.filter(person=ned).count() == 1
    act(browser, filed, "follow", following="no")
    assert not Follower.objects.filter(person=ned).exists()


def test_the_contact_of_a_restricted_ticket_cannot_lose_sight_of_it(
    incident: Make, ned: Person, sign_in: SignIn
) -> None:
    restricted = incident(at=timezone.now(), visibility="restricted", contact=ned)

    refused = act(sign_in(ned), restricted, "follow", following="no")

    assert refused.status_code == 422
    assert "You are a contact of this restricted ticket. Name another contact first." in words(refused)
    assert sign_in(ned).get(restricted.get_absolute_url()).status_code == 200


def test_who_may_unfollow_a_restricted_ticket_is_not_led_to_a_page_they_no_longer_see(
    incident: Make, rita: Person, ned: Person, sign_in: SignIn
) -> None:
    restricted = incident(at=timezone.now(), visibility="restricted", contact=ned)
    act(sign_in(rita), restricted, "contact", version=1, contact="", backup_contact="")

    left = act(sign_in(ned), restricted, "follow", following="no")

    assert left.status_code == 303
    assert sign_in(ned).get(left["Location"]).status_code == 200
