"""Decisions on RFCs: who votes, what votes do, and what makes them void."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import deactivate
from accounts.models import Membership, Organization, Person
from accounts.roles import Role
from changes.actions.deciding import close_decision, vote, write_minutes
from changes.actions.moving import move_change
from changes.bench import bench_of, may_vote
from changes.conditions import unmet
from changes.models import Ballot, Board, BoardMember, Decision, RequestForChange
from changes.models.deciding import sits_on_the_board
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Stale, Unusable
from servicedesk.records.row_security import serving
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tests.changes.board import LONG_AGO, again, cast, put, seat
from tests.changes.conftest import MakeChange
from tests.conftest import NOON, key, person

Cast = dict[str, Person]
LATER = NOON + timedelta(hours=1)
DEADLINE = datetime(2027, 3, 16, 21, 0, tzinfo=UTC)
"""Five business days on, at the desk's closing time: 17:00 EDT, after the clock change of 14 March."""


@pytest.fixture
def people(cast: Cast, sme: Organization, pineridge: Organization) -> Cast:
    """The cast, with Dora and Stan (of Pine Ridge) on the board beside Ann, Cleo and Chang: a quorum is three."""
    people = cast | {"dora": person("Dora", (sme, Role.CONTINUITY_MANAGER))}
    seat(*(people[name] for name in ("ann", "cleo", "chang", "dora", "stan")))
    return people


@pytest.fixture
def ready(rfc: MakeChange) -> MakeChange:
    """An RFC that is assessed and published, and only has to be put to decision."""

    def make(**columns: Any) -> RequestForChange:
        return rfc(**{"status": "assessment", "risk": "low", "visibility": "everyone"} | columns)

    return make


def facts(rfc: RequestForChange, what: str) -> dict[str, Any]:
    found: dict[str, Any] = Event.objects.filter(record=rfc.pk, name=f"rfc.{what}").latest("pk").facts
    return found


def due(rfc: RequestForChange) -> dict[str, datetime]:
    return {row.kind: row.due_at for row in DueRow.objects.waiting().filter(record=rfc.pk)}


# --- Putting to decision --------------------------------------------------------------------


def test_what_is_put_to_the_board_has_a_fingerprint_a_deadline_and_a_reminder(
    people: Cast, ready: MakeChange
) -> None:
    decision = put(ready(), by=people["chang"])

    assert (decision.kind, decision.round, decision.state) == ("board", 1, "open")
    assert (decision.opened_by, decision.decide_by) == (people["chang"], DEADLINE)
    assert len(decision.digest) == 64
    assert due(decision.rfc) == {
        "rfc.decision_reminder": DEADLINE - timedelta(days=1),
        "rfc.decision_deadline": DEADLINE,
    }
    assert facts(decision.rfc, "put_to_board")["round"] == 1


def test_a_board_that_could_never_reach_its_quorum_is_not_asked(people: Cast, ready: MakeChange) -> None:
    BoardMember.objects.filter(person__in=[people["ann"], people["cleo"]]).update(ends_on=LONG_AGO)
    asked = ready(by=people["stan"])

    with pytest.raises(IllegalMove, match="3 votes are a quorum, and only 2 board members may vote on this"):
        put(asked, by=people["chang"])


@pytest.mark.parametrize("starts_on", [LONG_AGO, date(2099, 1, 1)], ids=["sits", "will sit"])
def test_a_seat_ends_with_its_holders_account(people: Cast, starts_on: date) -> None:
    BoardMember.objects.filter(person=people["bob"]).update(starts_on=starts_on)

    deactivate(people["bob"], by=people["ada"], at=timezone.now())
    Person.objects.filter(pk=people["bob"].pk).update(is_active=True)
    drain(now=timezone.now)

    assert not sits_on_the_board(people["bob"].pk)
    assert sits_on_the_board(people["ann"].pk)


