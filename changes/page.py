"""What an RFC's page shows, prepared so that its templates only choose words.

The desk and the organization that asks see all of it; other LDCs what/why, who is affected, where, when,
the documents, the risk in a word, and the decision. Other modules add parts of their own (PARTS).
"""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.models import Person
from changes import policy
from changes.conditions import PLANS, latest_rating, unmet
from changes.consultation_page import consultation_part
from changes.decision_page import decision_part
from changes.fixes import links_to_mended
from changes.forms import MoveForm
from changes.models import AffectedDocument, RequestForChange, Risk, RiskAssessment
from changes.review_page import review_part
from changes.schedule_page import schedule_part
from changes.timeline import DESK, HOME, OUTSIDER, Entry, events_of, side_of, timeline
from changes.transitions import ChangeClass, ChangeStatus
from changes.wording import FIELDS, RISK_TONES, TONES, status_words, turn, value_words
from servicedesk.records.markup import to_html
from servicedesk.records.models import Attachment, Event, Record
from servicedesk.records.transitions import Move
from servicedesk.records.verdict import Verdict

S = ChangeStatus
STEPS: list[tuple[str | Promise, set[str], set[str]]] = [
    (gettext_lazy("Proposed"), {S.SUBMITTED}, {"submitted"}),
    (
        gettext_lazy("Under review"),
        {S.SCREENING, S.ASSESSMENT, S.CONSULTATION, S.DECISION, S.DEFERRED},
        {"screen", "assess", "call_two", "void", "plan_again"},
    ),
    (gettext_lazy("Approved"), {S.APPROVED}, {"approve", "accept"}),
    (gettext_lazy("Scheduled"), {S.SCHEDULED, S.IMPLEMENTING}, {"schedule"}),
    (gettext_lazy("Implemented"), {S.IMPLEMENTED, S.BACKED_OUT, S.REVIEWED}, {"finish", "back_out"}),
    (gettext_lazy("Closed"), {S.CLOSED}, {"close"}),
]
"""The steps that everybody sees an RFC go through: the statuses that each holds, and what leads to it."""

ELSEWHERE = {
    "consult": "changes:consult",
    "schedule": "changes:schedule",
    "review": "changes:review",
    "approve": "changes:decision",
    "decline": "changes:decision",
    "defer": "changes:decision",
}
"""Moves that have a page of their own, because they need more than a reason. One without its page is not offered."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that another module shows on the page: a fragment, and what it takes as ``part``."""

    template: str
    data: Any


MakePart = Callable[[RequestForChange, Person, datetime], Part | None]
PARTS: tuple[tuple[Set[str], MakePart], ...] = (
    (
        {"consult"},
        lambda rfc, person, now: _part(
            "changes/consultation/_part.html", consultation_part(rfc, person, now=now)
        ),
    ),
    (
        {"put_to_board", "call_two", "review_asked"},
        lambda rfc, person, now: _part("changes/board/_part.html", decision_part(rfc, person, now=now)),
    ),
    (
        {"finish", "back_out", "review"},
        lambda rfc, person, now: _part("changes/review/_part.html", review_part(rfc, person)),
    ),
    (
        {"schedule"},
        lambda rfc, person, now: _part("changes/schedule/_part.html", schedule_part(rfc, person)),
    ),
)
"""In the order of the page: what has to have happened for there to be something to show, which saves asking."""


def _part(template: str, data: Any) -> Part | None:
    """A part, where there is something to show."""
    return Part(template, data) if data else None


def _parts(rfc: RequestForChange, person: Person, events: Iterable[Event], now: datetime) -> list[Part]:
    happened = {event.what for event in events}
    made = (make(rfc, person, now) for causes, make in PARTS if causes & happened)
    return [part for part in made if part]


