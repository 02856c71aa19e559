"""Acting on a ticket's page: writing, moving, naming contacts, following; and coming second."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from servicedesk.records.models import Attachment, Comment, Draft, Event, Follower
from tests.conftest import PASSWORD, key
from tests.tickets.pages import fields, messages, words
from tickets.actions import add_note, move_incident, reply
from tickets.models import Incident
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
KEPT = "It was cycle 14,\nand **not** 15."
RESTORED = "You were signed out while you were writing. Your text is in the message box again."


def act(browser: Client, incident: Incident, name: str, *args: str, **said: object) -> HttpResponse:
    """Send one of the page's forms."""
    address = reverse(f"tickets:{name}", args=[incident.reference, *args])
    return browser.post(address, {"request_id": key(), **said})


def now_on(incident: Incident) -> Incident:
    """The ticket as it is now."""
    return Incident.objects.get(pk=incident.pk)


@pytest.fixture
def filed(incident: Make) -> Incident:
    """A new incident of Rita's, filed just now."""
    return incident(at=timezone.now() - timedelta(minutes=5))


# --- Writing --------------------------------------------------------------------------------


def test_a_reply_is_in_the_timeline_of_both_sides(
    filed: Incident, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    sent = act(sign_in(rita), filed, "write", message="Any news?")

    assert (sent.status_code, sent["Location"]) == (303, filed.get_absolute_url())
    for member in (rita, ann):
        assert "Any news?" in words(sign_in(member).get(filed.get_absolute_url(), follow=True))


def test_an_agents_note_is_for_the_desk_and_their_reply_for_both(
    filed: Incident, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    note = act(browser, filed, "write", kind="internal", message="Ask the vendor.")
    act(browser, filed, "write", kind="public", message="We see it too.")

    assert (note.status_code, note["Location"]) == (
        303,
        reverse("tickets:desk_detail", args=[filed.reference]),
    )
    assert list(Comment.objects.order_by("pk").values_list("body", "internal")) == [
        ("Ask the vendor.", True),
        ("We see it too.", False),
    ]
    page = sign_in(rita).get(filed.get_absolute_url()).content.decode()
    assert ("Ask the vendor." in page, "We see it too." in page) == (False, True)


@pytest.mark.parametrize("who", ["rita", "chang"])
def test_a_note_is_the_desks_alone(
    filed: Incident, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    refused = act(sign_in(cast[who]), filed, "write", kind="internal", message=KEPT)

    assert refused.status_code == 403
    assert "Only the Service Desk can do this." in words(refused)
    assert not Comment.objects.exists()


def test_files_come_with_their_message_and_an_internal_ones_stay_internal(
    filed: Incident, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    def csv(name: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, b"usdp\n1\n", "text/csv")

    act(sign_in(rita), filed, "write", message="Here.", draft=str(uuid.uuid4()), files=[csv("ours.csv")])
    draft = str(uuid.uuid4())
    upload = sign_in(ann).post("/files/?form=message", {"draft": draft, "file": csv("inner.csv")})
    assert upload.status_code == 201
    act(sign_in(ann), filed, "write", kind="internal", message="Look.", draft=draft)

    assert list(
        Attachment.objects.order_by("pk").values_list("name", "record", "comment__body", "internal")
    ) == [("ours.csv", filed.pk, "Here.", False), ("inner.csv", filed.pk, "Look.", True)]
    page = sign_in(rita).get(filed.get_absolute_url()).content.decode()
    assert ("ours.csv" in page, "inner.csv" in page) == (True, False)
    assert "inner.csv" in sign_in(ann).get(filed.get_absolute_url(), follow=True).content.decode()
    assert set(Draft.objects.filter(form="message").values_list("became", flat=True)) == {filed.pk}


def test_a_bad_file_stops_the_message_and_keeps_words_and_good_files(
    filed: Incident, rita: Person, sign_in: SignIn
) -> None:
    files = [SimpleUploadedFile("ok.csv", b"1\n"), SimpleUploadedFile("run.exe", b"MZ")]
    draft = str(uuid.uuid4())
    answer = act(sign_in(rita), filed, "write", message=KEPT, draft=draft, files=files)

    assert answer.status_code == 422
    assert ["run.exe" in one for one in messages(answer)] == [True]
    assert fields(answer)["message"][0] == KEPT
    assert fields(answer)["draft"][0] == draft
    assert "ok.csv" in words(answer)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("message", "said"),
    [("", "Fill in “Message”."), ("  \n ", "Fill in “Message”."), ("x" * 20_001, "20000")],
    ids=["empty", "blank", "too long"],
)
def test_a_message_that_is_none_or_too_long_is_refused_and_kept(
    filed: Incident, rita: Person, sign_in: SignIn, message: str, said: str
) -> None:
    answer = act(sign_in(rita), filed, "write", message=message)

    assert answer.status_code == 422
    assert said in messages(answer)[0]
    assert fields(answer)["message"][0] == message


@pytest.mark.parametrize("who", ["rita", "ann"])
def test_a_reply_on_a_closed_ticket_is_refused_in_words_and_kept(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    closed = incident(Status.CLOSED, at=timezone.now())
    answer = act(sign_in(cast[who]), closed, "write", kind="public", message=KEPT)

    assert answer.status_code == 409
    assert "This ticket is closed. Report a new incident and mention this reference." in words(answer)
    assert KEPT in fields(answer)["message"]


def test_the_same_words_on_a_cancelled_ticket_are_kept_too(
    incident: Make, rita: Person, sign_in: SignIn
) -> None:
    answer = act(sign_in(rita), incident(Status.CANCELLED), "write", message=KEPT)

    assert answer.status_code == 409
    assert KEPT in fields(answer).get("message", [])


def test_the_answer_of_the_ldc_sets_the_work_going_again(
    incident: Make, rita: Person, sign_in: SignIn
) -> None:
    asked = incident(Status.WAITING_LDC, at=timezone.now())
    act(sign_in(rita), asked, "write", message=KEPT)

    assert now_on(asked).status == Status.IN_PROGRESS
    assert Event.objects.order_by("pk").last().name == "incident.answer"


def test_a_reply_written_while_the_session_ended_is_in_the_box_after_sign_in(
    filed: Incident, rita: Person, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    browser.get(filed.get_absolute_url())
    Session.objects.all().delete()
    rita.set_password(PASSWORD)
    rita.save()

    late = act(browser, filed, "write", message=KEPT)
    assert late.status_code == 302
    back = browser.post(late["Location"], {"login": rita.email, "password": PASSWORD}, follow=True)

    assert back.redirect_chain[-1][0] == filed.get_absolute_url()
    assert (RESTORED in words(back), fields(back)["message"][0]) == (True, KEPT)
    again = browser.get(filed.get_absolute_url())
    assert (RESTORED in words(again), fields(again)["message"][0]) == (False, "")
    assert not Comment.objects.exists()


def test_an_agents_reply_comes_back_too_and_stays_a_reply(
    filed: Incident, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    browser.get(filed.get_absolute_url(), follow=True)
    Session.objects.all().delete()
    ann.set_password(PASSWORD)
    ann.save()

    late = act(browser, filed, "write", kind="public", message=KEPT)
    back = browser.post(late["Location"], {"login": ann.email, "password": PASSWORD}, follow=True)

    assert (RESTORED in words(back), fields(back)["message"][0]) == (True, KEPT)
    assert fields(back)["kind"] == ["public"]


def test_htmx_is_sent_to_sign_in_as_a_whole_page(filed: Incident, rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    browser.get(filed.get_absolute_url())
    Session.objects.all().delete()

    late = browser.post(
        reverse("tickets:write", args=[filed.reference]),
        {"request_id": key(), "message": KEPT},
        headers={"HX-Request": "true"},
    )

    assert (late.status_code, late["HX-Redirect"]) == (
        401,
        f"/login/?next=%2Ftickets%2F{filed.reference}%2F",
    )


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
    move_incident(
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
    move_incident(filed, "start", by=ann, at=timezone.now(), version=filed.version)
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
    move_incident(filed, "start", by=ann, at=timezone.now(), version=1)

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


# --- What nobody sees -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["write", "move", "assign", "rate", "contact", "follow"])
def test_a_strangers_form_finds_nothing_and_changes_nothing(
    filed: Incident, stan: Person, sign_in: SignIn, name: str
) -> None:
    args = ["cancel"] if name == "move" else []
    answer = act(sign_in(stan), filed, name, *args, version=1, message=KEPT, following="yes")

    assert answer.status_code == 404
    assert (now_on(filed).version, Comment.objects.count()) == (1, 0)


def test_notes_and_replies_keep_their_order(filed: Incident, ann: Person, rita: Person, sign_in: SignIn) -> None:
    at = timezone.now()
    reply(filed, "One.", by=rita, at=at)
    add_note(filed, "Two.", by=ann, at=at)
    reply(filed, "Three.", by=ann, at=at)

    page = words(sign_in(ann).get(filed.get_absolute_url(), follow=True))
    places = [page.index(word) for word in ("One.", "Two.", "Three.")]
    assert places == sorted(places)
