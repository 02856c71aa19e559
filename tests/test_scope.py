"""The three questions agree: may this person see it, what does this person see, who hears of it.

Random small worlds; in each of them every person is asked about every incident, and the answers
are held to the rule written out by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Membership, Organization, Person, today
from accounts.roles import GRANTS, Permission, Role
from servicedesk.records.models import Attachment, Comment, Draft, Event, Follower, Kind, Record, Visibility
from tests.conftest import NOON, person
from tests.ui import world
from tickets import policy
from tickets.models import Incident
from tickets.notifications import TOLD
from tickets.sla.rulebook import current_versions
from tickets.transitions import Status

ORGANIZATIONS = ["sme", "lake", "pine", "gone"]
"""``gone`` is an LDC that the desk does not serve any more."""
SPANS = {
    "open": (-10, None),
    "last day": (-10, 0),
    "first day": (0, None),
    "ended": (-10, -1),
    "later": (1, None),
}
COUNTS = {"open", "last day", "first day"}


@dataclass(frozen=True)
class Job:
    """One membership: who, where, as what, when."""

    who: int
    where: str
    role: Role
    span: str

    def counts(self) -> bool:
        return self.span in COUNTS and self.where != "gone"


@dataclass(frozen=True)
class Ticket:
    """One incident: whose, how visible, who is named on it."""

    where: str
    visibility: Visibility
    reporter: int
    followers: frozenset[int]
    contact: int | None
    assignee: int | None
    severity: int


PEOPLE = range(4)
DESK_ROLES = [Role.DESK_AGENT, Role.CHANGE_MANAGER, Role.CRITICAL_INCIDENT_MANAGER]
some_people = st.sampled_from(PEOPLE)
sme_jobs = st.builds(
    Job, some_people, st.just("sme"), st.sampled_from(DESK_ROLES),
    st.sampled_from(list(SPANS)),
)  # fmt: skip
ldc_jobs = st.builds(
    Job, some_people, st.sampled_from(["lake", "pine", "gone"]), st.sampled_from([Role.LDC_STAFF, Role.LDC_ADMIN]),
    st.sampled_from(list(SPANS)),
)  # fmt: skip
jobs = st.lists(
    sme_jobs | ldc_jobs | ldc_jobs | ldc_jobs,
    max_size=7,
    unique_by=lambda job: (job.who, job.where, job.role),
)
names = st.sampled_from(sorted(TOLD))
tickets = st.lists(
    st.builds(
        Ticket,
        where=st.sampled_from(["lake", "pine", "gone"]),
        visibility=st.sampled_from([Visibility.ORGANIZATION, Visibility.RESTRICTED]),
        reporter=some_people,
        followers=st.frozensets(some_people, max_size=2),
        contact=st.none() | some_people,
        assignee=st.none() | some_people,
        severity=st.integers(1, 4),
    ),
    min_size=1,
    max_size=3,
)


class Agreement(TestCase):
    """Every example is rolled back."""

    def make(self, held: list[Job], filed: list[Ticket]) -> tuple[list[Person], list[Incident]]:
        """Write a world's rows."""
        homes = {
            name: Organization.objects.create(
                kind="sme" if name == "sme" else "ldc", name=name, slug=name, is_active=name != "gone"
            )
            for name in ORGANIZATIONS
        }
        people = [person(f"Person{number}") for number in PEOPLE]
        for job in held:
            start, end = SPANS[job.span]
            Membership.objects.create(
                person=people[job.who],
                organization=homes[job.where],
                role=job.role,
                starts_on=today() + timedelta(days=start),
                ends_on=None if end is None else today() + timedelta(days=end),
            )
        return people, [self.file(ticket, people, homes) for ticket in filed]

    def file(self, ticket: Ticket, people: list[Person], homes: dict[str, Organization]) -> Incident:
        """One incident with its followers: contacts follow."""
        made = Incident.objects.create(
            kind=Kind.INCIDENT,
            reference=Incident.next_reference(Kind.INCIDENT),
            title="Crossed meters",
            organization=homes[ticket.where],
            visibility=ticket.visibility,
            reporter=people[ticket.reporter],
            contact=None if ticket.contact is None else people[ticket.contact],
            assignee=None if ticket.assignee is None else people[ticket.assignee],
            status=Status.NEW,
            severity=ticket.severity,
            impact="part",
            urgency="week",
            environment="production",
            created_at=NOON,
            updated_at=NOON,
            clock_started_at=NOON,
            respond_due_at=NOON,
            due_target="respond",
            policy_version_id=current_versions().policy,
            calendar_version_id=current_versions().calendar,
        )
        for number in ticket.followers | ({ticket.contact} if ticket.contact is not None else set()):
            Follower.objects.create(record_id=made.pk, person=people[number], since=NOON)
        return made

    @given(held=jobs, filed=tickets)
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_what_one_sees_is_what_the_rule_says(self, held: list[Job], filed: list[Ticket]) -> None:
        people, incidents = self.make(held, filed)

        for number, reader in enumerate(people):
            pairs = zip(incidents, filed, strict=True)
            expected = {incident.pk for incident, ticket in pairs if sees(number, ticket, held)}
            assert set(Incident.objects.visible_to(reader).values_list("pk", flat=True)) == expected
            assert set(Record.objects.visible_to(reader).values_list("pk", flat=True)) == expected

    @given(held=jobs, filed=tickets)
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_a_page_opens_for_exactly_those_whose_list_has_the_ticket(
        self, held: list[Job], filed: list[Ticket]
    ) -> None:
        people, incidents = self.make(held, filed)

        for reader in people:
            browser = Client()
            browser.force_login(reader)
            listed = set(Incident.objects.visible_to(reader).values_list("pk", flat=True))
            opened = {
                incident.pk
                for incident in incidents
                if browser.get(f"/tickets/{incident.reference}/", follow=True).status_code == 200
            }
            assert opened == listed

    @given(
        held=jobs,
        filed=tickets,
        actor=st.none() | some_people,
        internal=st.booleans(),
        name=st.sampled_from(sorted(TOLD)),
    )
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_who_hears_may_see_and_is_not_who_did_it(
        self, held: list[Job], filed: list[Ticket], actor: int | None, internal: bool, name: str
    ) -> None:
        people, incidents = self.make(held, filed)

        for incident in incidents:
            by = None if actor is None else people[actor]
            event = Event.objects.create(
                record_id=incident.pk, name=name, at=NOON, actor=by, internal=internal, facts={"raised": True}
            )
            for listener in policy.who_hears(event, incident):
                assert listener != by
                assert Incident.objects.visible_to(listener).filter(pk=incident.pk).exists()
                assert Event.objects.visible_to(listener).filter(pk=event.pk).exists()
                if internal:
                    assert listener.standing().sees_all

    @given(held=jobs, filed=tickets)
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_who_may_is_everybody_who_may_and_nobody_else(self, held: list[Job], filed: list[Ticket]) -> None:
        people, incidents = self.make(held, filed)

        for incident, ticket in zip(incidents, filed, strict=True):
            assert set(policy.who_may_work()) == {one for one in people if policy.may_work(one, incident)}
            workers = {
                people[job.who]
                for job in held
                if job.counts() and Permission.WORK_TICKETS in GRANTS[job.role]
            }
            assert set(policy.who_may_work()) == workers
            members = {people[job.who] for job in held if job.counts() and job.where == ticket.where}
            assert set(policy.who_may_be_contact(incident.organization_id)) == members


