"""A life cycle as a table."""

import pytest

from servicedesk.records.refusals import IllegalMove
from servicedesk.records.transitions import Lifecycle, Move

OPEN = Move("open", "Open", {"shut"}, "open", {"keeper"})
SHUT = Move("shut", "Shut", {"open", "ajar"}, "shut", {"keeper", "wind"}, frozenset({"message"}))
LOCK = Move("lock", "Lock", {"shut"}, "locked", {"keeper"})
DOOR = Lifecycle(
    OPEN,
    SHUT,
    LOCK,
    done={"locked"},
    labels={"open": "Open wide", "ajar": "Ajar", "shut": "Shut", "locked": "Locked"},
)


def test_the_table_is_read_in_its_order() -> None:
    assert list(DOOR) == [OPEN, SHUT, LOCK]


@pytest.mark.parametrize(
    ("status", "moves"), [("open", [SHUT]), ("ajar", [SHUT]), ("shut", [OPEN, LOCK]), ("locked", [])]
)
def test_the_moves_out_of_a_status(status: str, moves: list[Move]) -> None:
    assert DOOR.leaving(status) == moves


def test_a_step_is_the_move_when_it_exists() -> None:
    assert DOOR.step("shut", "ajar") is SHUT


def test_a_step_that_does_not_exist_is_refused_in_words() -> None:
    with pytest.raises(IllegalMove, match=r"^“Lock” is not possible while this is “Open wide”\.$"):
        DOOR.step("lock", "open")


def test_a_move_is_found_by_name_or_not_at_all() -> None:
    assert (DOOR.get("open"), DOOR.get("paint")) == (OPEN, None)
