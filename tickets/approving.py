"""Who decides on a request's approvals: the rules, and the three questions that follow from them.

| rule | |
|---|---|
| 1 | A step for the organization is decided by its administrators (MANAGE_PEOPLE within it). |
| 2 | A step for the SME is decided by its approvers (APPROVE_REQUESTS). |
| 3 | Nobody decides who has a hand in it: the requester, who sent it on their behalf, who changed what is asked. |
| 4 | Where rules 1 and 3 leave nobody of an organization, the SME's approvers decide instead. |
| 5 | A delegate decides in a person's place, and the word counts as that person's. Rule 3 holds for delegates too. |
| 6 | A delegate acts for the same organization; in the place of an approver of the SME, sees all. |
| 7 | Who has left, or whose delegation is over, does not count from that day on. |

A ``Bench`` is what the rules make of one approval on a day. May this person decide (``may_decide``), which
approvals wait for this person (``waiting_for``), whom does this approval wait for (``Bench.hands``): all
three are asked of it, and tests hold them to each other on random data.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, Person
from accounts.roles import Permission, roles_granting
from servicedesk.records.models import Event
from servicedesk.records.refusals import IllegalMove, Stale
from servicedesk.records.verdict import YES, Verdict, no
from servicedesk.ui.moments import absolute
from tickets.models import Approval, ApprovalState, Approver, Delegation, Vote

HAD_A_HAND = Q(name="request.submitted") | Q(name="request.edited", facts__material=True)
"""Events whose actor may not decide (rule 3)."""
ADMINISTRATORS = frozenset(roles_granting(Permission.MANAGE_PEOPLE))
APPROVERS = frozenset(roles_granting(Permission.APPROVE_REQUESTS))
MEMBERS = frozenset(roles_granting(Permission.REPORT))
STAFF = frozenset(roles_granting(Permission.SEE_ALL))


@dataclass(frozen=True, slots=True)
class Bench:
    """Who decides on one approval. People are named by their ids.

    ``seats`` has everybody whose word counts, each with those who may give it in their place.
    """

    asks: Approver
    seats: Mapping[int, frozenset[int]]
    voted: frozenset[int]
    agreed: frozenset[int]
    barred: frozenset[int]

    @property
    def awaited(self) -> list[int]:
        """Whose word is still awaited."""
        return [person for person in self.seats if person not in self.voted]

    @property
    def hands(self) -> set[int]:
        """Whom it waits for: everybody who may give an awaited word."""
        return {hand for person in self.awaited for hand in (person, *self.seats[person])}

    @property
    def agree(self) -> bool:
        """Has everybody agreed who decides now?"""
        return bool(self.seats) and self.agreed >= self.seats.keys()

    def places_of(self, person_id: int) -> list[int]:
        """Whose awaited words this person may give: their own first."""
        found = [one for one in self.awaited if person_id == one or person_id in self.seats[one]]
        return sorted(found, key=lambda one: one != person_id)


def day_of(at: datetime) -> date:
    """The day of a moment, in the desk's zone."""
    return timezone.localdate(at, timezone.get_default_timezone())


def bench_of(approval: Approval, *, on: date) -> Bench:
    """Who decides on an approval on a day."""
    return benches([approval], on=on)[approval.pk]


def benches(approvals: Iterable[Approval], *, on: date) -> dict[int, Bench]:
    """Who decides on each of these approvals on a day, by primary key. Five queries, however many there are.

    To somebody under row-level security, delegations of other organizations' people and of the SME's stay
    hidden. Load the approvals with their requests.
    """
    approvals = list(approvals)
    if not approvals:
        return {}
    jobs = _Jobs.on(on, {one.request.organization_id for one in approvals})
    barred = defaultdict(set, {one.request_id: {one.request.reporter_id} for one in approvals})
    hands = Event.objects.filter(HAD_A_HAND, record__in=barred)
    for record_id, actor_id in hands.values_list("record_id", "actor_id"):
        barred[record_id].add(actor_id)
    votes: defaultdict[int, dict[int, bool]] = defaultdict(dict)
    for vote in Vote.objects.filter(approval__in=[one.pk for one in approvals]):
        votes[vote.approval_id][vote.person_id] = vote.agrees
    delegates: defaultdict[int, set[int]] = defaultdict(set)
    standing_in = Delegation.objects.active(on).filter(delegate__is_active=True)
    for person_id, delegate_id in standing_in.values_list("person_id", "delegate_id"):
        delegates[person_id].add(delegate_id)

    def bench(approval: Approval) -> Bench:
        out, organization_id = barred[approval.request_id], approval.request.organization_id
        asks, members = Approver(approval.asks), jobs.members[organization_id]
        people = jobs.administrators[organization_id] - out
        if asks == Approver.SME_APPROVER or not people:
            asks, people, members = Approver.SME_APPROVER, jobs.approvers - out, jobs.staff
        said = votes[approval.pk]
        return Bench(
            asks,
            {one: frozenset(delegates[one] & members) - out for one in sorted(people)},
            frozenset(said),
            frozenset(one for one, agrees in said.items() if agrees),
            frozenset(out),
        )

    return {approval.pk: bench(approval) for approval in approvals}


