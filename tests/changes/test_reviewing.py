"""Reviews: a manager's of what was planned, the board's of an emergency, and nothing closed without one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Person
from changes.actions.deciding import vote
from changes.actions.moving import move_change
from changes.actions.reviewing import review
from changes.models import ChangeReview, Decision, RequestForChange
from servicedesk.records.models import Event, Link
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Stale, Unusable
from servicedesk.records.row_security import serving
from servicedesk.schedule.sweep import sweep
from tests.changes.board import again, cast, seat
from tests.changes.conftest import MakeChange
from tickets.models import Incident

Cast = dict[str, Person]
FRIDAY = datetime(2027, 3, 12, 23, 0, tzinfo=UTC)
MONDAY = datetime(2027, 3, 15, 12, 0, tzinfo=UTC)
"""The desk opens at 8:00, in summer time since the night before."""


@pytest.fixture
def people(cast: Cast) -> Cast:
    """The cast, four of them on the board."""
    seat(*(cast[name] for name in ("ann", "cleo", "chang", "stan")))
    return cast


@pytest.fixture
def carried_out(rfc: MakeChange, people: Cast) -> Callable[..., RequestForChange]:
    """An RFC that Bob has just implemented, on Friday evening."""

    def make(**columns: str) -> RequestForChange:
        begun = rfc(**{"status": "implementing", "risk": "low", "implementer": people["bob"]} | columns)
        return move_change(begun, "finish", by=people["bob"], at=FRIDAY, version=1, outcome="successful")

    return make


def now_on(rfc: RequestForChange) -> RequestForChange:
    return RequestForChange.objects.get(pk=rfc.pk)


def asked_of(rfc: RequestForChange) -> Decision:
    found: Decision = rfc.decisions.get(kind="review", state="open")
    return found


def test_a_manager_reviews_a_normal_change_and_what_follows_is_linked(
    people: Cast, carried_out: Callable[..., RequestForChange], incident: Callable[..., Incident]
) -> None:
    done, ticket = carried_out(visibility="everyone"), incident()

    review(
        done, "One report came late.", "with_issues",
        actions=[ticket.reference.lower()], by=people["chang"], at=MONDAY, version=done.version,
    )  # fmt: skip

    done = now_on(done)
    assert (done.status, done.outcome) == ("reviewed", "with_issues")
    link = Link.objects.get()
    assert (link.source_id, link.target_id, link.relation) == (ticket.pk, done.pk, "continues")
    for name, reads in {"rita": 1, "ned": 1, "stan": 1, "ann": 1, "vera": 1}.items():
        assert ChangeReview.objects.visible_to(people[name]).count() == reads
        with serving(people[name]):
            assert ChangeReview.objects.count() == reads


REFUSALS: list[tuple[str, dict[str, object], type[Refused], str]] = [
    ("ann", {}, Forbidden, "Only a change manager may do this"),
    ("chang", {"text": " "}, Unusable, "Write what was learned"),
    ("chang", {"text": "x" * 20_001}, Unusable, "Shorten the review to 20000 characters"),
    ("chang", {"outcome": "splendid"}, Unusable, "Say how the implementation went"),
    ("chang", {"outcome": "backed_out"}, Unusable, "The outcome does not fit how the implementation ended"),
    ("chang", {"actions": ["INC-1"]}, Unusable, "You see nothing with the reference INC-1"),
    ("chang", {"version": 1}, Stale, "was changed by somebody else while you were writing"),
]


@pytest.mark.parametrize(("who", "said", "refusal", "words"), REFUSALS)
@pytest.mark.parametrize("change_class", ["normal", "emergency"])
def test_what_a_review_needs(
    people: Cast,
    carried_out: Callable[..., RequestForChange],
    change_class: str,
    who: str,
    said: dict[str, object],
    refusal: type[Refused],
    words: str,
) -> None:
    done = carried_out(change_class=change_class)
    stated: dict[str, object] = {"text": "Fine.", "outcome": "successful", "version": done.version} | said

    with pytest.raises(refusal, match=words):
        review(done, by=people[who], at=MONDAY, **stated)  # type: ignore[arg-type]
    assert now_on(done).status == "implemented"


def test_nothing_is_reviewed_before_it_was_carried_out_and_no_emergency_closed_without(
    people: Cast, rfc: MakeChange, carried_out: Callable[..., RequestForChange]
) -> None:
    with pytest.raises(IllegalMove, match="A review is written once the change was implemented"):
        review(rfc(status="scheduled"), "Fine.", "successful", by=people["chang"], at=MONDAY, version=1)
    done = carried_out(change_class="emergency")
    for move, words in {
        "close": "“Close” is not possible",
        "review": "The change advisory board decides",
    }.items():
        with pytest.raises(Refused, match=words):
            move_change(done, move, by=people["chang"], at=MONDAY, version=done.version)


def test_an_emergency_is_put_to_the_board_on_the_next_business_day_and_closed_after_it_accepts(
    people: Cast, carried_out: Callable[..., RequestForChange]
) -> None:
    done = carried_out(change_class="emergency")
    sweep(at=MONDAY - timedelta(minutes=1))
    assert not done.decisions.exists()
    sweep(at=MONDAY)
    asked = asked_of(done)
    assert f"{asked.decide_by:%A %H:%M}" == "Monday 21:00"
    with pytest.raises(IllegalMove, match="The review is not written yet"):
        vote(asked, "approve", by=people["ann"], at=MONDAY)

    review(done, "It was right.", "successful", by=people["chang"], at=MONDAY, version=done.version)
    asked = cast(asked, "+++", people["ann"], people["cleo"], people["stan"], at=MONDAY)

    done = now_on(done)
    assert (done.status, done.outcome, asked.state) == ("reviewed", "successful", "approved")
    assert done.reviews.get().decision == asked
    assert move_change(done, "close", by=people["chang"], at=MONDAY, version=done.version).status == "closed"


def test_a_review_that_the_board_refuses_or_that_is_written_anew_is_put_again(
    people: Cast, carried_out: Callable[..., RequestForChange]
) -> None:
    done = carried_out(change_class="emergency")

    def write(text: str) -> None:
        review(done, text, "successful", by=people["chang"], at=MONDAY, version=now_on(done).version)

    write("It was right.")
    assert not done.decisions.exists()  # until its business day
    sweep(at=MONDAY)
    cast(asked_of(done), "---", people["ann"], people["cleo"], people["stan"], at=MONDAY)
    assert now_on(done).status == "implemented"
    assert Event.objects.get(name="rfc.review_refused").internal

    write("It was right; next time we ask first.")
    cast(asked_of(done), "++", people["ann"], people["cleo"], at=MONDAY)
    write("It was right; next time we ask two people first.")
    assert list(done.decisions.order_by("round").values_list("round", "state")) == [
        (1, "declined"), (2, "void"), (3, "open"),
    ]  # fmt: skip
    assert again(asked_of(done)).ballots.count() == 0


def test_planning_again_instead_calls_the_review_off(
    people: Cast, carried_out: Callable[..., RequestForChange]
) -> None:
    done = carried_out(change_class="emergency")
    move_change(done, "back_out", by=people["bob"], at=FRIDAY, version=done.version, message="It broke.")
    move_change(done, "plan_again", by=people["chang"], at=FRIDAY, version=done.version, message="Better.")

    sweep(at=MONDAY)

    assert not done.decisions.exists()
