"""Writing a problem: the face that every organization reads, and the one that only the desk does."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Visibility
from servicedesk.records.refusals import Unusable
from tickets import problem_policy
from tickets.actions.problem_events import append, write
from tickets.actions.problem_incidents import offer_notes
from tickets.models import Problem, ProblemInternals
from tickets.naming import refuse_names
from tickets.problem_news import news_of_edit, news_of_move, same_words

TEXTS = ("title", "symptom", "affected", "workaround", "planned_fix", "planned_release")
"""What every organization reads, and so may name none."""


@dataclass(frozen=True, slots=True)
class Face:
    """What every organization reads of a problem. The workaround and the planned fix are Markdown."""

    title: str
    area: str
    symptom: str
    environment: str = ""
    affected: str = ""
    workaround: str = ""
    planned_fix: str = ""
    planned_release: str = ""
    fix_planned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Internals:
    """What only the desk reads."""

    root_cause: str = ""
    contributing_factors: str = ""
    vendor_notes: str = ""


@transaction.atomic
def edit_face(
    problem: Problem, face: Face, *, by: Person, at: datetime, version: int, wording_only: bool = False
) -> Problem:
    """Change the public face. Followers hear of it by the table in tickets.problem_news.

    ``wording_only`` says that nothing changes but words: then nobody hears. A new workaround has still to
    be verified. Raises Forbidden, IllegalMove, Stale, Unusable.
    """
    problem_policy.may_write(by, problem).or_refuse()
    was = face_of(problem)
    changed = [field.name for field in fields(Face) if getattr(was, field.name) != getattr(face, field.name)]
    if problem.is_published:
        refuse_names(public_texts(face))
    if face.fix_planned_on and not (face.planned_release or problem.fix_rfc_reference):
        raise Unusable(_("A day for the fix needs a release, or an RFC. Say which."))
    problem.amend(version=version, at=at, title=face.title)
    if not changed:
        return problem
    columns = {name: value for name, value in asdict(face).items() if name != "title"}
    meant = [name for name in changed if not same_words(getattr(was, name), getattr(face, name))]
    if "workaround" in meant and not wording_only:
        columns["last_verified_on"] = None
    write(problem, at=at, **columns)
    news = news_of_edit(problem, meant, wording_only=wording_only)
    append(problem, "edited", by=by, at=at, news=news, fields=changed)
    if "workaround" in meant:
        offer_notes(problem, at=at)
    return problem


@transaction.atomic
def edit_internals(
    problem: Problem, internals: Internals, *, by: Person, at: datetime, version: int
) -> Problem:
    """Change the internal face. No LDC sees that it changed. Raises Forbidden, Stale."""
    problem_policy.may_work_on_problems(by).or_refuse()
    stored = ProblemInternals.objects.get(problem=problem.pk)
    changed = [name for name, value in asdict(internals).items() if getattr(stored, name) != value]
    problem.amend(version=version, at=at)
    ProblemInternals.objects.filter(problem=problem.pk).update(**asdict(internals))
    append(problem, "internals_edited", by=by, at=at, internal=True, fields=changed)
    return problem


@transaction.atomic
def publish_problem(problem: Problem, *, by: Person, at: datetime, version: int) -> Problem:
    """Let every organization read the public face. Raises Forbidden, IllegalMove, Stale, Unusable."""
    problem_policy.may_publish(by, problem).or_refuse()
    refuse_names(public_texts(face_of(problem)))
    problem.amend(version=version, at=at, visibility=Visibility.EVERYONE)
    write(problem, at=at, published_at=at)
    append(problem, "published", by=by, at=at, news=news_of_move(problem, "published"))
    offer_notes(problem, at=at)
    return problem


@transaction.atomic
def withdraw_problem(problem: Problem, *, by: Person, at: datetime, version: int) -> Problem:
    """Take it out of the log again: from then on only the desk reads it. Raises Forbidden, IllegalMove, Stale."""
    problem_policy.may_manage(by).or_refuse()
    problem.amend(version=version, at=at, visibility=Visibility.ORGANIZATION)
    write(problem, at=at, published_at=None)
    append(problem, "withdrawn", by=by, at=at, internal=True)
    return problem


@transaction.atomic
def verify_workaround(problem: Problem, *, on: date, by: Person, at: datetime, version: int) -> Problem:
    """Say that the workaround was tried on a day, and works. Raises Forbidden, Stale, Unusable."""
    problem_policy.may_work_on_problems(by).or_refuse()
    if not problem.workaround:
        raise Unusable(_("There is no workaround to verify. Write one first."))
    problem.amend(version=version, at=at)
    write(problem, at=at, last_verified_on=on)
    append(problem, "workaround_verified", by=by, at=at, on=on.isoformat())
    return problem


def face_of(problem: Problem) -> Face:
    """The public face as it is."""
    return Face(**{field.name: getattr(problem, field.name) for field in fields(Face)})


def public_texts(face: Face) -> list[str]:
    """Its texts."""
    return [str(getattr(face, name)) for name in TEXTS]
