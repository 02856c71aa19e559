"""The board and its votes, for tests to talk about."""

from datetime import date, datetime

from accounts.models import Person
from changes.actions.deciding import vote
from changes.actions.moving import move_change
from changes.models import BoardMember, Decision, RequestForChange
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON

CHOICES = {"+": "approve", "-": "decline", "~": "defer"}
LONG_AGO = date(2026, 1, 1)


def seat(*people: Person) -> None:
    """Let these people sit on the board."""
    for one in people:
        BoardMember.objects.create(person=one, starts_on=LONG_AGO)


def put(rfc: RequestForChange, *, by: Person, at: datetime = NOON, move: str = "put_to_board") -> Decision:
    """Put an RFC to the board, or to the two people of an emergency."""
    move_change(rfc, move, by=by, at=at, version=rfc.version)
    return rfc.decisions.get(state="open")


def cast(decision: Decision, marks: str, *voters: Person, at: datetime = NOON) -> Decision:
    """One mark for each voter: + approve, - decline, ~ defer. Then the desk counts."""
    for mark, voter in zip(marks, voters, strict=True):
        vote(decision, CHOICES[mark], "" if mark == "+" else f"Because of {mark}.", by=voter, at=at)
    sweep(at=at)
    return again(decision)


def again(decision: Decision) -> Decision:
    """The decision and its RFC as they stand in the tables."""
    found: Decision = Decision.objects.select_related("rfc__organization").get(pk=decision.pk)
    return found
