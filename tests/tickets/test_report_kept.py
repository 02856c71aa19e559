"""What becomes of a report that is not sent yet: files, drafts, an ended session, twenty clicks."""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.models import Organization, Person
from servicedesk.records.models import Attachment, Draft
from tests.conftest import PASSWORD
from tests.tickets.pages import fields, messages, words
from tests.tickets.test_report import CHECK, FORM, filled, send, shown
from tickets.models import Incident

SignIn = Callable[[Person], Client]
LONG_AGO = datetime(2024, 9, 20, tzinfo=UTC)
RESTORED = "You were signed out while you were writing. Everything you typed is here again"


def csv(name: str = "reads.csv", content: bytes = b"usdp,kwh\n1,2\n") -> SimpleUploadedFile:
    """A file that the desk takes."""
    return SimpleUploadedFile(name, content, "text/csv")


def sign_in_again(browser: Client, person: Person, to: str) -> HttpResponse:
    """With their password, as after an ended session."""
    person.set_password(PASSWORD)
    person.save()
    said = {"login": person.email, "password": PASSWORD}
    return browser.post(to, said, follow=True)


# --- Files without scripts ------------------------------------------------------------------


def test_a_good_file_is_kept_when_a_bad_one_beside_it_is_refused(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore)

    answer = browser.post(FORM, said | {"files": [csv(), SimpleUploadedFile("run.exe", b"MZ\x90")]})

    assert answer.status_code == 422
    assert messages(answer) == [
        "“run.exe” is a kind of file we do not take. Send it as PDF, picture, text, CSV, Office file or ZIP."
    ]
    assert "reads.csv" in words(answer)
    assert "run.exe" not in words(answer).replace("“run.exe” is a kind", "")
    typed = {"title": "", "description": "", "references": "", "phone": "", "draft": ""}
    assert shown(answer, typed) == {name: said[name] for name in typed}

    send(browser, said)
    assert [(file.name, file.record_id) for file in Attachment.objects.all()] == [
        ("reads.csv", Incident.objects.get().pk)
    ]


