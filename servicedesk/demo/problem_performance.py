"""Playing the problems through the real actions, each of their turns a deed (performance.py)."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from accounts.models import Person
from accounts.roles import Role
from servicedesk.demo.cast import Cast
from servicedesk.demo.performance import Deed
from servicedesk.demo.problem_script import ProblemStory, Turn
from servicedesk.demo.problem_stories import STORIES
from tickets.actions.problem_candidates import WEEK, count_week, dismiss_candidate
from tickets.actions.problem_faces import (
    Face,
    Internals,
    edit_face,
    edit_internals,
    face_of,
    publish_problem,
    verify_workaround,
)
from tickets.actions.problem_following import claim_problem, follow_area, follow_problem, say_affected
from tickets.actions.problem_incidents import decide_notes, join_problem
from tickets.actions.problem_moves import move_problem, verify_fix
from tickets.actions.problems import fix_scheduled, open_problem
from tickets.approving import day_of
from tickets.models import Incident, Problem, ProblemCandidate, ProblemNote, ServiceArea

AFTER_REQUESTS = 20_000
"""Where the numbers of problems' deeds begin."""
AREAS = [("Dana Whitfield", "billing"), ("Wei-Lin Chau", "sync"), ("Luc Desrosiers", "vee")]
"""Who follows a whole service area."""
WEEKS_COUNTED = 6


def deeds_of_problems(cast: Cast, at: datetime) -> Iterator[Deed]:
    """Everything that happens to the problems up to a moment, in no order."""
    opened: dict[str, int] = {}
    for number, story in enumerate(STORIES, start=AFTER_REQUESTS):
        actor = ProblemActor(story, cast, at, opened)
        yield Deed(at - timedelta(days=story.days), number, actor.log)
        for turn in story.turns:
            yield Deed(at - timedelta(days=turn.days), number, actor.turn(turn))
        yield Deed(at - timedelta(days=_read_by(story)), number, actor.gather)
    for name, area in AREAS:
        yield Deed(at - timedelta(days=75), AFTER_REQUESTS, _follows(cast.people[name], ServiceArea(area)))
    monday = day_of(at) - timedelta(days=day_of(at).weekday())
    for weeks in range(1, WEEKS_COUNTED + 1):
        yield Deed(at - timedelta(hours=2), AFTER_REQUESTS, _counts(monday - weeks * WEEK))
    yield Deed(at - timedelta(hours=1), AFTER_REQUESTS, lambda moment: _decide(cast, moment))


def _read_by(story: ProblemStory) -> float:
    """When people have read it: a day after it was published; at the last day where it never was."""
    published = [turn.days for turn in story.turns if turn.does == "publish"]
    return published[0] - 1 if published else 0.5


def _follows(person: Person, area: ServiceArea) -> Callable[[datetime], None]:
    return lambda moment: follow_area(area, True, by=person, at=moment)


def _counts(monday: date) -> Callable[[datetime], None]:
    def count(moment: datetime) -> None:
        count_week(monday, at=moment)

    return count


def _decide(cast: Cast, moment: datetime) -> None:
    """One candidate was a training day; the others wait."""
    candidates = ProblemCandidate.objects.filter(decided_at=None).order_by("week_starts_on")
    if len(candidates) > 1:
        reason = "A day of training with the new screens: the reports were questions."
        dismiss_candidate(candidates[0], reason, by=cast.managers[Role.PROBLEM_MANAGER], at=moment)


