"""What pages show of decisions: on the RFC, on the page where one votes, and on the board's agenda."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.bench import (
    Bench,
    bench_of,
    benches,
    day_of,
    may_be_asked,
    may_close,
    may_vote,
    still_says,
)
from changes.conditions import PLANS
from changes.deciding_words import CHOICE_ICONS, CHOSEN, STATE_TONES, votes_words
from changes.models import (
    Ballot,
    Board,
    ChangeReview,
    Decision,
    DecisionKind,
    DecisionState,
    RequestForChange,
    Risk,
)
from changes.models.deciding import sits_on_the_board
from changes.schedule_page import schedule_part
from servicedesk.records.markup import to_html
from servicedesk.records.verdict import YES, Verdict

DECIDED = (DecisionState.APPROVED, DecisionState.DECLINED, DecisionState.DEFERRED)
LATELY = 10
"""How many decided ones the agenda shows."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One vote. ``person`` is empty for readers who do not learn who voted how."""

    person: str
    words: str | Promise
    icon: str
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One decision: what was put, how it stands, what was said. ``counts`` is such as “3 for approving”."""

    decision: Decision
    kind: str
    state: str
    tone: str
    counts: str
    voices: list[Voice]
    minutes: str


@dataclass(frozen=True, slots=True)
class DecisionPart:
    """What an RFC's page shows of its decisions, the latest first. ``url`` leads to the votes, for whom they are."""

    lines: list[Line]
    asked: bool
    url: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """The page where one votes. Without a decision, nothing was put to decision yet.

    ``not_counted`` voted and may not vote any more; ``changed``: the RFC says something else since.
    """

    rfc: RequestForChange
    risk: str
    review: str
    plans: list[tuple[str | Promise, str]]
    decision: Decision | None = None
    line: Line | None = None
    earlier: list[Line] = field(default_factory=list)
    allowed: Verdict = YES
    may_close: bool = False
    may_write_minutes: bool = False
    changed: bool = False
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    progress: str = ""
    awaited: list[str] = field(default_factory=list)
    not_counted: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An RFC that awaits its decision. ``mine`` is how this reader's vote stands."""

    decision: Decision
    kind: str
    risk: str
    progress: str
    mine: str
    asked: bool
    late: bool
    url: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What the board has before it, what waits for this reader first."""

    board: Board
    rows: list[AgendaRow]
    waiting: int
    decided: list[Line]


def sees_votes(person: Person) -> bool:
    """Does this person learn who voted how: the desk and the board?"""
    return person.standing().sees_all or sits_on_the_board(person.pk)


def decision_part(rfc: RequestForChange, person: Person, *, now: datetime) -> DecisionPart | None:
    """What the RFC's page shows of its decisions; nothing where nothing was put to decision. Without names."""
    decisions = _decisions(rfc, person)
    if not decisions:
        return None
    latest = decisions[0]
    asked = latest.state == DecisionState.OPEN and may_be_asked(
        person, latest, bench_of(latest, on=day_of(now))
    )
    url = decision_url(rfc, person) if sees_votes(person) else ""
    return DecisionPart([line_of(one) for one in decisions], asked, url)


def decision_page(rfc: RequestForChange, person: Person, *, now: datetime) -> DecisionPage:
    """What was put to decision last, the votes, and what this person may do."""
    decisions = _decisions(rfc, person)
    review = ChangeReview.objects.visible_to(person).filter(rfc=rfc).order_by("-at", "-pk").first()
    planned = schedule_part(rfc, person)
    page = DecisionPage(
        rfc=rfc,
        risk=_risk(rfc),
        review=to_html(review.text) if review else "",
        plans=_plans(rfc, person),
        conflicts=planned.conflicts if planned else [],
    )
    if not decisions:
        return page
    said: defaultdict[int, list[Ballot]] = defaultdict(list)
    ballots = Ballot.objects.visible_to(person).filter(decision__in=decisions).select_related("person")
    for ballot in ballots.order_by("at", "pk"):
        said[ballot.decision_id].append(ballot)
    latest, *earlier = decisions
    page = replace(
        page,
        decision=latest,
        line=line_of(latest, said[latest.pk]),
        earlier=[line_of(one, said[one.pk]) for one in earlier],
        may_write_minutes=bool(policy.may_manage(person)) and latest.state in DECIDED,
    )
    bench = bench_of(latest, on=day_of(now))
    page = replace(page, allowed=may_vote(person, latest, bench))
    if latest.state != DecisionState.OPEN:
        return page
    return replace(
        page,
        may_close=bool(may_close(person, latest)),
        changed=not still_says(latest),
        progress=progress_words(latest, bench, Board.objects.get(), now=now),
        awaited=_names(bench.awaited),
        not_counted=_names(bench.said.keys() - bench.seats),
    )


