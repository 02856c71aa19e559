"""Doing things to many tickets, and reading what came of each."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import Person
from tests.conftest import NOON, key
from tests.tickets.pages import words
from tickets.actions.bulk import choose, run_bulk
from tickets.models import BulkKind, BulkRow, BulkRun, Incident, ReplyTemplate, Ticket

SOON = NOON + timedelta(minutes=1)
HOLD = timedelta(seconds=15)
"""How long a message waits, where ``_held`` is asked for."""


def do(kind: str, tickets: list[Any], terms: dict[str, Any], *, by: Person) -> BulkRun:
    """Choose these as they are in hand, and do it."""
    chosen = {one.pk: one.version for one in tickets}
    return run_bulk(choose(BulkKind(kind), chosen, by=by, at=SOON), terms, by=by, at=SOON)


def outcomes(run: BulkRun) -> list[tuple[str, str]]:
    """What came of each, in the order of their making."""
    return list(BulkRow.objects.filter(run=run).order_by("record").values_list("state", "words"))


def send(browser: Client, address: str, **said: Any) -> HttpResponse:
    """Send a form, and follow where it leads."""
    return browser.post(address, {"request_id": key()} | said, follow=True)


def now_on(ticket: Incident) -> Incident:
    """As it is by now."""
    return Incident.objects.get(pk=ticket.pk)


def by_ticket(run: BulkRun, tickets: list[Ticket]) -> list[str]:
    """ "done", or why not, of each of these."""
    rows = {row.record_id: row for row in run.rows.all()}
    return [rows[one.pk].words or rows[one.pk].state for one in tickets]


def template(body: str) -> ReplyTemplate:
    """What many are answered with."""
    made: ReplyTemplate = ReplyTemplate.objects.create(title="First answer", body=body)
    return made


def chosen_in(browser: Client, kind: str, *tickets: Ticket) -> tuple[str, str]:
    """Tick some, say what to do; answers the address of the preview and what it says."""
    rows = [f"{one.pk}:{one.version}" for one in tickets]
    page = send(browser, "/desk/bulk/", kind=kind, row=rows, back="/desk/q/all/")
    return page.request["PATH_INFO"], words(page)
