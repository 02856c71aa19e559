"""The table of what followers of a problem hear, printed for docs/problems.md."""

from dataclasses import fields

from django.utils import translation

from tickets.actions.problem_faces import Face
from tickets.models import Problem
from tickets.problem_news import FIELDS, MOVES, News, Rule
from tickets.problem_transitions import PROBLEM_LIFECYCLE


def table() -> str:
    """The rules as Markdown: what was done, which news it is, and why; and what tells nobody."""
    with translation.override("en"):
        lines = ["| what was done | followers hear | because |", "|---|---|---|"]
        lines += [_line(_of_move(name), rule) for name, rule in MOVES.items()]
        lines += [
            _line(f"another “{label}”", FIELDS[name]) for name, label in _public_fields() if name in FIELDS
        ]
        silent = [f"“{move.label}”" for move in PROBLEM_LIFECYCLE if move.name not in MOVES]
        silent += [f"another “{label}”" for name, label in _public_fields() if name not in FIELDS]
        lines.append(f"| {', '.join(silent)} | nothing | it changes nothing for them |")
        lines.append("| anything of the internal face, notes, links | nothing | it is the desk’s own |")
        return "\n".join(lines)


def _public_fields() -> list[tuple[str, str]]:
    names = [field.name for field in fields(Face)]
    return [(name, str(Problem._meta.get_field(name).verbose_name)) for name in names]  # type: ignore[union-attr]


def _of_move(name: str) -> str:
    move = PROBLEM_LIFECYCLE.get(name)
    return f"“{move.label}”" if move else "published"


def _line(done: str, rule: Rule) -> str:
    while_ = f" (while “{PROBLEM_LIFECYCLE.labels[rule.status]}”)" if rule.status else ""
    return f"| {done}{while_} | {News(rule.news).label} | {rule.why} |"
