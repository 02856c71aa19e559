"""What becomes of a request that is not sent yet: drafts, an ended session, a form that changed, one ordered again."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.records.models import Attachment, Draft
from tests.tickets.ordering import TOGGLE, filled, item, send, text
from tests.tickets.pages import fields, messages, words
from tests.tickets.test_report_kept import RESTORED, sign_in_again
from tickets.models import CatalogueItem, ItemVersion, ServiceRequest

SignIn = Callable[[Person], Client]
SLUG, FORM, CHECK = "meter-tea", "/help/new/meter-tea/", "/help/new/meter-tea/check/"
CHANGED = "This form has changed since it was filled in."


@pytest.fixture
def first(db: None) -> ItemVersion:
    """The form as it was at first."""
    return item(
        SLUG,
        text("sort", label="Which tea?"),
        text("sugar", label="How much sugar?", required=False),
        {
            "name": "cup",
            "kind": "choice",
            "label": "Which cup?",
            "choices": "mug | A mug\nbowl | A bowl",
            "required": False,
        },
    )


def change() -> ItemVersion:
    """Nobody asks for sugar any more, bowls are gone, and milk is new."""
    return item(
        SLUG,
        text("sort", label="Which tea?"),
        {
            "name": "cup",
            "kind": "choice",
            "label": "Which cup?",
            "choices": "mug | A mug\nglass | A glass",
            "required": False,
        },
        {"name": "milk", "kind": "choice", "label": "Milk?", "choices": TOGGLE},
    )


def keep(browser: Client, public_id: str, form: str = f"request:{SLUG}", **said: str) -> int:
    """What the page's script sends a few seconds after the last key."""
    saved = reverse("draft_save", args=[public_id])
    return browser.post(saved, said, query_params={"form": form}).status_code


# --- Drafts ---------------------------------------------------------------------------------


