"""What else ends with an account: apps that give somebody a place of their own say here how it is taken.

By the outbox, because whoever closes the account may not touch such places themselves: an LDC's administrator has
no hand in the board.
"""

from collections.abc import Callable
from datetime import datetime

from accounts.models import Person

End = Callable[[Person, datetime], None]
_ends: list[End] = []


def ends_with_an_account(end: End) -> End:
    """Call this once an account is closed."""
    _ends.append(end)
    return end


def end_all(person: Person, *, at: datetime) -> None:
    """Take away all of it."""
    for end in _ends:
        end(person, at)
