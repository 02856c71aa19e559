"""Approvals of requests: who is asked, who may decide, and what a decision does."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Membership, Organization, Person, today
from accounts.roles import Role
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Stale, Unusable
from servicedesk.records.row_security import serving
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON, person
from tests.tickets.requesting import ADMINISTRATORS, APPROVERS, again, item, order, states, waiting
from tickets import approving
from tickets.actions import decide, delegate_approvals, edit_request, end_delegation, move_request
from tickets.actions.approvals import DUE_KINDS
from tickets.models import Approval, Delegation, ServiceRequest, Vote
from tickets.transitions import RequestStatus

Cast = dict[str, Person]
LATER = NOON + timedelta(hours=1)
DAY = NOON.date()


@pytest.fixture
def people(cast: Cast, lakeshore: Organization, sme: Organization, pineridge: Organization) -> Cast:
    """The cast, with another administrator at Lakeshore, one at Pine Ridge, and two approvers of the SME."""
    return cast | {
        "otto": person("Otto", (lakeshore, Role.LDC_ADMIN)),
        "petra": person("Petra", (pineridge, Role.LDC_ADMIN)),
        "ivan": person("Ivan", (sme, Role.CONFIGURATION_APPROVER)),
        "iris": person("Iris", (sme, Role.CONFIGURATION_APPROVER), (sme, Role.DESK_AGENT)),
    }


def stands_in(people: Cast, delegate: str, whom: str, *, first: int = 0, last: int = 5) -> None:
    """Let somebody decide in another's place, some days from now."""
    delegate_approvals(
        people[delegate],
        starts_on=DAY + timedelta(days=first),
        ends_on=DAY + timedelta(days=last),
        by=people[whom],
        at=NOON,
    )


def hands(request: ServiceRequest) -> set[str]:
    """Whom the request waits for, by first name."""
    bench = approving.bench_of(waiting(request), on=DAY)
    return {one.name.lower() for one in Person.objects.filter(pk__in=bench.hands)}


def deactivate_member(people: Cast, name: str) -> None:
    Person.objects.filter(pk=people[name].pk).update(is_active=False)


def leaves(people: Cast, name: str) -> None:
    """Their membership ended yesterday, whatever day it is in the story."""
    Membership.objects.filter(person=people[name]).update(
        starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1)
    )


# --- Who decides ----------------------------------------------------------------------------

