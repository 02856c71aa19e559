"""Asking for a change: from the form to the confirmation, once."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Person
from changes.models import RequestForChange
from servicedesk.records.models import Draft, Event, Follower
from servicedesk.records.refusals import Forbidden, TooMany, Unusable
from tests.changes.asking import MANUAL, TYPED, ask, draft_of, template
from tests.conftest import NOON
from tests.tickets.pages import fields, messages, words

SignIn = Callable[[Person], Client]
NEW = "/changes/new/"
LATER = (timezone.localdate() + timedelta(days=90)).isoformat()


def start(browser: Client, **query: object) -> str:
    """Open the form; answer its draft's id."""
    led = browser.get(NEW, query)
    return parse_qs(urlparse(led["Location"]).query)["draft"][0]


def test_a_request_goes_from_the_form_over_the_check_to_its_reference(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    draft = start(browser)
    assert fields(browser.get(NEW, {"draft": draft}))["organization"] == [str(lakeshore.pk)]

    sent = TYPED | {"draft": draft, "organization": lakeshore.pk, "desired_on": LATER}
    led = browser.post(NEW, sent)
    assert (led.status_code, led["Location"]) == (303, f"/changes/new/check/?draft={draft}")
    check = words(browser.get(led["Location"]))
    assert "File formats manual, 8.1 to 8.2" in check
    assert "Production, Quality Assurance (test)" in check or "Quality Assurance (test), Production" in check

    first, again = (browser.post("/changes/new/check/", {"draft": draft}) for _ in range(2))
    rfc = RequestForChange.objects.get()
    assert first["Location"] == again["Location"] == f"/changes/{rfc.reference}/submitted/"
    assert rfc.reference in words(browser.get(first["Location"]))
    assert (rfc.status, rfc.change_class, rfc.organization, rfc.reporter) == (
        "submitted",
        "normal",
        lakeshore,
        rita,
    )
    assert rfc.environments == ["quality", "production"]
    assert [str(one) for one in rfc.documents.all()] == ["File formats manual 8.2"]
    assert list(Event.objects.values_list("name", "actor")) == [("rfc.submitted", rita.pk)]
    assert list(Follower.objects.values_list("record", "person")) == [(rfc.pk, rita.pk)]
    assert browser.get(NEW, {"draft": draft})["Location"] == first["Location"]


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    draft = start(browser)
    wrong = TYPED | {
        "draft": draft, "organization": lakeshore.pk, "title": "", "category": "software", "environments": [],
        "desired_on": "2020-01-01", "document_title": ["Manual", "Manual"], "document_old": ["", ""],
        "document_new": ["2", "3"], "change_class": "standard",
    }  # fmt: skip
    answer = browser.post(NEW, wrong)

    assert answer.status_code == 422
    assert messages(answer) == [
        "Fill in “What is to change, in a few words?”.",
        "Choose an answer for “In which environments?”.",
        "Enter a day that has not passed.",
        "Name each document once.",
        "Choose the template that this standard change follows.",
    ]
    again = fields(browser.get(NEW, {"draft": draft}))
    assert again["reason"] == [TYPED["reason"]]
    assert again["document_title"][:2] == ["Manual", "Manual"]


def test_more_rows_for_documents_come_without_scripts(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    browser = sign_in(rita)
    draft = start(browser)
    full = {"document_title": ["A", "B"], "document_old": ["", ""], "document_new": ["1", "2"]}
    led = browser.post(NEW, {"draft": draft, "organization": lakeshore.pk, "more_rows": "yes"} | full)

    page = fields(browser.get(led["Location"].partition("#")[0]))
    assert page["document_title"] == ["A", "B", "", ""]


def test_a_change_of_a_document_names_it(rita: Person, lakeshore: Organization, sign_in: SignIn) -> None:
    nothing = {name: [""] for name in ("document_title", "document_old", "document_new")}
    sent = TYPED | {"organization": lakeshore.pk, "category": "document", "desired_on": ""} | nothing
    answer = sign_in(rita).post(NEW, sent)

    assert messages(answer) == ["Name the document that changes, and its new version."]


def test_an_agent_of_two_says_for_whom_and_a_strange_one_is_refused(
    vera: Person, rita: Person, pineridge: Organization, sign_in: SignIn
) -> None:
    assert "For which organization do you ask?" in words(
        sign_in(vera).get(NEW, {"draft": draft_of(vera).public_id})
    )
    browser = sign_in(rita)
    answer = browser.post(NEW, TYPED | {"organization": pineridge.pk, "desired_on": ""})
    assert answer.status_code == 422
    assert "Choose an organization that you act for." in words(answer)


@pytest.mark.parametrize(("who", "may"), [("rita", True), ("ann", True), ("chang", True), ("ada", False)])
def test_who_may_ask(cast: dict[str, Person], sign_in: SignIn, who: str, may: bool) -> None:
    answer = sign_in(cast[who]).get(NEW)
    assert answer.status_code == (302 if may else 403)


def test_a_standard_change_takes_the_plans_of_its_template_while_that_counts(
    rita: Person, chang: Person
) -> None:
    counts, expired = template(chang), template(chang, title="Old", expires_on=NOON.date().isoformat())
    standard = ask(rita, template=counts)

    assert (standard.change_class, standard.template) == ("standard", counts)
    assert standard.implementation_plan == counts.implementation_plan
    with pytest.raises(Unusable, match="“Old” has expired"):
        ask(rita, template=expired)


def test_nobody_asks_for_a_stranger_and_nobody_floods_the_desk(
    rita: Person, stan: Person, settings: object
) -> None:
    with pytest.raises(Forbidden):
        ask(rita, organization_id=min(stan.standing().organizations))
    settings.FILINGS_PER_HOUR = {"person": 2, "organization": 9}  # type: ignore[attr-defined]
    ask(rita)
    ask(rita)
    with pytest.raises(TooMany):
        ask(rita)


def test_a_draft_becomes_one_request(rita: Person) -> None:
    rfc = ask(rita, documents=[MANUAL], desired_on=date(2027, 6, 1))
    assert Draft.objects.get().became_id == rfc.pk
    assert RequestForChange.objects.count() == 1