def test_an_ldcs_administrator_who_ends_access_ends_the_seat_too(
    people: Cast, sign_in: Callable[[Person], Client]
) -> None:
    seat(people["ned"])
    (role,) = people["ned"].memberships.all()

    ended = sign_in(people["olga"]).post(
        reverse("accounts:end_membership", args=[role.pk]), {"request_id": key()}
    )

    assert ended.status_code == 303
    drain(now=timezone.now)
    assert BoardMember.objects.get(person=people["ned"]).ends_on is not None


# --- Who votes ------------------------------------------------------------------------------

BOARD_ONLY = "Only members of the change advisory board vote on this."
TWO_ONLY = "Only change managers, critical incident managers and board members agree to an emergency."
OWN = "You asked for this change, so others decide on it."
OURS = "Your organization asks for this change, so others decide on it."
IMPLEMENTS = "You are named as its implementer, so others decide on it."

WHO = [
    # how it is decided, who asks, who implements, who votes, the refusal
    ("board", "rita", "bob", "chang", ""),
    ("board", "rita", "bob", "stan", ""),
    ("board", "rita", "bob", "bob", IMPLEMENTS),
    ("board", "rita", "ann", "ann", IMPLEMENTS),
    ("board", "rita", None, "rita", OWN),
    ("board", "rita", None, "ned", OURS),
    ("board", "rita", None, "ada", BOARD_ONLY),
    ("board", "stan", None, "stan", OWN),
    ("board", "ann", None, "ann", OWN),
    ("board", "ann", None, "cleo", ""),  # a colleague at the SME: most of the board is
    ("two", "rita", "bob", "chang", ""),
    ("two", "rita", "bob", "cleo", ""),
    ("two", "rita", "bob", "stan", ""),
    ("two", "rita", "cleo", "cleo", IMPLEMENTS),
    ("two", "chang", None, "chang", OWN),
    ("two", "rita", None, "bob", TWO_ONLY),
    ("two", "rita", None, "ned", OURS),
]


@pytest.mark.parametrize(("kind", "asks", "implements", "votes", "refusal"), WHO)
def test_who_votes(
    people: Cast, ready: MakeChange, kind: str, asks: str, implements: str | None, votes: str, refusal: str
) -> None:
    emergency = kind == "two"
    if refusal == OURS:
        seat(people[votes])
    asked = ready(
        by=people[asks],
        change_class="emergency" if emergency else "normal",
        implementer=people[implements] if implements else None,
    )
    decision = put(asked, by=people["chang"], move="call_two" if emergency else "put_to_board")

    assert may_vote(people[votes], decision, bench_of(decision, on=NOON.date())).reason == refusal
    if refusal:
        with pytest.raises(Forbidden, match=refusal):
            vote(decision, "approve", by=people[votes], at=LATER)
    else:
        vote(decision, "approve", by=people[votes], at=LATER)
        with pytest.raises(IllegalMove, match="You voted on this already"):
            vote(decision, "decline", "Or not.", by=people[votes], at=LATER)


def test_who_has_left_does_not_vote_and_their_vote_does_not_count(people: Cast, ready: MakeChange) -> None:
    decision = cast(put(ready(), by=people["chang"]), "++", people["ann"], people["stan"])
    Membership.objects.filter(person=people["ann"]).delete()
    BoardMember.objects.filter(person=people["dora"]).update(ends_on=LONG_AGO)

    with pytest.raises(Forbidden, match=BOARD_ONLY):
        vote(decision, "approve", by=people["dora"], at=LATER)
    decision = cast(decision, "+", people["cleo"], at=DEADLINE)

    assert decision.state == "open"  # two of three count


@pytest.mark.parametrize(
    ("kind", "choice", "reason", "refusal"),
    [
        ("board", "decline", " ", "Say why. Everybody who reads the RFC sees the reason, without your name."),
        ("board", "defer", "", "Say why. Everybody who reads the RFC sees the reason, without your name."),
        ("board", "decline", "x" * 1001, "Shorten the reason to 1000 characters."),
        ("two", "defer", "Next week.", "Approve or decline: this cannot be deferred."),
    ],
)
def test_what_a_vote_needs(
    people: Cast, ready: MakeChange, kind: str, choice: str, reason: str, refusal: str
) -> None:
    emergency = kind == "two"
    asked = ready(change_class="emergency" if emergency else "normal")
    decision = put(asked, by=people["chang"], move="call_two" if emergency else "put_to_board")

    with pytest.raises(Unusable, match=refusal):
        vote(decision, choice, reason, by=people["chang"], at=LATER)
    assert not Ballot.objects.exists()