WHO: dict[str, tuple[str, str, str, list[Callable[[Cast], Any]], set[str]]] = {
    # what is special: whom it asks, the requester, who sends it, what happened before, who may decide
    "the organization's administrators": (ADMINISTRATORS, "rita", "rita", [], {"olga", "otto"}),
    "the SME's approvers": (APPROVERS, "rita", "rita", [], {"ivan", "iris"}),
    "not the requester": (ADMINISTRATORS, "olga", "olga", [], {"otto"}),
    "not who sent it for somebody": (APPROVERS, "rita", "iris", [], {"ivan"}),
    "the SME where it leaves nobody": (
        ADMINISTRATORS, "olga", "olga", [lambda p: deactivate_member(p, "otto")], {"ivan", "iris"},
    ),
    "not who has left": (ADMINISTRATORS, "rita", "rita", [lambda p: leaves(p, "otto")], {"olga"}),
    "the SME where all have left": (
        ADMINISTRATORS, "rita", "rita", [lambda p: leaves(p, "otto"), lambda p: leaves(p, "olga")],
        {"ivan", "iris"},
    ),
    "a delegate too": (
        ADMINISTRATORS, "rita", "rita", [lambda p: stands_in(p, "ned", "olga")], {"olga", "otto", "ned"},
    ),
    "no delegate of another day": (
        ADMINISTRATORS, "rita", "rita", [lambda p: stands_in(p, "ned", "olga", first=1)], {"olga", "otto"},
    ),
    "no delegate who is the requester": (
        ADMINISTRATORS, "rita", "rita", [lambda p: stands_in(p, "rita", "olga")], {"olga", "otto"},
    ),
    "no delegate of who may not decide": (
        ADMINISTRATORS, "olga", "olga", [lambda p: stands_in(p, "ned", "olga")], {"otto"},
    ),
    "no delegate who has left": (
        ADMINISTRATORS, "rita", "rita", [lambda p: stands_in(p, "ned", "olga"), lambda p: leaves(p, "ned")],
        {"olga", "otto"},
    ),
    "a delegate at the SME": (
        APPROVERS, "rita", "rita", [lambda p: stands_in(p, "chang", "ivan")], {"ivan", "iris", "chang"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("special", WHO)
def test_who_decides(people: Cast, lakeshore: Organization, special: str) -> None:
    asks, requester, sender, before, expected = WHO[special]
    for happens in before:
        happens(people)

    request = order(
        item(asks), by=people[sender], requester=people[requester], organization=lakeshore, at=NOON
    )

    assert hands(request) == expected


def test_whoever_changed_what_is_asked_does_not_decide_on_it(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)

    change = {"endpoint": "sftp.elsewhere.example"}
    edit_request(request, change, request.title, by=people["olga"], at=LATER, version=request.version)

    assert hands(request) == {"otto"}


def test_a_delegate_of_an_agent_for_two_organizations_counts_in_their_own(
    people: Cast, lakeshore: Organization, pineridge: Organization, meterbridge: Organization
) -> None:
    both = person("Vic", (lakeshore, Role.LDC_ADMIN), (pineridge, Role.LDC_ADMIN), via=meterbridge)
    stands_in(people | {"vic": both}, "stan", "vic")
    at_home = order(item(ADMINISTRATORS), by=people["vera"], organization=pineridge)
    elsewhere = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)

    assert hands(at_home) == {"petra", "vic", "stan"}
    assert hands(elsewhere) == {"olga", "otto", "vic"}


# --- A round --------------------------------------------------------------------------------


def test_the_first_step_waits_and_the_others_come_later(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, APPROVERS), by=people["rita"], organization=lakeshore)

    first, later = request.approvals.order_by("position")
    due = {row.kind: row.due_at for row in DueRow.objects.waiting().filter(kind__in=DUE_KINDS)}
    assert request.status == RequestStatus.WAITING_APPROVAL
    assert states(request) == [(1, 1, "waiting"), (1, 2, "later")]
    assert [local(first.opened_at), local(first.remind_at), local(first.decide_by)] == [
        "Tue 9 12:00", "Wed 10 17:00", "Fri 12 17:00",
    ]  # fmt: skip
    assert [later.opened_at, later.remind_at, later.decide_by] == [None, None, None]
    assert due == {
        "request.approval_reminder": first.remind_at,
        "request.approval_overdue": first.decide_by,
    }


def local(moment: Any) -> str:
    """A moment on the wall of Toronto."""
    return f"{moment.astimezone(approving.timezone.get_default_timezone()):%a %-d %H:%M}"


def test_an_item_without_steps_asks_nobody(people: Cast, lakeshore: Organization) -> None:
    request = order(item(), by=people["rita"], organization=lakeshore)

    assert (request.status, states(request)) == (RequestStatus.SUBMITTED, [])
    assert not DueRow.objects.filter(kind__in=DUE_KINDS).exists()


def test_step_by_step_until_work_begins_and_its_clock_counts(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, APPROVERS), by=people["rita"], organization=lakeshore)
    assert request.finish_due_at is None

    decide(waiting(request), True, by=people["olga"], at=LATER)
    assert states(request) == [(1, 1, "approved"), (1, 2, "waiting")]
    assert again(request).status == RequestStatus.WAITING_APPROVAL
    assert hands(request) == {"ivan", "iris"}

    decide(waiting(request), True, "Fine.", by=people["ivan"], at=LATER)
    request = again(request)
    assert states(request) == [(1, 1, "approved"), (1, 2, "approved")]
    assert request.status == RequestStatus.IN_FULFILMENT
    assert request.finish_due_at is not None
    assert not DueRow.objects.waiting().filter(kind__in=DUE_KINDS).exists()
    approve = Event.objects.select_related("comment").get(name="request.approve")
    assert approve.facts["approved_by"] == ["Olga", "Ivan"]
    assert approve.comment is not None
    assert approve.comment.body == "Fine."