@dataclass(frozen=True, slots=True)
class Choice:
    """One move that the status allows: whether this person may make it, and what is missing for it.

    With ``url`` it is made on a page of its own.
    """

    move: Move
    verdict: Verdict
    missing: list[str]
    form: MoveForm | None = None
    url: str = ""

    @property
    def possible(self) -> bool:
        """May it be made now?"""
        return bool(self.verdict) and not self.missing

    @property
    def why_not(self) -> str:
        """What keeps this person from it."""
        return self.verdict.reason or " ".join(self.missing)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps that everybody sees an RFC go through."""

    label: str
    at: datetime | None
    current: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """One of the plans. ``required`` at this risk."""

    label: str
    html: str
    required: bool


@dataclass(frozen=True, slots=True)
class RiskPart:
    """How it was rated: the word for everybody, the points for the desk and the organization that asks."""

    word: str
    tone: str
    points: int | None = None
    formula: int | None = None
    answers: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Everything the templates of an RFC's page need."""

    rfc: RequestForChange
    side: str
    for_desk: bool
    outsider: bool
    tone: str
    status: str
    change_class: str
    turn: str
    turn_class: str
    turn_icon: str
    facts: dict[str, str]
    description: str
    reason: str
    mends: list[Record]
    documents: list[AffectedDocument]
    files: list[Attachment]
    plans: list[Plan]
    risk: RiskPart | None
    entries: list[Entry]
    steps: list[Step]
    choices: dict[str, Choice]
    parts: list[Part]
    followers: list[Person]
    following: bool
    may_edit: Verdict
    may_plan: Verdict
    may_rate: Verdict
    may_publish: Verdict
    may_unpublish: Verdict
    may_write: Verdict
    may_note: Verdict


def change_page(rfc: RequestForChange, person: Person, *, now: datetime) -> ChangePage:
    """Gather what this person sees of an RFC."""
    side = side_of(person, rfc)
    events = events_of(rfc, person)
    files = list(Attachment.objects.visible_to(person).filter(record=rfc.pk).order_by("pk"))
    rated = latest_rating(rfc)
    followers = _followers(rfc, person, side)
    turn_class, turn_icon = _TURN_LOOKS.get(TONES[rfc.status], ("", "clock"))
    return ChangePage(
        rfc=rfc,
        side=side,
        for_desk=side == DESK,
        outsider=side == OUTSIDER,
        tone=TONES[rfc.status],
        status=status_words(rfc),
        change_class=str(ChangeClass(rfc.change_class).label),
        turn=turn(rfc),
        turn_class=turn_class,
        turn_icon=turn_icon,
        facts={name: value_words(name, getattr(rfc, name)) for name in _FACTS},
        description=to_html(rfc.description),
        reason=to_html(rfc.reason),
        mends=[link.source for link in links_to_mended([rfc.pk], person)] if rfc.mends else [],
        documents=list(AffectedDocument.objects.visible_to(person).filter(rfc=rfc).order_by("title")),
        files=[file for file in files if file.comment_id is None],
        plans=[] if side == OUTSIDER else _plans(rfc, rated),
        risk=_risk(rfc, rated, shows_points=side != OUTSIDER),
        entries=timeline(events, rfc, person, files),
        steps=_steps(rfc, events),
        choices={choice.move.name: choice for choice in _choices(rfc, person, now)},
        parts=_parts(rfc, person, events, now),
        followers=followers,
        following=any(follower.pk == person.pk for follower in followers),
        may_edit=policy.may_edit(person, rfc),
        may_plan=policy.may_plan(person, rfc),
        may_rate=policy.may_rate(person, rfc),
        may_publish=policy.may_publish(person, rfc),
        may_unpublish=policy.may_unpublish(person, rfc),
        may_write=policy.may_write(person, rfc),
        may_note=policy.may_note(person),
    )


_FACTS = ("category", "environments", "interfaces", "desired_on", "downtime")
_TURN_LOOKS = {
    "waiting": ("turn-you", "message-question"),
    "good": ("turn-done", "check"),
    "done": ("turn-done", "archive"),
    "bad": ("turn-late", "alert-triangle"),
    "hold": ("", "calendar"),
}


