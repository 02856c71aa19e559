"""How a story is written down: who says or does what, so long after the one before.

Texts may name what varies from one telling to the next in braces; the names are in
servicedesk/demo/timeline.py (``particulars``).
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens. ``does`` is a move's name, or reply, note, take, assign, rate, contact.

    ``after`` is in minutes of working time; severe stories count around the clock.
    ``who`` is "reporter", "colleague", "agent", "other_agent" or "manager".
    """

    after: int
    who: str
    does: str
    text: str = ""
    file: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """An incident that can be told again and again."""

    title: str
    description: str
    impact: str
    urgency: str
    steps: tuple[Step, ...]
    environment: str = "production"
    references: str = ""
    file: str = ""
    restricted: bool = False
    language: str = "en"
    only: str = ""
    """The slug of the one organization it happens to."""
    told: int = 1
    """How often it is told, compared with the others."""

    def until(self, does: str) -> "Story":
        """The same story, stopped right after the first step of that name; untouched if it has none."""
        for number, step in enumerate(self.steps):
            if step.does == does:
                return replace(self, steps=self.steps[: number + 1])
        return self


def take(after: int, text: str = "") -> Step:
    """An agent puts their name on it and acknowledges."""
    return Step(after, "agent", "take", text)


def acknowledge(after: int, text: str = "") -> Step:
    """An agent acknowledges it and leaves it in the queue."""
    return Step(after, "agent", "acknowledge", text)


def start(after: int, text: str = "") -> Step:
    """Work begins."""
    return Step(after, "agent", "start", text)


def ask(after: int, text: str) -> Step:
    """The desk needs an answer; the clock stops."""
    return Step(after, "agent", "ask", text)


def answer(after: int, text: str, file: str = "", who: str = "reporter") -> Step:
    """The LDC answers; work goes on."""
    return Step(after, who, "answer", text, file)


def vendor(after: int, text: str) -> Step:
    """The desk waits for its provider."""
    return Step(after, "agent", "wait_for_vendor", text)


def resume(after: int, text: str = "") -> Step:
    """Work goes on after waiting."""
    return Step(after, "agent", "resume", text)


def fix(after: int, text: str, file: str = "") -> Step:
    """Resolved for good."""
    return Step(after, "agent", "resolve", text, file, "fix")


def workaround(after: int, text: str, file: str = "") -> Step:
    """Resolved for now."""
    return Step(after, "agent", "resolve", text, file, "workaround")


def reopen(after: int, text: str, file: str = "") -> Step:
    """The LDC says that it is not."""
    return Step(after, "reporter", "reopen", text, file)


def close(after: int, text: str = "") -> Step:
    """The LDC agrees, before time closes it."""
    return Step(after, "reporter", "close", text)


def cancel(after: int, text: str, who: str = "reporter") -> Step:
    """It was nothing, or something else."""
    return Step(after, who, "cancel", text)


def says(after: int, text: str, file: str = "", who: str = "agent") -> Step:
    """A message that both sides read."""
    return Step(after, who, "reply", text, file)


def adds(after: int, text: str, file: str = "", who: str = "reporter") -> Step:
    """A message of the LDC's side."""
    return Step(after, who, "reply", text, file)


def notes(after: int, text: str, file: str = "", who: str = "agent") -> Step:
    """An internal note."""
    return Step(after, who, "note", text, file)


def passes_on(after: int) -> Step:
    """It goes to another agent, who does the rest."""
    return Step(after, "agent", "assign")


def rates(after: int, severity: int, reason: str) -> Step:
    """The desk rates it anew."""
    return Step(after, "agent", "rate", reason, value=str(severity))


def names_contact(after: int) -> Step:
    """The LDC makes a colleague the contact."""
    return Step(after, "reporter", "contact")
