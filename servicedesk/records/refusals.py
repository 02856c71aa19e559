"""Refusals: what a rule says no to, with words for the person who asked.

Each kind is a type of its own, so that callers can tell them apart; the middleware
(servicedesk.ui.middleware.RefusalAnswers) turns any of them into an HTTP answer.
"""


class Refused(Exception):
    """A rule said no. ``str(refused)`` is a sentence that can be shown as it is."""

    http_status = 409


class IllegalMove(Refused):
    """The life cycle has no such step from the present status."""


class Stale(Refused):
    """Somebody else changed the record since it was read."""


class KeyReused(Refused):
    """One idempotency key came with two different bodies."""


class Unusable(Refused):
    """What was handed in cannot be used; the sentence says how to mend it."""

    http_status = 422


class TooLong(Refused):
    """What was handed in is longer than what we take; the sentence says how long it may be."""

    http_status = 413


class Unlisted(Refused):
    """An address asks by a name that is not on the list; the sentence says which names are."""

    http_status = 400


class Forbidden(Refused):
    """This person may see the record but not do this to it."""

    http_status = 403


class TooMany(Refused):
    """A rate limit. ``retry_after`` is in seconds."""

    http_status = 429

    def __init__(self, words: str, *, retry_after: int) -> None:
        super().__init__(words)
        self.retry_after = retry_after