def _followers(rfc: RequestForChange, person: Person, side: str) -> list[Person]:
    """Followers by name: the desk reads all, an organization its own people, other LDCs only oneself."""
    rows = rfc.followers.select_related("person").order_by("person__name")
    if side != DESK:
        colleagues = Person.objects.acting_for(rfc.organization_id) if side == HOME else Person.objects.none()
        rows = rows.filter(Q(person=person.pk) | Q(person__in=colleagues))
    return [row.person for row in rows]


def _plans(rfc: RequestForChange, rated: RiskAssessment | None) -> list[Plan]:
    required = set(rated.formula.plans.get(rfc.risk, [])) if rated else set()
    return [
        Plan(str(FIELDS[name]), to_html(getattr(rfc, name)), name in required)
        for name in PLANS
        if getattr(rfc, name) or name in required
    ]


def _risk(rfc: RequestForChange, rated: RiskAssessment | None, *, shows_points: bool) -> RiskPart | None:
    if not rfc.risk:
        return None
    word, tone = str(Risk(rfc.risk).label), RISK_TONES[rfc.risk]
    if not shows_points or rated is None:
        return RiskPart(word, tone)
    questions = {question["name"]: question for question in rated.formula.questions}
    return RiskPart(
        word,
        tone,
        points=rated.points,
        formula=rated.formula.number,
        answers=[
            (
                questions[one["name"]]["text"],
                _answer_text(questions[one["name"]], one["value"]),
                one["points"],
            )
            for one in rated.answers
        ],
    )


def _answer_text(question: dict[str, Any], value: str) -> str:
    return next(str(answer["text"]) for answer in question["answers"] if answer["value"] == value)


def _choices(rfc: RequestForChange, person: Person, now: datetime) -> list[Choice]:
    """The moves out of this status that concern this person: their own, and for managers all that people make."""
    parties = policy.parties_of(person, rfc)
    today = timezone.localdate(now, timezone.get_default_timezone())
    found = []
    for move in rfc.lifecycle.leaving(rfc.status):
        by_people = not move.parties <= policy.SPECIAL  # votes are given in the part for decisions
        concerns = by_people and (parties & move.parties or "manager" in parties)
        url = _address(ELSEWHERE[move.name], rfc) if move.name in ELSEWHERE else ""
        if not concerns or (move.name in ELSEWHERE and not url):
            continue
        form = None
        if not url:
            form = MoveForm(
                needs=frozenset(move.needs), initial={"version": rfc.version}, auto_id=f"id_{move.name}_%s"
            )
        found.append(
            Choice(move, policy.may_move(person, rfc, move), unmet(rfc, move.name, on=today), form, url)
        )
    return found


def _address(name: str, rfc: RequestForChange) -> str:
    try:
        return reverse(name, args=[rfc.reference])
    except NoReverseMatch:
        return ""


def _steps(rfc: RequestForChange, events: Iterable[Event]) -> list[Step]:
    """The steps with their latest moment; one that was declined or withdrawn ends there."""
    latest = {event.what: event.at for event in events}
    reached = [
        max((latest[name] for name in names if name in latest), default=None) for _l, _s, names in STEPS
    ]
    current = next((n for n, (_l, statuses, _n) in enumerate(STEPS) if rfc.status in statuses), None)
    if current is None:
        ended = max((at for name, at in latest.items() if name in _ENDS), default=rfc.done_at)
        before = [number for number, at in enumerate(reached) if at]
        return [
            *(Step(str(STEPS[number][0]), reached[number], current=False) for number in before),
            Step(status_words(rfc), ended, current=True),
        ]
    return [
        Step(str(label), reached[number] if number <= current else None, current=number == current)
        for number, (label, _statuses, _names) in enumerate(STEPS)
    ]


_ENDS = frozenset({"decline", "turn_away", "withdraw"})