def test_one_decline_declines_the_request_and_voids_what_would_come(
    people: Cast, lakeshore: Organization
) -> None:
    request = order(item(ADMINISTRATORS, APPROVERS), by=people["rita"], organization=lakeshore)

    decide(waiting(request), False, "That host is retired in May.", by=people["olga"], at=LATER)

    request = again(request)
    assert (request.status, request.done_at) == (RequestStatus.DECLINED, LATER)
    assert states(request) == [(1, 1, "declined"), (1, 2, "void")]
    assert not DueRow.objects.waiting().filter(kind__in=DUE_KINDS).exists()
    said = Event.objects.select_related("comment").get(name="request.decline")
    assert (said.internal, said.comment and said.comment.body) == (False, "That host is retired in May.")


@pytest.mark.parametrize("move", ["cancel", "decline"])
def test_the_end_of_a_request_voids_what_waits(people: Cast, lakeshore: Organization, move: str) -> None:
    request = order(item(ADMINISTRATORS, APPROVERS), by=people["rita"], organization=lakeshore)

    move_request(request, move, by=people["ann"], at=LATER, version=request.version, message="Because.")

    assert states(request) == [(1, 1, "void"), (1, 2, "void")]
    assert not DueRow.objects.waiting().filter(kind__in=DUE_KINDS).exists()


# --- All have to agree ----------------------------------------------------------------------


def test_where_all_have_to_agree_it_waits_for_the_last(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, needs="all"), by=people["rita"], organization=lakeshore)

    decide(waiting(request), True, by=people["olga"], at=LATER)
    assert (states(request), hands(request)) == ([(1, 1, "waiting")], {"otto"})

    decide(waiting(request), True, by=people["otto"], at=LATER)
    assert again(request).status == RequestStatus.IN_FULFILMENT


def test_one_decline_is_enough_where_all_have_to_agree(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, needs="all"), by=people["rita"], organization=lakeshore)
    decide(waiting(request), True, by=people["olga"], at=LATER)

    decide(waiting(request), False, "Not now.", by=people["otto"], at=LATER)

    assert again(request).status == RequestStatus.DECLINED


def test_whoever_left_is_not_waited_for_at_the_next_reminder(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, needs="all"), by=people["rita"], organization=lakeshore)
    approval = waiting(request)
    decide(approval, True, by=people["olga"], at=LATER)
    deactivate_member(people, "otto")

    sweep(at=approval.remind_at + timedelta(minutes=1))

    request = again(request)
    event = Event.objects.get(name="request.approve")
    assert (request.status, event.actor, event.at) == (
        RequestStatus.IN_FULFILMENT, None, approval.remind_at,
    )  # fmt: skip
    assert not Event.objects.filter(name="request.approval_reminded").exists()


def test_one_word_counts_for_everybody_in_whose_place_one_stands(
    people: Cast, lakeshore: Organization
) -> None:
    request = order(item(ADMINISTRATORS, needs="all"), by=people["rita"], organization=lakeshore)
    stands_in(people, "otto", "olga")

    decide(waiting(request), True, by=people["otto"], at=LATER)

    assert again(request).status == RequestStatus.IN_FULFILMENT
    assert set(Vote.objects.values_list("person__name", "cast_by__name")) == {
        ("Otto", "Otto"), ("Olga", "Otto"),
    }  # fmt: skip


