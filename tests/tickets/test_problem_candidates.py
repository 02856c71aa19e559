"""A week with more incidents of an area than usual is a candidate: somebody accepts it, or says why not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Person
from servicedesk.records.models import Link
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON, key
from tests.tickets.pages import words
from tickets.actions.problem_candidates import COUNT, count_week, plan_count
from tickets.areas import Areas
from tickets.models import AreaRule, Incident, Problem, ProblemCandidate

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
MONDAY = date(2027, 3, 8)
PAGE = "/problems/candidates/"


@pytest.mark.parametrize(
    ("title", "text", "area"),
    [
        ("BQ responses missing for cycle 14", "", "billing"),
        ("Synchronization file rejected with duplicate USDP", "", "sync"),
        ("GUI shows yesterday’s reads as estimated", "", "vee"),
        ("AS2 certificate expires on 3 March", "", "files"),
        ("Exception report delivered twice", "", "reports"),
        ("It is slow", "The GUI, all day.", "gui"),
        ("The printer is out of paper", "", "other"),
        ("Rapport livré deux fois", "", "reports"),
    ],
)
def test_the_area_of_a_text_follows_from_its_words(db: None, title: str, text: str, area: str) -> None:
    assert Areas.now().area_of(title, text) == area


@pytest.fixture
def busy_week(incident: Make) -> list[Incident]:
    """A quiet spring, one sync trouble a month; and five in the week of 8 March."""
    for weeks in (1, 5):
        incident(title="Sync file late", at=NOON - timedelta(weeks=weeks))
    return [incident(title=f"Sync file rejected {n}", at=NOON + timedelta(hours=n)) for n in range(5)]


def test_a_week_is_counted_once_it_is_over_and_once(busy_week: list[Incident], ann: Person) -> None:
    for _again in range(3):
        plan_count(at=NOON)
    row = DueRow.objects.get(kind=COUNT)
    assert row.due_at == datetime(2027, 3, 15, 10, tzinfo=UTC)  # Monday, 06:00 in Toronto, on summer time

    sweep(at=row.due_at)
    count_week(MONDAY, at=row.due_at)

    found = ProblemCandidate.objects.get()
    assert (found.area, found.week_starts_on, found.number) == ("sync", MONDAY, 5)
    assert found.baseline == Decimal("0.2")
    assert set(found.incidents.all()) == set(busy_week)


@pytest.mark.parametrize(("least", "factor", "found"), [(5, 2, 1), (6, 2, 0), (5, 24, 1), (5, 25, 0)])
def test_how_many_it_takes_is_configuration(
    busy_week: list[Incident], ann: Person, least: int, factor: int, found: int
) -> None:
    AreaRule.objects.update(least=least, factor=factor)

    assert len(count_week(MONDAY, at=NOON)) == found


def test_an_agent_accepts_one_and_dismisses_another(
    busy_week: list[Incident], ann: Person, rita: Person, sign_in: SignIn
) -> None:
    (candidate,) = count_week(MONDAY, at=NOON)
    other = ProblemCandidate.objects.create(
        area="gui", week_starts_on=MONDAY, number=3, baseline=1, found_at=NOON
    )
    browser = sign_in(ann)
    assert "5 incidents in the week of 8 March 2027; 0.2 are usual" in words(browser.get(PAGE))

    def decide(one: ProblemCandidate, **said: str) -> int:
        return browser.post(f"{PAGE}{one.pk}/", {"request_id": key()} | said).status_code

    assert decide(candidate, decision="accept") == 303
    problem = Problem.objects.get()
    assert (problem.title, problem.area) == (busy_week[0].title, "sync")
    assert Link.objects.filter(target=problem.pk).count() == 5
    assert decide(other, decision="dismiss") == 422
    assert decide(other, decision="dismiss", reason="A training day.") == 303
    assert decide(other, decision="accept") == 409

    page = words(browser.get(PAGE))
    assert "No service area stands out." in page
    assert problem.reference in page
    assert "A training day." in page
    assert sign_in(rita).get(PAGE).status_code == 403
