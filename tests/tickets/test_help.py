"""What do you need? Nine choices, a search over them, and what was begun."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Person
from servicedesk.records.models import Draft
from tests.tickets.ordering import item, text
from tests.tickets.pages import main, words
from tests.tickets.test_lists import cost
from tickets.catalogue.offers import matching, offers
from tickets.models import CatalogueItem, Choice, Incident

SignIn = Callable[[Person], Client]
HELP = "/help/new/"


def test_nine_choices_stand_in_three_groups(rita: Person, sign_in: SignIn) -> None:
    page = sign_in(rita).get(HELP)

    assert re.findall(r"<h2>(.*?)</h2>", main(page)) == [
        "Issues and requests",
        "People and training",
        "System and organization",
    ]
    assert re.findall(r"<strong>([^<]*)</strong><span>", main(page)) == [str(one.label) for one in Choice]
    assert "MDM/R GUI users" in words(page)
    assert "Usually 4 business hours to 2 business days" in words(page)


def test_a_choice_leads_to_its_form_or_to_what_there_is(rita: Person, sign_in: SignIn) -> None:
    browser = sign_in(rita)
    page = main(browser.get(HELP))

    for leads in (
        "incident/",
        "testing-feedback/",
        "choice/gui_users/",
        "choice/data/",
    ):
        assert f'href="{HELP}{leads}"' in page
    assert 'href="/changes/new/"' in page
    assert browser.get(f"{HELP}choice/change/")["Location"] == "/changes/new/"
    assert browser.get(f"{HELP}request-for-change/?draft={uuid.uuid4()}")["Location"] == "/changes/new/"
    listed = words(browser.get(f"{HELP}choice/gui_users/"))
    assert "New GUI users" in listed
    assert "Usually 2 business days" in listed
    assert browser.get(f"{HELP}choice/incident/")["Location"] == f"{HELP}incident/"
    assert browser.get(f"{HELP}choice/feedback/")["Location"] == f"{HELP}testing-feedback/"


def test_what_is_retired_is_not_offered(rita: Person, sign_in: SignIn) -> None:
    CatalogueItem.objects.filter(choice=Choice.WORKSHOPS).update(retired_at=timezone.now())
    CatalogueItem.objects.filter(slug="gui-user-new").update(retired_at=timezone.now())
    browser = sign_in(rita)

    assert "Workshops" not in words(browser.get(HELP))
    assert browser.get(f"{HELP}choice/workshops/").status_code == 404
    assert "New GUI users" not in words(browser.get(f"{HELP}choice/gui_users/"))
    assert "New GUI users" not in words(browser.get(HELP, {"q": "gui user"}))


# --- Search ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("GUI user", "gui-user-new"),
        ("new gui users", "gui-user-new"),
        ("UTILISATEURS", "gui-user-new"),
        ("donnees d’intervalle", "interval-data-extract"),
        ("crossed", "crossed-meters"),
        ("sandbox", "sandbox-access"),
    ],
)
def test_items_are_found_in_both_languages_with_or_without_accents(
    rita: Person, typed: str, first: str
) -> None:
    assert matching(offers(rita), typed)[0].slug == first


def test_names_come_before_what_is_only_told(rita: Person) -> None:
    item("tea", text("sort"), name="Tea", summary="Not a sandbox.")

    found = [one.slug for one in matching(offers(rita), "sandbox")]

    assert found.index("tea") > found.index("sandbox-access")


def test_nothing_found_leads_to_the_report(rita: Person, sign_in: SignIn) -> None:
    told = words(sign_in(rita).get(HELP, {"q": "purple elephants"}))

    assert "No match" in told
    assert "Use “Something isn’t working” : we will route it." in told


def test_open_tickets_that_one_may_see_are_found_too(
    rita: Person, ned: Person, stan: Person, incident: Callable[..., Incident], sign_in: SignIn
) -> None:
    now = timezone.now()
    mine = incident(at=now, title="Sandbox does not answer")
    incident(at=now, title="Sandbox payroll", visibility="restricted")

    def told(person: Person, typed: str) -> tuple[bool, bool]:
        page = words(sign_in(person).get(HELP, {"q": typed}))
        return ("Sandbox does not answer" in page, "Sandbox payroll" in page)

    assert told(rita, "sandbox") == (True, True)
    assert told(ned, "sandbox") == (True, False)
    assert told(stan, "sandbox") == (False, False)
    assert told(ned, mine.reference.lower()) == (True, False)
    assert told(ned, "answer sandbox") == (True, False)


def test_who_types_gets_the_results_alone(rita: Person, sign_in: SignIn) -> None:
    piece = sign_in(rita).get(HELP, {"q": "gui"}, headers={"HX-Request": "true"})

    assert "New GUI users" in piece.content.decode()
    assert "<html" not in piece.content.decode()
    assert "HX-Request" in piece["Vary"]


@pytest.mark.parametrize("typed", ["", "   ", "x" * 5000, "%", "'; --", "é" * 50])
def test_any_words_are_taken(rita: Person, sign_in: SignIn, typed: str) -> None:
    assert sign_in(rita).get(HELP, {"q": typed}).status_code == 200


# --- Drafts and costs -----------------------------------------------------------------------


def test_drafts_of_both_kinds_are_offered_with_the_time_they_were_saved(
    rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    now = timezone.now()
    for form, title, hours in (("incident", "Slow GUI", 3), ("request:gui-user-new", "Three users", 2)):
        saved = now - timedelta(hours=hours)
        Draft.objects.create(
            person=rita, form=form, data={"title": [title]}, created_at=saved, updated_at=saved
        )
    Draft.objects.create(person=rita, form="message", data={}, created_at=now, updated_at=now)

    told = words(sign_in(rita).get(HELP))

    assert "Continue: Three users · 2 h ago Continue: Slow GUI · 3 h ago" in told
    assert told.count("Continue:") == 2


@pytest.mark.parametrize(("address", "most"), [(HELP, 6), (f"{HELP}?q=tea", 8)])
def test_the_page_costs_the_same_whatever_there_is(
    rita: Person, lakeshore: Organization, sign_in: SignIn, address: str, most: int
) -> None:
    browser, now = sign_in(rita), timezone.now()
    cost(browser, address)
    before = len(cost(browser, address))

    for number in range(30):
        item(f"tea-{number}", text("sort"))
        data = {"title": [f"Tea {number}"]}
        Draft.objects.create(
            person=rita, form=f"request:tea-{number}", data=data, created_at=now, updated_at=now
        )
    cost(browser, address)  # what is read once of each version is read now

    assert len(cost(browser, address)) == before <= most
