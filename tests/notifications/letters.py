"""Outbox rows and effects that tests make up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from servicedesk.notifications import effects
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.outbox import drain, message, put
from tests.conftest import NOON


@contextmanager
def known(name: str, deliver: Callable[[OutboxMessage], str], *, atomic: bool = False) -> Iterator[None]:
    """An effect that exists only meanwhile."""
    effects.effect(name, atomic=atomic)(deliver)
    try:
        yield
    finally:
        del effects._effects[name]


def row(
    key: str = "one", effect: str = "test.effect", at: datetime = NOON, **payload: object
) -> OutboxMessage:
    """Store one outbox row."""
    with transaction.atomic():
        put([message(effect=effect, key=key, at=at, **payload)])
    stored: OutboxMessage = OutboxMessage.objects.get(key=key)
    return stored


def drain_at(at: datetime) -> int:
    """Deliver what is due at that moment."""
    return drain(now=lambda: at)
