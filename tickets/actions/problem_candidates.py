"""More incidents of a service area in a week than usual: a candidate for a problem, to accept or to dismiss.

Each week has a due row. It counts the incidents of that week by area (tickets.areas) and holds each number
to the mean of the eight weeks before.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.refusals import IllegalMove
from servicedesk.schedule.planning import plan
from tickets import problem_policy
from tickets.actions.problems import face_from, open_problem
from tickets.areas import Areas
from tickets.models import Incident, Problem, ProblemCandidate

COUNT = "problem.candidates"
WEEK = timedelta(weeks=1)
BASELINE_WEEKS = 8
COUNTED_AT = time(6)
"""On the Monday after, in the desk's zone."""
MOST_LINKED = 50
"""Incidents that an accepted candidate links: the earliest ones. Somebody who opens it can link more."""


@transaction.atomic
def plan_count(*, at: datetime) -> None:
    """Have the present week counted once it is over. Safe any number of times."""
    monday = _monday(at)
    due_at = datetime.combine(monday + WEEK, COUNTED_AT, timezone.get_default_timezone())
    plan(COUNT, key=f"{COUNT}:{monday}", due_at=due_at, week=monday.isoformat())


def count_week(monday: date, *, at: datetime) -> list[ProblemCandidate]:
    """Count a week, and write down the areas that stand out. Call it inside a transaction."""
    start, end = _midnight(monday), _midnight(monday + WEEK)
    areas = Areas.now()
    before: Counter[str] = Counter()
    found: defaultdict[str, list[int]] = defaultdict(list)
    told = Incident.objects.filter(created_at__gte=start - BASELINE_WEEKS * WEEK, created_at__lt=end)
    rows = told.order_by("created_at", "pk").values_list("pk", "title", "description", "created_at")
    for pk, title, description, created_at in rows.iterator(chunk_size=2000):
        area = areas.area_of(title, description)
        if created_at < start:
            before[area] += 1
        else:
            found[area].append(pk)
    made = []
    for rule in areas.rules:
        baseline = round(Decimal(before[rule.area]) / BASELINE_WEEKS, 1)
        number = len(found[rule.area])
        if number >= rule.least and number > rule.factor * baseline:
            candidate, new = ProblemCandidate.objects.get_or_create(
                area=rule.area,
                week_starts_on=monday,
                defaults={"number": number, "baseline": baseline, "found_at": at},
            )
            if new:
                candidate.incidents.set(found[rule.area][:MOST_LINKED])
                made.append(candidate)
    return made


@transaction.atomic
def accept_candidate(candidate: ProblemCandidate, *, by: Person, at: datetime) -> Problem:
    """Open a problem from its incidents. Raises Forbidden, IllegalMove when somebody decided already."""
    candidate = _undecided(candidate, by=by)
    incidents = list(candidate.incidents.order_by("created_at", "pk"))
    problem = open_problem(face_from(incidents), incidents=incidents, by=by, at=at)
    ProblemCandidate.objects.filter(pk=candidate.pk).update(decided_at=at, decided_by=by, problem=problem)
    return problem


@transaction.atomic
def dismiss_candidate(candidate: ProblemCandidate, reason: str, *, by: Person, at: datetime) -> None:
    """Say why it is no problem. Raises Forbidden, IllegalMove when somebody decided already."""
    candidate = _undecided(candidate, by=by)
    ProblemCandidate.objects.filter(pk=candidate.pk).update(decided_at=at, decided_by=by, reason=reason)


def _undecided(candidate: ProblemCandidate, *, by: Person) -> ProblemCandidate:
    """The candidate, held, if nobody decided on it yet."""
    problem_policy.may_work_on_problems(by).or_refuse()
    held: ProblemCandidate = ProblemCandidate.objects.select_for_update().get(pk=candidate.pk)
    if held.decided_at:
        raise IllegalMove(_("Somebody has decided on it already."))
    return held


def _monday(at: datetime) -> date:
    day = timezone.localdate(at, timezone.get_default_timezone())
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
