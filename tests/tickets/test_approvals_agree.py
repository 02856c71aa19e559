"""The three questions about approvals agree on random data, and with the rule written out by hand."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Membership, Organization, Person, today
from accounts.roles import Role
from tests.conftest import NOON, person
from tests.tickets.requesting import ADMINISTRATORS, APPROVERS, item, order
from tickets import approving
from tickets.models import Approval, ApprovalState, Delegation, Vote

PEOPLE = range(5)
HOMES = ["sme", "lake", "pine"]
SPANS = {"open": (0, None), "ended": (-9, -1), "last day": (-9, 0), "later": (1, None)}
DELEGATED = {"now": (-2, 2), "today only": (0, 0), "over": (-5, -1), "not yet": (1, 5)}
SME_ROLES = [Role.CONFIGURATION_APPROVER, Role.CONFIGURATION_APPROVER, Role.DESK_AGENT, Role.CHANGE_MANAGER]
LDC_ROLES = [Role.LDC_ADMIN, Role.LDC_ADMIN, Role.LDC_STAFF]
some_people = st.sampled_from(PEOPLE)


@dataclass(frozen=True)
class Job:
    """One membership: who, where, as what, when."""

    who: int
    where: str
    role: Role
    span: str

    def counts(self) -> bool:
        return self.span in {"open", "last day"}


@dataclass(frozen=True)
class Asked:
    """One request: whose, sent by whom, whom it asks, and who has agreed already."""

    where: str
    requester: int
    sender: int
    asks: str
    voted: frozenset[int]


jobs = st.lists(
    st.builds(Job, some_people, st.just("sme"), st.sampled_from(SME_ROLES), st.sampled_from(list(SPANS)))
    | st.builds(
        Job, some_people, st.sampled_from(["lake", "pine"]), st.sampled_from(LDC_ROLES), st.sampled_from(list(SPANS))
    ),
    max_size=8,
    unique_by=lambda job: (job.who, job.where, job.role),
)  # fmt: skip
asked = st.lists(
    st.builds(
        Asked,
        where=st.sampled_from(["lake", "pine"]),
        requester=some_people,
        sender=some_people,
        asks=st.sampled_from([ADMINISTRATORS, ADMINISTRATORS, APPROVERS]),
        voted=st.frozensets(some_people, max_size=2),
    ),
    min_size=1,
    max_size=3,
)
pairs = st.tuples(some_people, some_people, st.sampled_from(list(DELEGATED))).filter(
    lambda one: one[0] != one[1]
)
delegations = st.lists(pairs, max_size=4, unique=True)
gone = st.frozensets(some_people, max_size=1)


class Agreement(TestCase):
    """Every example is rolled back."""

    @given(held=jobs, sent=asked, given_to=delegations, inactive=gone)
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_who_decides(
        self,
        held: list[Job],
        sent: list[Asked],
        given_to: list[tuple[int, int, str]],
        inactive: frozenset[int],
    ) -> None:
        people, approvals = self.make(held, sent, given_to, inactive)

        benches = approving.benches(approvals, on=today())
        for approval, one in zip(approvals, sent, strict=True):
            expected = {people[number].pk for number in by_hand(one, held, given_to, inactive)}
            bench = benches[approval.pk]
            assert bench.hands == expected
            assert approving.bench_of(approval, on=today()).hands == expected
            assert {who.pk for who in people if approving.may_decide(who, approval, bench)} == expected
        for who in people:
            listed = set(approving.waiting_for(who, on=today()))
            seen = set(Approval.objects.visible_to(who))
            mine = {approval for approval in approvals if who.pk in benches[approval.pk].hands}
            assert listed == mine & seen
            if who.is_active:
                assert mine <= seen

    def make(
        self,
        held: list[Job],
        sent: list[Asked],
        given_to: list[tuple[int, int, str]],
        inactive: frozenset[int],
    ) -> tuple[list[Person], list[Approval]]:
        """Write a world's rows: requests first, while everybody may send them."""
        homes = {
            name: Organization.objects.create(kind="sme" if name == "sme" else "ldc", name=name, slug=name)
            for name in HOMES
        }
        people = [person(f"Person{number}") for number in PEOPLE]
        agent = person("Agent", (homes["sme"], Role.DESK_AGENT))
        versions = {asks: item(asks, needs="all") for asks in (ADMINISTRATORS, APPROVERS)}
        approvals = []
        for one in sent:
            requester = Person.objects.get(
                pk=people[one.requester].pk
            )  # a standing is read once for an object
            job = Membership.objects.create(
                person=requester, organization=homes[one.where], role=Role.LDC_STAFF
            )
            request = order(
                versions[one.asks], by=agent, requester=requester, organization=homes[one.where], at=NOON
            )
            job.delete()
            sender = people[one.sender]
            request.events.create(name="request.submitted", at=NOON, actor=sender)
            approvals.append(request.approvals.select_related("request").get(state=ApprovalState.WAITING))
            for number in one.voted:
                Vote.objects.create(
                    approval=approvals[-1], person=people[number], cast_by=people[number], agrees=True, at=NOON
                )  # fmt: skip
        for job_ in held:
            start, end = SPANS[job_.span]
            Membership.objects.create(
                person=people[job_.who],
                organization=homes[job_.where],
                role=job_.role,
                starts_on=today() + timedelta(days=start),
                ends_on=None if end is None else today() + timedelta(days=end),
            )
        for whose, delegate, span in given_to:
            first, last = (today() + timedelta(days=days) for days in DELEGATED[span])
            Delegation.objects.create(
                person=people[whose], delegate=people[delegate], starts_on=first, ends_on=last
            )
        for number in inactive:
            Person.objects.filter(pk=people[number].pk).update(is_active=False)
        return [Person.objects.get(pk=one.pk) for one in people], approvals


def by_hand(
    one: Asked, held: list[Job], given_to: list[tuple[int, int, str]], inactive: frozenset[int]
) -> set[int]:
    """The rules of tickets/approving.py, spelled out for one person after the other."""

    def holds(number: int, where: str, *roles: Role) -> bool:
        return any(
            job.who == number and job.where == where and job.role in roles and job.counts() for job in held
        )

    free = set(PEOPLE) - inactive - {one.requester, one.sender}
    deciders = {number for number in free if holds(number, one.where, Role.LDC_ADMIN)}
    side = one.where
    if one.asks == APPROVERS or not deciders:
        deciders = {number for number in free if holds(number, "sme", Role.CONFIGURATION_APPROVER)}
        side = "sme"
    roles = [Role.LDC_STAFF, Role.LDC_ADMIN, *SME_ROLES]
    awaited = deciders - one.voted
    delegates = {
        delegate
        for whose, delegate, span in given_to
        if whose in awaited
        and span in {"now", "today only"}
        and delegate in free
        and holds(delegate, side, *roles)
    }
    return awaited | delegates
