"""What pages show of approvals: the tracker on a request's page, one approval, and what waits for me."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.records.verdict import Verdict
from tickets import approving
from tickets.approving import Bench, benches, day_of
from tickets.models import (
    Approval,
    ApprovalState,
    Approver,
    Delegation,
    Needs,
    ServiceRequest,
    Vote,
    text_in,
)

LOOKS = {
    ApprovalState.LATER: ("circle", "done"),
    ApprovalState.WAITING: ("calendar-pause", "hold"),
    ApprovalState.APPROVED: ("check", "good"),
    ApprovalState.DECLINED: ("x", "bad"),
    ApprovalState.VOID: ("ban", "done"),
}
"""The icon and the status colour of each state."""
ASKED = {
    Approver.ORGANIZATION_ADMIN: gettext_lazy("Approval by the organization"),
    Approver.SME_APPROVER: gettext_lazy("Approval by the Smart Metering Entity"),
}
SHOWN = 20
"""How many of my latest decisions are listed."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One person's word: whose, given by whom (nothing when it was they themselves), and why."""

    person: str
    cast_by: str
    agrees: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One approval as the tracker shows it.

    ``waits_for`` are names, or a group where the reader is not of its side; ``note`` says why it is
    over; ``url`` leads to where it can be decided, for those who may.
    """

    approval: Approval
    label: str
    state: str
    icon: str
    tone: str
    waits_for: list[str]
    needs_all: bool
    voices: list[Voice]
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Tracker:
    """The steps of the present round, and the rounds before it, the latest first. All empty for most requests."""

    steps: list[Step]
    earlier: list[list[Step]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """One approval that waits for me, and in whose place (nothing for my own)."""

    approval: Approval
    item: str
    in_place_of: list[str]
    url: str


@dataclass(frozen=True, slots=True)
class MyApprovals:
    """What waits for me, what I decided, and who stands in for whom."""

    waiting: list[Waiting]
    decided: list[Vote]
    given: list[Delegation]
    taken: list[Delegation]
    may_delegate: Verdict


def tracker(request: ServiceRequest, reader: Person, *, now: datetime) -> Tracker:
    """Every approval of a request. Two queries, and six more while one waits."""
    approvals = list(_with_votes(request))
    for approval in approvals:
        approval.request = request
    waiting = [one for one in approvals if one.state == ApprovalState.WAITING]
    seated = benches(waiting, on=day_of(now))
    names = _names(seated)
    latest = max((one.round for one in approvals), default=0)
    steps = [_step(one, seated.get(one.pk), names, reader, changed=one.round < latest) for one in approvals]
    rounds = [[step for step in steps if step.approval.round == number] for number in range(latest, 0, -1)]
    return Tracker(rounds[0] if rounds else [], rounds[1:])


def my_approvals(person: Person, *, now: datetime) -> MyApprovals:
    """Gather what the page of my approvals shows."""
    day = day_of(now)
    found = approving.waiting_for(person, on=day)
    names = _names({approval.pk: bench for approval, bench in found.items()})
    mine = Delegation.objects.visible_to(person).filter(ends_on__gte=day).order_by("starts_on", "pk")
    delegations = list(mine.select_related("person", "delegate"))
    return MyApprovals(
        waiting=[
            Waiting(
                approval,
                text_in(approval.request.item_version, "name"),
                [names[one] for one in bench.places_of(person.pk) if one != person.pk],
                decision_url(approval),
            )
            for approval, bench in found.items()
        ],
        decided=list(
            Vote.objects.filter(
                Q(person=person) | Q(cast_by=person), approval__in=Approval.objects.visible_to(person)
            )
            .select_related("approval__request", "person", "cast_by")
            .order_by("-at", "-pk")[:SHOWN]
        ),
        given=[one for one in delegations if one.person_id == person.pk],
        taken=[one for one in delegations if one.delegate_id == person.pk],
        may_delegate=approving.may_delegate(person),
    )


def step_of(approval: Approval, bench: Bench, reader: Person) -> Step:
    """One approval for the page on which it is decided. Its votes are loaded."""
    changed = approval.state == ApprovalState.VOID and approving.was_replaced(approval)
    return _step(approval, bench, _names({approval.pk: bench}), reader, changed=changed)


def decision_url(approval: Approval) -> str:
    """The page on which an approval is decided. Its request is loaded."""
    return reverse("tickets:approval", args=[approval.request.reference, approval.public_id])


def _with_votes(request: ServiceRequest) -> Any:
    votes = Vote.objects.select_related("person", "cast_by").order_by("at", "pk")
    return request.approvals.order_by("round", "position").prefetch_related(Prefetch("votes", votes))


def _names(seated: Mapping[int, Bench]) -> dict[int, str]:
    people = {one for bench in seated.values() for one in bench.seats}
    if not people:
        return {}
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=people)}


def _step(
    approval: Approval, bench: Bench | None, names: dict[int, str], reader: Person, *, changed: bool
) -> Step:
    state = ApprovalState(approval.state)
    icon, tone = LOOKS[state]
    waits = bench is not None and state == ApprovalState.WAITING
    may = bool(waits and bench and approving.may_decide(reader, approval, bench))
    asks = bench.asks if waits and bench else Approver(approval.asks)
    return Step(
        approval=approval,
        label=str(ASKED[asks]),
        state=str(state.label),
        icon=icon,
        tone=tone,
        waits_for=_waits_for(bench, names, reader) if waits and bench else [],
        needs_all=approval.needs == Needs.ALL,
        voices=[
            Voice(
                str(vote.person),
                "" if vote.cast_by_id == vote.person_id else str(vote.cast_by),
                vote.agrees,
                vote.reason,
                vote.at,
            )
            for vote in cast("Any", approval).votes.all()
        ],
        note=_void_words(state, changed=changed),
        url=decision_url(approval) if may else "",
    )


def _waits_for(bench: Bench, names: dict[int, str], reader: Person) -> list[str]:
    """Names to their own side and to the SME; to an LDC the SME is one."""
    if bench.asks == Approver.SME_APPROVER and not reader.standing().sees_all:
        return [_("The Smart Metering Entity")]
    return sorted(names[one] for one in bench.awaited)


def _void_words(state: ApprovalState, *, changed: bool) -> str:
    if state != ApprovalState.VOID:
        return ""
    return _("Void: the answers were changed on") if changed else _("Void: the request ended on")
