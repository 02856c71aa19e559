"""What is measured, and on which rows: each operation is one request of a signed-in person."""

import itertools
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape

from django.core.cache import cache
from django.db.models import Count
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from accounts.roles import Role
from benchmarks.seed import GIANTS, SPECIMENS
from servicedesk.records.models import Draft, Record
from tickets.transitions import Status

DEEP = 20
REPORT = {
    "title": ["AS2 certificate 4711 expires soon"],
    "description": ["It was replaced on both sides."],
    "environment": ["production"],
    "impact": ["minor"],
    "urgency": ["wait"],
    "visibility": ["organization"],
}
"""What a person has typed who is about to send an incident."""
MOST_FILED = 2000
_VERSION = re.compile(r'data-version="(\d+)"')
_SINCE = re.compile(r'data-since="([^"]+)"')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')

Request = Callable[[], HttpResponseBase]


class World:
    """The people and tickets of one database that the requests are about."""

    def __init__(self) -> None:
        agents = list(Person.objects.filter(memberships__role=Role.DESK_AGENT).order_by("pk"))
        largest = Record.objects.values("organization").annotate(n=Count("pk")).latest("n")["organization"]
        reporter = Person.objects.filter(
            memberships__organization=largest, memberships__role=Role.LDC_STAFF
        ).earliest("pk")
        self.agent, self.ldc = _signed_in(agents[0]), _signed_in(reporter)
        self.agent_pk = agents[0].pk
        self.filers = list(Person.objects.filter(memberships__organization=largest).order_by("pk"))
        self.filled: Iterator[tuple[Client, Draft]] = iter(())
        self.writers = itertools.cycle([_signed_in(agent) for agent in agents])
        # The specimens; what earlier measurements filed since then is new, not in progress.
        specimens = Record.objects.filter(status=Status.IN_PROGRESS, organization=largest).order_by("-id")
        newest = list(specimens.values_list("reference", flat=True)[: 2 * SPECIMENS + GIANTS])
        self.short, self.long = (
            itertools.cycle(newest[:SPECIMENS]),
            itertools.cycle(newest[SPECIMENS : 2 * SPECIMENS]),
        )
        self.giant = itertools.cycle(newest[2 * SPECIMENS :])
        self.old = itertools.cycle(Record.objects.order_by("id").values_list("reference", flat=True)[:50])
        busy = Record.objects.filter(status=Status.IN_PROGRESS).exclude(reference__in=newest)
        self.versions = dict(busy.order_by("id").values_list("reference", "version")[:50])
        self.busy = itertools.cycle(list(self.versions))

    def further(self, client: Client, path: str, pages: int) -> str:
        """The address of a later page, reached by following the links as a person would."""
        start = path.partition("?")[0]
        for _page in range(pages):
            found = _NEXT.search(client.get(path).content.decode())
            if found is None:
                break
            path = start + unescape(found[1])
        return path

    def reply(self) -> HttpResponseBase:
        """An agent's message on a busy ticket."""
        return next(self.writers).post(
            f"/tickets/{next(self.busy)}/write/",
            {
                "message": "The file was sent again at noon.",
                "kind": "public",
                "request_id": str(uuid.uuid4()),
            },
        )

    def assign(self) -> HttpResponseBase:
        """A busy ticket given to the agent, from its row in a queue; the row comes back."""
        reference = next(self.busy)
        said = {
            "version": self.versions[reference],
            "assignee": self.agent_pk,
            "row": "1",
            "request_id": str(uuid.uuid4()),
        }
        address, headers = f"/tickets/{reference}/assign/", {"HX-Request": "true"}
        response = self.agent.post(address, said, headers=headers)
        self.versions[reference] = int(_VERSION.findall(response.content.decode())[0])
        return response

    def file(self) -> HttpResponseBase:
        """An incident sent by somebody of the largest LDC, whose form is filled in and checked."""
        client, draft = next(self.filled)
        return client.post(
            "/help/new/incident/check/", {"draft": str(draft.public_id), "request_id": str(uuid.uuid4())}
        )

    def fill(self, number: int) -> None:
        """Fill in so many forms, each person's in turn."""
        now = timezone.now()
        organization = self.filers[0].memberships.get().organization_id
        drafts = Draft.objects.bulk_create(
            Draft(
                public_id=uuid.uuid4(),
                person=self.filers[turn % len(self.filers)],
                form="incident",
                data=REPORT | {"organization": [str(organization)]},
                created_at=now,
                updated_at=now,
            )
            for turn in range(number)
        )
        clients = {person.pk: _signed_in(person) for person in self.filers}
        self.filled = iter([(clients[draft.person_id], draft) for draft in drafts])

    def uncounted(self, path: str) -> HttpResponseBase:
        """A queue page whose badges have to be counted again, as happens every ten seconds."""
        cache.clear()
        return self.agent.get(path)


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of request. ``queries`` and ``growth`` are its gates, where it has any; ``most`` is how
    often it is sent to each database at the most, ``pieces`` how much of a streamed answer is read."""

    name: str
    prepare: Callable[[World], Request]
    queries: int | None = None
    growth: float | None = None
    floor: str = "frame, agent"
    status: int = 200
    reads: bool = True
    most: int = 10_000
    pieces: int | None = None


def _agent(path: str, pages: int = 0) -> Callable[[World], Request]:
    def prepare(world: World) -> Request:
        address = world.further(world.agent, path, pages)
        return lambda: world.agent.get(address)

    return prepare


def _ldc(path: str, pages: int = 0) -> Callable[[World], Request]:
    def prepare(world: World) -> Request:
        address = world.further(world.ldc, path, pages)
        return lambda: world.ldc.get(address)

    return prepare


def _ticket(client: str, path: str, tickets: str) -> Callable[[World], Request]:
    def prepare(world: World) -> Request:
        browser: Client = getattr(world, client)
        references: Iterator[str] = getattr(world, tickets)
        return lambda: browser.get(path.format(next(references)))

    return prepare


def _polling(world: World) -> Request:
    """A poll that begins anew for each database, because a token is bound to what was shown then."""
    page = world.agent.get("/desk/q/all/").content.decode()
    since = _SINCE.findall(page)[0]
    return lambda: world.agent.get("/desk/q/all/", {"since": since}, headers={"HX-Request": "true"})


def _filing(world: World) -> Request:
    world.fill(MOST_FILED)
    return world.file


PAGE, TICKET = 1.15, 1.15
SEARCH = 1.3
FLOORS = [
    Operation("empty view, agent", _agent("/bench/empty/"), floor=""),
    Operation("frame, agent", _agent("/bench/frame/"), floor=""),
    Operation("frame, LDC", _ldc("/bench/frame/"), floor=""),
]
OPERATIONS = [
    Operation("queue, page 1", _agent("/desk/q/all/"), 4, PAGE),
    Operation("queue, page 2", _agent("/desk/q/all/", 1), 4, PAGE),
    Operation("queue, badges counted anew", lambda world: lambda: world.uncounted("/desk/q/all/"), 4),
    Operation("all tickets, page 1", _agent("/tickets/?view=all"), 4),
    Operation(f"all tickets, page {DEEP}", _agent("/tickets/?view=all", DEEP - 1), 4),
    Operation("our tickets, open", _ldc("/tickets/"), floor="frame, LDC"),
    Operation("our tickets, all", _ldc("/tickets/?view=all"), floor="frame, LDC"),
    Operation(f"our tickets, all, page {DEEP}", _ldc("/tickets/?view=all", DEEP - 1), floor="frame, LDC"),
    Operation("home, LDC", _ldc("/"), 6, floor="frame, LDC"),
    Operation("ticket, 1 message, agent", _ticket("agent", "/desk/tickets/{}/", "short"), 8, TICKET),
    Operation("ticket, 30 messages, agent", _ticket("agent", "/desk/tickets/{}/", "long"), 8, TICKET),
    Operation(
        "ticket, 30 messages, LDC", _ticket("ldc", "/tickets/{}/", "long"), 8, TICKET, floor="frame, LDC"
    ),
    Operation("ticket, 500 messages, agent", _ticket("agent", "/desk/tickets/{}/", "giant"), 8, TICKET),
    Operation("poll, nothing new", _polling, 1, status=304),
    Operation(
        "100,000 clocks as CSV",
        _agent("/reports/service-levels/?format=clocks&from=2000-01"),
        most=5,
        pieces=100,  # of a thousand rows each
    ),
    Operation("search by title", _agent("/tickets/?view=all&q=AS2+certificate")),
    Operation("search by rare title", _agent("/tickets/?view=all&q=channel+4711")),
    Operation("search by reference", _ticket("agent", "/tickets/?view=all&q={}", "old")),
    Operation("search by title, LDC", _ldc("/tickets/?view=all&q=AS2+certificate"), floor="frame, LDC"),
    Operation("search by rare title, LDC", _ldc("/tickets/?view=all&q=channel+4711"), floor="frame, LDC"),
    Operation("search, agent", _agent("/search/?q=AS2+certificate"), 4, SEARCH),
    Operation("search, LDC", _ldc("/search/?q=AS2+certificate"), 4, SEARCH, floor="frame, LDC"),
    Operation("search, no such words, LDC", _ldc("/search/?q=zanzibar"), 4, SEARCH, floor="frame, LDC"),
    Operation("palette, agent", _agent("/search/?palette=1&q=certif"), 4, SEARCH),
    Operation(
        "suggest, LDC",
        _ldc("/help/new/incident/known/?title=AS2+certificate+expires"),
        5,
        SEARCH,
        floor="frame, LDC",
    ),
    Operation("inline edit, row back", lambda world: world.assign, reads=False),
    Operation("create", _filing, status=303, reads=False),
    Operation("reply, agent", lambda world: world.reply, status=303, reads=False),
]


def _signed_in(person: Person) -> Client:
    """A browser with a session."""
    browser = Client()
    browser.force_login(person)
    return browser
