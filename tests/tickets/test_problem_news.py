"""Followers hear of meaningful events, and of nothing else: a hundred edits give the mails that the table says."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from accounts.models import Membership, Person
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import drain
from tests.conftest import NOON
from tests.tickets.problem_log import FACE, log, step
from tickets.actions.problem_faces import Internals, edit_face, edit_internals, face_of, publish_problem
from tickets.actions.problem_following import follow_area, follow_problem
from tickets.actions.problems import fix_implemented, fix_moved, fix_scheduled
from tickets.models import Problem, ServiceArea
from tickets.problem_life_table import life_table
from tickets.problem_news import FIELDS, MOVES, News
from tickets.problem_news_table import table
from tickets.problem_transitions import PROBLEM_LIFECYCLE, ProblemStatus

LATER = NOON + timedelta(hours=1)
ROOT = Path(__file__).parents[2]


def told(*, at: Any = LATER) -> list[tuple[str, str]]:
    """Deliver what waits: to whom, and of what, the subject's last part."""
    mail.outbox.clear()
    drain(now=lambda: at + timedelta(minutes=1))
    assert not OutboxMessage.objects.waiting().exists()
    return sorted((letter.to[0], letter.subject.rpartition(" — ")[2]) for letter in mail.outbox)


EDITS: list[tuple[str, Any]] = [
    ("title", "BQ responses stop after 4,095 accounts"),
    ("title", "bq responses stop after 4,096 accounts."),
    ("area", "reports"),
    ("environment", ""),
    ("symptom", "The response ends early."),
    ("affected", "Nobody else."),
    ("workaround", "1. Ask twice."),
    ("workaround", "1. Stop the export!\n2. Start it again"),
    ("workaround", ""),
    ("planned_fix", "A larger buffer."),
    ("planned_release", "8.4"),
    ("planned_release", "8.3 "),
    ("fix_planned_on", date(2027, 5, 1)),
]
STATUSES = [
    ProblemStatus.LOGGED,
    ProblemStatus.KNOWN_ERROR,
    ProblemStatus.FIX_SCHEDULED,
    ProblemStatus.RESOLVED,
]
A_HUNDRED = [
    *(
        (field, value, status, only, True)
        for (field, value), status, only in product(EDITS, STATUSES, (False, True))
    ),
    *((field, value, ProblemStatus.LOGGED, False, False) for field, value in EDITS),
]
"""Field, its new value, the problem's status, whether only the wording changes, whether it is published."""


def expected(field: str, now: Any, status: str, *, wording_only: bool, published: bool) -> list[str]:
    """What the table says, read from it as a person would."""
    rule = FIELDS.get(field)
    says_the_same = (field, now) in {
        ("title", "bq responses stop after 4,096 accounts."),
        ("workaround", "1. Stop the export!\n2. Start it again"),
        ("planned_release", "8.3 "),
    }
    if not rule or wording_only or not published or (rule.status and rule.status != status):
        return []
    if says_the_same:
        return []
    return [str(News(rule.news).label)]


def test_a_hundred_edits_give_exactly_the_mails_that_the_table_says(
    pam: Person, ann: Person, rita: Person, stan: Person
) -> None:
    starts = {(status, True): log(pam, status) for status in STATUSES}
    starts[ProblemStatus.LOGGED, False] = log(pam, published=False)
    follow_area(ServiceArea.BILLING, True, by=stan, at=NOON)
    for problem in Problem.objects.all():
        follow_problem(problem, True, by=rita, at=NOON)
    told()

    wrong = []
    for field, value, status, wording_only, published in A_HUNDRED:
        problem = Problem.objects.get(pk=starts[status, published].pk)
        was = face_of(problem)
        changes: dict[str, Any] = {field: value}
        if field == "fix_planned_on" and not was.planned_release:
            changes["planned_release"] = "8.3"
        edit_face(
            problem,
            replace(was, **changes),
            by=pam,
            at=LATER,
            version=problem.version,
            wording_only=wording_only,
        )
        heard = told()
        people = ["rita@example.com"]
        if Problem.objects.get(pk=problem.pk).area == ServiceArea.BILLING:
            people.append("stan@example.com")
        news = expected(field, value, status, wording_only=wording_only, published=published)
        if heard != sorted((who, what) for what in news for who in people):
            wrong.append((field, value, status, wording_only, published, heard))
        now = Problem.objects.get(pk=problem.pk)
        edit_face(now, was, by=pam, at=LATER, version=now.version, wording_only=True)
        assert told() == []

    assert len(A_HUNDRED) > 100
    assert wrong == []


