"""Writing on a ticket's page: messages, notes and files; and nothing written is lost."""

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
from servicedesk.records.models import Attachment, Comment, Draft, Event
from tests.conftest import PASSWORD, key
from tests.tickets.pages import fields, messages, words
from tickets.actions import add_note, reply
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
    assert fields(answer)["message"][0] == message.strip()


@pytest.mark.parametrize("who", ["rita", "ann"])
def test_a_reply_on_a_closed_ticket_is_refused_in_words_and_kept(
    incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    closed = incident(Status.CLOSED, at=timezone.now())
    answer = act(sign_in(cast[who]), closed, "write", kind="public", message=KEPT)

    assert answer.status_code == 409
    assert "This ticket is closed. Open a new one and mention this reference." in words(answer)
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


# --- What nobody sees -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["write", "move", "assign", "rate", "contact", "follow"])
def test_a_strangers_form_finds_nothing_and_changes_nothing(
    filed: Incident, stan: Person, sign_in: SignIn, name: str
) -> None:
    args = ["cancel"] if name == "move" else []
    answer = act(sign_in(stan), filed, name, *args, version=1, message=KEPT, following="yes")

    assert answer.status_code == 404
    assert (now_on(filed).version, Comment.objects.count()) == (1, 0)


def test_notes_and_replies_keep_their_order(
    filed: Incident, ann: Person, rita: Person, sign_in: SignIn
) -> None:
    at = timezone.now()
    reply(filed, "One.", by=rita, at=at)
    add_note(filed, "Two.", by=ann, at=at)
    reply(filed, "Three.", by=ann, at=at)

    page = words(sign_in(ann).get(filed.get_absolute_url(), follow=True))
    places = [page.index(word) for word in ("One.", "Two.", "Three.")]
    assert places == sorted(places)