def test_what_is_typed_is_kept_listed_and_read_back(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser, draft = sign_in(rita), str(uuid.uuid4())
    said = {"organization": str(lakeshore.pk), "title": "Tea for two", "_version": str(first.pk)}

    assert keep(browser, draft, **said, f_sort="Ass") == 204
    assert keep(browser, draft, **said, f_sort="Assam") == 204

    assert "Tea for two Request" in words(browser.get("/drafts/"))
    assert "Continue: Tea for two" in words(browser.get("/help/new/"))
    page = browser.get(FORM, {"draft": draft})
    assert (fields(page)["title"], fields(page)["f_sort"]) == (["Tea for two"], ["Assam"])
    assert (messages(page), CHANGED in words(page)) == ([], False)
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("form", ["", "made-up", "incidents", "made-up:meter-tea"])
def test_only_forms_that_there_are_keep_drafts(rita: Person, sign_in: SignIn, form: str) -> None:
    assert keep(sign_in(rita), str(uuid.uuid4()), form=form, title="x") == 422
    assert not Draft.objects.exists()


def test_a_draft_opens_on_its_own_form_alone(
    rita: Person, ned: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    draft = str(uuid.uuid4())
    keep(sign_in(rita), draft, title="Rita's", organization=str(lakeshore.pk))

    assert fields(sign_in(ned).get(FORM, {"draft": draft}))["title"] == ["Tea"]
    assert fields(sign_in(rita).get("/help/new/incident/", {"draft": draft}))["title"] == [""]
    assert sign_in(rita).get("/help/new/gui-user-new/check/", {"draft": draft}).status_code == 404


def test_files_stay_with_a_draft(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser, draft = sign_in(rita), str(uuid.uuid4())
    upload = {"draft": draft, "file": SimpleUploadedFile("cup.csv", b"a,b\n")}
    browser.post("/files/", upload, query_params={"form": f"request:{SLUG}"})

    assert "cup.csv" in words(browser.get(FORM, {"draft": draft}))
    browser.post(reverse("draft_discard", args=[draft]))
    assert not Attachment.objects.exists()


def test_a_form_sent_after_the_session_ended_is_shown_again(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, f_sort="Assam", f_cup="mug")
    browser.get(FORM, follow=True)
    Session.objects.all().delete()

    back = sign_in_again(browser, rita, browser.post(FORM, said)["Location"])

    assert RESTORED in words(back)
    page = fields(back)
    assert {name: page[name] for name in said} == {name: [value] for name, value in said.items()}
    send(browser, SLUG, {name: page[name][-1] for name in said})
    assert ServiceRequest.objects.get().answers == {"sort": "Assam", "cup": "mug"}


# --- The form changed meanwhile -------------------------------------------------------------


def test_a_draft_of_an_older_form_keeps_what_fits_and_shows_the_rest_to_copy(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser, draft = sign_in(rita), str(uuid.uuid4())
    said = filled(lakeshore, draft=draft, _version=str(first.pk), f_sort="Assam", f_sugar="Two", f_cup="bowl")
    keep(browser, **{"public_id": draft} | {name: text for name, text in said.items() if name != "draft"})
    newer = change()

    page = browser.get(FORM, {"draft": draft})

    told = words(page)
    assert CHANGED in told
    assert "No longer asked, or no longer with that answer: How much sugar?, Which cup?." in told
    assert "New: Milk?." in told
    assert fields(page)["f_sort"] == ["Assam"]
    assert fields(page)["_left"] == ["How much sugar?: Two\nWhich cup?: A bowl"]
    assert fields(page)["_version"] == [str(newer.pk)]

    again = browser.post(
        FORM, said | {"_version": str(newer.pk), "_left": "How much sugar?: Two", "f_cup": "mug"}
    )
    assert (again.status_code, messages(again)) == (422, ["Choose an answer for “Milk?”."])
    assert fields(again)["_left"] == ["How much sugar?: Two"]


def test_a_form_that_changed_before_it_was_sent_comes_back_with_the_notice(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, _version=str(first.pk), f_sort="Assam", f_sugar="Two")
    change()

    back = browser.post(FORM, said, follow=True)

    assert back.redirect_chain == [(f"{FORM}?draft={said['draft']}", 303)]
    assert CHANGED in words(back)
    assert fields(back)["f_sort"] == ["Assam"]


def test_a_form_that_changed_while_it_was_checked_is_not_sent(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, _version=str(first.pk), f_sort="Assam")
    browser.post(FORM, said)
    change()

    back = browser.post(CHECK, {"draft": said["draft"]}, follow=True)

    assert CHANGED in words(back)
    assert not ServiceRequest.objects.exists()


def test_a_retired_item_says_so_and_hands_back_what_was_typed(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, _version=str(first.pk), f_sort="Assam", f_cup="bowl")
    browser.post(FORM, said)
    CatalogueItem.objects.filter(slug=SLUG).update(retired_at=timezone.now())

    for page in (
        browser.get(FORM, {"draft": said["draft"]}),
        browser.get(CHECK, {"draft": said["draft"]}),
        browser.post(CHECK, {"draft": said["draft"]}),
        browser.post(FORM, said),
    ):
        assert page.status_code == 410
        assert "“Tea” is no longer offered" in words(page)
        assert "Tea at four Which tea?: Assam Which cup?: A bowl" in words(page)
    assert not ServiceRequest.objects.exists()


# --- Order again ----------------------------------------------------------------------------


def test_a_request_is_ordered_again_on_the_form_of_today(
    rita: Person, ned: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    sent = send(browser, SLUG, filled(lakeshore, f_sort="Assam", f_sugar="Two", f_cup="mug"))
    reference = sent["Location"].split("/")[2]
    again = f"{FORM}?again={reference}"
    assert again in browser.get(f"/tickets/{reference}/").content.decode()
    change()

    page = sign_in(ned).get(again, follow=True)

    assert CHANGED in words(page)
    assert "No longer asked, or no longer with that answer: How much sugar?." in words(page)
    shown = fields(page)
    assert (shown["title"], shown["f_sort"], shown["f_cup"]) == (["Tea at four"], ["Assam"], ["mug"])
    assert shown["_left"] == ["How much sugar?: Two"]
    assert not Draft.objects.filter(person=ned).exists()
    said = {name: values[-1] for name, values in shown.items()} | {"f_milk": "no"}
    send(sign_in(ned), SLUG, said)
    assert ServiceRequest.objects.latest("pk").answers == {"sort": "Assam", "cup": "mug", "milk": "no"}
    assert ServiceRequest.objects.latest("pk").reporter == ned


def test_nobody_orders_again_what_they_may_not_see(
    rita: Person, stan: Person, lakeshore: Organization, pineridge: Organization, first: ItemVersion,
    sign_in: SignIn,
) -> None:  # fmt: skip
    sent = send(sign_in(rita), SLUG, filled(lakeshore, f_sort="Assam"))
    reference = sent["Location"].split("/")[2]

    assert sign_in(stan).get(f"{FORM}?again={reference}", follow=True).status_code == 404
    assert sign_in(stan).get(f"{FORM}?again=REQ-1", follow=True).status_code == 404


def test_what_is_retired_cannot_be_ordered_again_but_copied(
    rita: Person, lakeshore: Organization, first: ItemVersion, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    sent = send(browser, SLUG, filled(lakeshore, f_sort="Assam"))
    CatalogueItem.objects.filter(slug=SLUG).update(retired_at=timezone.now())

    page = browser.get(f"{FORM}?again={sent['Location'].split('/')[2]}", follow=True)

    assert page.status_code == 410
    assert "Which tea?: Assam" in words(page)
