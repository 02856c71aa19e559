"""Teams as queues, and lists that hold incidents and requests side by side."""

import re
from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import Organization, Person
from tests.tickets.orders import FEEDBACK, order
from tests.tickets.pages import words
from tickets.actions import assign, move
from tickets.models import Incident, ServiceRequest, Team
from tickets.queues import counts, tabs

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
TEAMS = {"data-billing", "environments", "mdmr-operations", "service-desk"}


@pytest.fixture
def feedback(rita: Person, lakeshore: Organization) -> ServiceRequest:
    """Testing feedback, which goes to the team for environments."""
    return order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, at=timezone.now())


def references(browser: Client, address: str) -> set[str]:
    """The references on a list."""
    return set(re.findall(r'<td class="cell-min ref">([^<]+)</td>', browser.get(address).content.decode()))


def test_every_team_is_a_queue_with_what_is_routed_to_it(
    feedback: ServiceRequest, incident: Make, ann: Person, sign_in: SignIn
) -> None:
    filed, browser = incident(at=timezone.now()), sign_in(ann)

    assert references(browser, "/desk/q/team-environments/") == {feedback.reference}
    assert references(browser, "/desk/q/team-data-billing/") == set()
    assert references(browser, "/desk/q/all/") == {feedback.reference, filed.reference}
    assert {name: number for name, number in counts(ann).items() if name.startswith("team-")} == {
        f"team-{slug}": "1" if slug == "environments" else "0" for slug in TEAMS
    }
    assert (counts(ann)["all"], counts(ann)["triage"]) == ("2", "2")


def test_teams_come_after_the_named_queues_by_name(ann: Person, sign_in: SignIn) -> None:
    Team.objects.create(slug="new", name="Analytics", name_fr="Zoo")

    labels = [str(one.label) for one, _number in tabs(ann)]
    assert labels[-5:] == sorted(labels[-5:])
    assert labels[-5] == "Analytics"
    assert "Nothing waits for this team." in words(sign_in(ann).get("/desk/q/team-new/"))


def test_a_team_is_called_as_its_reader_says(ann: Person, sign_in: SignIn) -> None:
    Team.objects.filter(slug="environments").update(name_fr="Environnements d’essai")
    ann.language = "fr"
    ann.save()

    assert "Environnements d’essai" in words(sign_in(ann).get("/desk/q/all/"))


def test_work_on_requests_that_nobody_has_is_looked_at_anew(
    feedback: ServiceRequest, ann: Person, sign_in: SignIn
) -> None:
    browser = sign_in(ann)
    assert references(browser, "/desk/q/triage/") == {feedback.reference}
    begun = move(feedback, "start", by=ann, at=timezone.now(), version=feedback.version)
    assert references(browser, "/desk/q/triage/") == {feedback.reference}

    assign(begun, ann, by=ann, at=timezone.now(), version=begun.version)
    cache.clear()
    assert references(browser, "/desk/q/triage/") == set()
    assert counts(ann)["triage"] == "0"


@pytest.mark.parametrize(("who", "address"), [("ann", "/desk/q/all/"), ("rita", "/tickets/")])
def test_a_list_is_narrowed_down_to_one_kind(
    feedback: ServiceRequest, incident: Make, cast: dict[str, Person], sign_in: SignIn, who: str, address: str
) -> None:
    filed, browser = incident(at=timezone.now()), sign_in(cast[who])

    assert references(browser, address) == {feedback.reference, filed.reference}
    assert references(browser, f"{address}?kind=incident") == {filed.reference}
    assert references(browser, f"{address}?kind=request") == {feedback.reference}
    assert references(browser, f"{address}?kind=problem") == {feedback.reference, filed.reference}
    assert references(browser, f"{address}?kind=request&severity=1") == set()


@pytest.mark.parametrize(
    ("who", "address"), [("ann", "/desk/q/all/"), ("ann", "/desk/"), ("rita", "/tickets/"), ("rita", "/")]
)
def test_where_an_incident_shows_its_severity_a_request_says_what_it_is(
    feedback: ServiceRequest, cast: dict[str, Person], sign_in: SignIn, who: str, address: str
) -> None:
    page = sign_in(cast[who]).get(address).content.decode()

    assert '<td class="cell-min"><span class="muted">Request</span></td>' in page
