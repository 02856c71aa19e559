"""Ordering from the catalogue through the browser: choose, fill in, check, send."""

import uuid
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organization, Person
from servicedesk.records.models import Attachment, Draft, Event
from tests.tickets.ordering import TOGGLE, filled, item, send, text
from tests.tickets.pages import fields, main, messages, words
from tests.tickets.test_lists import cost
from tickets.models import CatalogueItem, ServiceRequest

SignIn = Callable[[Person], Client]
SLUG, FORM, CHECK = "meter-tea", "/help/new/meter-tea/", "/help/new/meter-tea/check/"


@pytest.fixture
def tea(db: None) -> CatalogueItem:
    """An item with a question that depends on another."""
    return item(
        SLUG,
        text("sort", label="Which tea?", label_fr="Quel thé?"),
        {"name": "milk", "kind": "choice", "label": "Milk?", "label_fr": "Du lait?", "choices": TOGGLE},
        text("cow", label="Whose milk?", label_fr="De quelle vache?", show_field="milk", show_values="yes"),
    ).item


# --- Sending --------------------------------------------------------------------------------


def test_a_request_is_filled_in_checked_and_sent(
    rita: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, f_sort="Assam", f_milk="yes", f_cow="Bella")

    continued = browser.post(FORM, said)
    assert (continued.status_code, continued["Location"]) == (303, f"{CHECK}?draft={said['draft']}")
    checked = words(browser.get(continued["Location"]))
    for told in (
        "Fulfilled by",
        "Organization Lakeshore Hydro",
        "Title Tea at four",
        "Which tea? Assam",
        "Milk? Yes",
        "Whose milk? Bella",
        "Who has to approve it Nobody: work begins at once",
        "Who sees it Everyone at Lakeshore Hydro and the service desk.",
    ):
        assert told in checked
    assert not ServiceRequest.objects.exists()

    sent = browser.post(CHECK, {"draft": said["draft"]})
    filed = ServiceRequest.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, f"/tickets/{filed.reference}/submitted/")
    assert (filed.title, filed.item, filed.status) == ("Tea at four", SLUG, "submitted")
    assert filed.answers == {"sort": "Assam", "milk": "yes", "cow": "Bella"}
    assert (filed.organization, filed.reporter, filed.contact) == (lakeshore, rita, rita)
    assert [(event.name, event.actor) for event in Event.objects.all()] == [("request.submitted", rita)]
    told = words(browser.get(sent["Location"]))
    assert filed.reference in told
    assert "Fulfilled by" in told


