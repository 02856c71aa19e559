"""Doing things to many tickets in tests, and reading what came of each."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models import Person
from tests.conftest import NOON, key
from tickets.actions.bulk import choose, run_bulk
from tickets.models import BulkKind, BulkRow, BulkRun

SOON = NOON + timedelta(minutes=1)


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
