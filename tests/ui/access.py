"""Asking every address as everybody: how a row of the access table is read, and what its answers are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.notifications.models import Notice
from tests.ui.world import CAST, FORBIDDEN, World


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``method`` is ``get`` or ``post``; ``query`` what comes with it."""

    name: str
    about: str
    method: str
    query: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.about, self.query)))


def rows(table: str) -> list[Row]:
    """Read the table: an answer for each persona, then method, address, and where it takes them thing and ?said."""
    read = []
    for line in table.strip().splitlines():
        if line.strip() and not line.startswith("#"):
            words = line.split()
            expected = dict(zip(CAST, words[: len(CAST)], strict=True))
            method, name, *rest = words[len(CAST) :]
            about = next((word for word in rest if word[0] != "?"), "")
            query = next((word[1:] for word in rest if word[0] == "?"), "")
            read.append(Row(name, about, method, query, expected))
    return read


def ask(world: World, row: Row, browser: Client, **headers: str) -> HttpResponse:
    """Send a row's request."""
    if row.method == "get":
        return browser.get(world.address(row.name, row.about, row.query), headers=headers)
    in_address = {"form": "incident"} if row.name in {"file_upload", "draft_save"} else {}
    said = world.form(row.name, row.about, dict(parse_qsl(row.query)))
    return browser.post(world.address(row.name, row.about), said, headers=headers, query_params=in_address)


def answer(response: HttpResponse) -> str:
    """The status, or ``login`` for being led to the sign-in page."""
    if response.status_code in {301, 302, 303} and response["Location"].startswith(reverse("account_login")):
        return "login"
    return str(response.status_code)


def as_persona(world: World, row: Row, persona: str) -> HttpResponse:
    """One persona's response; whatever they do is undone."""
    cache.clear()
    with transaction.atomic():
        found = ask(world, row, world.browser(persona))
        if row.name == "notices_read":
            found.others_unread = _others_unread(world, persona)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return found


def wrong(world: World, row: Row) -> Iterator[str]:
    """What is wrong with the answers to one row: other statuses, and words that somebody must not read.

    It asks as it is read, so that whoever only wants to know whether anything is wrong stops early.
    """
    for persona in CAST:
        response = as_persona(world, row, persona)
        if answer(response) != row.expected[persona]:
            yield f"{row} as {persona}: {answer(response)} instead of {row.expected[persona]}"
        if row.name == "notices_read" and not response.others_unread:  # type: ignore[attr-defined]
            yield f"{row} as {persona}: somebody else's notice is read"
        if row.name == "notices" and persona != "out" and _of_others(response, world.people[persona]):
            yield f"{row} as {persona}: somebody else's notice is shown"
        if not _was_theirs_to_say(row, response):
            yield from (f"{row} as {persona} shows {word}" for word in shown(persona, response))


def shown(persona: str, response: HttpResponse) -> Iterable[str]:
    """The words on a page that this persona must not read."""
    text = response.getvalue().decode(errors="replace") + repr(response.headers)
    return [word for word, barred in FORBIDDEN.items() if persona in barred and word in text]


def leaks(world: World, table: Iterable[Row]) -> list[str]:
    """Everything wrong with a table. Empty when all is well."""
    return [problem for row in table for problem in wrong(world, row)]


def _was_theirs_to_say(row: Row, response: HttpResponse) -> bool:
    """The mailed link shows its invitation to whoever holds it; the way to sign-in repeats the address asked for."""
    return row.name == "accounts:invitation" or answer(response) == "login"


def _others_unread(world: World, persona: str) -> bool:
    others: Any = Notice.objects.all()
    if persona != "out":
        others = others.exclude(person=world.people[persona])
    return not others.exclude(read_at=None).exists()


def _of_others(response: HttpResponse, person: Person) -> bool:
    rows = response.context["rows"]  # type: ignore[attr-defined]
    return any(row.last.notice.person_id != person.pk for row in rows)