def test_the_same_in_french(
    rita: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    rita.language = "fr"
    rita.save()
    browser = sign_in(rita)

    page = browser.get(FORM, follow=True)
    assert "Thé" in words(page)
    assert "Quel thé?" in words(page)
    assert fields(page)["title"] == ["Thé"]

    sent = send(browser, SLUG, filled(lakeshore, f_sort="Assam", f_milk="no"))
    shown = words(browser.get(sent["Location"].removesuffix("submitted/")))
    assert "Quel thé? Assam" in shown
    assert "Du lait? Non" in shown
    assert ServiceRequest.objects.get().answers == {"sort": "Assam", "milk": "no"}


@pytest.mark.parametrize("where", ["form", "check", "form again"])
def test_a_draft_sent_twice_is_one_request(
    rita: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn, where: str
) -> None:
    browser, said = sign_in(rita), filled(lakeshore, f_sort="Assam", f_milk="no")
    sent = send(browser, SLUG, said)

    again = {
        "form": lambda: browser.post(FORM, said),
        "check": lambda: browser.post(CHECK, {"draft": said["draft"]}),
        "form again": lambda: browser.get(FORM, {"draft": said["draft"]}),
    }[where]()

    assert again.status_code in {302, 303}
    assert again["Location"] == sent["Location"]
    assert ServiceRequest.objects.count() == 1


def test_who_has_to_approve_is_said_by_role(rita: Person, lakeshore: Organization, sign_in: SignIn) -> None:
    item(SLUG, text("sort"), approvals=("organization_admin", "sme_approver"), visibility="restricted")
    browser, said = sign_in(rita), filled(lakeshore, f_sort="Assam")

    checked = words(browser.post(FORM, said, follow=True))
    who = "an administrator of Lakeshore Hydro, then by an approver of the Smart Metering Entity"
    assert f"Within 5 business days once it is approved by {who}" in checked
    assert "Who sees it Only the people named on it" in checked

    sent = browser.post(CHECK, {"draft": said["draft"]})
    assert ServiceRequest.objects.get().status == "waiting_approval"
    told = words(browser.get(sent["Location"]))
    assert f"It waits for approval by {who}." in told
    assert "we fulfil it within 5 business days" in told


# --- What cannot be sent --------------------------------------------------------------------


def test_what_is_missing_is_named_and_what_was_typed_is_kept(
    rita: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    typed = filled(lakeshore, f_sort="", f_milk="yes", f_cow="", title="")
    answer = sign_in(rita).post(FORM, typed)

    assert answer.status_code == 422
    assert messages(answer) == ["Fill in “Title”.", "Fill in “Which tea?”.", "Fill in “Whose milk?”."]
    assert fields(answer)["f_milk"] == ["yes"]
    assert Draft.objects.get().data["f_milk"] == ["yes"]


@given(st.dictionaries(st.sampled_from(["f_cow", "f_sort", "f_milk"]), st.text(max_size=20)))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_not_asked_is_never_stored(
    rita: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn, typed: dict[str, str]
) -> None:
    said = filled(lakeshore, **typed | {"f_sort": "Assam", "f_milk": "no"})

    sent = send(sign_in(rita), SLUG, said)

    filed = ServiceRequest.objects.get(reference=sent["Location"].split("/")[2])
    assert filed.answers == {"sort": "Assam", "milk": "no"}


@pytest.mark.parametrize("wrong", ["pine", "999999", "", "x"])
def test_an_organization_that_is_not_theirs_is_asked_for_again(
    rita: Person,
    lakeshore: Organization,
    pineridge: Organization,
    tea: CatalogueItem,
    sign_in: SignIn,
    wrong: str,
) -> None:
    said = filled(lakeshore, f_sort="Assam") | {
        "organization": str(pineridge.pk) if wrong == "pine" else wrong
    }
    browser = sign_in(rita)
    answer = browser.post(FORM, said)

    assert answer.status_code == 422
    assert "Choose an organization that you act for. What you typed is saved." in words(answer)
    page = browser.get(FORM, {"draft": said["draft"], "organization": lakeshore.pk})
    assert fields(page)["f_sort"] == ["Assam"]


def test_what_no_one_offers_is_not_found(rita: Person, tea: CatalogueItem, sign_in: SignIn) -> None:
    browser = sign_in(rita)

    for path in ("no-such-thing/", "no-such-thing/import/", "meter-tea/import/", "choice/no-such-choice/"):
        assert browser.get(f"/help/new/{path}").status_code == 404
    for made_up in ("", "x", str(uuid.UUID(int=7))):
        assert browser.get(CHECK, {"draft": made_up}).status_code == 404


def test_who_may_only_look_is_told_whom_to_ask(
    chang: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    answer = sign_in(chang).get(FORM, follow=True)

    assert answer.status_code == 403
    assert "Ask your organization&#x27;s administrator." in answer.content.decode()


# --- For somebody else ----------------------------------------------------------------------


def test_who_acts_for_several_chooses_first(
    vera: Person, lakeshore: Organization, pineridge: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    browser = sign_in(vera)
    first = browser.get(FORM, follow=True)

    assert "For which organization is it?" in words(first)
    draft = first.redirect_chain[-1][0].partition("draft=")[2]
    page = browser.get(FORM, {"draft": draft, "organization": pineridge.pk})
    assert fields(page)["organization"] == [str(pineridge.pk)]


def test_the_desk_orders_for_somebody_of_that_organization(
    ann: Person, rita: Person, stan: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    browser, said = sign_in(ann), filled(lakeshore, f_sort="Assam", f_milk="no")

    nobody = browser.post(FORM, said)
    assert (nobody.status_code, messages(nobody)) == (422, ["Choose an answer for “For whom?”."])
    stranger = browser.post(FORM, said | {"requester": str(stan.pk)})
    assert messages(stranger) == ["Choose somebody from the list: a colleague in that organization."]

    checked = browser.post(FORM, said | {"requester": str(rita.pk)}, follow=True)
    assert "For whom Rita" in words(checked)
    browser.post(CHECK, {"draft": said["draft"]})
    filed = ServiceRequest.objects.get()
    assert (filed.organization, filed.reporter, filed.contact) == (lakeshore, rita, rita)
    assert [event.actor for event in Event.objects.all()] == [ann]


def test_people_order_in_their_own_name(
    rita: Person, ned: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    assert "requester" not in fields(browser.get(FORM, follow=True))

    send(browser, SLUG, filled(lakeshore, f_sort="Assam", f_milk="no", requester=str(ned.pk)))

    assert ServiceRequest.objects.get().reporter == rita


# --- Files and lists ------------------------------------------------------------------------


def test_files_come_along_and_evidence_is_asked_for(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    item(SLUG, text("sort"), {"name": "proof", "kind": "file", "label": "A picture of the cup"})
    browser, said = sign_in(rita), filled(lakeshore, f_sort="Assam")

    without = browser.post(FORM, said)
    assert (without.status_code, messages(without)) == (422, ["Attach a file for “A picture of the cup”."])
    continued = browser.post(FORM, said | {"files": [SimpleUploadedFile("cup.csv", b"a,b\n")]})
    assert continued.status_code == 303
    assert "cup.csv" in words(browser.get(continued["Location"]))
    browser.post(CHECK, {"draft": said["draft"]})
    assert Attachment.objects.get().record_id == ServiceRequest.objects.get().pk


def sdps(n: int) -> list[str]:
    """So many good IDs."""
    return [str(10_000_000 + number) for number in range(n)]


@pytest.fixture
def listed(db: None) -> None:
    """An item that asks for a list of SDPs and one more thing."""
    item(SLUG, {"name": "sdps", "kind": "sdp_list", "label": "SDPs"}, text("sort"))


def test_three_bad_lines_of_five_thousand_are_named_and_the_rest_is_kept(
    rita: Person, lakeshore: Organization, listed: None, sign_in: SignIn
) -> None:
    lines = sdps(5000)
    lines[6], lines[776], lines[4998] = "?", "100 00776", "x"
    answer = sign_in(rita).post(FORM, filled(lakeshore, f_sdps="\n".join(lines), f_sort="Assam"))

    assert answer.status_code == 422
    (message,) = messages(answer)
    for told in ("Line 7: “?”", "Line 777: “100 00776”", "Line 4999: “x”"):
        assert told in message
    assert message.count("Line ") == 3
    assert fields(answer)["f_sdps"][0].split() == "\n".join(lines).split()


@pytest.mark.parametrize(
    "content",
    [b"10000001\r\n10000002\r\n", b"\xef\xbb\xbfSDP ID\n10000001\n10000002\n", "10000001\n10000002".encode("utf-16")],
    ids=["Windows", "with a mark and a heading", "UTF-16"],
)  # fmt: skip
def test_a_list_is_read_from_a_file_without_sending_the_rest(
    rita: Person, lakeshore: Organization, listed: None, sign_in: SignIn, content: bytes
) -> None:
    browser, upload = sign_in(rita), SimpleUploadedFile("sdps.csv", content)

    read = browser.post(FORM, filled(lakeshore, read="f_sdps", file_f_sdps=upload), follow=True)

    assert (read.status_code, messages(read)) == (200, [])
    assert fields(read)["f_sdps"][0].replace("SDP ID\n", "").split() == ["10000001", "10000002"]
    assert not Attachment.objects.exists()


def test_what_is_wrong_in_a_file_is_named_by_line_alone(
    rita: Person, lakeshore: Organization, listed: None, sign_in: SignIn
) -> None:
    upload = SimpleUploadedFile("sdps.txt", b"10000001\n?\n")
    said = filled(lakeshore, read="f_sdps", f_sdps="10000009", file_f_sdps=upload)

    read = sign_in(rita).post(FORM, said, follow=True)

    (message,) = messages(read)
    assert message.startswith("Line 3: “?”")
    assert fields(read)["f_sdps"][0].split() == ["10000009", "10000001", "?"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK\x03\x04\x00\x00", "is not a text file"), (b"1" * 2_200_000, "is too long")],
    ids=["a workbook", "too long"],
)
def test_a_file_that_holds_no_list_is_refused_in_words(
    rita: Person, lakeshore: Organization, listed: None, sign_in: SignIn, content: bytes, said: str
) -> None:
    upload = SimpleUploadedFile("sdps.xlsx", content)

    read = sign_in(rita).post(FORM, filled(lakeshore, read="f_sdps", file_f_sdps=upload, f_sdps="10000009"))

    assert read.status_code == 422
    assert said in " ".join(messages(read))
    assert fields(read)["f_sdps"][0].split() == ["10000009"]


def test_a_long_list_is_shown_in_short_with_all_of_it_at_hand(
    rita: Person, lakeshore: Organization, listed: None, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    sent = send(browser, SLUG, filled(lakeshore, f_sdps="\n".join(sdps(40)), f_sort="Assam"))

    page = browser.get(sent["Location"].removesuffix("submitted/"))
    assert "40 in all. The first ten:" in words(page)
    assert main(page).count("10000009") == 2
    assert main(page).count("10000039") == 1


# --- Costs ----------------------------------------------------------------------------------


def test_a_form_costs_few_queries_however_long_it_is(
    rita: Person, lakeshore: Organization, tea: CatalogueItem, sign_in: SignIn
) -> None:
    browser, now = sign_in(rita), timezone.now()
    opened = {}
    for slug in (SLUG, "gui-user-new", "crossed-meters", "desk-user-change"):
        draft = Draft.objects.create(
            person=rita, form=f"request:{slug}", data={"title": ["x"]}, created_at=now, updated_at=now
        )
        opened[slug] = len(cost(browser, f"/help/new/{slug}/?draft={draft.public_id}"))

    assert max(opened.values()) <= 12, opened
