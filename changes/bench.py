"""Who votes on what was put to decision: the rules, and the questions that follow from them.

| rule | |
|---|---|
| 1 | What is put to the board, and the review of an emergency, is decided by the board's members of that day. |
| 2 | An emergency is agreed to by change managers, critical incident managers and board members. |
| 3 | Nobody votes on what they asked for themselves, nor the people of the LDC that asks. |
| 4 | Nobody votes on what they implement. |
| 5 | Everybody votes once, on what was put to them: when the RFC says something else, it has to be put again. |

For the SME's own RFCs rule 3 means whoever asked alone: most of the board works there.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organization, Person
from accounts.roles import Permission, roles_granting
from changes.deciding import Tally, tally, tally_two
from changes.digest import digest_of
from changes.models import (
    Ballot,
    Board,
    BoardMember,
    ChangeReview,
    Decision,
    DecisionKind,
    DecisionState,
    RequestForChange,
)
from servicedesk.records.refusals import IllegalMove, Stale
from servicedesk.records.verdict import YES, Verdict, no
from servicedesk.ui.moments import absolute

AGREE = frozenset(roles_granting(Permission.MANAGE_CHANGES) + roles_granting(Permission.TAKE_CRITICAL))
"""Roles that agree to an emergency, besides the board's members."""
REPORTER = gettext_lazy("You asked for this change, so others decide on it.")
IMPLEMENTER = gettext_lazy("You are named as its implementer, so others decide on it.")
COLLEAGUE = gettext_lazy("Your organization asks for this change, so others decide on it.")


@dataclass(frozen=True, slots=True)
class Bench:
    """Who votes on one decision. People are named by their ids.

    ``seats`` may vote; ``barred`` may not, and why; ``said`` has the choice of everybody who voted.
    """

    seats: frozenset[int]
    barred: Mapping[int, str | Promise]
    said: Mapping[int, str]

    @property
    def awaited(self) -> frozenset[int]:
        """Whose vote is still out."""
        return self.seats - self.said.keys()

    def count(self, decision: Decision, board: Board, *, at: datetime) -> Tally:
        """What their votes come to at a moment."""
        if decision.kind == DecisionKind.TWO:
            return tally_two(self.said, self.seats, at, decision.decide_by)
        return tally(self.said, self.seats, board.quorum, at, decision.decide_by)


def day_of(at: datetime) -> date:
    """The day of a moment, in the desk's zone."""
    return timezone.localdate(at, timezone.get_default_timezone())


def bench_of(decision: Decision, *, on: date) -> Bench:
    """Who votes on a decision on a day."""
    return benches([decision], on=on)[decision.pk]


def benches(decisions: Iterable[Decision], *, on: date) -> dict[int, Bench]:
    """Who votes on each of these decisions on a day, by primary key. Three queries, however many there are.

    Load the decisions with their RFCs and the RFCs' organizations.
    """
    decisions = list(decisions)
    said: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for ballot in Ballot.objects.filter(decision__in=[one.pk for one in decisions]):
        said[ballot.decision_id][ballot.person_id] = ballot.choice
    jobs = _Jobs.on(on, {one.rfc.organization_id for one in decisions})
    return {one.pk: _bench(one.rfc, one.kind, jobs, said[one.pk]) for one in decisions}


def who_would_vote(rfc: RequestForChange, kind: DecisionKind, *, on: date) -> frozenset[int]:
    """Who could vote on an RFC if it was put to decision on a day."""
    return _bench(rfc, kind, _Jobs.on(on, {rfc.organization_id}), {}).seats


def may_vote(person: Person, decision: Decision, bench: Bench) -> Verdict:
    """May this person vote on this decision now?"""
    over = over_words(decision)
    if over:
        return no(over, Stale if decision.state == DecisionState.VOID else IllegalMove)
    if person.pk in bench.said:
        return no(_("You voted on this already. A vote stays as it was given."), IllegalMove)
    if person.pk in bench.barred:
        return no(bench.barred[person.pk])
    if person.pk not in bench.seats:
        if decision.kind == DecisionKind.TWO:
            return no(
                _("Only change managers, critical incident managers and board members agree to an emergency.")
            )
        return no(_("Only members of the change advisory board vote on this."))
    if decision.kind == DecisionKind.REVIEW and latest_review(decision.rfc) is None:
        return no(_("The review is not written yet. You are told when it is."), IllegalMove)
    if not still_says(decision):
        return no(
            _("The RFC was changed since it was put to decision. It has to be put to decision again."), Stale
        )
    return YES


