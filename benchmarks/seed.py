"""A desk of any size, the same every time: 60 LDCs of very different size, six years, about 1 % open.

The small tables come through the models, the large ones by a few INSERT … SELECT. Every die is
thrown with a ticket's age as its seed (0 is the newest), never with a random number: a large desk's
newest tickets read like a small one's, so that their pages can be compared.

What is stored of service levels is written from the histories, as ``manage.py verify_sla --repair`` does.
"""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection, transaction
from django.db.models import Max

from accounts.models import Membership, Organization, Person
from accounts.roles import Role
from benchmarks import statements
from servicedesk.records.models import Comment, Record
from tickets.sla.rulebook import current_versions
from tickets.sla.verification import next_chunk, repair

CHUNK = 2000
LDCS = 60
AGENTS = 25
SPECIMENS, GIANTS = 10, 2
"""The newest ten tickets have one message each, the ten before them thirty, the two before those five
hundred. All are in progress at the largest LDC, so that a ticket's page can be measured on the same
ticket at any size."""

FIRST = [
    "Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper", "Larch", "Maple", "Rowan", "Spruce",
]  # fmt: skip
SECOND = ["Falls Hydro", "Bay Power", "Ridge Distribution", "Lake Electric", "Creek Utilities"]
SME_ROLES = [Role.DESK_AGENT] * (AGENTS - 3) + [Role.CRITICAL_INCIDENT_MANAGER] * 2 + [Role.PROBLEM_MANAGER]

TITLES = [
    "BQ responses missing for cycle {}", "Synchronization file {} rejected with duplicate USDP",
    "GUI shows yesterday's reads as estimated for route {}", "VEE spike check fails on channel {}",
    "AS2 certificate {} expires soon", "Exception report {} delivered twice",
    "Add GUI users for billing team {}", "Sandbox refresh {} before release testing",
    "Net-metering channel missing after meter exchange {}", "Crossed meters at service delivery point {}",
    "Interval data extract {} is incomplete", "Billing window {} missed by two hours",
    "Register reads of batch {} are a day late", "Framing of price plan {} differs from our CIS",
    "File transfer {} stops after the first part", "Orphan reads of data collector {}",
]  # fmt: skip
SAYINGS = [
    "We see the same in the file of this morning.", "The response holds 12 of 40 accounts.",
    "Our CIS asked again at 06:15 and got the same answer.", "The exception report names the meters.",
    "We have passed this on to the team that runs the file transfer.", "Please send us the file's name.",
    "It was resubmitted and accepted.", "The estimate came from the same day of the week before.",
    "Our billing run for this cycle starts at 18:00.", "The certificate was replaced on both sides.",
]  # fmt: skip


def seed(size: int, *, now: datetime, clocks_of_all: bool = True) -> None:
    """Put ``size`` tickets, with all that belongs to them, into the default database.

    Call it on a migrated database. What was there before stays, and may not be of our making. To read the clocks
    from the histories takes longer than all else; those of the open tickets alone are read for plans of queues.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL work_mem = '128MB'")
        ldcs, agents = _people(now)
        cursor.execute(statements.DICE)
        cursor.execute(statements.LDCS)
        cursor.executemany("INSERT INTO bench_ldc VALUES (%s, %s, %s)", ldcs)
        parameters = {
            "size": size,
            "now": now,
            "agents": agents,
            "specimens": SPECIMENS,
            "giants": GIANTS,
            "titles": TITLES,
            "sayings": SAYINGS,
            "shares": _lower_bounds(len(ldcs)),
            "records": Record.objects.aggregate(last=Max("pk"))["last"] or 0,
            "comments": Comment.objects.aggregate(last=Max("pk"))["last"] or 0,
            **current_versions()._asdict(),
        }
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        # Foreign keys are checked once at the end, table by table, instead of four million times.
        cursor.execute(statements.FOREIGN_KEYS, [[*statements.FILLED, *statements.FOLLOWING]])
        foreign_keys = cursor.fetchall()
        for table, name, _definition in foreign_keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        # The index of words is made of all rows at once: row by row it takes longer than all else.
        cursor.execute(statements.WORDS_INDEX)
        ((words_index,),) = cursor.fetchall()
        cursor.execute("DROP INDEX search_text_words")
        for statement in statements.FILL:
            cursor.execute(statement, parameters)
        cursor.execute(words_index)
        cursor.execute("DROP TABLE bench_ldc, bench_ticket")
        for table in [*statements.FILLED, *statements.PEOPLE]:
            cursor.execute(f"ANALYZE {table}")
        _service_levels(parameters["records"], now, open_only=not clocks_of_all)
        cursor.execute(statements.FIRED, parameters)  # a desk whose worker was never away
        for table, name, definition in foreign_keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for table in [*statements.FILLED, *statements.FOLLOWING]:
            cursor.execute(f"ANALYZE {table}")


def _service_levels(last: int, now: datetime, *, open_only: bool) -> None:
    """Write what follows from the histories of the tickets after that primary key."""
    while chunk := next_chunk(last, open_only=open_only, size=CHUNK):
        repair(chunk, at=now)
        last = chunk[-1].pk


def _people(now: datetime) -> tuple[list[tuple[int, int, list[int]]], list[int]]:
    """Organizations, and people with a second factor. Answers each LDC's (rank, id, people), and the agents."""
    since = (now - timedelta(days=6 * 365)).date()
    sme = Organization.objects.create(kind="sme", name="Bench Metering Entity", slug="bench-sme")
    names = [f"{first} {second}" for second in SECOND for first in FIRST][:LDCS]
    ldcs = Organization.objects.bulk_create(
        Organization(kind="ldc", name=name, slug=f"bench-{rank}") for rank, name in enumerate(names, 1)
    )
    roles = [(sme, role) for role in SME_ROLES]
    for rank, ldc in enumerate(ldcs, 1):
        roles += [(ldc, Role.LDC_STAFF if number else Role.LDC_ADMIN) for number in range(4 + 36 // rank)]
    people = Person.objects.bulk_create(
        Person(
            name=f"{FIRST[number % 12]} {organization.name.split()[0]}son {number}",
            email=f"bench-{number}@example.com",
            password=UNUSABLE_PASSWORD_PREFIX,
        )
        for number, (organization, _role) in enumerate(roles)
    )
    Membership.objects.bulk_create(
        Membership(person=person, organization=organization, role=role, starts_on=since)
        for person, (organization, role) in zip(people, roles, strict=True)
    )
    Authenticator.objects.bulk_create(
        Authenticator(user=person, type=Authenticator.Type.TOTP, data={}) for person in people
    )
    staff: dict[int, list[int]] = {}
    for person, (organization, _role) in zip(people, roles, strict=True):
        staff.setdefault(organization.pk, []).append(person.pk)
    return [(rank, ldc.pk, staff[ldc.pk]) for rank, ldc in enumerate(ldcs, 1)], staff[sme.pk]


def _lower_bounds(number: int) -> list[float]:
    """Where each LDC's share of the tickets begins, from 0 to 1, when the n-th has 1/n of the first's."""
    total = sum(1 / rank for rank in range(1, number + 1))
    bounds, reached = [], 0.0
    for rank in range(1, number + 1):
        bounds.append(reached)
        reached += 1 / rank / total
    return bounds