def test_a_file_that_only_pretends_is_refused_and_named(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    answer = sign_in(rita).post(FORM, filled(lakeshore) | {"files": [csv("scan.pdf")]})

    assert messages(answer) == [
        "“scan.pdf” does not contain what its ending .pdf says. Save it in that format, or rename it."
    ]


def test_a_file_of_30_megabytes_is_refused_with_the_limit(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    big = csv("all-reads.csv", b"1" * 30 * 1024 * 1024)

    answer = sign_in(rita).post(FORM, filled(lakeshore) | {"files": [big]})

    assert answer.status_code == 422
    (message,) = [one.replace("\xa0", " ") for one in messages(answer)]
    assert message == ("“all-reads.csv” is 30.0 MB. A file may have up to 25.0 MB: compress it or split it.")
    assert shown(answer, {"title": ""}) == {"title": "BQ responses missing for cycle 14"}


# --- Drafts ---------------------------------------------------------------------------------


def keep(browser: Client, public_id: str, **said: str) -> HttpResponse:
    """What the page's script sends a few seconds after the last key."""
    return browser.post(reverse("draft_save", args=[public_id]), said, query_params={"form": "incident"})


def test_what_is_typed_is_kept_and_read_back(rita: Person, lakeshore: Organization, sign_in: SignIn) -> None:
    browser, draft = sign_in(rita), str(uuid.uuid4())
    typed = {"organization": str(lakeshore.pk), "title": "BQ resp", "impact": "part", "draft": draft}

    assert keep(browser, draft, **typed).status_code == 204
    assert keep(browser, draft, **typed | {"title": "BQ responses"}).status_code == 204

    assert Draft.objects.get().data == {
        "organization": [str(lakeshore.pk)],
        "title": ["BQ responses"],
        "impact": ["part"],
    }
    page = fields(browser.get(FORM, {"draft": draft}))
    assert (page["title"], page["impact"], page["draft"]) == (["BQ responses"], ["part"], [draft])


def test_keeping_an_unfinished_form_says_nothing_about_what_is_missing(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, draft = sign_in(rita), str(uuid.uuid4())
    keep(browser, draft, organization=str(lakeshore.pk), title="")

    assert messages(browser.get(FORM, {"draft": draft})) == []


def test_somebody_elses_draft_can_neither_be_written_nor_read(
    rita: Person, ned: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    draft = str(uuid.uuid4())
    keep(sign_in(rita), draft, organization=str(lakeshore.pk), title="Rita's")

    refused = keep(sign_in(ned), draft, title="Ned's")
    assert refused.status_code == 422
    assert "This page is out of date." in refused.content.decode()
    assert "Rita" not in " ".join(fields(sign_in(ned).get(FORM, {"draft": draft}))["title"])
    assert sign_in(ned).post(CHECK, {"draft": draft}).status_code == 404
    assert Draft.objects.get().data["title"] == ["Rita's"]


def test_a_draft_that_was_sent_no_longer_changes(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore)
    send(browser, said)

    assert keep(browser, said["draft"], title="Too late").status_code == 204
    assert Draft.objects.get().data["title"] == [said["title"]]
    assert Incident.objects.get().title == said["title"]


def test_drafts_are_listed_resumed_and_thrown_away(
    rita: Person, ned: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, one, other = sign_in(rita), str(uuid.uuid4()), str(uuid.uuid4())
    keep(browser, one, organization=str(lakeshore.pk), title="First thought")
    keep(browser, other, organization=str(lakeshore.pk))
    keep(sign_in(ned), str(uuid.uuid4()), title="Ned's own")
    send(browser, filled(lakeshore, title="Sent already"))

    listed = words(browser.get("/drafts/"))
    assert ("First thought" in listed, "No title yet" in listed) == (True, True)
    assert ("Ned's own" in listed, "Sent already" in listed) == (False, False)
    assert "Continue: First thought" in words(browser.get(reverse("tickets:help")))
    assert fields(browser.get(FORM, {"draft": one}))["title"] == ["First thought"]

    discarded = browser.post(reverse("draft_discard", args=[one]))
    assert (discarded.status_code, discarded["Location"]) == (302, "/drafts/")
    assert "First thought" not in words(browser.get("/drafts/"))
    assert sign_in(ned).post(reverse("draft_discard", args=[other])).status_code == 404
    assert Draft.objects.filter(public_id=other).exists()


def test_a_draft_is_thrown_away_with_its_files(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, title="")
    browser.post(FORM, said | {"files": [csv()]})
    assert Attachment.objects.count() == 1

    browser.post(reverse("draft_discard", args=[said["draft"]]))
    assert (Draft.objects.count(), Attachment.objects.count()) == (0, 0)


def test_what_was_sent_cannot_be_thrown_away(rita: Person, lakeshore: Organization, sign_in: SignIn) -> None:
    browser, said = sign_in(rita), filled(lakeshore)
    send(browser, said)

    assert browser.post(reverse("draft_discard", args=[said["draft"]])).status_code == 404
    assert Incident.objects.count() == 1


def test_a_link_to_somebody_elses_draft_is_an_empty_form_that_can_be_sent(
    rita: Person, ned: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    draft = str(uuid.uuid4())
    keep(sign_in(rita), draft, title="Rita's")
    browser = sign_in(ned)

    key = fields(browser.get(FORM, {"draft": draft}))["draft"][-1]
    send(browser, filled(lakeshore) | {"draft": key})

    assert Incident.objects.get().reporter == ned


@pytest.mark.parametrize("made_up", ["x", "", "00000000-0000-0000-0000-000000000000"])
def test_a_link_to_no_draft_is_an_empty_form(
    rita: Person, lakeshore: Organization, sign_in: SignIn, made_up: str
) -> None:
    assert fields(sign_in(rita).get(FORM, {"draft": made_up}, follow=True))["title"] == [""]


# --- An ended session -----------------------------------------------------------------------


def test_a_form_sent_after_the_session_ended_is_shown_again_once(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, contact=str(rita.pk))
    browser.get(FORM, follow=True)
    Session.objects.all().delete()

    late = browser.post(FORM, said)
    assert (late.status_code, late["Location"]) == (302, "/login/?next=%2Fhelp%2Fnew%2Fincident%2F")
    assert not Draft.objects.exists()

    back = sign_in_again(browser, rita, late["Location"])
    assert back.redirect_chain[-1][0] == FORM
    assert RESTORED in words(back)
    typed = {name: text for name, text in said.items() if name != "draft"}
    assert shown(back, typed) == typed

    again = browser.get(FORM, follow=True)
    assert RESTORED not in words(again)
    assert fields(again)["title"] == [""]


@pytest.mark.parametrize("letter", ["e", "é", "字", "%"])
def test_the_longest_text_that_can_be_sent_is_shown_again_in_any_script(
    rita: Person, lakeshore: Organization, sign_in: SignIn, letter: str
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, description=letter * 20_000)
    browser.get(FORM, follow=True)
    Session.objects.all().delete()

    back = sign_in_again(browser, rita, browser.post(FORM, said)["Location"])

    assert fields(back)["description"] == [said["description"]]


def test_what_was_too_long_to_hold_is_said_to_be_lost(
    rita: Person, lakeshore: Organization, sign_in: SignIn, settings: Settings
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
    browser, said = sign_in(rita), filled(lakeshore, description="é" * 550_000)
    browser.get(FORM, follow=True)
    Session.objects.all().delete()

    back = sign_in_again(browser, rita, browser.post(FORM, said)["Location"])

    assert (
        "was too long to keep, and was not saved. Go back in your browser to copy it" in back.content.decode()
    )
    assert RESTORED not in words(back)
    assert "too long to keep" not in browser.get(FORM, follow=True).content.decode()


def test_what_was_held_can_then_be_sent(rita: Person, lakeshore: Organization, sign_in: SignIn) -> None:
    browser, said = sign_in(rita), filled(lakeshore)
    browser.get(FORM, follow=True)
    Session.objects.all().delete()
    back = sign_in_again(browser, rita, browser.post(FORM, said)["Location"])

    page = fields(back)
    send(browser, {name: page[name][-1] for name in said if name in page})

    assert Incident.objects.get().description == said["description"]


def test_files_that_were_taken_before_the_session_ended_stay_with_the_form(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, title="")
    browser.post(FORM, said | {"files": [csv()]})
    Session.objects.all().delete()

    back = sign_in_again(browser, rita, browser.post(FORM, said)["Location"])

    assert fields(back)["draft"] == [said["draft"]]
    assert "reads.csv" in words(back)


def test_who_signs_in_at_the_same_screen_next_does_not_get_it(
    rita: Person, ned: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    browser.get(FORM, follow=True)
    Session.objects.all().delete()
    late = browser.post(FORM, filled(lakeshore))

    back = sign_in_again(browser, ned, late["Location"])

    assert (RESTORED in words(back), fields(back)["title"]) == (False, [""])


# --- Twenty clicks --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_twenty_sends_at_once_make_one_incident(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    said = filled(lakeshore)
    sign_in(rita).post(FORM, said)
    browsers = [sign_in(rita) for _ in range(20)]
    answers, together = [], threading.Barrier(20, timeout=20)

    def press(browser: Client) -> None:
        try:
            together.wait()
            answer = browser.post(CHECK, {"draft": said["draft"]})
            answers.append((answer.status_code in {302, 303}, answer.headers.get("Location")))
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[browser]) for browser in browsers]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()

    filed = Incident.objects.get()
    assert answers == [(True, reverse("tickets:submitted", args=[filed.reference]))] * 20
    assert filed.events.count() == 1


def test_the_hour_of_a_draft_is_that_of_its_last_change(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser, draft = sign_in(rita), str(uuid.uuid4())
    keep(browser, draft, title="One")
    Draft.objects.update(created_at=LONG_AGO, updated_at=LONG_AGO)

    keep(browser, draft, title="Two")

    assert Draft.objects.get().updated_at > LONG_AGO