@dataclass(slots=True)
class ProblemActor:
    """Plays one problem."""

    story: ProblemStory
    cast: Cast
    now: datetime
    opened: dict[str, int] = field(default_factory=dict)

    @property
    def manager(self) -> Person:
        """The problem manager."""
        return self.cast.managers[Role.PROBLEM_MANAGER]

    def log(self, at: datetime) -> None:
        """Log it, with incidents of different organizations that were reported by then."""
        story = self.story
        face = Face(
            title=story.title,
            area=story.area,
            symptom=story.symptom,
            environment=story.environment,
            affected=story.affected,
            planned_fix=story.planned_fix,
        )
        internals = Internals(contributing_factors=story.factors, vendor_notes=story.vendor)
        problem = open_problem(face, incidents=self._caused(at), internals=internals, by=self.manager, at=at)
        self.opened[story.title] = problem.pk

    def turn(self, turn: Turn) -> Callable[[datetime], None]:
        """What happens on that day."""
        return lambda at: self._take(turn, at)

    def gather(self, at: datetime) -> None:
        """People follow it, and say that it affects them, once they can read it."""
        problem = self._problem()
        if not problem.is_published:
            return
        for name in self.story.followers:
            follow_problem(problem, True, by=self.cast.people[name], at=at)
        for number, slug in enumerate(self.story.affects):
            organization = self.cast.organizations[slug]
            person = self.cast.reporters[organization.pk][0]
            if number:
                say_affected(problem, organization.pk, True, by=person, at=at)
            else:  # the first of them found it while reporting an incident
                claim_problem(
                    problem,
                    organization.pk,
                    draft_key=uuid.UUID(int=problem.pk),
                    ended=True,
                    by=person,
                    at=at,
                )

    def _take(self, turn: Turn, at: datetime) -> None:
        deeds: dict[str, Callable[[Problem, Turn, datetime], object]] = {
            "publish": self._publish,
            "workaround": self._workaround,
            "tried": self._tried,
            "identify": self._identify,
            "schedule": self._schedule,
            "replan": self._replan,
            "verify": self._verify,
            "merge": self._merge,
            "link": self._link,
            "notes": self._notes,
        }
        deeds.get(turn.does, self._move)(self._problem(), turn, at)

    def _publish(self, problem: Problem, turn: Turn, at: datetime) -> None:
        publish_problem(problem, by=self.manager, at=at, version=problem.version)

    def _workaround(self, problem: Problem, turn: Turn, at: datetime) -> None:
        face = replace(face_of(problem), workaround=turn.text)
        edit_face(problem, face, by=self.manager, at=at, version=problem.version)

    def _tried(self, problem: Problem, turn: Turn, at: datetime) -> None:
        verify_workaround(problem, on=day_of(at), by=self.manager, at=at, version=problem.version)

    def _identify(self, problem: Problem, turn: Turn, at: datetime) -> None:
        story = self.story
        known = Internals(story.root_cause, story.factors, story.vendor)
        edit_internals(problem, known, by=self.manager, at=at, version=problem.version)
        move_problem(problem, "identify", by=self.manager, at=at, version=problem.version)

    def _schedule(self, problem: Problem, turn: Turn, at: datetime) -> None:
        planned_at = (
            max(at, self.now) + timedelta(days=24) if not self._is_done() else at + timedelta(days=25)
        )
        fix_scheduled(
            problem, rfc_reference="", release=turn.text, planned_at=planned_at, by=self.manager, at=at
        )

    def _is_done(self) -> bool:
        return any(turn.does == "resolve" for turn in self.story.turns)

    def _replan(self, problem: Problem, turn: Turn, at: datetime) -> None:
        face = replace(
            face_of(problem), planned_release=turn.text, fix_planned_on=day_of(self.now + timedelta(days=38))
        )
        edit_face(problem, face, by=self.manager, at=at, version=problem.version)

    def _verify(self, problem: Problem, turn: Turn, at: datetime) -> None:
        verify_fix(problem, by=self.manager, at=at, version=problem.version)

    def _merge(self, problem: Problem, turn: Turn, at: datetime) -> None:
        (survivor,) = (pk for title, pk in self.opened.items() if title.startswith(turn.who))
        other = Problem.objects.get(pk=survivor)
        move_problem(
            problem,
            "merge",
            by=self.manager,
            at=at,
            version=problem.version,
            message=turn.text,
            duplicate_of=other,
        )

    def _link(self, problem: Problem, turn: Turn, at: datetime) -> None:
        """Incidents that are open by then are linked too, so that notes wait on them."""
        for incident in self._caused(at, still_open=True):
            join_problem(problem, incident, by=self.manager, at=at)

    def _notes(self, problem: Problem, turn: Turn, at: datetime) -> None:
        waiting = ProblemNote.objects.filter(problem=problem, state=ProblemNote.State.WAITING)
        chosen = set(waiting.values_list("incident", flat=True))
        decide_notes(problem, chosen, f"This helps for now:\n\n{problem.workaround}", by=self.manager, at=at)

    def _move(self, problem: Problem, turn: Turn, at: datetime) -> None:
        move_problem(problem, turn.does, by=self.manager, at=at, version=problem.version, message=turn.text)

    def _problem(self) -> Problem:
        problem: Problem = Problem.objects.get(pk=self.opened[self.story.title])
        return problem

    def _caused(self, at: datetime, *, still_open: bool = False) -> list[Incident]:
        """The latest incidents by then with that word in their title, one of each organization first."""
        reported = Incident.objects.filter(title__contains=self.story.causes, visibility="organization")
        if still_open:
            reported = reported.unfinished()
        latest = list(reported.filter(created_at__lt=at).order_by("-created_at")[:40])
        first_of_each = {one.organization_id: one for one in reversed(latest)}.values()
        rest = [one for one in latest if one not in first_of_each]
        return [*first_of_each, *rest][: self.story.most]
