"""The life of a problem as a table, printed for docs/problems.md: each status, each move, who makes it."""

from django.utils import translation

from tickets.problem_transitions import PROBLEM_LIFECYCLE, ProblemStatus

PARTIES = {"agent": "agents", "manager": "problem managers", "system": "its RFC"}


def life_table() -> str:
    """The rows as Markdown: from where, which move, to where, by whom. Whatever is not in it is refused."""
    labels = PROBLEM_LIFECYCLE.labels
    with translation.override("en"):
        lines = ["| from | move | to | by |", "|---|---|---|---|"]
        for status in ProblemStatus:
            for move in PROBLEM_LIFECYCLE.leaving(status):
                by = ", ".join(words for party, words in PARTIES.items() if party in move.parties)
                lines.append(f"| {labels[status]} | {move.label} | {labels[move.target]} | {by} |")
        return "\n".join(lines)
