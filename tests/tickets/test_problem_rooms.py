"""The second lock on problems: with no filter at all, an organization's connection reads only what it may."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Model

from accounts.models import Person
from servicedesk.records.models import Event, Follower, Link, Record
from servicedesk.records.row_security import serving
from tests.conftest import NOON
from tests.tickets.problem_log import log
from tickets.actions.problem_following import claim_problem, follow_area, follow_problem, say_affected
from tickets.models import (
    Deflection,
    Incident,
    Problem,
    ProblemAffects,
    ProblemCandidate,
    ProblemInternals,
    ProblemNote,
    ProblemSubscription,
    ServiceArea,
)

Make = Callable[..., Incident]
GUARDED: list[type[Model]] = [
    Problem,
    ProblemInternals,
    ProblemAffects,
    ProblemNote,
    ProblemSubscription,
    ProblemCandidate,
    Deflection,
]


@pytest.fixture
def told(incident: Make, pam: Person, rita: Person, stan: Person, pineridge: Model) -> Problem:
    """A published problem with an incident of either LDC and something of everybody's; and one unpublished."""
    mine, theirs = incident(), incident(by=stan, organization_id=pineridge.pk)
    problem = log(pam, incidents=[mine, theirs])
    log(pam, published=False, incidents=[mine])
    for person, organization in ((rita, mine.organization_id), (stan, theirs.organization_id)):
        with serving(person):
            follow_area(ServiceArea.GUI, True, by=person, at=NOON)
            claim_problem(problem, organization, draft_key=_key(person), ended=True, by=person, at=NOON)
    ProblemCandidate.objects.create(
        area="gui", week_starts_on=NOON.date(), number=3, baseline=1, found_at=NOON
    )
    return problem


def _key(person: Person) -> str:
    return f"00000000-0000-4000-8000-{person.pk:012d}"


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_without_any_filter_a_reader_gets_what_the_scope_would_give(
    told: Problem, rita: Person, stan: Person, model: type[Model]
) -> None:
    for reader in (rita, stan):
        allowed = set(model.objects.visible_to(reader).values_list("pk", flat=True))
        with serving(reader):
            assert set(model.objects.values_list("pk", flat=True)) == allowed
    assert model.objects.exists()


def test_an_organization_reads_neither_internals_nor_who_else_is_there(
    told: Problem, rita: Person, stan: Person
) -> None:
    with serving(rita):
        assert list(Problem.objects.all()) == [told]
        assert not ProblemInternals.objects.exists()
        assert not Event.objects.filter(record=told.pk, internal=True).exists()
        assert set(Follower.objects.filter(record=told.pk).values_list("person", flat=True)) == {rita.pk}
        assert Link.objects.filter(target=told.pk).count() == 1
        counted = Problem.objects.with_counts(rita).get()
        assert (counted.affected_count, counted.affects_us, counted.followed) == (2, True, True)


def test_it_takes_back_that_it_is_affected_and_the_rows_tell_it(
    told: Problem, rita: Person, lakeshore: Model
) -> None:
    with serving(rita):
        say_affected(told, lakeshore.pk, False, by=rita, at=NOON)
        say_affected(told, lakeshore.pk, True, by=rita, at=NOON)
        assert Problem.objects.with_counts(rita).get().affected_count == 2

    rows = ProblemAffects.objects.filter(problem=told, organization=lakeshore.pk)
    assert sorted(rows.values_list("withdrawn_by", flat=True), key=bool) == [None, rita.pk]


def test_it_writes_neither_a_problem_nor_anybody_else_into_one(
    told: Problem, rita: Person, stan: Person, pineridge: Model
) -> None:
    with serving(rita), transaction.atomic():
        assert Problem.objects.filter(pk=told.pk).update(symptom="Other.") == 0
        assert Record.objects.filter(pk=told.pk).update(title="Other.") == 0
    with pytest.raises(DatabaseError, match="row-level security"), serving(rita):
        ProblemAffects.objects.create(problem=told, organization_id=pineridge.pk, person=rita, at=NOON)
    with pytest.raises(DatabaseError, match="row-level security"), serving(rita):
        follow_problem(told, True, by=stan, at=NOON)