def may_decide(person: Person, approval: Approval, bench: Bench) -> Verdict:
    """May this person decide on this approval, in their own or somebody's place?"""
    over = over_words(approval)
    if over:
        return no(over, Stale if approval.state == ApprovalState.VOID else IllegalMove)
    if bench.places_of(person.pk):
        return YES
    if person.pk == approval.request.reporter_id:
        return no(_("This is your own request, so somebody else has to decide."))
    if person.pk in bench.barred:
        return no(_("You sent or changed what is asked here, so somebody else has to decide."))
    if person.pk in bench.voted or any(person.pk in bench.seats.get(one, ()) for one in bench.voted):
        return no(_("You decided on this already. It waits for the others."), IllegalMove)
    if bench.asks == Approver.SME_APPROVER:
        return no(_("Only the approvers of the Smart Metering Entity can decide on this."))
    return no(
        _("Only your organization's administrators, or those who stand in for them, can decide on this.")
    )


def waiting_for(person: Person, *, on: date) -> dict[Approval, Bench]:
    """The approvals that wait for this person, the most pressing first, each with its bench."""
    waiting = (
        Approval.objects.visible_to(person)
        .filter(state=ApprovalState.WAITING)
        .select_related("request__organization", "request__reporter", "request__item_version")
        .order_by("decide_by", "pk")
    )
    found = {approval.pk: approval for approval in waiting}
    return {
        found[pk]: bench for pk, bench in benches(found.values(), on=on).items() if bench.places_of(person.pk)
    }


def over_words(approval: Approval) -> str:
    """Why nothing is left, or not yet anything, to decide; nothing while it waits."""
    when = {"when": absolute(approval.decided_at)}
    if approval.state == ApprovalState.APPROVED:
        return _("This was approved on %(when)s.") % when
    if approval.state == ApprovalState.DECLINED:
        return _("This was declined on %(when)s.") % when
    if approval.state == ApprovalState.LATER:
        return _("An earlier approval comes first. Those who decide here are told when it is their turn.")
    if approval.state == ApprovalState.VOID:
        if was_replaced(approval):
            return _("The request was changed on %(when)s. A new approval was asked for.") % when
        return _("The request ended on %(when)s, so nothing is left to decide.") % when
    return ""


def was_replaced(approval: Approval) -> bool:
    """Was it asked for anew in a later round, because the request was changed?"""
    return Approval.objects.filter(request=approval.request_id, round__gt=approval.round).exists()


def may_delegate(person: Person) -> Verdict:
    """May this person name somebody to decide in their place?"""
    if person.standing().decides:
        return YES
    return no(_("Only people who decide on requests can name somebody to decide in their place."))


def who_may_stand_in(person: Person) -> QuerySet[Person]:
    """Everybody whom this person can name to decide in their place (rule 6), by name."""
    standing = person.standing()
    jobs = Membership.objects.active()
    fits = Q(organization__in=standing.administers, role__in=MEMBERS)
    if standing.holds(Permission.APPROVE_REQUESTS):
        fits |= Q(role__in=STAFF)
    people = Person.objects.active().filter(pk__in=jobs.filter(fits).values("person"))
    return people.exclude(pk=person.pk).order_by("name")


@dataclass(frozen=True, slots=True)
class _Jobs:
    """Who holds what on a day: by organization, and at the SME."""

    administrators: defaultdict[int, set[int]]
    members: defaultdict[int, set[int]]
    approvers: set[int]
    staff: set[int]

    @classmethod
    def on(cls, day: date, organizations: set[int]) -> "_Jobs":
        """Read those of these organizations and of the SME, in one query."""
        jobs = cls(defaultdict(set), defaultdict(set), set(), set())
        rows = Membership.objects.active(day).filter(
            Q(organization__in=organizations) | Q(role__in=APPROVERS | STAFF), person__is_active=True
        )
        for person_id, organization_id, role in rows.values_list("person_id", "organization_id", "role"):
            if role in ADMINISTRATORS:
                jobs.administrators[organization_id].add(person_id)
            if role in MEMBERS:
                jobs.members[organization_id].add(person_id)
            if role in APPROVERS:
                jobs.approvers.add(person_id)
            if role in STAFF:
                jobs.staff.add(person_id)
        return jobs
