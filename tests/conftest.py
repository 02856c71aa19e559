"""What every test may use: the cast, and things for them to talk about.

The cast is named, so that tests read as stories. Two LDCs, so that data could leak; a neighbour
in the reporter's own LDC, whose business a restricted ticket is not. The servers are started in
tests/servers.py.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import Membership, Organization, Person
from accounts.roles import Role
from servicedesk.records.models import Draft
from tickets.actions import Report, move_ticket, submit_incident
from tickets.models import Incident
from tickets.sla import rulebook
from tickets.transitions import Status

NOON = datetime(2027, 3, 9, 17, 0, tzinfo=UTC)
"""Tuesday 9 March 2027, 12:00 in Toronto: an ordinary working day."""
PASSWORD = "correct horse battery staple"

ROADS = {
    Status.NEW: [],
    Status.ACKNOWLEDGED: ["acknowledge"],
    Status.IN_PROGRESS: ["start"],
    Status.WAITING_LDC: ["start", "ask"],
    Status.WAITING_VENDOR: ["start", "wait_for_vendor"],
    Status.RESOLVED: ["start", "resolve"],
    Status.CLOSED: ["start", "resolve", "close"],
    Status.CANCELLED: ["cancel"],
}
"""How a new incident gets to each status."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that empties the database and would not have it put back: the next ones would break."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and mark.kwargs.get("transaction") and not mark.kwargs.get("serialized_rollback"):
            raise pytest.UsageError(f"{item.nodeid} needs serialized_rollback=True beside transaction=True.")


@pytest.fixture(autouse=True)
def _ordinary_day(settings: Settings) -> None:
    """Nothing is remembered from the test before; what has tests of its own does not stand in the way of others.

    These are second factors, messages that are held, and confirming who one is: ``force_login`` leaves no
    record of a password, so every such browser would be asked for it.
    """
    cache.clear()
    rulebook.forget()
    settings.SECOND_FACTOR_REQUIRED = False
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = False
    settings.MESSAGE_HOLD = timedelta(0)


@pytest.fixture
def lakeshore(db: None) -> Organization:
    """The LDC that most stories are about."""
    return Organization.objects.create(kind="ldc", name="Lakeshore Hydro", slug="lakeshore-hydro")


@pytest.fixture
def pineridge(db: None) -> Organization:
    """Another LDC."""
    return Organization.objects.create(kind="ldc", name="Pine Ridge Power", slug="pine-ridge-power")


@pytest.fixture
def sme(db: None) -> Organization:
    """The Smart Metering Entity."""
    return Organization.objects.create(kind="sme", name="Smart Metering Entity", slug="sme")


@pytest.fixture
def meterbridge(db: None) -> Organization:
    """A vendor that acts for LDCs."""
    return Organization.objects.create(kind="vendor", name="MeterBridge", slug="meterbridge")


def person(name: str, *memberships: tuple[Organization, Role], via: Organization | None = None) -> Person:
    """Make somebody with these roles."""
    made = Person.objects.create(email=f"{name.lower()}@example.com", name=name)
    for organization, role in memberships:
        Membership.objects.create(person=made, organization=organization, role=role, via=via)
    return made


@pytest.fixture
def rita(lakeshore: Organization) -> Person:
    """The reporter: billing analyst at Lakeshore Hydro."""
    return person("Rita", (lakeshore, Role.LDC_STAFF))


@pytest.fixture
def ned(lakeshore: Organization) -> Person:
    """A neighbour of Rita's: same LDC, other tasks."""
    return person("Ned", (lakeshore, Role.LDC_STAFF))


@pytest.fixture
def olga(lakeshore: Organization) -> Person:
    """Lakeshore Hydro's organization administrator."""
    return person("Olga", (lakeshore, Role.LDC_ADMIN))


@pytest.fixture
def stan(pineridge: Organization) -> Person:
    """A stranger: Pine Ridge Power's billing analyst."""
    return person("Stan", (pineridge, Role.LDC_STAFF))


@pytest.fixture
def vera(lakeshore: Organization, pineridge: Organization, meterbridge: Organization) -> Person:
    """A vendor's agent who acts for both LDCs."""
    return person("Vera", (lakeshore, Role.LDC_STAFF), (pineridge, Role.LDC_STAFF), via=meterbridge)


@pytest.fixture
def ann(sme: Organization) -> Person:
    """An agent of the Service Desk."""
    return person("Ann", (sme, Role.DESK_AGENT))


@pytest.fixture
def bob(sme: Organization) -> Person:
    """Another agent."""
    return person("Bob", (sme, Role.DESK_AGENT))


@pytest.fixture
def cleo(sme: Organization) -> Person:
    """A critical incident manager."""
    return person("Cleo", (sme, Role.CRITICAL_INCIDENT_MANAGER))


@pytest.fixture
def chang(sme: Organization) -> Person:
    """A change manager: sees everything, works on no ticket."""
    return person("Chang", (sme, Role.CHANGE_MANAGER))


@pytest.fixture
def mona(sme: Organization) -> Person:
    """A service level manager."""
    return person("Mona", (sme, Role.SERVICE_LEVEL_MANAGER))


@pytest.fixture
def pam(sme: Organization) -> Person:
    """The problem manager."""
    return person("Pam", (sme, Role.PROBLEM_MANAGER))


@pytest.fixture
def ada(sme: Organization) -> Person:
    """An administrator."""
    made = person("Ada", (sme, Role.ADMINISTRATOR))
    made.is_staff = made.is_superuser = True
    made.save()
    return made


@pytest.fixture
def cast(
    rita: Person,
    ned: Person,
    olga: Person,
    stan: Person,
    vera: Person,
    ann: Person,
    bob: Person,
    cleo: Person,
    chang: Person,
    ada: Person,
) -> dict[str, Person]:
    """Everybody, by first name."""
    everybody = (rita, ned, olga, stan, vera, ann, bob, cleo, chang, ada)
    return {member.name.lower(): member for member in everybody}


@pytest.fixture
def sign_in(client: Client) -> Callable[[Person], Client]:
    """Sign somebody in, and answer their browser."""

    def go(member: Person) -> Client:
        browser = Client()
        browser.force_login(member)
        return browser

    return go


@pytest.fixture
def incident(rita: Person, ann: Person) -> Callable[..., Incident]:
    """Make an incident of Rita's in any status, by the road that leads there."""
    return incident_maker(rita, ann)


def incident_maker(rita: Person, ann: Person) -> Callable[..., Incident]:
    """What makes incidents of Rita's, which Ann works on."""
    (lakeshore,) = rita.standing().organizations

    def make(
        status: Status = Status.NEW, *, at: datetime = NOON, by: Person | None = None, **stated: object
    ) -> Incident:
        reporter = by or rita
        fields: dict[str, object] = {
            "organization_id": lakeshore,
            "title": "BQ responses missing for cycle 14",
            "description": "The response file holds 12 of 40 accounts.",
            "environment": "production",
            "impact": "part",
            "urgency": "week",
            **stated,
        }
        draft = Draft.objects.create(
            public_id=uuid.uuid4(), person=reporter, form="incident", created_at=at, updated_at=at
        )
        made = submit_incident(Report(**fields), draft=draft, by=reporter, at=at)  # type: ignore[arg-type]
        for move in ROADS[status]:
            actor = reporter if move in {"close", "cancel"} else ann
            made = move_ticket(
                made, move, by=actor, at=at, version=made.version, message="Because.", resolution="fix"
            )
        return Incident.objects.get(pk=made.pk)

    return make


def key() -> str:
    """A fresh idempotency key, as a page would draw it."""
    return str(uuid.uuid4())
