"""How each kind of record words its events, and where they lead. The app that owns a kind registers here."""

from collections.abc import Callable

from servicedesk.records.models import Event

Describe = Callable[[Event], str]
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
