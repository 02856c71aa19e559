"""The web server is killed while people file and write: what was acknowledged is there, and once.

PROMISES P1 and P2. Each client keeps a ledger of its own: a key counts as acknowledged when its
answer, a redirect, was read to the end. Whatever got no answer is sent again with the same key.
"""

import os
import random
import signal
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Person
from servicedesk.records.models import Comment, Draft
from tests.conftest import key
from tests.support.post_office import HOST
from tests.support.processes import Web, surroundings
from tests.support.waiting import wait_until
from tickets.models import Incident

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

TICKETS, REPLIES = 4, 8  # of each person
KILLS_AT = (7, 17, 27, 37, 47)  # acknowledgements
TOKEN = "a" * 32
Form = Mapping[str, object]


class Correspondent:
    """Somebody's browser, reduced to its persistence."""

    def __init__(self, person: Person, about: Incident, port: int) -> None:
        session = Client()
        session.force_login(person)
        self.cookies = (
            f"{settings.SESSION_COOKIE_NAME}={session.cookies[settings.SESSION_COOKIE_NAME].value};"
            f" {settings.CSRF_COOKIE_NAME}={TOKEN}"
        )
        self.port = port
        self.organization = about.organization_id
        self.about = about
        self.ledger: dict[str, str] = {}
        self.sent: dict[str, tuple[str, Form]] = {}
        self.cut = 0

    def live(self) -> None:
        """File some tickets, and write some replies."""
        for kind in random.sample(["ticket"] * TICKETS + ["reply"] * REPLIES, TICKETS + REPLIES):
            self.file(key()) if kind == "ticket" else self.reply(key())

    def file(self, draft: str) -> None:
        """The report form, then the button on the page that shows it again."""
        form = {
            "draft": draft,
            "organization": self.organization,
            "title": f"Filed {draft}",
            "description": "The web server was killed.",
            "environment": "production",
            "impact": "minor",
            "urgency": "wait",
            "visibility": "organization",
        }
        self.insist("/help/new/incident/", form)
        self.note(draft, "/help/new/incident/check/", {"draft": draft})

    def reply(self, request_id: str) -> None:
        """A message on the ticket that was there before."""
        form = {"request_id": request_id, "message": f"Wrote {request_id}"}
        self.note(request_id, f"/tickets/{self.about.reference}/write/", form)

    def note(self, name: str, path: str, form: Form) -> None:
        """Send, and write the acknowledgement down."""
        self.sent[name] = (path, form)
        self.ledger[name] = self.insist(path, form)

    def insist(self, path: str, form: Form) -> str:
        """Send until it is acknowledged. Answers where that led."""
        while True:
            try:
                return self.post(path, form)
            except (OSError, HTTPException):
                self.cut += 1
                sleep(0.05)

    def post(self, path: str, form: Form) -> str:
        """Send once."""
        to = HTTPConnection(HOST, self.port, timeout=10)
        try:
            headers = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded"}
            to.request("POST", path, urlencode({**form, "csrfmiddlewaretoken": TOKEN}), headers)
            answer = to.getresponse()
            body = answer.read()
        finally:
            to.close()
        assert answer.status in {302, 303}, f"{path}: {answer.status} {body[:2000]!r}"
        return str(answer.headers["Location"])


@pytest.fixture
def web(committed: None, tmp_path: Path) -> Iterator[Web]:
    """The portal under gunicorn, its log in the test's directory."""
    served = Web(tmp_path / "web.log", surroundings())
    yield served
    served.process.kill()


def postgres_start() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        return cursor.fetchone()


def test_whatever_was_acknowledged_is_there_once(
    web: Web,
    rita: Person,
    ned: Person,
    olga: Person,
    vera: Person,
    ann: Person,
    incident: Callable[..., Incident],
) -> None:
    began = postgres_start()
    about = incident(at=timezone.now())
    everybody = [Correspondent(person, about, web.port) for person in (rita, ned, olga, vera)]

    def acknowledged(enough: int) -> bool:
        return sum(len(one.ledger) for one in everybody) >= enough or any(life.done() for life in living)

    with ThreadPoolExecutor(len(everybody)) as crowd:
        living = [crowd.submit(one.live) for one in everybody]
        for number, reached in enumerate(KILLS_AT):
            wait_until(partial(acknowledged, reached), seconds=60, what=f"{reached} acknowledgements")
            if number % 2 and (children := web.process.children()):
                os.kill(children[0], signal.SIGKILL)  # its master starts another
            else:
                web.process.kill()
                web.restart()
        for life in living:
            life.result(timeout=60)

    ledger = {name: where for one in everybody for name, where in one.ledger.items()}
    assert len(ledger) == len(everybody) * (TICKETS + REPLIES)
    assert sum(one.cut for one in everybody) > 0  # somebody was cut off, or this showed nothing

    for one in everybody:  # and once more each, as after an answer that got lost
        assert {name: one.insist(*form) for name, form in one.sent.items()} == one.ledger

    drafts = Draft.objects.filter(public_id__in=[name for one in everybody for name in one.sent])
    became = {str(draft.public_id): f"/tickets/{draft.became.reference}/submitted/" for draft in drafts}
    assert became == {name: where for name, where in ledger.items() if where.endswith("/submitted/")}
    filed = Incident.objects.exclude(pk=about.pk).values_list("title", flat=True)
    assert Counter(filed) == Counter(f"Filed {name}" for name in became)
    written = Comment.objects.filter(record=about.pk).values_list("body", flat=True)
    assert Counter(written) == Counter(f"Wrote {name}" for name in ledger if name not in became)
    assert all(uuid.UUID(name) for name in ledger)
    assert postgres_start() == began