def sees(number: int, ticket: Ticket, held: list[Job]) -> bool:
    """The rule by hand (DESIGN 3.2, RecordQuerySet.visible_to)."""
    mine = [job for job in held if job.who == number and job.counts()]
    if any(job.where == "sme" for job in mine):
        return True
    roles = {job.role for job in mine if job.where == ticket.where}
    named = number in ticket.followers or number in {ticket.reporter, ticket.contact}
    return bool(roles) and (ticket.visibility == Visibility.ORGANIZATION or named or Role.LDC_ADMIN in roles)


@pytest.fixture
def lakeshores(cast: dict[str, Person], incident: Callable[..., Incident]) -> world.World:
    """The world of the access table."""
    return world.build(cast, incident, timezone.now())


@pytest.mark.parametrize("kind", [Comment, Event, Attachment])
def test_what_hangs_on_a_record_is_seen_with_it_and_internal_parts_by_the_desk_only(
    lakeshores: world.World, kind: type
) -> None:
    for reader in lakeshores.people.values():
        records = Record.objects.visible_to(reader).in_bulk()
        expected = {row.pk for row in kind.objects.all() if may_read(reader, row, records.get(row.record_id))}
        assert set(kind.objects.visible_to(reader).values_list("pk", flat=True)) == expected


def may_read(reader: Person, row: Comment | Event | Attachment, record: Record | None) -> bool:
    """The rule, said plainly: ``record`` is the row's, if they see it.

    What is said on an RFC that everyone reads stays between the organization that asks and the desk.
    """
    if isinstance(row, Attachment) and row.draft and row.draft.person_id == reader.pk:
        return True
    if record is None:
        return False
    standing = reader.standing()
    is_said = isinstance(row, Comment) or row.comment_id is not None
    published_rfc = record.visibility == Visibility.EVERYONE and record.kind == Kind.RFC
    elsewhere = is_said and published_rfc and record.organization_id not in standing.organizations
    return standing.sees_all or not (row.internal or elsewhere)


def test_colleagues_see_each_other_and_strangers_do_not(cast: dict[str, Person]) -> None:
    seen = {
        name: {str(one) for one in Person.objects.visible_to(cast[name])}
        for name in ("rita", "stan", "vera", "ann")
    }

    assert seen["rita"] == {"Rita", "Ned", "Olga", "Vera"}
    assert seen["stan"] == {"Stan", "Vera"}
    assert seen["vera"] == {"Rita", "Ned", "Olga", "Stan", "Vera"}
    assert seen["ann"] == {str(one) for one in cast.values()}


def test_followers_and_drafts_are_ones_own(lakeshores: world.World) -> None:
    rita, ann = lakeshores.people["rita"], lakeshores.people["ann"]

    assert {row.person for row in Follower.objects.visible_to(rita)} == {rita}
    assert {row.person for row in Draft.objects.visible_to(rita)} == {rita}
    assert not Draft.objects.visible_to(ann).unsent().exists()


def test_a_role_that_ended_yesterday_opens_nothing(
    incident: Callable[..., Incident], rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    filed = incident()
    browser = sign_in(rita)
    address = filed.get_absolute_url()
    assert browser.get(address).status_code == 200

    yesterday = today() - timedelta(days=1)
    Membership.objects.filter(person=rita).update(starts_on=yesterday, ends_on=yesterday)

    assert browser.get(address).status_code == 404


def test_an_organization_that_left_closes_its_tickets_to_its_people(
    incident: Callable[..., Incident], rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    filed = incident()
    Organization.objects.filter(pk=filed.organization_id).update(is_active=False)

    assert sign_in(rita).get(filed.get_absolute_url()).status_code == 404


def test_whoever_is_deactivated_is_signed_out_at_once(
    incident: Callable[..., Incident], rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    browser = sign_in(rita)
    Person.objects.filter(pk=rita.pk).update(is_active=False)

    assert browser.get(incident().get_absolute_url()).status_code == 302
