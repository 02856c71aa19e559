"""Writes docs/lifecycles.md, and the table of who is told of changes into docs/changes.md: ``make lifecycles``.

Everything comes from the tables that the code goes by, so the pages cannot tell otherwise; a test
(tests/test_lifecycles.py) says when they are to be written anew.
"""

from collections.abc import Iterable, Set
from pathlib import Path
from typing import NamedTuple

from changes import rules, sentences
from changes import transitions as changes
from servicedesk.records.transitions import Lifecycle
from tickets import problem_transitions as problems
from tickets import transitions as tickets

DOCS = Path(__file__).parent.parent / "docs"
BEGINS, ENDS = "<!-- rules: written by make lifecycles -->", "<!-- /rules -->"
PARTY_WORDS = {
    "agent": "agent",
    "ldc": "LDC",
    "system": "by itself",
    "approver": "approver",
    "requester": "requester",
    "manager": "manager",
    "board": "board",
    "two": "two people",
    "implementer": "implementer",
}
"""What the tables' parties are called on the page; others by their own name."""
ABOUT = """# Lifecycles

Written by `make lifecycles` from the tables of moves in `tickets/transitions.py`,
`tickets/problem_transitions.py` and `changes/transitions.py`. Whoever changes a table runs it again. An arrow
is a move; who makes it stands in the list of moves, and in the last table of each kind every status stands
against every move: where it leads, or a dash where it is refused. A manager is a problem manager or a change
manager.
"""


class Life(NamedTuple):
    """One table of moves, and the statuses that a record begins in."""

    name: str
    lifecycle: Lifecycle
    begins: tuple[str, ...]


def lives() -> list[Life]:
    """Every kind of record that has a life, in the order of the page. A new one is added here."""
    return [
        Life("Incident", tickets.LIFECYCLE, (tickets.Status.NEW,)),
        Life(
            "Standard request",
            tickets.REQUEST_LIFECYCLE,
            (tickets.RequestStatus.SUBMITTED, tickets.RequestStatus.WAITING_APPROVAL),
        ),
        Life("Problem", problems.PROBLEM_LIFECYCLE, (problems.ProblemStatus.LOGGED,)),
        *(
            Life(
                f"Request for change: {changes.ChangeClass(name).label.lower()}",
                table,
                (changes.ChangeStatus.SUBMITTED,),
            )
            for name, table in changes.LIFECYCLES.items()
        ),
    ]


def lifecycles_page() -> str:
    """The whole of docs/lifecycles.md."""
    return "\n".join([ABOUT, *(section(life) for life in lives())])


def section(life: Life) -> str:
    """One kind of record: its diagram, its moves, every status against every move."""
    moves, labels = list(life.lifecycle), life.lifecycle.labels
    reached = {status for move in moves for status in (*move.sources, move.target)}
    statuses = [status for status in labels if status in reached]
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in moves:
        for status in statuses:
            if status in move.sources:
                arrows.setdefault((status, str(move.target)), []).append(str(move.label))
    diagram = [
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {status} : {labels[status]}" for status in statuses),
        *(f"    [*] --> {status}" for status in life.begins),
        *(f"    {was} --> {now} : {' / '.join(names)}" for (was, now), names in arrows.items()),
        *(f"    {status} --> [*]" for status in statuses if status in life.lifecycle.done),
        "```",
    ]
    listed = [
        (
            f"{move.label} (`{move.name}`)",
            ", ".join(str(labels[status]) for status in statuses if status in move.sources),
            str(labels[move.target]),
            _words(move.parties),
            ", ".join(sorted(move.needs)) or "–",
        )
        for move in moves
    ]
    matrix = [
        (
            f"**{labels[status]}**",
            *(str(labels[move.target]) if status in move.sources else "–" for move in moves),
        )
        for status in statuses
    ]
    return "\n".join(
        [
            f"## {life.name}",
            "",
            *diagram,
            "",
            table(("Move", "From", "To", "Who", "Needs"), listed),
            "",
            table(("Status", *(f"`{move.name}`" for move in moves)), matrix),
            "",
        ]
    )


def rules_table() -> str:
    """Which event of a request for change tells whom."""
    listed = [
        (f"`rfc.{what}`", str(sentences.HEADLINES[what]), _told(rules.RULES[what]))
        for what in sentences.HEADLINES
    ]
    return "\n".join(
        [
            table(("Party", "Who that is"), rules.PARTIES.items()),
            "",
            table(("Event", "What happened", "Tells"), listed),
        ]
    )


def with_rules(page: str) -> str:
    """docs/changes.md with the table of today between its marks."""
    before, _begins, rest = page.partition(BEGINS)
    _old, _ends, after = rest.partition(ENDS)
    return f"{before}{BEGINS}\n\n{rules_table()}\n\n{ENDS}{after}"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _words(parties: Set[str]) -> str:
    return ", ".join(sorted(PARTY_WORDS.get(one, one) for one in parties))


def _told(parties: Set[str]) -> str:
    return ", ".join(name for name in rules.PARTIES if name in parties) or "nobody"


def write() -> None:
    """Write both pages."""
    (DOCS / "lifecycles.md").write_text(lifecycles_page())
    page = DOCS / "changes.md"
    page.write_text(with_rules(page.read_text()))
