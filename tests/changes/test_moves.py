"""The lives of an RFC: every class × status × move × party, allowed or refused; and what a move writes."""

from datetime import timedelta

import pytest
from django.db import transaction

from accounts.models import Person
from accounts.roles import Role
from changes.actions.moving import move_change
from changes.actions.rating import rate_change
from changes.models import RequestForChange
from changes.transitions import LIFECYCLES, ChangeClass, ChangeStatus
from servicedesk.notifications.models import OutboxMessage
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Stale
from tests.changes.asking import LOW, PLANS, fresh, template
from tests.changes.board import seat
from tests.changes.conftest import MakeChange
from tests.conftest import NOON, person

LATER = NOON + timedelta(hours=1)
BOARD = ("Bea", "Ben", "Bud", "Bo")
PARTIES = {
    "rita": {"requester"},
    "ned": {"requester"},
    "stan": set(),
    "ann": {"implementer"},
    "bob": set(),
    "chang": {"manager"},
    "desk": {"system"},
}
"""Who is which party on these RFCs: Rita asked, Ann implements, ``desk`` is the desk itself."""


@pytest.fixture
def ready(rfc: MakeChange, cast: dict[str, Person]) -> MakeChange:
    """An RFC in a status that lacks nothing: published, rated, planned, with an implementer and a board."""
    follows = template(cast["chang"])
    seat(*(person(name, (cast["ann"].memberships.get().organization, Role.DESK_AGENT)) for name in BOARD))
    seat(cast["chang"], cast["bob"], cast["cleo"])

    def make(**columns: object) -> RequestForChange:
        made = rfc(visibility="everyone", published_at=NOON, **dict.fromkeys(PLANS, "Step by step."))
        rate_change(made, LOW, by=cast["chang"], at=NOON, version=1)
        standard = columns["change_class"] == ChangeClass.STANDARD
        columns |= {"template": follows if standard else None, "implementer": cast["ann"]}
        RequestForChange.objects.filter(pk=made.pk).update(**columns)
        return fresh(made)

    return make


def attempt(rfc: RequestForChange, name: str, by: Person | None) -> str:
    """Make a move, look where it led, and take it back; or the kind of its refusal."""
    with transaction.atomic():
        try:
            said = {"message": "Because.", "outcome": "successful", "closes_at": LATER + timedelta(days=30)}
            move_change(rfc, name, by=by, at=LATER, version=rfc.version, **said)
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            transaction.set_rollback(True)
    return str(rfc.status)  # the object's: the row is as it was


@pytest.mark.parametrize("change_class", LIFECYCLES)
def test_every_status_move_and_party_is_as_the_table_says(
    ready: MakeChange, cast: dict[str, Person], change_class: str
) -> None:
    people = {name: cast.get(name) for name in PARTIES}
    lifecycle, wrong = LIFECYCLES[change_class], []
    for status in ChangeStatus.values:
        standing = ready(change_class=change_class, status=status)
        for move in lifecycle:
            for name, parties in PARTIES.items():
                if status not in move.sources:
                    expected = IllegalMove.__name__
                else:
                    expected = str(move.target) if parties & move.parties else Forbidden.__name__
                found = attempt(fresh(standing), move.name, people[name])
                if found != expected:
                    wrong.append((status, move.name, name, found, expected))
    assert wrong == []


@pytest.mark.parametrize("change_class", LIFECYCLES)
def test_every_status_is_reached_and_left_unless_it_is_the_end(change_class: str) -> None:
    lifecycle, reached = LIFECYCLES[change_class], {"submitted"}
    while more := {str(move.target) for move in lifecycle if move.sources & reached} - reached:
        reached |= more
    stuck = {status for status in reached if not lifecycle.leaving(status)}
    assert stuck == lifecycle.done & reached
    assert {str(move.target) for move in lifecycle} <= reached


def test_a_move_writes_the_change_the_history_and_the_news_together(
    ready: MakeChange, cast: dict[str, Person]
) -> None:
    running = ready(change_class="normal", status="implementing")
    OutboxMessage.objects.all().delete()

    move_change(running, "finish", by=cast["ann"], at=LATER, version=running.version, outcome="with_issues")

    event = Event.objects.latest("pk")
    assert (event.name, event.actor, event.at) == ("rfc.finish", cast["ann"], LATER)
    assert event.facts == {
        "side": "desk",
        "was": "implementing",
        "now": "implemented",
        "outcome": "with_issues",
    }
    told = OutboxMessage.objects.order_by("effect").values_list("effect", "event")
    assert list(told) == [("rfc.fan_out", event.pk), ("rfc.mend", event.pk)]
    assert fresh(running).outcome == "with_issues"
    move_change(
        running, "back_out", by=cast["ann"], at=LATER, version=running.version, message="It was slow."
    )
    assert (fresh(running).status, fresh(running).outcome) == ("backed_out", "backed_out")


def test_the_second_of_two_managers_is_told_they_came_second(
    ready: MakeChange, cast: dict[str, Person]
) -> None:
    first = ready(change_class="normal", status="submitted")
    second = fresh(first)
    move_change(first, "screen", by=cast["chang"], at=LATER, version=first.version)
    with pytest.raises((Stale, IllegalMove)):
        move_change(second, "turn_away", by=cast["chang"], at=LATER, version=second.version, message="No.")
    assert fresh(first).status == "screening"


def test_whoever_asked_does_not_start_it(rfc: MakeChange, ann: Person, chang: Person) -> None:
    hers = rfc(by=ann, status="scheduled")
    RequestForChange.objects.filter(pk=hers.pk).update(implementer=ann)
    with pytest.raises(Forbidden, match="You asked for this change"):
        move_change(fresh(hers), "start", by=ann, at=LATER, version=1)
