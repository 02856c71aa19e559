"""How the story of a request for change is written down: what is asked for, and what becomes of it, day by day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LOW = {"reach": "one", "undo": "minutes", "known": "once", "outage": "none", "interfaces": "none"}
MEDIUM = {"reach": "several", "undo": "hours", "known": "once", "outage": "none", "interfaces": "some"}
HIGH = {"reach": "all", "undo": "hours", "known": "never", "outage": "announced", "interfaces": "some"}
"""Answers to the first risk questionnaire."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is done with it, so many days before now; ``hour`` is that day's, on the desk's clock.

    ``does`` names a method of rfc_performance.RfcActor, or a move of the table; ``who`` a person, if it is not the
    change manager. ``facts`` is what the method takes besides.
    """

    days: float
    does: str
    text: str = ""
    who: str = ""
    hour: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RfcStory:
    """A request for change, and who asked for it how many days ago."""

    who: str
    days: float
    title: str
    description: str
    reason: str
    acts: tuple[Act, ...] = ()
    category: str = "software"
    affected: str = ""
    environments: tuple[str, ...] = ("production",)
    interfaces: tuple[str, ...] = ()
    documents: tuple[tuple[str, str, str], ...] = ()
    template: str = ""
    emergency: bool = False
    wanted_in: int | None = None
    """Days from now by which it is wanted."""
    file: str = ""


def act(days: float, does: str, text: str = "", who: str = "", hour: int | None = None, **facts: Any) -> Act:
    """A line of a story."""
    return Act(days, does, text, who, hour, facts)


def plans(implementation: str, test: str = "", communication: str = "", back_out: str = "") -> dict[str, str]:
    """The four plans, by column."""
    return {
        "implementation_plan": implementation,
        "test_plan": test,
        "communication_plan": communication,
        "back_out_plan": back_out,
    }
