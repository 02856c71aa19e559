"""Random calendars, instants and histories, near the days on which working time goes wrong."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tests.sla.oracle import Span, zone
from tickets.sla.calendar import Calendar, DatedCalendar, WorkingCalendar
from tickets.sla.clock import Moment, Pledge, Target

EXAMPLES = int(os.environ.get("SLA_EXAMPLES", "200"))
"""For each property. ``SLA_EXAMPLES=50000`` is the proof run."""

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
LEAST_WEEK = 8 * 60
"""Minutes that a week holds at least, or the oracle would have to look at years of them."""
WAITING = ["waiting_ldc", "waiting_vendor"]
STATUSES = ["in_progress", *WAITING]
PAUSES = [frozenset[str](), frozenset({"waiting_ldc"}), frozenset({"waiting_vendor"}), frozenset(WAITING)]

MINUTES = st.one_of(st.sampled_from([0, 0, 15, 30, 60, 120, 240, 480]), st.integers(0, 900))
"""Gaps and spans: round ones, so that things coincide, and any."""
LENGTHS = st.one_of(st.sampled_from([0, 15, 30, 60, 120, 240, 480]), st.integers(1, 600))
"""What targets promise."""


# Calendars


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
def calendars(draw: st.DrawFn, middle: date | None = None) -> WorkingCalendar:
    """A week of a few kinds of days, open for some hours at least, and some days that differ."""
    kinds = st.sampled_from([((9 * 60, 17 * 60),), *draw(st.lists(days(), min_size=1, max_size=3))])
    week = draw(st.tuples(*[kinds] * 7))
    if sum(end - start for day in week for start, end in day) < LEAST_WEEK:
        week = (((9 * 60, 17 * 60),), *week[1:])
    middle = middle or draw(st.sampled_from(AROUND))
    others = draw(st.dictionaries(st.integers(-3, 3), st.one_of(kinds, st.just(())), max_size=3))
    return WorkingCalendar(
        zone(draw(st.sampled_from(ZONES))),
        week,
        {middle + timedelta(days=away): windows for away, windows in others.items()},
    )


@st.composite
def dated_calendars(
    draw: st.DrawFn, middle: date | None = None, first: WorkingCalendar | None = None
) -> DatedCalendar:
    """Up to three versions, each effective from a day close to the one that matters."""
    middle = middle or draw(st.sampled_from(AROUND))
    changes = sorted(draw(st.sets(st.integers(-2, 3), min_size=1, max_size=2)))
    later = tuple((middle + timedelta(days=away), draw(calendars(middle))) for away in changes)
    return DatedCalendar(((date.min, first or draw(calendars(middle))), *later))


@st.composite
def instants(draw: st.DrawFn, middle: date | None = None) -> datetime:
    """A whole minute within two days of a day that matters."""
    day = middle or draw(st.sampled_from(AROUND))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    away = st.one_of(st.integers(-192, 192).map(lambda quarter: quarter * 15), st.integers(-2880, 2880))
    return midnight + timedelta(minutes=draw(away))


# Histories


@dataclass(frozen=True)
class Policy:
    """What is promised for each severity."""

    promises: dict[int, tuple[Pledge, ...]]

    def __call__(self, severity: int) -> tuple[Pledge, ...]:
        """What is promised for this one."""
        return self.promises[severity]

    def with_longer_targets(self, more: timedelta) -> "Policy":
        """The same, but everybody has more time."""
        return Policy(
            {
                severity: tuple(replace(pledge, within=pledge.within + more) for pledge in pledges)
                for severity, pledges in self.promises.items()
            }
        )


@dataclass(frozen=True)
class World:
    """A ticket's history, what was promised when it was filed, and when we look at it."""

    history: list[Moment]
    policy: Policy
    now: datetime

    def with_longer_targets(self, more: timedelta) -> "World":
        """The same, but everybody has more time."""
        history = [
            replace(moment, pledges=moment.pledges.with_longer_targets(more))
            if isinstance(moment.pledges, Policy)
            else moment
            for moment in self.history
        ]
        return World(history, self.policy.with_longer_targets(more), self.now)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A ticket of some days, around a day that matters."""
    middle = draw(st.sampled_from(AROUND))
    plain = draw(calendars(middle))
    dated = draw(dated_calendars(middle, plain))
    policy = policies([plain, dated], draw(st.sampled_from([Target.RESTORE, Target.FULFIL])))
    history = draw(histories(middle, policy))
    return World(history, draw(policy), history[-1].at + timedelta(minutes=draw(MINUTES)))


@st.composite
def policies(draw: st.DrawFn, choice: Sequence[Calendar], final: Target) -> Policy:
    """Promises for three severities, of an incident or of a request; some promise no news."""

    def pledge(target: Target) -> Pledge:
        return Pledge(
            target,
            timedelta(minutes=draw(LENGTHS)),
            draw(st.sampled_from(choice)),
            draw(st.sampled_from(PAUSES)),
        )

    return Policy(
        {
            severity: tuple(
                pledge(target)
                for target in (Target.RESPOND, Target.UPDATE, final)
                if target is not Target.UPDATE or severity == 1 or draw(st.booleans())
            )
            for severity in (1, 2, 3)
        }
    )


ALIVE = ["answer", "answer", "ask", "move", "move", "pass through", "severity", "policy"]
ALIVE += ["done", "done", "withdrawn"]
DONE = ["reopen", "reopen", "reopen", "close", "severity", "policy", "answer"]


@st.composite
def histories(draw: st.DrawFn, middle: date, policy: st.SearchStrategy[Policy]) -> list[Moment]:
    """From filing on: what happens while there is work, and what happens when it is done."""
    at = draw(instants(middle))
    severities = st.sampled_from([1, 2, 3])
    status = draw(st.sampled_from(["new", *STATUSES]))
    history = [
        Moment(at, status, draw(severities), answer=draw(st.sampled_from([False] * 5 + [True])), begins=True)
    ]
    at_work = True
    for _ in range(draw(st.integers(0, 9))):
        at += timedelta(minutes=draw(MINUTES))
        act = draw(st.sampled_from(ALIVE if at_work else DONE))
        if act == "answer":
            moments = [Moment(at, answer=True)]
        elif act == "ask":
            moments = [Moment(at, draw(st.sampled_from(WAITING)), answer=True)]
        elif act == "move":
            moments = [Moment(at, draw(st.sampled_from(STATUSES)))]
        elif act == "pass through":
            moments = [Moment(at, status) for status in draw(st.permutations(STATUSES))]
        elif act == "severity":
            moments = [Moment(at, severity=draw(severities))]
        elif act == "policy":
            moments = [Moment(at, pledges=draw(policy))]
        elif act == "close":
            moments = [Moment(at, "closed")]
        elif act == "reopen":
            moments = [Moment(at, draw(st.sampled_from(STATUSES)), answer=draw(st.booleans()), begins=True)]
            at_work = True
        else:
            status = "cancelled" if act == "withdrawn" else "resolved"
            moments = [Moment(at, status, answer=draw(st.booleans()), ends=act)]
            at_work = False
        history += moments
    return history


@st.composite
def excuses(draw: st.DrawFn, world: World) -> list[Span]:
    """Spans of the time that a world looks back on; they may overlap, touch, and last no time."""
    start = world.history[0].at
    length = (world.now - start) // timedelta(minutes=1)
    known = [*(moment.at for moment in world.history), world.now]
    ends = st.one_of(
        st.sampled_from(known), st.integers(0, length).map(lambda minutes: start + timedelta(minutes=minutes))
    )
    pairs = draw(st.lists(st.tuples(ends, ends), min_size=1, max_size=3))
    return [(min(pair), max(pair)) for pair in pairs]
