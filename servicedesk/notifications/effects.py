"""What an outbox row can do.

An effect is a named function; an app marks its own in handlers.py or notifications.py. Two kinds:

* ``atomic`` effects only write rows. They commit together with the row's ``done_at``, so they
  happen exactly once.
* the others reach outside (mail). They happen at least once, with the same Message-ID each time.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from servicedesk.notifications.models import OutboxMessage

Deliver = Callable[[OutboxMessage], str]


@dataclass(frozen=True, slots=True)
class Effect:
    """A function that delivers a message and answers, in a few words, what came of it."""

    name: str
    deliver: Deliver
    atomic: bool


_effects: dict[str, Effect] = {}
_subscribers: defaultdict[str, list[str]] = defaultdict(list)


def effect(name: str, *, atomic: bool = False, on: tuple[str, ...] = ()) -> Callable[[Deliver], Deliver]:
    """Mark a function as an effect, and as a subscriber of the topics (event names) in ``on``."""

    def register(function: Deliver) -> Deliver:
        _effects[name] = Effect(name, function, atomic)
        for topic in on:
            _subscribers[topic].append(name)
        return function

    return register


def effect_of(name: str) -> Effect:
    """The effect of that name. Raises KeyError when no app knows it."""
    return _effects[name]


def subscribers_of(topic: str) -> list[str]:
    """The effects that want to hear of a topic."""
    return _subscribers[topic]
