"""The SLA chip: its states, and its words for each side (UX 6.1)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.conftest import NOON
from tickets.models import Incident
from tickets.sla.chip import chip_for
from tickets.transitions import Status

AT_SIX = NOON - timedelta(hours=6)
"""In Toronto. The desk opens at 8:00, and answers what was filed before it within four hours from then."""


def at(time: str) -> datetime:
    """A time of that Tuesday in Toronto."""
    hours, minutes = map(int, time.split(":"))
    return NOON + timedelta(hours=hours - 12, minutes=minutes)


@pytest.mark.parametrize(
    ("now", "state", "desk", "ldc"),
    [
        ("12:00", "ok", "in 4 h", "by 16:00 today (Toronto)"),
        ("15:00", "soon", "in 1 h", "by 16:00 today (Toronto)"),
        ("15:30", "urgent", "in 30 min", "by 16:00 today (Toronto)"),
        ("16:00", "urgent", "in 0 min", "by 16:00 today (Toronto)"),
        ("17:05", "breached", "1 h 5 min late", "Was due 16:00 today (Toronto). We are late."),
    ],
)
def test_a_clock_that_runs(
    incident: Callable[..., Incident], now: str, state: str, desk: str, ldc: str
) -> None:
    filed = incident(at=NOON)

    ours, theirs = (chip_for(filed, now=at(now), for_desk=side) for side in (True, False))

    assert (ours.state, ours.text) == (state, desk)
    assert (theirs.state, theirs.text) == (state, ldc)


def test_a_clock_stands_for_the_desk_while_it_is_closed(incident: Callable[..., Incident]) -> None:
    filed = incident(at=AT_SIX)

    early, open_again = chip_for(filed, now=at("06:30")), chip_for(filed, now=at("08:00"))

    assert (early.state, early.text, early.label) == (
        "paused",
        "paused, 4 h left",
        "First answer, outside business hours",
    )
    assert (open_again.state, open_again.text) == ("ok", "in 4 h")


@pytest.mark.parametrize(
    ("status", "state", "desk", "ldc"),
    [
        (Status.WAITING_LDC, "paused", "paused, 9 h left", "Paused – waiting for you"),
        (Status.RESOLVED, "met", "done", "Done"),
        (Status.CANCELLED, "paused", "withdrawn", "Withdrawn"),
    ],
)
def test_a_clock_that_does_not_run(
    incident: Callable[..., Incident], status: Status, state: str, desk: str, ldc: str
) -> None:
    filed = incident(status)

    ours, theirs = (chip_for(filed, now=NOON, for_desk=side) for side in (True, False))

    assert (ours.state, ours.text) == (state, desk)
    assert (theirs.state, theirs.text) == (state, ldc)
