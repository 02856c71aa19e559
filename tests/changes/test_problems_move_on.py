"""From a problem to the change that mends it, and back: asking, linking, and what becomes of the problem."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from changes.actions.moving import append_event
from changes.models import Release, RequestForChange
from changes.release_notes import release_notes
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Event, Link
from tests.changes.conftest import MakeChange
from tests.conftest import NOON, key
from tests.notifications.letters import drain_at
from tests.tickets.pages import fields, words
from tests.tickets.problem_log import FACE, log
from tickets.models import Incident, Problem
from tickets.problem_transitions import ProblemStatus

SignIn = Callable[[Person], Client]
LATER = NOON + timedelta(hours=1)
START = NOON + timedelta(days=20)
DAY = START.date()
NEXT_DAY = DAY + timedelta(days=1)
WINDOW = {"starts_at": START, "ends_at": START + timedelta(hours=2)}
MOVED = {name: at + timedelta(days=1) for name, at in WINDOW.items()}
P = ProblemStatus


@pytest.fixture
def mends(rfc: MakeChange, bob: Person) -> MakeChange:
    """A published RFC in release 8.3 that is linked to a problem as what mends it."""
    release = Release.objects.create(name="8.3")

    def make(problem: Problem, **columns: Any) -> RequestForChange:
        made = rfc(**{"visibility": "everyone", "implementer": bob, "release": release} | columns)
        Link.objects.create(source_id=problem.pk, target_id=made.pk, relation="fixed_by",
                            made_by=problem.reporter, made_at=NOON)  # fmt: skip
        return made

    return make


def news(rfc: RequestForChange, *happened: tuple[str, dict[str, Any]]) -> None:
    """What happened to the RFC, one after the other; and then what follows from it, in any order."""
    for what, facts in happened:
        publish(append_event(rfc, what, by=None, at=LATER, **facts))
    drain_at(LATER)


SCHEDULE, MOVE, FINISH = ("schedule", WINDOW), ("moved_window", MOVED), ("finish", {"outcome": "successful"})
OFF: dict[str, tuple[str, dict[str, Any]]] = {
    what: (what, {"message": "No."})
    for what in ("unschedule", "void", "withdraw", "decline", "turn_away", "back_out")
}
BECOMES: list[tuple[ProblemStatus, list[Any], tuple[str, str, object]]] = [
    # where the problem stands, what happens to its RFC, then: its status, release and day
    (P.KNOWN_ERROR, [SCHEDULE], (P.FIX_SCHEDULED, "8.3", DAY)),
    (P.ROOT_CAUSE_KNOWN, [SCHEDULE], (P.FIX_SCHEDULED, "8.3", DAY)),
    (P.INVESTIGATING, [SCHEDULE], (P.INVESTIGATING, "8.3", DAY)),
    (P.KNOWN_ERROR, [MOVE], (P.FIX_SCHEDULED, "8.3", NEXT_DAY)),
    (P.KNOWN_ERROR, [SCHEDULE, MOVE], (P.FIX_SCHEDULED, "8.3", NEXT_DAY)),
    (P.KNOWN_ERROR, [SCHEDULE, OFF["unschedule"]], (P.FIX_SCHEDULED, "8.3", None)),
    (P.KNOWN_ERROR, [SCHEDULE, OFF["void"]], (P.FIX_SCHEDULED, "8.3", None)),
    *(
        (P.KNOWN_ERROR, [SCHEDULE, OFF[what]], (P.ROOT_CAUSE_KNOWN, "", None))
        for what in ("withdraw", "decline", "turn_away", "back_out")
    ),
    (P.KNOWN_ERROR, [OFF["withdraw"]], (P.KNOWN_ERROR, "", None)),
    (P.KNOWN_ERROR, [OFF["withdraw"], SCHEDULE], (P.FIX_SCHEDULED, "8.3", DAY)),
    (P.KNOWN_ERROR, [SCHEDULE, ("start", {}), FINISH], (P.RESOLVED, "8.3", DAY)),
    (P.KNOWN_ERROR, [FINISH], (P.RESOLVED, "", None)),
    (P.INVESTIGATING, [FINISH], (P.INVESTIGATING, "", None)),
    (P.RESOLVED, [SCHEDULE], (P.RESOLVED, "", None)),
    (P.CLOSED, [SCHEDULE, FINISH], (P.CLOSED, "", None)),
    (P.REJECTED, [SCHEDULE, FINISH], (P.REJECTED, "", None)),
]


@pytest.mark.parametrize(
    ("status", "happened", "becomes"),
    BECOMES,
    ids=[f"{status.value}: {', '.join(what for what, _facts in each)}" for status, each, _to in BECOMES],
)
def test_what_becomes_of_a_problem(
    mends: MakeChange, pam: Person, status: ProblemStatus, happened: list[Any], becomes: Any
) -> None:
    problem = log(pam, status)
    change = mends(problem)

    for one in happened:
        news(change, one)

    now = Problem.objects.get(pk=problem.pk)
    assert (now.status, now.planned_release, now.fix_planned_on) == becomes


def test_news_that_comes_late_changes_nothing_any_more(mends: MakeChange, pam: Person) -> None:
    for happened, becomes in (
        ([SCHEDULE, MOVE, OFF["withdraw"]], (P.KNOWN_ERROR, None)),
        ([SCHEDULE, MOVE], (P.FIX_SCHEDULED, NEXT_DAY)),
    ):
        problem = log(pam, P.KNOWN_ERROR)
        news(mends(problem), *happened)
        now = Problem.objects.get(pk=problem.pk)
        assert (now.status, now.fix_planned_on) == becomes


def test_the_desk_asks_for_a_change_from_a_problem(
    pam: Person, chang: Person, stan: Person, incident: Callable[..., Incident], sign_in: SignIn
) -> None:
    problem = log(pam, P.KNOWN_ERROR, incidents=[incident()])
    manager = sign_in(pam)
    asking = f"{reverse('changes:new')}?problem={problem.reference}"
    assert asking in manager.get(problem.get_absolute_url()).content.decode()
    for reader in (chang, stan):
        assert asking not in sign_in(reader).get(problem.get_absolute_url()).content.decode()

    begun = manager.get(asking, follow=True)
    said = fields(begun)
    assert {name: said[name] for name in ("problem", "title", "environments", "interfaces")} == {
        "problem": [problem.reference], "title": [FACE["title"]],
        "environments": ["production"], "interfaces": ["billing"],
    }  # fmt: skip
    assert "canary" not in begun.content.decode()  # the internal face stays where it is
    assert "Lakeshore" not in begun.content.decode()
    checked = manager.post(reverse("changes:new"), said | {"draft": said["draft"]}, follow=True)
    assert f"Mends {problem.reference} {FACE['title']}" in words(checked)
    manager.post(reverse("changes:check"), {"draft": said["draft"], "request_id": key()})

    change = RequestForChange.objects.get()
    link = Link.objects.get(target=change.pk)
    assert (link.source_id, link.relation, link.made_by) == (problem.pk, "fixed_by", pam)
    told = Event.objects.get(name="problem.fix_asked")
    assert (told.internal, told.facts["reference"]) == (True, change.reference)
    assert f"Mends {problem.reference}" in words(sign_in(chang).get(change.get_absolute_url()))
    assert f"is fixed by {change.reference}" in words(manager.get(problem.get_absolute_url()))
    assert change.reference not in words(sign_in(stan).get(problem.get_absolute_url()))


@pytest.mark.parametrize("who", ["rita", "stan", "vera"])
def test_an_organization_does_not_say_what_mends_a_problem(
    pam: Person, cast: dict[str, Person], sign_in: SignIn, who: str
) -> None:
    problem = log(pam, P.KNOWN_ERROR)
    browser, person = sign_in(cast[who]), cast[who]
    home = min(person.standing().organizations)
    begun = browser.get(
        f"{reverse('changes:new')}?problem={problem.reference}&organization={home}", follow=True
    )
    said = fields(begun)
    assert "problem" not in said
    assert said["title"] == [""]

    sent = said | {
        "problem": [problem.reference], "title": ["A larger buffer"], "category": ["software"],
        "description": ["So."], "reason": ["So."], "environments": ["production"],
    }  # fmt: skip
    assert browser.post(reverse("changes:new"), sent).status_code == 303
    browser.post(reverse("changes:check"), {"draft": said["draft"], "request_id": key()})

    assert RequestForChange.objects.get().title == "A larger buffer"
    assert not Link.objects.exists()


def test_release_notes_name_the_problems_that_a_reader_may_see(
    mends: MakeChange, rfc: MakeChange, pam: Person, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    known, hidden = log(pam, P.KNOWN_ERROR), log(pam, published=False, title="Not for you")
    change = mends(known)
    mends(hidden)
    related = log(pam, P.KNOWN_ERROR)
    Link.objects.create(
        source_id=related.pk, target_id=change.pk, relation="related", made_by=pam, made_at=NOON
    )

    fixed = {who: [one.pk for one in release_notes("8.3", who).fixed] for who in (rita, ann)}
    assert fixed == {rita: [known.pk], ann: [known.pk, hidden.pk]}
    page = sign_in(rita).get(Release.objects.get().get_absolute_url())
    assert known.get_absolute_url() in page.content.decode()
