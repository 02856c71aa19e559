"""How the story of a request is written down. Steps are those of incidents (script.py), and some more.

Texts, answers too, may name what varies in braces: what servicedesk/demo/order_plan.py (``particulars``)
lists, a day from the one of sending as ``{day:+5}``, and a person's id as ``{pk:Dana Whitfield}``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from servicedesk.demo.script import Step

Typed = Mapping[str, str | list[str]]
"""What was typed into an item's form, by the name of its field."""


@dataclass(frozen=True, slots=True)
class Told:
    """One telling: by whom, and how many days ago.

    With ``until`` it lies as that step left it ("" for just sent), the steps squeezed in before now;
    without, it runs its course in working time.
    """

    who: str
    days: float
    until: str | None = None
    organization: str = ""
    """A slug, where somebody acts for several."""
    fills: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrderStory:
    """A request that is told as often as ``told`` says."""

    item: str
    title: str
    answers: Typed
    told: tuple[Told, ...]
    steps: tuple[Step, ...]
    files: tuple[str, ...] = ()
    edited: Typed = field(default_factory=dict)
    """The answers that the step ``edit`` changes."""
    on_behalf: bool = False
    """An agent sends it, after a call."""

    def steps_of(self, telling: Told) -> tuple[Step, ...]:
        """All steps, or those up to and with the first one that it was left at."""
        if telling.until is None:
            return self.steps
        names = [step.does for step in self.steps]
        return self.steps[: names.index(telling.until) + 1] if telling.until else ()


def approves(after: int, text: str = "") -> Step:
    """Whoever it waits for agrees."""
    return Step(after, "approver", "approve", text)


def approves_instead(after: int, text: str = "") -> Step:
    """Somebody agrees in an approver's place."""
    return Step(after, "deputy", "approve", text)


def declines(after: int, text: str, who: str = "approver") -> Step:
    """Whoever it waits for declines, or an agent whose the catalogue's rules leave no choice."""
    return Step(after, who, "decline", text)


def ticks(after: int) -> Step:
    """The next task is done."""
    return Step(after, "agent", "tick")


def ticks_all(after: int) -> Step:
    """All tasks are done, and it is not fulfilled yet."""
    return Step(after, "agent", "tick_all")


def fulfils(after: int, text: str, file: str = "") -> Step:
    """What is left of the tasks is done, and the request fulfilled."""
    return Step(after, "agent", "fulfil", text, file)


def edits(after: int) -> Step:
    """The requester changes what is asked."""
    return Step(after, "reporter", "edit")


def converts(after: int, item: str, text: str) -> Step:
    """It becomes a request for another item."""
    return Step(after, "agent", "convert", text, value=item)


def becomes_incident(after: int, impact: str, urgency: str) -> Step:
    """It becomes an incident, which the agent takes."""
    return Step(after, "agent", "become", value=f"{impact} {urgency}")