# --- Refusals -------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[str, str, list[Callable[[ServiceRequest, Cast], Any]], type[Refused], str]] = {
    # what is special: who decides, how many are needed, what happens first, how it is refused
    "their own request": (
        "rita", "any", [], Forbidden, "This is your own request, so somebody else has to decide.",
    ),
    "a colleague": (
        "ned", "any", [], Forbidden,
        "Only your organization's administrators, or those who stand in for them, can decide on this.",
    ),
    "another organization's administrator": (
        "petra", "any", [], Forbidden,
        "Only your organization's administrators, or those who stand in for them, can decide on this.",
    ),
    "an agent": (
        "ann", "any", [], Forbidden,
        "Only your organization's administrators, or those who stand in for them, can decide on this.",
    ),
    "the SME's approver, while the organization has its own": (
        "ivan", "any", [], Forbidden,
        "Only your organization's administrators, or those who stand in for them, can decide on this.",
    ),
    "approved already": (
        "olga", "any", [lambda r, p: decide(waiting(r), True, by=p["otto"], at=LATER)], IllegalMove,
        "This was approved on Tue 9 Mar 2027, 13:00 EST.",
    ),
    "declined already": (
        "olga", "any", [lambda r, p: decide(waiting(r), False, "No.", by=p["otto"], at=LATER)], IllegalMove,
        "This was declined on Tue 9 Mar 2027, 13:00 EST.",
    ),
    "a second vote": (
        "olga", "all", [lambda r, p: decide(waiting(r), True, by=p["olga"], at=LATER)], IllegalMove,
        "You decided on this already. It waits for the others.",
    ),
    "changed meanwhile": (
        "olga", "any",
        [lambda r, p: edit_request(r, {"endpoint": "b"}, r.title, by=p["rita"], at=LATER, version=r.version)],
        Stale, "The request was changed on Tue 9 Mar 2027, 13:00 EST. A new approval was asked for.",
    ),
    "cancelled meanwhile": (
        "olga", "any",
        [lambda r, p: move_request(r, "cancel", by=p["rita"], at=LATER, version=r.version, message="x")],
        Stale, "The request ended on Tue 9 Mar 2027, 13:00 EST, so nothing is left to decide.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("special", REFUSALS)
def test_a_decision_is_refused_in_words(people: Cast, lakeshore: Organization, special: str) -> None:
    who, needs, before, refusal, words = REFUSALS[special]
    request = order(item(ADMINISTRATORS, needs=needs), by=people["rita"], organization=lakeshore)
    approval = waiting(request)
    for happens in before:
        happens(request, people)
    votes = Vote.objects.count()

    with pytest.raises(Refused) as caught:
        decide(approval, True, by=people[who], at=LATER + timedelta(minutes=1))

    assert (type(caught.value), str(caught.value)) == (refusal, words)
    assert Vote.objects.count() == votes


def test_a_step_that_comes_later_is_not_decided_yet(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, APPROVERS), by=people["rita"], organization=lakeshore)

    with pytest.raises(IllegalMove, match=r"An earlier approval comes first\."):
        decide(request.approvals.get(position=2), True, by=people["ivan"], at=LATER)


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nobody_declines_without_a_reason(people: Cast, lakeshore: Organization, reason: str) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)

    with pytest.raises(Unusable, match=r"Say why you decline\. The requester reads it\."):
        decide(waiting(request), False, reason, by=people["olga"], at=LATER)

    assert states(request) == [(1, 1, "waiting")]


