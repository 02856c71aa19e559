"""While an incident is typed: what is known of it, at most three of each, never in the way, never a stranger's."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, Person
from servicedesk.records.models import Draft, Follower
from tests.conftest import NOON, key
from tests.tickets.pages import fields, words
from tests.tickets.problem_log import log
from tests.tickets.test_lists import cost
from tickets.models import Deflection, Incident, Problem, ProblemAffects
from tickets.problem_matching import known_problems, own_tickets, telling
from tickets.problem_transitions import ProblemStatus
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
KNOWN = "/help/new/incident/known/"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("BQ responses are missing for cycle 14", ["bq", "responses", "missing", "cycle", "14"]),
        ("It is so on my PC", ["pc"]),
        ("les fichiers AS2 ne partent pas", ["fichiers", "as2", "partent"]),
        ("", []),
        ("'; -- % \x00", []),
    ],
)
def test_the_words_that_tell_something(typed: str, told: list[str]) -> None:
    assert telling(typed) == told


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("BQ response file ends early", {"bq"}),
        ("responses stop after 4,096 accounts", {"bq"}),
        ("GUI shows yesterday’s reads as estimated", {"gui"}),
        ("Le GUI affiche estimated reads", {"gui"}),
        ("The printer is out of paper", set()),
        ("BQ response is cut off", {"bq"}),
        ("certificate", {"other"}),
        ("estimated", {"gui"}),
    ],
)
def test_published_problems_that_are_about_the_words(
    pam: Person, rita: Person, typed: str, found: set[str]
) -> None:
    problems = {
        "bq": log(pam),
        "gui": log(
            pam,
            title="GUI shows reads as estimated",
            area="gui",
            symptom="Of late.",
            affected="",
            workaround="",
        ),
    }
    log(pam, title="Certificates are offered too late", symptom="Three days.", affected="", workaround="")
    log(pam, published=False)
    log(pam, ProblemStatus.CLOSED)
    names = {problem.pk: name for name, problem in problems.items()}

    assert {names.get(one.pk, "other") for one in known_problems(rita, typed)} == found


def test_own_open_tickets_alone_are_suggested(
    rita: Person, stan: Person, ned: Person, pineridge: Organization, lakeshore: Organization, incident: Make
) -> None:
    mine = incident(title="Sync file rejected, duplicate USDP")
    incident(title="Sync file rejected, restricted", visibility="restricted", by=ned)
    incident(title="Sync file rejected, theirs", by=stan, organization_id=pineridge.pk)
    incident(Status.RESOLVED, title="Sync file rejected, resolved")

    found = own_tickets(rita, "sync file was rejected", organization_id=lakeshore.pk)
    assert [one.pk for one in found] == [mine.pk]


def test_at_most_three_of_each_in_at_most_four_queries(
    pam: Person, rita: Person, lakeshore: Organization, incident: Make, sign_in: SignIn
) -> None:
    for _n in range(5):
        log(pam, title="Sync file rejected")
        incident(title="Sync file rejected")
    address = f"{KNOWN}?title=Sync+file+rejected+again&organization={lakeshore.pk}"
    browser = sign_in(rita)

    piece = browser.get(address)

    assert piece.content.decode().count("PRB-") >= 3
    assert len(piece.context["suggested"].problems) == len(piece.context["suggested"].tickets) == 3
    assert "6 suggestions" in words(piece)
    assert len(cost(browser, address)) <= 4


@pytest.mark.parametrize("typed", ["", "Sync", "Nothing of the kind", "%%%%%%%%%%%%%%", "x" * 5000])
def test_nothing_is_said_where_nothing_is_known(rita: Person, sign_in: SignIn, typed: str) -> None:
    piece = sign_in(rita).get(KNOWN, {"title": typed, "organization": "9" * 30})

    assert piece.status_code == 200
    assert "known" not in words(piece)


def typed_report(organization: Organization) -> dict[str, Any]:
    return {
        "request_id": key(),
        "draft": str(uuid.uuid4()),
        "organization": str(organization.pk),
        "title": "BQ response file ends early",
        "description": "Half of it.",
    }


def claim(browser: Client, problem: Problem, said: dict[str, Any]) -> HttpResponse:
    return browser.post(f"/problems/{problem.reference}/mine/", said)


def test_this_is_my_problem_ends_the_filing_and_counts_once(
    pam: Person, rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    problem, browser, said = log(pam), sign_in(rita), typed_report(lakeshore)
    assert "This is my problem" in words(browser.get(KNOWN, said))
    browser.get(problem.get_absolute_url())
    assert not Deflection.objects.exists()

    for _again in range(2):
        answer = claim(browser, problem, said | {"ends": "yes", "request_id": key()})
        assert answer["Location"] == problem.get_absolute_url()

    assert list(Deflection.objects.values_list("problem", "person", "organization", "ended")) == [
        (problem.pk, rita.pk, lakeshore.pk, True)
    ]
    assert Follower.objects.filter(record=problem.pk, person=rita).exists()
    assert ProblemAffects.objects.live().filter(problem=problem, organization=lakeshore).count() == 1
    assert Draft.objects.get().data["description"] == ["Half of it."]
    assert not Incident.objects.exists()


def test_it_is_and_i_go_on_keeps_what_was_typed(
    pam: Person, rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    problem, browser, said = log(pam), sign_in(rita), typed_report(lakeshore)

    answer = claim(browser, problem, said | {"ends": "no"})

    assert answer["Location"] == f"{reverse('tickets:report')}?draft={said['draft']}"
    assert fields(browser.get(answer["Location"]))["description"] == ["Half of it."]
    assert list(Deflection.objects.values_list("ended", flat=True)) == [False]


def test_without_scripts_the_page_after_the_form_says_it(
    pam: Person, rita: Person, lakeshore: Organization, sign_in: SignIn
) -> None:
    problem, browser = log(pam), sign_in(rita)
    said = typed_report(lakeshore) | {
        "environment": "production",
        "impact": "minor",
        "urgency": "wait",
        "visibility": "organization",
    }
    check = browser.post(reverse("tickets:report"), said)["Location"]
    page = browser.get(check)
    assert "This may already be known" in words(page)

    answer = claim(
        browser,
        problem,
        {"request_id": key(), "draft": said["draft"], "organization": lakeshore.pk, "ends": "yes"},
    )

    assert answer["Location"] == problem.get_absolute_url()
    assert Draft.objects.get().data["title"] == ["BQ response file ends early"]


def test_the_first_page_and_home_name_known_problems(
    pam: Person, rita: Person, sign_in: SignIn, settings: Any
) -> None:
    problem = log(pam)
    browser = sign_in(rita)

    assert problem.reference in words(browser.get("/help/new/?q=response+file"))
    assert problem.reference not in words(browser.get("/help/new/?q=printer"))
    Problem.objects.filter(pk=problem.pk).update(changed_at=NOON + timedelta(days=3000))
    assert "Known problems changed this week" in words(browser.get("/"))
    assert len(cost(browser, "/")) <= 6