# --- What votes do --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "status", "state"),
    [
        ("++", "decision", "open"),
        ("+++", "approved", "approved"),
        ("++-", "decision", "open"),
        ("---", "declined", "declined"),
        ("~~~", "deferred", "deferred"),
        ("++--~", "deferred", "deferred"),
    ],
)
def test_the_desk_carries_out_what_the_board_decides(
    people: Cast, ready: MakeChange, marks: str, status: str, state: str
) -> None:
    voters = [people[name] for name in ("ann", "cleo", "stan", "dora", "chang")][: len(marks)]
    decision = cast(put(ready(), by=people["chang"]), marks, *voters, at=LATER)

    assert (decision.rfc.status, decision.state) == (status, state)
    if state == "open":
        assert due(decision.rfc).keys() == {"rfc.decision_reminder", "rfc.decision_deadline"}
        return
    move = {"approved": "approve", "declined": "decline", "deferred": "defer"}[state]
    said = facts(decision.rfc, move)
    assert said["votes"] == {
        name: marks.count(mark) for name, mark in (("approve", "+"), ("decline", "-"), ("defer", "~"))
    }
    assert ("message" in said) == (state != "approved")
    assert decision.rfc.deferred_until == (
        (LATER.date() + timedelta(days=30)) if state == "deferred" else None
    )
    assert due(decision.rfc) == {}
    assert Event.objects.filter(record=decision.rfc_id, name=f"rfc.{move}", actor=None).count() == 1


def test_an_ldcs_member_votes_under_row_security_and_the_desk_counts(people: Cast, ready: MakeChange) -> None:
    decision = cast(put(ready(), by=people["chang"]), "++", people["ann"], people["cleo"])

    with serving(people["stan"]):
        vote(decision, "approve", by=people["stan"], at=LATER)
    assert again(decision).state == "open"
    sweep(at=LATER)

    assert again(decision).rfc.status == "approved"
    heard = Event.objects.filter(name="rfc.voted", actor=people["stan"])
    assert [event.internal for event in heard] == [True]  # who votes is the board's own business


def test_at_the_deadline_the_votes_that_are_there_decide(people: Cast, ready: MakeChange) -> None:
    decision = cast(
        put(ready(), by=people["chang"]), "++-", people["ann"], people["cleo"], people["stan"], at=LATER
    )

    sweep(at=DEADLINE)

    assert (again(decision).state, again(decision).closed_at) == ("approved", DEADLINE)


def test_without_a_quorum_it_stays_open_and_managers_are_told_until_enough_have_voted(
    people: Cast, ready: MakeChange
) -> None:
    decision = cast(put(ready(), by=people["chang"]), "+-", people["ann"], people["cleo"], at=LATER)

    sweep(at=DEADLINE)
    assert (again(decision).state, again(decision).escalated_at) == ("open", DEADLINE)
    names = Event.objects.filter(record=decision.rfc_id).order_by("pk").values_list("name", flat=True)
    assert list(names)[-2:] == ["rfc.decision_reminded", "rfc.no_quorum"]

    cast(decision, "+", people["stan"], at=DEADLINE + timedelta(hours=3))
    assert again(decision).rfc.status == "approved"


def test_a_manager_closes_early_what_has_a_quorum(people: Cast, ready: MakeChange) -> None:
    decision = cast(put(ready(), by=people["chang"]), "++", people["ann"], people["cleo"])
    refusals = [
        ("ann", Forbidden, "Only a change manager may do this."),
        ("chang", Unusable, "A quorum is 3, and 1 more have to vote."),
    ]
    for who, refusal, words in refusals:
        with pytest.raises(refusal, match=words):
            close_decision(decision, by=people[who], at=LATER)

    cast(decision, "-", people["stan"])
    close_decision(decision, by=people["chang"], at=LATER)

    assert again(decision).rfc.status == "approved"
    assert facts(decision.rfc, "approve")["closed_by"] == "Chang"
    with pytest.raises(IllegalMove, match="This was approved on"):
        vote(decision, "decline", "Too late.", by=people["dora"], at=LATER)


