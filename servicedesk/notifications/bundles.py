"""Bundles: a burst of news becomes one mail for each person.

An app marks the function that writes the mail with ``bundled``, and its fan-out calls ``bundle``
instead of writing one outbox row for each event. The first event opens a person's bundle and
writes its one outbox row; what comes until that row is delivered joins it. Delivery closes the
bundle first and sends then: a repeat, after a crash, says the same under the same Message-ID, and
what comes later opens the next bundle.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import cast

from django.db import connection
from django.db.models import QuerySet

from servicedesk.notifications.effects import effect, effect_of
from servicedesk.notifications.models import Bundle, BundledEvent, OutboxMessage
from servicedesk.notifications.outbox import message, put
from servicedesk.records.models import Event

DeliverTogether = Callable[[OutboxMessage, list[Event]], str]


def bundled(kind: str) -> Callable[[DeliverTogether], DeliverTogether]:
    """Mark the function that tells a person of a bundle's events, and answers what came of it.

    ``kind`` is the name of the effect. ``row.recipient_id`` is the person, ``row.key`` the mail's
    key; the events come in order, with their record, actor and comment. The function asks once more
    what its reader may see.
    """

    def register(function: DeliverTogether) -> DeliverTogether:
        def deliver(row: OutboxMessage) -> str:
            events = close(row, at=row.claimed_at)
            return function(row, events) if events else "not sent: told already"

        effect(kind)(deliver)
        return function

    return register


def bundle(
    kind: str,
    told: Iterable[tuple[int, int]],
    *,
    at: datetime,
    leaves_at: datetime | Mapping[int, datetime],
    groups: Mapping[tuple[int, int], str] | None = None,
) -> None:
    """Add events to people's open bundles of a kind: ``told`` holds pairs of person and event.

    ``groups`` names the group of preferences of a pair, where it has one.

    Whoever has no open bundle gets one. It leaves at ``leaves_at`` (one moment, or one for each
    person), and later calls do not move that. Nobody is told of an event twice under one kind, as
    long as bundles are kept. Four statements, however many pairs.

    Raises RuntimeError outside a transaction, KeyError for a kind that no app marked. The open
    bundles stay locked until the transaction ends, so this belongs in a worker's fan-out and not in
    a request; call it once in a transaction, or two could wait for each other.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Events are bundled in the transaction of the change they tell of.")
    effect_of(kind)
    news = _not_yet_told(kind, set(told))
    if not news:
        return
    bundles = Bundle.objects.open_for(kind, (person for person, _event in news), at=at)
    BundledEvent.objects.bulk_create(
        (
            BundledEvent(
                bundle_id=bundles[person],
                kind=kind,
                person_id=person,
                event_id=event,
                group=(groups or {}).get((person, event), ""),
            )
            for person, event in news
        ),
        ignore_conflicts=True,  # somebody else told it since we looked
    )
    put(  # for open bundles too: the key keeps their first row
        message(
            effect=kind,
            key=f"bundle:{pk}",
            at=at,
            available_at=leaves_at[person] if isinstance(leaves_at, Mapping) else leaves_at,
            recipient_id=person,
            bundle_id=pk,
        )
        for person, pk in bundles.items()
    )


def close(row: OutboxMessage, *, at: datetime) -> list[Event]:
    """Close a row's bundle, unless it is closed, and answer its events in order: each time the same.

    Waits for whoever is adding to the bundle at this moment. Called outside a transaction, so that
    the closing stands before anything is sent.
    """
    bundle_id = cast("int", row.bundle_id)
    Bundle.objects.filter(pk=bundle_id, closed_at=None).update(closed_at=at)
    return list(events_of(bundle_id))


def events_of(bundle_id: int) -> QuerySet[Event]:
    """The events of a bundle in order, with their record, actor and comment."""
    contents = BundledEvent.objects.filter(bundle=bundle_id).values("event")
    rows = Event.objects.filter(pk__in=contents)
    return rows.select_related("record", "actor", "comment").order_by("at", "pk")


def groups_of(bundle_id: int) -> dict[int, str]:
    """The group of preferences under which each event of a bundle was told, by event."""
    return dict(BundledEvent.objects.filter(bundle=bundle_id).values_list("event", "group"))


def _not_yet_told(kind: str, told: set[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs that are in no bundle of the kind, open or closed."""
    known = BundledEvent.objects.filter(
        kind=kind,
        person__in={person for person, _event in told},
        event__in={event for _person, event in told},
    )
    return sorted(told - set(known.values_list("person", "event")))
