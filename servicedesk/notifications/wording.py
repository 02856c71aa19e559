"""How each kind of record words its events, and where they lead. The app that owns a kind registers here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from servicedesk.records.models import Event

Describe = Callable[[Event], str]


@dataclass(frozen=True, slots=True)
class Item:
    """One event as a mail about several tells it: ``link`` is a whole address, ``html`` what was said, as safe HTML."""

    event: Event
    reference: str
    title: str
    link: str
    headline: str
    actor: str
    sentence: str
    text: str = ""
    html: str = ""


Retell = Callable[[Any, list[Event]], list[Item]]
_retellers: dict[str, Retell] = {}
_describers: dict[str, Describe] = {}
_leaders: dict[str, Describe] = {}


def describes(kind: str) -> Callable[[Describe], Describe]:
    """Mark the function that says what an event of this kind of record is, in two or three words."""

    def register(function: Describe) -> Describe:
        _describers[kind] = function
        return function

    return register


def describe(event: Event) -> str:
    """What happened, in two or three words."""
    return _describers[event.record.kind](event)


def leads(kind: str) -> Callable[[Describe], Describe]:
    """Mark the function that says where a notice of an event of this kind of record leads."""

    def register(function: Describe) -> Describe:
        _leaders[kind] = function
        return function

    return register


def address(event: Event) -> str:
    """Where a notice of it leads: a path of the portal."""
    return _leaders[event.record.kind](event)


def retells(kind: str) -> Callable[[Retell], Retell]:
    """Mark the function that tells a person of events of this kind of record, for a mail about several.

    It gets events with their record, actor and comment, and leaves out what the person may not see now.
    """

    def register(function: Retell) -> Retell:
        _retellers[kind] = function
        return function

    return register


def retell(person: Any, events: list[Event]) -> list[Item]:
    """What a person may read of these events now, in the words of the apps, oldest first."""
    by_kind: dict[str, list[Event]] = {}
    for event in events:
        by_kind.setdefault(event.record.kind, []).append(event)
    items = [item for kind, some in by_kind.items() for item in _retellers[kind](person, some)]
    return sorted(items, key=lambda item: (item.event.at, item.event.pk))