def test_a_person_has_one_vote_and_says_why_against_whatever_the_code_does(
    people: Cast, lakeshore: Organization
) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    vote = {"approval": waiting(request), "person": people["olga"], "cast_by": people["olga"], "at": NOON}
    Vote.objects.create(agrees=True, **vote)

    with pytest.raises(IntegrityError, match="vote_once"), transaction.atomic():
        Vote.objects.create(agrees=True, **vote)
    with pytest.raises(IntegrityError, match="vote_against_has_a_reason"), transaction.atomic():
        Vote.objects.create(agrees=False, **(vote | {"person": people["otto"]}))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_decisions_at_once_one_counts(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    approval, together = waiting(request), threading.Barrier(2, timeout=20)
    outcomes: list[str] = []

    def press(who: str, agrees: bool) -> None:
        try:
            together.wait()
            decide(approval, agrees, "Because.", by=people[who], at=LATER)
            outcomes.append("decided")
        except IllegalMove:
            outcomes.append("too late")
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=args) for args in (("olga", True), ("otto", False))]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()

    assert sorted(outcomes) == ["decided", "too late"]
    assert Vote.objects.count() == 1
    assert (again(request).status, states(request)) in [
        (RequestStatus.IN_FULFILMENT, [(1, 1, "approved")]),
        (RequestStatus.DECLINED, [(1, 1, "declined")]),
    ]


# --- Time -----------------------------------------------------------------------------------


def test_a_reminder_then_it_is_overdue_and_nobody_decides_by_itself(
    people: Cast, lakeshore: Organization
) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    approval = waiting(request)

    sweep(at=approval.remind_at)
    assert again(request).raised_at is None
    sweep(at=approval.decide_by + timedelta(hours=1))

    happened = Event.objects.filter(name__startswith="request.approval").order_by("at", "pk")
    assert list(happened.values_list("name", "at")) == [
        ("request.approval_asked", NOON),
        ("request.approval_reminded", approval.remind_at),
        ("request.approval_overdue", approval.decide_by),
    ]
    request = again(request)
    assert (request.status, request.raised_at) == (RequestStatus.WAITING_APPROVAL, approval.decide_by)
    assert states(request) == [(1, 1, "waiting")]


# --- Delegations ----------------------------------------------------------------------------


def test_a_delegate_decides_as_the_person_and_both_are_named(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    stands_in(people, "ned", "olga")

    decide(waiting(request), True, by=people["ned"], at=LATER)

    vote = Vote.objects.get()
    assert (vote.person, vote.cast_by) == (people["olga"], people["ned"])
    assert Event.objects.get(name="request.approve").facts["in_place_of"] == ["Olga"]


def test_delegates_follow_what_waits_so_that_they_see_it(people: Cast, lakeshore: Organization) -> None:
    secret = item(ADMINISTRATORS, visibility="restricted")
    before = order(secret, by=people["rita"], organization=lakeshore)
    stands_in(people, "ned", "olga")
    after = order(secret, by=people["rita"], organization=lakeshore)

    seen = set(ServiceRequest.objects.visible_to(people["ned"]))
    assert seen == {before, after}


def test_a_delegate_of_a_later_day_sees_nothing_before_it(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS, visibility="restricted"), by=people["rita"], organization=lakeshore)
    stands_in(people, "ned", "olga", first=1)

    sweep(at=NOON + timedelta(hours=11))
    assert not ServiceRequest.objects.visible_to(people["ned"]).exists()
    sweep(at=NOON + timedelta(hours=13))
    assert set(ServiceRequest.objects.visible_to(people["ned"])) == {request}


def test_what_is_taken_back_does_not_count_from_then_on(people: Cast, lakeshore: Organization) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    today_, earlier = (
        delegate_approvals(
            people[who], starts_on=DAY, ends_on=DAY + timedelta(days=5), by=people["olga"], at=NOON
        )
        for who in ("ned", "vera")
    )
    assert hands(request) == {"olga", "otto", "ned", "vera"}

    end_delegation(today_, by=people["olga"], at=LATER)
    end_delegation(earlier, by=people["olga"], at=LATER + timedelta(days=1))

    assert hands(request) == {"olga", "otto", "vera"}  # she stood in for the whole of the first day
    assert approving.bench_of(waiting(request), on=DAY + timedelta(days=1)).hands == {
        people["olga"].pk, people["otto"].pk,
    }  # fmt: skip


