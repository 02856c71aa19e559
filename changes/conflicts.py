"""Which windows meet: changes on the same environment or service, freezes, and other calendars.

Pure: instants in, conflicts out. Windows are half-open, so one that begins as another ends meets nothing.
changes.occupancy reads the stored ones.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from heapq import heappop, heappush
from operator import attrgetter


class Sort(StrEnum):
    """What is met. A hard freeze is the strictest."""

    HARD_FREEZE = "hard"
    FREEZE = "freeze"
    CHANGE = "rfc"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Window:
    """A change and when it occupies what: resources such as ``env:production`` and ``service:billing``."""

    key: int
    start: datetime
    end: datetime
    resources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A freeze: during it the resources (environments) stay as they are."""

    key: int
    start: datetime
    end: datetime
    resources: frozenset[str]
    hard: bool


@dataclass(frozen=True, slots=True)
class Busy:
    """Something on another calendar, in words. No resources: it concerns every change."""

    calendar: str
    words: str
    start: datetime
    end: datetime
    resources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conflict:
    """What a window meets, and on what. ``key`` is the other change's or the freeze's, or a calendar's words."""

    sort: Sort
    key: str
    start: datetime
    end: datetime
    resources: tuple[str, ...]

    @property
    def token(self) -> str:
        """What is met and when: a form's checkbox, and how an override knows its conflict again."""
        return token_of(self.sort, self.key, self.start, self.end)


def token_of(sort: Sort, key: str, start: datetime, end: datetime) -> str:
    """The token of a conflict with this thing at this time."""
    return f"{sort}:{key}:{_stamp(start)}/{_stamp(end)}"


def resources_of(environments: Iterable[str], interfaces: Iterable[str]) -> frozenset[str]:
    """What a change of these environments and interfaces occupies."""
    return frozenset(
        [f"env:{environment}" for environment in environments]
        + [f"service:{interface}" for interface in interfaces]
    )


def conflicts(
    window: Window,
    changes: Iterable[Window] = (),
    freezes: Iterable[Frozen] = (),
    others: Iterable[Busy] = (),
) -> list[Conflict]:
    """Everything that a window meets, in order of time. A change never meets itself."""
    found: list[Conflict] = []
    for change in changes:
        shared = window.resources & change.resources
        if shared and change.key != window.key and _overlap(window, change):
            found.append(_conflict(Sort.CHANGE, str(change.key), change, shared))
    for freeze in freezes:
        shared = window.resources & freeze.resources
        if shared and _overlap(window, freeze):
            sort = Sort.HARD_FREEZE if freeze.hard else Sort.FREEZE
            found.append(_conflict(sort, str(freeze.key), freeze, shared))
    for busy in others:
        shared = window.resources & busy.resources
        if (shared or not busy.resources) and _overlap(window, busy):
            found.append(_conflict(Sort.CALENDAR, f"{busy.calendar}: {busy.words}"[:90], busy, shared))
    return sorted(found, key=attrgetter("start", "end", "sort", "key"))


def clashes(windows: Iterable[Window]) -> set[tuple[int, int]]:
    """All pairs of changes that meet, each once with the smaller key first.

    One sweep over each resource: sorted by start, with those still running in a heap by their end.
    """
    on: defaultdict[str, list[Window]] = defaultdict(list)
    for window in sorted(windows, key=attrgetter("start", "end", "key")):
        for resource in window.resources:
            on[resource].append(window)
    found = set()
    for there in on.values():
        running: list[tuple[datetime, int]] = []
        for window in there:
            while running and running[0][0] <= window.start:
                heappop(running)
            for _end, key in running:
                if key != window.key:
                    found.add((min(key, window.key), max(key, window.key)))
            heappush(running, (window.end, window.key))
    return found


# --- Other calendars ---------------------------------------------------------------------------

Asked = Callable[[datetime, datetime, frozenset[str]], Iterable[Busy]]
"""From, until, resources → what is on there. It may answer more than that: the rest is left out."""

_calendars: dict[str, Asked] = {}


def other_calendar(name: str) -> Callable[[Asked], Asked]:
    """Let changes meet what is on another calendar. ``name`` is shown. Registered in an app's handlers.py."""

    def register(asked: Asked) -> Asked:
        _calendars[name] = asked
        return asked

    return register


def on_other_calendars(start: datetime, end: datetime, resources: frozenset[str]) -> Iterator[Busy]:
    """What all other calendars have in a span."""
    for asked in _calendars.values():
        yield from asked(start, end, resources)


def _overlap(one: Window | Frozen | Busy, other: Window | Frozen | Busy) -> bool:
    return one.start < other.end and other.start < one.end


def _conflict(sort: Sort, key: str, met: Window | Frozen | Busy, shared: frozenset[str]) -> Conflict:
    return Conflict(sort, key, met.start, met.end, tuple(sorted(shared)))


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
