"""What a problem's page shows, prepared so that its templates only choose words.

An LDC's page takes four queries, the desk's six: the problem with its counts (and the internal face), its
history, its links, whether the reader follows its area; for the desk the notes that wait and who is affected.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from accounts.models import Person
from servicedesk.records.markup import to_html
from servicedesk.records.models import Event, Kind, Link, Relation
from servicedesk.records.transitions import Move
from servicedesk.records.verdict import Verdict
from tickets import problem_policy
from tickets.links import LinkLine, line_of
from tickets.models import Problem, ProblemAffects, ProblemInternals, ProblemNote, ProblemSubscription
from tickets.problem_forms import JoinForm, ProblemMoveForm, VerifyForm
from tickets.problem_sentences import sentence
from tickets.problem_transitions import PROBLEM_LIFECYCLE, UNSOLVED
from tickets.problem_wording import status_of
from tickets.sentences import actor_of
from tickets.transitions import DONE
from tickets.wording import TONES, status_word

ASKING = "changes:new"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the history."""

    id: int
    actor: str
    sentence: str
    at: datetime
    internal: bool
    html: str


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """An incident that it causes, as the desk reads it."""

    reference: str
    title: str
    organization: str
    status: str
    tone: str
    open: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One move that the status allows to this side: its form, and whether this person may make it."""

    move: Move
    verdict: Verdict
    form: ProblemMoveForm


@dataclass(frozen=True, slots=True)
class Part:
    """A text of the public face."""

    name: str
    label: str
    html: str


@dataclass(frozen=True, slots=True)
class InternalPart:
    """What only the desk reads."""

    texts: list[Part]
    incidents: list[IncidentLine]
    open_incidents: int
    affected: list[str]
    waiting_notes: int
    change_url: str
    steps: list[Step]
    may_write: Verdict
    may_work: Verdict
    may_publish: Verdict
    may_withdraw: Verdict
    may_verify_fix: Verdict
    verify_form: VerifyForm
    join_form: JoinForm


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """Everything the templates of a problem's page need."""

    problem: Problem
    for_desk: bool
    status: str
    tone: str
    workaround: str
    texts: list[Part]
    happenings: list[Happening]
    links: list[LinkLine]
    follows_area: bool
    organizations: list[tuple[int, str]] = field(default_factory=list)
    internal: InternalPart | None = None


def problem_page(problem: Problem, person: Person, *, now: datetime) -> ProblemPage:
    """Gather what this person sees of a problem, which was loaded with its counts for them."""
    for_desk = person.standing().sees_all
    events = Event.objects.visible_to(person).filter(record=problem.pk)
    events = events.select_related("actor", "comment").order_by("-at", "-pk")
    seen = Link.objects.visible_to(person).of(problem.pk).order_by("pk")
    links: list[Link] = list(seen.select_related("source__organization", "target"))
    status, tone = status_of(problem, for_desk=for_desk)
    standing = person.standing()
    return ProblemPage(
        problem=problem,
        for_desk=for_desk,
        status=status,
        tone=tone,
        workaround=to_html(problem.workaround) if problem.workaround else "",
        texts=public_texts(problem),
        happenings=[_happening(event) for event in events],
        links=[
            line_of(link, problem, for_desk=for_desk)
            for link in links
            if not (for_desk and _causes(link, problem))
        ],
        follows_area=ProblemSubscription.objects.visible_to(person).filter(area=problem.area).exists(),
        organizations=[] if for_desk else sorted(standing.names.items(), key=lambda one: one[1]),
        internal=_internal(problem, person, links, now=now) if for_desk else None,
    )


def public_texts(problem: Problem) -> list[Part]:
    """The texts of the public face but the workaround, which stands first; those that are empty left out."""
    texts = [_part(problem, name) for name in ("symptom", "affected", "planned_fix")]
    return [text for text in texts if text.html]


def _part(row: Problem | ProblemInternals, name: str) -> Part:
    label = row._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return Part(name, str(label), to_html(getattr(row, name)))


def _internal(problem: Problem, person: Person, links: list[Link], *, now: datetime) -> InternalPart:
    internals: ProblemInternals = problem.internals
    affected = ProblemAffects.objects.visible_to(person).live().filter(problem=problem.pk)
    notes = ProblemNote.objects.visible_to(person).filter(problem=problem.pk, state=ProblemNote.State.WAITING)
    incidents = [_incident(link) for link in links if _causes(link, problem)]
    version = {"version": problem.version}
    return InternalPart(
        texts=[_part(internals, name) for name in ("root_cause", "contributing_factors", "vendor_notes")],
        incidents=incidents,
        open_incidents=sum(one.open for one in incidents),
        affected=list(affected.order_by("organization__name").values_list("organization__name", flat=True)),
        waiting_notes=notes.count(),
        change_url=_change_url(problem, person),
        steps=_steps(problem, person),
        may_write=problem_policy.may_write(person, problem),
        may_work=problem_policy.may_work_on_problems(person),
        may_publish=problem_policy.may_publish(person, problem),
        may_withdraw=problem_policy.may_manage(person),
        may_verify_fix=problem_policy.may_verify_fix(person, problem),
        verify_form=VerifyForm(initial=version | {"on": now.date()}, auto_id="id_verify_%s"),
        join_form=JoinForm(auto_id="id_join_%s"),
    )


def _change_url(problem: Problem, person: Person) -> str:
    """Where one asks for the change that mends it: a page by name, because it is another app's."""
    if problem.status not in UNSOLVED or not problem_policy.may_work_on_problems(person):
        return ""
    try:
        return f"{reverse(ASKING)}?problem={problem.reference}"
    except NoReverseMatch:
        return ""


def _causes(link: Link, problem: Problem) -> bool:
    """Does the link say that the problem causes an incident?"""
    return (
        link.relation == Relation.CAUSED_BY
        and link.target_id == problem.pk
        and link.source.kind == Kind.INCIDENT
    )


def _incident(link: Link) -> IncidentLine:
    record = link.source
    return IncidentLine(
        reference=record.reference,
        title=record.title,
        organization=record.organization.name,
        status=status_word(record.status, for_desk=True),
        tone=TONES[record.status],
        open=record.status not in DONE,
    )


def _steps(problem: Problem, person: Person) -> list[Step]:
    """The moves out of this status that this side knows, allowed or not."""
    side = problem_policy.side_of(person)
    return [
        Step(
            move,
            problem_policy.may_move_problem(person, problem, move),
            ProblemMoveForm(
                needs=frozenset(move.needs),
                initial={"version": problem.version},
                auto_id=f"id_{move.name}_%s",
            ),
        )
        for move in PROBLEM_LIFECYCLE.leaving(problem.status)
        if side in {"agent", "manager"} and (side in move.parties or "manager" in move.parties)
    ]


def _happening(event: Event) -> Happening:
    comment = event.comment
    return Happening(
        id=event.pk,
        actor=actor_of(event),
        sentence=sentence(event),
        at=event.at,
        internal=event.internal,
        html=comment.html() if comment else "",
    )
