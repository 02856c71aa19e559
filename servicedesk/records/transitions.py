"""A life cycle as a table.

A Lifecycle knows which moves exist, where each leads, which party makes it and what it needs.
It touches no database and knows no user: whether *this person* may is policy, and writing it
down is an action.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from servicedesk.records.refusals import IllegalMove


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table.

    ``parties`` are the sides that make the move ("agent", "ldc", "system"); ``needs`` names
    what has to be said with it (fields of the move's form).
    """

    name: str
    label: str | Promise
    sources: Set[str]
    target: str
    parties: Set[str]
    needs: Set[str] = frozenset()


class Lifecycle:
    """All moves of one kind of record, and which statuses mean that its work has ended."""

    def __init__(self, *moves: Move, done: Set[str], labels: dict[str, str | Promise]) -> None:
        self._moves = {move.name: move for move in moves}
        self.done = done
        self.labels = labels

    def __iter__(self) -> Iterator[Move]:
        return iter(self._moves.values())

    def get(self, name: str) -> Move | None:
        """The move of that name, or None."""
        return self._moves.get(name)

    def leaving(self, status: str) -> list[Move]:
        """The moves out of a status, in the table's order."""
        return [move for move in self if status in move.sources]

    def step(self, name: str, status: str) -> Move:
        """The move, when it exists from this status. Raises IllegalMove."""
        move = self._moves[name]
        if status not in move.sources:
            raise IllegalMove(
                _("“%(move)s” is not possible while this is “%(status)s”.")
                % {"move": move.label, "status": self.labels[status]}
            )
        return move