def may_close(person: Person, decision: Decision) -> Verdict:
    """May this person close the voting before its time? Change managers, with no hand in the change."""
    over = over_words(decision)
    if over:
        return no(over, IllegalMove)
    if not person.standing().holds(Permission.MANAGE_CHANGES):
        return no(_("Only a change manager may do this."))
    if decision.kind == DecisionKind.TWO:
        return no(_("An emergency waits for two people. Nobody closes it for them."), IllegalMove)
    if person.pk in {decision.rfc.reporter_id, decision.rfc.implementer_id}:
        return no(_("You asked for this change or implement it, so somebody else closes the voting."))
    return YES


def may_be_asked(person: Person, decision: Decision, bench: Bench) -> bool:
    """Does the decision wait for this person's vote?"""
    return decision.state == DecisionState.OPEN and person.pk in bench.awaited


def over_words(decision: Decision) -> str:
    """Why nothing is left to decide; nothing while it is open."""
    when = {"when": absolute(decision.voided_at or decision.closed_at)}
    if decision.state == DecisionState.APPROVED:
        return _("This was approved on %(when)s.") % when
    if decision.state == DecisionState.DECLINED:
        return _("This was declined on %(when)s.") % when
    if decision.state == DecisionState.DEFERRED:
        return _("This was deferred on %(when)s.") % when
    if decision.state == DecisionState.VOID:
        return _("This was made void on %(when)s, so nothing is left to decide.") % when
    return ""


def latest_review(rfc: RequestForChange) -> ChangeReview | None:
    """The review that counts."""
    found: ChangeReview | None = ChangeReview.objects.filter(rfc=rfc).order_by("-at", "-pk").first()
    return found


def digest_for(kind: str, rfc: RequestForChange) -> str:
    """The fingerprint of what is put to decision: the RFC, and for a review what the review says too."""
    digest = digest_of(rfc)
    if kind != DecisionKind.REVIEW:
        return digest
    review = latest_review(rfc)
    said = f"{digest}\n{review.outcome}\n{review.text}" if review else digest
    return hashlib.sha256(said.encode()).hexdigest()


def still_says(decision: Decision) -> bool:
    """Does the RFC still say what was put to decision?"""
    return decision.digest == digest_for(decision.kind, decision.rfc)


@dataclass(frozen=True, slots=True)
class _Jobs:
    """Who holds what on a day: the board's seats, those who agree to emergencies, and an LDC's people."""

    board: frozenset[int]
    managers: frozenset[int]
    people: Mapping[int, set[int]]

    @classmethod
    def on(cls, day: date, organizations: set[int]) -> "_Jobs":
        """Read those of these organizations, and of the board, in two queries."""
        seats = set(BoardMember.objects.active(day).values_list("person_id", flat=True))
        rows = Membership.objects.active(day).filter(person__is_active=True)
        managers: set[int] = set()
        employed: set[int] = set()
        people: defaultdict[int, set[int]] = defaultdict(set)
        found = rows.filter(person__in=seats) | rows.filter(role__in=AGREE)
        for person_id, organization_id, kind, role in found.values_list(
            "person_id", "organization_id", "organization__kind", "role"
        ):
            employed.add(person_id)
            if role in AGREE:
                managers.add(person_id)
            if organization_id in organizations and kind != Organization.Kind.SME:
                people[organization_id].add(person_id)
        return cls(frozenset(seats & employed), frozenset(managers), people)


def _bench(rfc: RequestForChange, kind: str, jobs: _Jobs, said: Mapping[int, str]) -> Bench:
    members = jobs.board | jobs.managers if kind == DecisionKind.TWO else jobs.board
    barred: dict[int, str | Promise] = dict.fromkeys(jobs.people.get(rfc.organization_id, ()), COLLEAGUE)
    if rfc.implementer_id:
        barred[rfc.implementer_id] = IMPLEMENTER
    barred[rfc.reporter_id] = REPORTER
    return Bench(members - barred.keys(), barred, said)
