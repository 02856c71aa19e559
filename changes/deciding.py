"""Counting votes: what a board has decided, as a pure function of its ballots.

| rule | |
|---|---|
| 1 | Only members count who may vote on this decision, each once. |
| 2 | Nothing is decided by fewer votes than the quorum. |
| 3 | More than half of the votes for approving approve, more than half for declining decline. Anything else defers. |
| 4 | It is decided before its time as soon as no vote that is still out can change it. |
| 5 | When its time is over, the votes that are there decide. Without a quorum it stays open. |
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Result(Enum):
    """What counting came to."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    DEFERRED = "deferred"
    NO_QUORUM = "no_quorum"


@dataclass(frozen=True, slots=True)
class Tally:
    """The counted votes, and what they come to. ``missing`` votes lack for a quorum; ``out`` may still come."""

    result: Result
    approve: int
    decline: int
    defer: int
    out: int
    missing: int

    @property
    def cast(self) -> int:
        """Votes that count."""
        return self.approve + self.decline + self.defer


def tally(
    ballots: Mapping[int, str], members: Iterable[int], quorum: int, at: datetime, decide_by: datetime
) -> Tally:
    """Count a board's ballots (choice by person) at a moment. ``members`` are those who may vote on it."""
    members = frozenset(members)
    counted = Counter(choice for person, choice in ballots.items() if person in members)
    approve, decline, defer = (counted[choice] for choice in ("approve", "decline", "defer"))
    cast = approve + decline + defer
    out = len(members - ballots.keys())
    time_is_over = at >= decide_by
    if cast < quorum:
        result = Result.NO_QUORUM if time_is_over else Result.OPEN
    else:
        result = _majority(approve, decline, defer, out=0 if time_is_over else out)
    return Tally(result, approve, decline, defer, out, max(quorum - cast, 0))


def _majority(approve: int, decline: int, defer: int, *, out: int) -> Result:
    """What nobody of those who are ``out`` can change any more; OPEN while somebody can."""
    if approve > decline + defer + out:
        return Result.APPROVED
    if decline > approve + defer + out:
        return Result.DECLINED
    if approve + out <= decline + defer and decline + out <= approve + defer:
        return Result.DEFERRED
    return Result.OPEN


def tally_two(ballots: Mapping[int, str], members: Iterable[int], at: datetime, decide_by: datetime) -> Tally:
    """An emergency: two people who may agree to it approve, the first to decline declines.

    When its time is over without either, it waits on, and NO_QUORUM says that it is late.
    """
    members = frozenset(members)
    counted = Counter(choice for person, choice in ballots.items() if person in members)
    approve, decline = counted["approve"], counted["decline"]
    if decline:
        result = Result.DECLINED
    elif approve >= TWO:
        result = Result.APPROVED
    else:
        result = Result.NO_QUORUM if at >= decide_by else Result.OPEN
    out = len(members - ballots.keys())
    return Tally(result, approve, decline, 0, out, 0 if decline else max(TWO - approve, 0))


TWO = 2
"""People who have to agree to an emergency change."""
