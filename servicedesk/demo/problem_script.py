"""How the story of a problem is written down: its two faces, what it causes, and what happens on which day."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that happens, so many days ago.

    ``does`` is a move's name, or publish, workaround, tried, verify, replan, link, notes; ``text`` is what is said: a
    reason, steps, a release. ``who`` begins the title of another problem.
    """

    days: float
    does: str
    text: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class ProblemStory:
    """A problem of the demo. ``causes`` is a word in the titles of incidents that it causes, ``most`` how many."""

    title: str
    area: str
    days: float
    symptom: str
    affected: str
    turns: tuple[Turn, ...]
    environment: str = "production"
    planned_fix: str = ""
    root_cause: str = ""
    factors: str = ""
    vendor: str = ""
    causes: str = ""
    most: int = 4
    workaround: str = ""
    followers: tuple[str, ...] = field(default=())
    affects: tuple[str, ...] = field(default=())
