"""The outbox: writing to it, draining it, replaying what was given up."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction

from servicedesk.notifications.effects import effect_of, subscribers_of
from servicedesk.notifications.models import GIVE_UP_AFTER, Bundle, OutboxMessage, back_off
from servicedesk.notifications.waking import wake_workers
from servicedesk.records.faults import faultpoint
from servicedesk.records.models import Event

DELIVERED_KEPT_FOR = timedelta(days=90)

log = structlog.get_logger(__name__)


def publish(event: Event) -> None:
    """Tell everyone who subscribed to this event's name, in the transaction that wrote it."""
    publish_all([event])


def publish_all(events: Iterable[Event]) -> None:
    """Tell the subscribers of many events at once, in the transaction that wrote them."""
    put(
        message(effect=name, key=f"{name}:{event.pk}", at=event.at, event_id=event.pk)
        for event in events
        for name in subscribers_of(event.name)
    )


def message(
    *,
    effect: str,
    key: str,
    at: datetime,
    available_at: datetime | None = None,
    event_id: int | None = None,
    recipient_id: int | None = None,
    bundle_id: int | None = None,
    **payload: Any,
) -> OutboxMessage:
    """Make an outbox row, not yet stored. It leaves at once, or at ``available_at``."""
    return OutboxMessage(
        effect=effect,
        key=key,
        event_id=event_id,
        recipient_id=recipient_id,
        bundle_id=bundle_id,
        payload=payload,
        held_until=available_at,
        created_at=at,
        available_at=available_at or at,
    )


def put(messages: Iterable[OutboxMessage]) -> None:
    """Store outbox rows, those already there passed over. Raises RuntimeError outside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("The outbox is written in the transaction of the change it tells of.")
    rows = list(messages)
    if rows:
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)
        transaction.on_commit(wake_workers, robust=True)  # a nudge; the schedule is the guarantee


def hold(events: Collection[int], *, until: datetime) -> None:
    """Keep the news of some events (ids) in the house for a while, in the transaction that wrote them."""
    waiting = OutboxMessage.objects.waiting().filter(event__in=events, claims=0)
    waiting.update(available_at=until, held_until=until)


def call_back(events: Collection[int], *, at: datetime) -> set[int]:
    """Close the news of some events (ids) that no worker has taken yet. Answers whose never leave.

    A worker that takes one at this moment is waited for: its news leaves, and is not called back.
    """
    waiting = OutboxMessage.objects.waiting().filter(event__in=events, claims=0).order_by("pk")
    locked = dict(waiting.select_for_update().values_list("pk", "event"))
    OutboxMessage.objects.filter(pk__in=locked).update(done_at=at, payload={}, outcome="called back")
    return set(locked.values())


def drain(*, now: Callable[[], datetime]) -> int:
    """Deliver everything that is due. Answers how many rows were tried.

    ``now`` is asked again for every row, because a lease is counted from the moment of the claim.
    """
    tried = 0
    while claimed := OutboxMessage.objects.claim(at=now()):
        faultpoint("outbox.claimed")
        for row in claimed:
            _deliver(row, now())
        tried += len(claimed)
    return tried


def forget_delivered(*, at: datetime) -> None:
    """Drop what was delivered long ago, bundles too. What was given up stays for a person to see."""
    long_ago = at - DELIVERED_KEPT_FOR
    OutboxMessage.objects.filter(done_at__lt=long_ago).delete()
    Bundle.objects.filter(closed_at__lt=long_ago, message=None).delete()


def replay(rows: Iterable[OutboxMessage], *, at: datetime) -> int:
    """Give dead rows another 48 hours. Answers how many."""
    return OutboxMessage.objects.filter(pk__in=[row.pk for row in rows], dead_at__isnull=False).update(
        dead_at=None, available_at=at, created_at=at, held_until=None, failures=0
    )


def _deliver(row: OutboxMessage, at: datetime) -> None:
    try:
        what = effect_of(row.effect)
        if what.atomic:
            with transaction.atomic():
                _finish(row, done_at=at, outcome=what.deliver(row))
                faultpoint("outbox.before_commit")
        else:
            outcome = what.deliver(row)
            faultpoint("outbox.sent")
            _finish(row, done_at=at, outcome=outcome)
    except LeaseLost:
        log.warning("outbox.lease_lost", key=row.key)
    except Exception as error:  # one row's failure is its own outcome, not the batch's
        log.warning("outbox.failed", key=row.key, error=repr(error))
        failures = row.failures + 1
        given_up = at - (row.held_until or row.created_at) >= GIVE_UP_AFTER
        _record_failure(
            row,
            failures=failures,
            last_error=repr(error)[:2000],
            available_at=at + back_off(failures),
            dead_at=at if given_up else None,
        )


class LeaseLost(Exception):
    """Another worker took the row over, because this one was too slow."""


def _finish(row: OutboxMessage, **changes: Any) -> None:
    """Close the row, if it is still ours. What a closed message carried is not kept."""
    if not OutboxMessage.objects.filter(pk=row.pk, claims=row.claims, done_at=None).update(
        payload={}, **changes
    ):
        raise LeaseLost


def _record_failure(row: OutboxMessage, **changes: Any) -> None:
    OutboxMessage.objects.filter(pk=row.pk, claims=row.claims, done_at=None).update(**changes)
