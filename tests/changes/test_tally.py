"""Counting votes: a table to read, and a naive oracle that plays every way the missing votes could fall."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changes.deciding import Result, tally, tally_two
from tests.conftest import NOON

LATER = NOON + timedelta(days=5)
MARKS = {"+": "approve", "-": "decline", "~": "defer"}

# One character for each of five members: + approve, - decline, ~ defer, . not yet. A quorum is three.
BOARD = """
.....  open      no_quorum
++...  open      no_quorum
+++..  approved  approved
++-..  open      approved
++--.  open      deferred
++---  declined  declined
---..  declined  declined
--~..  open      declined
+-~..  open      deferred
+~~..  open      deferred
~~~..  deferred  deferred
~~~~.  deferred  deferred
+~~~.  deferred  deferred
++~~.  open      deferred
++~~~  deferred  deferred
"""


@pytest.mark.parametrize("line", BOARD.strip().splitlines())
def test_what_five_members_decide_before_and_after_their_time(line: str) -> None:
    votes, before, after = line.split()
    ballots = {person: MARKS[mark] for person, mark in enumerate(votes) if mark in MARKS}

    assert tally(ballots, range(5), 3, NOON, LATER).result.value == before
    assert tally(ballots, range(5), 3, LATER, LATER).result.value == after


def test_votes_of_who_may_not_vote_do_not_count() -> None:
    counted = tally({1: "approve", 2: "approve", 9: "decline"}, {1, 2, 3}, 3, LATER, LATER)

    assert (counted.result, counted.cast, counted.missing, counted.out) == (Result.NO_QUORUM, 2, 1, 1)


@pytest.mark.parametrize(
    ("votes", "before", "after"),
    [
        ("...", "open", "no_quorum"),
        ("+..", "open", "no_quorum"),
        ("++.", "approved", "approved"),
        ("-..", "declined", "declined"),
        ("+-.", "declined", "declined"),
    ],
)
def test_two_agree_to_an_emergency_and_one_declines_it(votes: str, before: str, after: str) -> None:
    ballots = {person: MARKS[mark] for person, mark in enumerate(votes) if mark in MARKS}

    assert tally_two(ballots, range(3), NOON, LATER).result.value == before
    assert tally_two(ballots, range(3), LATER, LATER).result.value == after


def final(ballots: dict[int, str], quorum: int) -> str:
    """Rules 2, 3 and 5 by hand."""
    choices = list(ballots.values())
    if len(choices) < quorum:
        return "no_quorum"
    if choices.count("approve") * 2 > len(choices):
        return "approved"
    return "declined" if choices.count("decline") * 2 > len(choices) else "deferred"


def oracle(ballots: dict[int, str], members: set[int], quorum: int, *, over: bool) -> str:
    """Rule 4 by brute force: whoever is out votes in every possible way, or not at all."""
    counted = {person: choice for person, choice in ballots.items() if person in members}
    if over or len(counted) < quorum:
        return final(counted, quorum) if over else "open"
    out = sorted(members - ballots.keys())
    ends = {
        final(counted | {p: c for p, c in zip(out, more, strict=True) if c}, quorum)
        for more in product([*MARKS.values(), ""], repeat=len(out))
    }
    return ends.pop() if len(ends) == 1 else "open"


@given(
    ballots=st.dictionaries(st.integers(0, 8), st.sampled_from(list(MARKS.values()))),
    members=st.sets(st.integers(0, 6)),
    quorum=st.integers(1, 6),
    over=st.booleans(),
)
def test_the_count_is_what_playing_every_ending_says(
    ballots: dict[int, str], members: set[int], quorum: int, over: bool
) -> None:
    at = LATER if over else NOON

    assert tally(ballots, members, quorum, at, LATER).result.value == oracle(
        ballots, members, quorum, over=over
    )
