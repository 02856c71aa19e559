"""Problems and the incidents that they cause: linking them, telling them of a workaround, resolving them.

What is done to several incidents is done to each by itself, and the answer says what came of each.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Person
from servicedesk.records.models import Event, Link, Relation
from servicedesk.records.refusals import Refused
from tickets import problem_policy
from tickets.actions.linking import link
from tickets.actions.moving import move_ticket
from tickets.actions.problem_events import append
from tickets.actions.replying import reply
from tickets.models import Incident, Problem, ProblemAffects, ProblemNote, Resolution

State = ProblemNote.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one incident. ``words`` says why nothing did."""

    reference: str
    done: bool
    words: str = ""


def linked_incidents(problem: Problem) -> "QuerySet[Incident]":
    """The incidents that it causes."""
    caused = Link.objects.filter(source=OuterRef("pk"), target=problem.pk, relation=Relation.CAUSED_BY)
    found: QuerySet[Incident] = Incident.objects.filter(Exists(caused))
    return found


@transaction.atomic
def join_problem(problem: Problem, incident: Incident, *, by: Person, at: datetime) -> None:
    """Say that the problem causes an incident; its organization counts as affected from then on.

    Raises Forbidden, Unusable when it is linked already.
    """
    problem_policy.may_work_on_problems(by).or_refuse()
    link(incident, problem.reference, Relation.CAUSED_BY, by=by, at=at)
    mark_affected(problem, incident.organization_id, by=by, at=at)
    append(problem, "joined", by=by, at=at, internal=True, reference=incident.reference)
    offer_notes(problem, at=at)


def mark_affected(problem: Problem, organization_id: int, *, by: Person, at: datetime) -> None:
    """Count an organization among the affected, unless it is. Call it inside a transaction."""
    ProblemAffects.objects.bulk_create(
        [ProblemAffects(problem_id=problem.pk, organization_id=organization_id, person=by, at=at)],
        ignore_conflicts=True,
    )


def offer_notes(problem: Problem, *, at: datetime) -> None:
    """Lay an unsent note on every open incident that it causes, once, when it has a workaround to tell.

    Call it inside a transaction.
    """
    if not (problem.is_published and problem.workaround):
        return
    ProblemNote.objects.bulk_create(
        [
            ProblemNote(problem=problem, incident=incident, offered_at=at)
            for incident in linked_incidents(problem).unfinished()  # type: ignore[attr-defined]
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def decide_notes(problem: Problem, chosen: Collection[int], body: str, *, by: Person, at: datetime) -> Event:
    """Send the notes that wait on the chosen incidents (ids), and let the others be.

    Answers the internal event that says what came of each. A note that could not be sent waits on.
    Raises Forbidden.
    """
    problem_policy.may_work_on_problems(by).or_refuse()
    waiting = ProblemNote.objects.select_for_update(of=("self",)).filter(
        problem=problem.pk, state=State.WAITING
    )

    def say(incident: Incident) -> None:
        reply(incident, body, by=by, at=at)

    outcomes = []
    for note in waiting.select_related("incident").order_by("incident"):
        outcome = Outcome(note.incident.reference, done=False)
        state = State.DECLINED
        if note.incident_id in chosen:
            outcome = _each(note.incident, say)
            state = State.SENT if outcome.done else State.WAITING
        if state is not State.WAITING:
            ProblemNote.objects.filter(pk=note.pk).update(state=state, decided_at=at, decided_by=by)
        outcomes.append(outcome)
    rows = [asdict(one) for one in outcomes]
    return append(problem, "notes_decided", by=by, at=at, internal=True, rows=rows)


@transaction.atomic
def resolve_incidents(
    problem: Problem, chosen: Mapping[int, int], message: str, *, by: Person, at: datetime
) -> Event:
    """Resolve the chosen incidents (ids, and the version that was looked at) as fixed.

    Answers the internal event that says what came of each. Raises Forbidden.
    """
    problem_policy.may_work_on_problems(by).or_refuse()

    def resolve(incident: Incident) -> None:
        move_ticket(
            incident,
            "resolve",
            by=by,
            at=at,
            version=chosen[incident.pk],
            message=message,
            resolution=Resolution.FIX,
        )

    incidents = linked_incidents(problem).filter(pk__in=chosen).order_by("pk")
    outcomes = [_each(one, resolve) for one in incidents]
    rows = [asdict(one) for one in outcomes]
    return append(problem, "incidents_resolved", by=by, at=at, internal=True, rows=rows)


def _each(incident: Incident, act: Callable[[Incident], None]) -> Outcome:
    """Do something to one incident; a refusal undoes that one alone."""
    try:
        with transaction.atomic():
            act(incident)
    except Refused as refusal:
        return Outcome(incident.reference, done=False, words=str(refusal))
    return Outcome(incident.reference, done=True)