def agenda(person: Person, *, now: datetime) -> Agenda:
    """What awaits a decision, this reader's votes first, then by deadline. The same few queries for any number."""
    board = Board.objects.get()
    seen = Decision.objects.visible_to(person).select_related("rfc__organization")
    waiting = list(seen.filter(state=DecisionState.OPEN).order_by("decide_by", "pk"))
    found = benches(waiting, on=day_of(now))
    url_name = _url_name(person)
    rows = [_row(one, found[one.pk], board, person, url_name, now=now) for one in waiting]
    rows.sort(key=lambda row: not row.asked)
    decided = seen.filter(state__in=DECIDED).order_by("-closed_at", "-pk")[:LATELY]
    return Agenda(board, rows, sum(row.asked for row in rows), [line_of(one) for one in decided])


def line_of(decision: Decision, ballots: Iterable[Ballot] | None = None) -> Line:
    """One decision in words. With its ballots who voted how; without them what everybody reads."""
    if ballots is None:
        voices = [
            Voice("", CHOSEN[choice], CHOICE_ICONS[choice], reason) for choice, reason in decision.reasons
        ]
    else:
        voices = [
            Voice(one.person.name, CHOSEN[one.choice], CHOICE_ICONS[one.choice], one.reason, one.at)
            for one in ballots
        ]
    return Line(
        decision=decision,
        kind=str(DecisionKind(decision.kind).label),
        state=str(DecisionState(decision.state).label),
        tone=STATE_TONES[decision.state],
        counts=votes_words(decision.votes),
        voices=voices,
        minutes=to_html(decision.minutes),
    )


def progress_words(decision: Decision, bench: Bench, board: Board, *, now: datetime) -> str:
    """How far the voting is."""
    tally = bench.count(decision, board, at=now)
    if decision.kind == DecisionKind.TWO:
        return _("%(cast)d of 2 agreed") % {"cast": tally.approve}
    return _("%(cast)d of %(quorum)d votes for a quorum") % {"cast": tally.cast, "quorum": board.quorum}


def decision_url(rfc: RequestForChange, person: Person) -> str:
    """Where this person votes."""
    return reverse(_url_name(person), args=[rfc.reference])


def _url_name(person: Person) -> str:
    return "changes:desk_decision" if person.standing().sees_all else "changes:decision"


def _decisions(rfc: RequestForChange, person: Person) -> list[Decision]:
    """An RFC's decisions, the latest first."""
    rows = Decision.objects.visible_to(person).filter(rfc=rfc).select_related("minutes_by")
    decisions = list(rows.order_by("-round"))
    for decision in decisions:
        decision.rfc = rfc
    return decisions


def _plans(rfc: RequestForChange, person: Person) -> list[tuple[str | Promise, str]]:
    """The plans, for the desk and the organization that asks: other LDCs do not read them."""
    standing = person.standing()
    if not standing.sees_all and rfc.organization_id not in standing.organizations:
        return []
    return [
        (label, to_html(getattr(rfc, name))) for name, label in PLANS.items() if getattr(rfc, name).strip()
    ]


def _row(
    decision: Decision, bench: Bench, board: Board, person: Person, url_name: str, *, now: datetime
) -> AgendaRow:
    asked = may_be_asked(person, decision, bench)
    if asked:
        mine = _("Your vote is awaited")
    elif person.pk in bench.said:
        mine = _("You voted %(choice)s") % {"choice": CHOSEN[bench.said[person.pk]]}
    else:
        mine = str(bench.barred.get(person.pk, ""))
    return AgendaRow(
        decision=decision,
        kind=str(DecisionKind(decision.kind).label),
        risk=_risk(decision.rfc),
        progress=progress_words(decision, bench, board, now=now),
        mine=mine,
        asked=asked,
        late=decision.decide_by <= now,
        url=reverse(url_name, args=[decision.rfc.reference]),
    )


def _risk(rfc: RequestForChange) -> str:
    return str(Risk(rfc.risk).label) if rfc.risk else ""


def _names(people: Iterable[int]) -> list[str]:
    return list(Person.objects.filter(pk__in=list(people)).order_by("name").values_list("name", flat=True))
