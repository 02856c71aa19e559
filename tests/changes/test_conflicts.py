"""Conflicts of windows: half-open, on shared resources, and the same as a slow oracle finds."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changes.conflicts import Busy, Frozen, Sort, Window, clashes, conflicts, resources_of
from tests.changes import oracle
from tests.changes.oracle import ORIGIN, STEP, invent

HOUR = timedelta(hours=1)
NIGHT = Window(1, ORIGIN, ORIGIN + 2 * HOUR, resources_of(["production"], ["billing"]))


@pytest.mark.parametrize(
    ("start", "end", "resources", "meets"),
    [
        (0, 2, {"env:production"}, True),
        (1, 3, {"service:billing"}, True),
        (-1, 9, {"env:production", "service:vee"}, True),
        (2, 3, {"env:production"}, False),  # begins as the other ends
        (-2, 0, {"env:production"}, False),  # ends as the other begins
        (0, 2, {"env:sandbox", "service:reports"}, False),
        (0, 2, set(), False),
    ],
)
def test_windows_meet_where_they_overlap_on_something_shared(
    start: int, end: int, resources: set[str], meets: bool
) -> None:
    other = Window(2, ORIGIN + start * HOUR, ORIGIN + end * HOUR, frozenset(resources))

    assert bool(conflicts(NIGHT, [other])) is bool(conflicts(other, [NIGHT])) is meets
    assert clashes([NIGHT, other]) == ({(1, 2)} if meets else set())


def test_a_freeze_binds_its_environments_and_another_calendar_may_concern_everything() -> None:
    frozen = Frozen(5, ORIGIN - HOUR, ORIGIN + HOUR, frozenset({"env:production"}), hard=True)
    soft = replace(frozen, key=6, hard=False)
    elsewhere = replace(frozen, key=7, resources=frozenset({"env:recovery"}))
    exercise = Busy("Exercises", "Fail-over", ORIGIN, ORIGIN + HOUR)

    found = conflicts(NIGHT, [NIGHT], [frozen, soft, elsewhere], [exercise])

    assert [(one.sort, one.key) for one in found] == [
        (Sort.FREEZE, "6"),
        (Sort.HARD_FREEZE, "5"),
        (Sort.CALENDAR, "Exercises: Fail-over"),
    ]
    assert found[1].token == "hard:5:20270313T230000Z/20270314T010000Z"


def test_ten_thousand_random_schedules_are_what_the_oracle_finds() -> None:
    dice, seen = random.Random(20270314), 0
    for _ in range(10_000):
        windows, freezes, others = schedule = invent(dice)
        expected = oracle.pairs(windows)
        assert clashes(windows) == expected, schedule
        window = windows[0]
        found = conflicts(window, windows, freezes, others)
        assert set(found) == oracle.met(window, schedule), schedule
        assert len(set(found)) == len(found)
        seen += bool(expected) + bool(found)
    assert seen > 8_000


@given(st.integers(0, 2**32), st.integers(0, 12))
@settings(max_examples=100, deadline=None)
def test_moving_a_whole_schedule_changes_nothing(seed: int, by: int) -> None:
    windows, freezes, _others = invent(random.Random(seed))
    later = [replace(one, start=one.start + by * STEP, end=one.end + by * STEP) for one in windows]
    frozen = [replace(one, start=one.start + by * STEP, end=one.end + by * STEP) for one in freezes]

    assert clashes(later) == clashes(windows)
    assert [one.key for one in conflicts(later[0], later, frozen)] == [
        one.key for one in conflicts(windows[0], windows, freezes)
    ]