@pytest.mark.parametrize("move", list(PROBLEM_LIFECYCLE), ids=lambda move: move.name)
def test_a_move_is_news_where_the_table_says_so(pam: Person, rita: Person, move: Any) -> None:
    problem = log(pam, sorted(move.sources)[0])
    if move.name == "close":
        problem = step(problem, "verify", by=pam)
    if move.name == "declare":
        assert problem.workaround
    follow_problem(problem, True, by=rita, at=NOON)
    told()

    step(problem, move.name, by=pam, at=LATER)

    rule = MOVES.get(move.name)
    assert told() == ([("rita@example.com", str(News(rule.news).label))] if rule else [])


def test_what_only_the_desk_reads_is_nobodys_news(pam: Person, rita: Person) -> None:
    problem = log(pam)
    follow_problem(problem, True, by=rita, at=NOON)
    told()

    edit_internals(problem, Internals("Another."), by=pam, at=LATER, version=problem.version)

    assert told() == []


def test_publishing_is_told_to_the_area_but_neither_to_its_author_nor_to_who_left(
    pam: Person, ann: Person, rita: Person, stan: Person, ned: Person
) -> None:
    for person in (pam, ann, rita, stan, ned):
        follow_area(ServiceArea.BILLING, True, by=person, at=NOON)
    Membership.objects.filter(person=stan).delete()
    ned.is_active = False
    ned.save()
    problem = log(pam, published=False)

    publish_problem(problem, by=pam, at=LATER, version=problem.version)

    assert told() == [
        ("ann@example.com", "New in the problem log"),
        ("rita@example.com", "New in the problem log"),
    ]
    letter = mail.outbox[0]
    assert FACE["workaround"].splitlines()[0] in letter.body
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"Ann", "Rita"}


def test_what_becomes_of_the_rfc_moves_the_problem_and_is_told_once(pam: Person, rita: Person) -> None:
    problem = log(pam, ProblemStatus.KNOWN_ERROR)
    follow_problem(problem, True, by=rita, at=NOON)
    told()
    plan: dict[str, Any] = {"rfc_reference": "RFC-10001", "release": "8.3", "by": None, "at": LATER}

    def both(news: str) -> list[tuple[str, str]]:
        return [("pam@example.com", news), ("rita@example.com", news)]

    april, may = NOON + timedelta(days=30), NOON + timedelta(days=60)

    for _again in range(2):
        problem = Problem.objects.get()
        fix_scheduled(problem, planned_at=april, **plan)
    assert told() == both("Fix scheduled")

    for _again in range(2):
        fix_moved(Problem.objects.get(), planned_at=may, **plan)
    assert told() == both("Fix moved")
    assert Problem.objects.get().fix_planned_on == date(2027, 5, 8)

    for _again in range(2):
        fix_implemented(Problem.objects.get(), rfc_reference="RFC-10001", by=None, at=LATER)
    assert told() == both("Resolved")
    assert Problem.objects.get().status == ProblemStatus.RESOLVED


def test_an_rfc_that_is_called_off_takes_the_day_with_it(pam: Person) -> None:
    problem = log(pam, ProblemStatus.FIX_SCHEDULED)

    fix_moved(problem, rfc_reference="RFC-10001", release="", planned_at=None, by=None, at=LATER)

    now = Problem.objects.get()
    assert (now.status, now.planned_release, now.fix_planned_on) == (ProblemStatus.ROOT_CAUSE_KNOWN, "", None)


def test_the_tables_in_the_docs_are_those_that_count() -> None:
    page = (ROOT / "docs" / "problems.md").read_text()
    assert table() in page
    assert life_table() in page
