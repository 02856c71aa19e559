"""The steps in a ticket's life that many can take at once: read from the tables of moves, not listed here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.refusals import IllegalMove
from servicedesk.records.transitions import Lifecycle, Move
from servicedesk.records.verdict import Verdict, no
from tickets import policy
from tickets.models import Ticket
from tickets.transitions import LET_GO, LIFECYCLES

SHARED = frozenset({"message", "resolution"})
"""What one form can say for many tickets. A move that needs anything else is one ticket's own matter."""


@dataclass(frozen=True, slots=True)
class Step:
    """A move by its name, which incidents and requests may have in common."""

    name: str
    moves: tuple[Move, ...]

    @property
    def label(self) -> str:
        """What it is called, for both kinds where they differ."""
        return " / ".join(dict.fromkeys(str(move.label) for move in self.moves))

    @property
    def needs(self) -> frozenset[str]:
        """What has to be said with it."""
        return frozenset[str]().union(*(move.needs for move in self.moves))

    def possible(self, ticket: Ticket, *, by: Person, at: datetime) -> Verdict:
        """Does this ticket's life have the step from where it stands, and may this person take it?"""
        if ticket.lifecycle.get(self.name) is None:
            return no(_("“%(step)s” is no step in its life.") % {"step": self.label}, IllegalMove)
        try:
            move = ticket.lifecycle.step(self.name, ticket.status)
        except IllegalMove as refusal:
            return no(refusal, IllegalMove)
        return policy.may_move(by, ticket, move, at=at)


def _for_many(cycles: Iterable[Lifecycle]) -> Iterator[Move]:
    """Agents' moves out of what is open, as queues hold it. To let a ticket go is an action of its own."""
    for cycle in cycles:
        for move in cycle:
            leads_on = not move.sources <= cycle.done and move.target not in LET_GO
            if "agent" in move.parties and leads_on and move.needs <= SHARED:
                yield move


def _by_name(moves: Iterable[Move]) -> dict[str, Step]:
    found: dict[str, tuple[Move, ...]] = {}
    for move in moves:
        found[move.name] = (*found.get(move.name, ()), move)
    return {name: Step(name, alike) for name, alike in found.items()}


STEPS = _by_name(_for_many(LIFECYCLES.values()))
"""By the name of the move, in the tables' order."""