def test_minutes_are_published_once_it_is_decided(people: Cast, ready: MakeChange) -> None:
    decision = put(ready(), by=people["chang"])
    with pytest.raises(IllegalMove, match="Minutes are written once it is decided"):
        write_minutes(decision, "We talked.", by=people["chang"], at=LATER)
    cast(decision, "+++", people["ann"], people["cleo"], people["stan"])
    with pytest.raises(Forbidden):
        write_minutes(decision, "We talked.", by=people["ann"], at=LATER)

    written = write_minutes(
        decision, "Agreed, if reports are reconciled first.", by=people["chang"], at=LATER
    )

    assert (written.minutes_by, written.minutes_at) == (people["chang"], LATER)
    assert not Event.objects.get(name="rfc.minutes").internal


# --- What makes a decision void -------------------------------------------------------------


def test_nobody_votes_on_what_was_changed_since_and_the_votes_before_decide_nothing(
    people: Cast, ready: MakeChange
) -> None:
    decision = cast(put(ready(), by=people["chang"]), "++", people["ann"], people["cleo"])
    RequestForChange.objects.filter(pk=decision.rfc_id).update(back_out_plan="None.")

    with pytest.raises(Stale, match="The RFC was changed since it was put to decision"):
        vote(again(decision), "approve", by=people["chang"], at=LATER)
    sweep(at=DEADLINE)

    decision = again(decision)
    assert (decision.state, decision.rfc.status) == ("void", "assessment")
    assert decision.void_reason == "The RFC was changed after it was put to decision."
    anew = put(decision.rfc, by=people["chang"], at=DEADLINE)
    assert (anew.round, anew.digest != decision.digest) == (2, True)


@pytest.mark.parametrize(
    ("decided", "move", "by", "state"),
    [
        (False, "take_back", "chang", "void"),
        (False, "withdraw", "rita", "void"),
        (True, "withdraw", "rita", "approved"),
        (True, "void", None, "void"),
    ],
)
def test_a_decision_ends_with_what_ends_its_rfc(
    people: Cast, ready: MakeChange, decided: bool, move: str, by: str | None, state: str
) -> None:
    decision = put(ready(), by=people["chang"])
    if decided:
        decision = cast(decision, "+++", people["ann"], people["cleo"], people["stan"])
    mover = people[by] if by else None
    asked = again(decision).rfc

    with serving(mover or people["ann"]):
        move_change(asked, move, by=mover, at=LATER, version=asked.version, message="Not needed.")

    decision = again(decision)
    assert decision.state == state
    assert bool(decision.void_reason) == (state == "void")
    assert due(decision.rfc) == {}


def test_whoever_voted_for_it_does_not_implement_it(people: Cast, ready: MakeChange) -> None:
    decision = cast(put(ready(), by=people["chang"]), "+++", people["ann"], people["cleo"], people["stan"])
    words = "Its implementer voted for it. Name somebody who did not."
    for name, expected in (("ann", [words]), ("bob", [])):
        RequestForChange.objects.filter(pk=decision.rfc_id).update(implementer=people[name])
        approved = again(decision).rfc
        assert [unmet(approved, move, on=NOON.date()) for move in ("schedule", "start")] == [expected] * 2


# --- Two people for an emergency ------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "status"),
    [("+", "decision"), ("++", "approved"), ("-", "declined"), ("+-", "declined")],
)
def test_two_people_agree_to_an_emergency(people: Cast, ready: MakeChange, marks: str, status: str) -> None:
    decision = put(ready(change_class="emergency"), by=people["chang"], move="call_two")
    decision = cast(decision, marks, *[people["cleo"], people["chang"]][: len(marks)], at=LATER)

    assert decision.rfc.status == status


