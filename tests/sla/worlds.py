"""Random calendars, instants and pauses, near the days on which working time goes wrong."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tests.sla.oracle import zone
from tickets.sla.calendar import WorkingCalendar
from tickets.sla.clock import Pause

EXAMPLES = 300
"""For each property. Raise it for a long night."""

ZONES = ["America/Toronto", "America/Winnipeg", "America/Atikokan"]
"""Eastern, Central, and one that never changes its clocks."""
AROUND = [
    date(2027, 3, 14),  # clocks go forward
    date(2027, 11, 7),  # and back
    date(2028, 2, 29),
    date(2026, 12, 31),
    date(2027, 7, 1),
]
QUARTERS = [
    quarter * 15
    for quarter in range(24 * 4 + 1)
    # The hours that the change of clocks skips or repeats have tests of their own.
    if not 60 <= quarter * 15 < 180 or quarter * 15 == 180
]


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    """The windows of one day: none, one, two with a break, or one that passes midnight."""
    shape = draw(st.sampled_from(["none", "one", "one", "two", "night", "all"]))
    if shape == "none":
        return ()
    if shape == "all":
        return ((0, 24 * 60),)
    if shape == "night":
        end = draw(st.sampled_from([minute for minute in QUARTERS if 180 <= minute <= 12 * 60]))
        return ((draw(st.sampled_from([18 * 60, 20 * 60 + 15, 23 * 60])), 24 * 60 + end),)
    edges = sorted(
        draw(
            st.lists(
                st.sampled_from(QUARTERS),
                min_size=2 if shape == "one" else 4,
                max_size=2 if shape == "one" else 4,
                unique=True,
            )
        )
    )
    return tuple(zip(edges[::2], edges[1::2], strict=True))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """A week with some open day, and some days that differ."""
    week = [draw(days()) for _ in range(6)] + [((9 * 60, 17 * 60),)]
    middle = draw(st.sampled_from(AROUND))
    others = draw(st.dictionaries(st.integers(-3, 3), days(), max_size=3))
    return WorkingCalendar(
        zone(draw(st.sampled_from(ZONES))),
        tuple(draw(st.permutations(week))),
        {middle + timedelta(days=away): windows for away, windows in others.items()},
    )


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """A whole minute within two days of a day that matters."""
    day = draw(st.sampled_from(AROUND))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return midnight + timedelta(minutes=draw(st.integers(-2880, 2880)))


@st.composite
def histories(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A start, and pauses after it that do not overlap; the last may still last."""
    start = draw(instants())
    steps = draw(st.lists(st.integers(0, 900), max_size=6))
    moments, moment = [], start
    for step in steps:
        moment += timedelta(minutes=step)
        moments.append(moment)
    ends: list[datetime | None] = [*moments[1::2]]
    if len(moments) % 2:
        ends.append(None)
    return start, [Pause(begin, end) for begin, end in zip(moments[::2], ends, strict=True)]