NOT_DELEGATED: dict[str, tuple[str, str, int, int, type[Refused], str]] = {
    # what is special: who names whom, from and to (days from today), how it is refused
    "who decides nothing": (
        "rita", "ned", 0, 5, Forbidden,
        "Only people who decide on requests can name somebody to decide in their place.",
    ),
    "a stranger": (
        "olga", "stan", 0, 5, Unusable, "Stan cannot decide in your place. Choose somebody of your own organization.",
    ),
    "the desk": (
        "olga", "ann", 0, 5, Unusable, "Ann cannot decide in your place. Choose somebody of your own organization.",
    ),
    "themselves": (
        "olga", "olga", 0, 5, Unusable, "Olga cannot decide in your place. Choose somebody of your own organization.",
    ),
    "an LDC's person for the SME": (
        "ivan", "rita", 0, 5, Unusable, "Rita cannot decide in your place. Choose somebody of your own organization.",
    ),
    "yesterday": ("olga", "ned", -1, 5, Unusable, "Choose a first day that is not in the past."),
    "backwards": ("olga", "ned", 3, 2, Unusable, "Choose a last day that is not before the first."),
}  # fmt: skip


@pytest.mark.parametrize("special", NOT_DELEGATED)
def test_a_delegation_is_refused_in_words(people: Cast, special: str) -> None:
    whose, delegate, first, last, refusal, words = NOT_DELEGATED[special]

    with pytest.raises(Refused) as caught:
        stands_in(people, delegate, whose, first=first, last=last)

    assert (type(caught.value), str(caught.value)) == (refusal, words)


def test_only_whoever_named_somebody_takes_it_back(people: Cast) -> None:
    made = delegate_approvals(people["ned"], starts_on=DAY, ends_on=DAY, by=people["olga"], at=NOON)

    with pytest.raises(Forbidden, match="Only whoever named somebody can take it back"):
        end_delegation(made, by=people["ned"], at=LATER)
    with pytest.raises(IllegalMove, match="This ended already"):
        end_delegation(made, by=people["olga"], at=LATER + timedelta(days=1))


def test_without_any_filter_an_ldc_reads_its_own_approvals_and_delegations_alone(
    people: Cast, lakeshore: Organization, pineridge: Organization
) -> None:
    ours = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    decide(waiting(ours), True, by=people["olga"], at=LATER)
    for whose, delegate in (("olga", "ned"), ("petra", "stan"), ("ivan", "chang")):
        stands_in(people, delegate, whose)
    order(item(ADMINISTRATORS), by=people["stan"], organization=pineridge)

    with serving(people["rita"]):
        assert [one.request_id for one in Approval.objects.all()] == [ours.pk]
        assert [str(vote.person) for vote in Vote.objects.all()] == ["Olga"]
        assert [str(one.delegate) for one in Delegation.objects.all()] == ["Ned"]
    with serving(people["stan"]):
        assert not Vote.objects.exists()
        assert [str(one.delegate) for one in Delegation.objects.all()] == ["Stan"]


# --- Together or not at all -----------------------------------------------------------------


def test_a_decision_whose_last_step_fails_leaves_nothing_behind(
    people: Cast, lakeshore: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = order(item(ADMINISTRATORS), by=people["rita"], organization=lakeshore)
    events = Event.objects.count()

    def broken(request: ServiceRequest) -> None:
        raise OSError("The disk is full.")

    monkeypatch.setattr("tickets.actions.approvals.begin_tasks", broken)
    with pytest.raises(OSError, match="disk"):
        decide(waiting(request), True, by=people["olga"], at=LATER)

    assert (again(request).status, states(request)) == (RequestStatus.WAITING_APPROVAL, [(1, 1, "waiting")])
    assert (Vote.objects.count(), Event.objects.count()) == (0, events)
    assert Approval.objects.count() == 1