def test_nobody_closes_an_emergency_for_the_two_and_being_late_is_said(
    people: Cast, ready: MakeChange
) -> None:
    decision = cast(
        put(ready(change_class="emergency"), by=people["chang"], move="call_two"), "+", people["cleo"]
    )
    with pytest.raises(IllegalMove, match="An emergency waits for two people"):
        close_decision(decision, by=people["chang"], at=LATER)

    sweep(at=NOON + timedelta(hours=4))

    assert again(decision).escalated_at == NOON + timedelta(hours=4)
    assert Event.objects.filter(name="rfc.no_quorum").count() == 1


# --- What the database refuses --------------------------------------------------------------

REFUSED: dict[str, Callable[[Decision, Person], Any]] = {
    "decision_one_open": lambda d, p: Decision.objects.create(
        rfc=d.rfc, kind="board", round=9, digest="x", opened_at=NOON, decide_by=NOON
    ),
    "decision_once_a_round": lambda d, p: Decision.objects.create(
        rfc=d.rfc, kind="board", round=1, digest="x", opened_at=NOON, decide_by=NOON,
        state="approved", closed_at=NOON,
    ),
    "decision_closed_iff_decided": lambda d, p: Decision.objects.update(closed_at=NOON),
    "decision_void_iff_said_why": lambda d, p: Decision.objects.update(state="void", voided_at=NOON),
    "decision_minutes_iff_written_by_somebody": lambda d, p: Decision.objects.update(minutes="Agreed."),
    "decision_deferred_by_the_board_only": lambda d, p: Decision.objects.update(
        kind="two", state="deferred", closed_at=NOON
    ),
    "ballot_against_has_a_reason": lambda d, p: Ballot.objects.create(
        decision=d, person=p, choice="decline", at=NOON
    ),
    "ballot_once": lambda d, p: [
        Ballot.objects.create(decision=d, person=p, choice="approve", at=NOON) for _ in range(2)
    ],
    "board_single_row": lambda d, p: Board.objects.create(pk=2),
    "board_quorum_of_somebody": lambda d, p: Board.objects.update(quorum=0),
    "board_member_one_open_seat": lambda d, p: seat(p, p),
    "board_member_ends_after_start": lambda d, p: BoardMember.objects.update(ends_on=LONG_AGO - timedelta(days=1)),
}  # fmt: skip


@pytest.mark.parametrize("constraint", REFUSED)
def test_the_database_refuses_nonsense(people: Cast, ready: MakeChange, constraint: str) -> None:
    decision = put(ready(), by=people["chang"])

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        REFUSED[constraint](decision, people["bob"])


def test_nothing_is_written_when_the_last_step_fails(
    people: Cast, ready: MakeChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = cast(put(ready(), by=people["chang"]), "++", people["ann"], people["cleo"])

    def broken(*args: object, **kwargs: object) -> None:
        raise IntegrityError

    monkeypatch.setattr("changes.actions.moving.publish", broken)
    with pytest.raises(IntegrityError):
        vote(decision, "approve", by=people["chang"], at=LATER)

    assert (again(decision).state, Ballot.objects.filter(person=people["chang"]).exists()) == ("open", False)


# --- Who reads votes ------------------------------------------------------------------------


def test_votes_are_read_by_the_desk_and_the_board_and_by_the_database_alone_too(
    people: Cast, ready: MakeChange
) -> None:
    public, own = ready(), ready(by=people["rita"], visibility="organization")
    for asked in (public, own):
        cast(put(asked, by=people["chang"]), "+~", people["ann"], people["cleo"])
    expected = {"rita": 0, "vera": 0, "stan": 2, "ann": 4, "ada": 4}

    for name, number in expected.items():
        assert Ballot.objects.visible_to(people[name]).count() == number
        with serving(people[name]):
            assert Ballot.objects.count() == number
            assert Decision.objects.count() == Decision.objects.visible_to(people[name]).count()
            assert (BoardMember.objects.count() > 0) == (number > 0)
