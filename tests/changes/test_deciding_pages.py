"""Pages of the board, consultation and reviews: what they show to whom, and hand-made POSTs that they refuse."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Organization, Person
from changes.actions.moving import move_change
from changes.loop import open_loops
from changes.models import Ballot, ConsultationAnswer, Decision, Release, RequestForChange
from changes.track_record import success_hint
from servicedesk.records.models import Link
from servicedesk.schedule.sweep import sweep
from tests.accounts.confirming import AN_HOUR, confirm, signed_in_ago
from tests.changes.board import cast as votes
from tests.changes.board import put, seat
from tests.changes.conftest import MakeChange
from tests.conftest import key
from tests.notifications.letters import drain_at
from tests.tickets.pages import fields
from tickets.models import Incident

Cast = dict[str, Person]
SignIn = Callable[[Person], Client]


@pytest.fixture
def people(cast: Cast) -> Cast:
    """The cast, five of them on the board, Stan of Pine Ridge and Ned of Lakeshore among them."""
    seat(*(cast[name] for name in ("ann", "cleo", "chang", "stan", "ned")))
    return cast


@pytest.fixture
def ready(rfc: MakeChange) -> MakeChange:
    """An RFC of Rita's that is assessed and published."""

    def make(**columns: Any) -> RequestForChange:
        return rfc(**{"status": "assessment", "risk": "low", "visibility": "everyone"} | columns)

    return make


def post(browser: Client, name: str, rfc: RequestForChange, **said: Any) -> HttpResponse:
    """Send a form with a fresh key."""
    return browser.post(reverse(f"changes:{name}", args=[rfc.reference]), {"request_id": key(), **said})


def text(response: HttpResponse) -> str:
    return " ".join(response.content.decode().split())


# --- Hand-made POSTs ------------------------------------------------------------------------

OWN = "You asked for this change, so others decide on it."
CHANGED = "The RFC was changed since it was put to decision."
REFUSED: list[tuple[str, str, str, dict[str, Any], int, str]] = [
    # how it stands, who, which form, what it says, the answer
    ("asked by ann", "ann", "desk_decision", {}, 403, OWN),
    ("open", "ned", "decision", {}, 403, "Your organization asks for this change"),
    ("open", "rita", "decision", {}, 403, "The votes are the board’s and the Service Desk’s"),
    ("open", "bob", "desk_decision", {}, 403, "Only members of the change advisory board vote on this."),
    ("ann implements", "ann", "desk_decision", {}, 403, "You are named as its implementer"),
    ("ann voted", "ann", "desk_decision", {}, 409, "You voted on this already."),
    ("edited", "ann", "desk_decision", {}, 409, CHANGED),
    ("approved", "cleo", "desk_decision", {}, 409, "This was approved on"),
    ("put again", "cleo", "desk_decision", {}, 409, "This was made void on"),
    ("open", "ann", "desk_decision", {"choice": "decline"}, 422, "Say why you do not approve."),
    ("open", "ann", "desk_decision", {"choice": "perhaps"}, 422, "Select a valid choice"),
    ("open", "ann", "desk_decision", {"round": "9"}, 404, ""),
    ("open", "ann", "close_decision", {}, 403, "Only a change manager may do this."),
    ("open", "chang", "close_decision", {}, 422, "A quorum is 3, and 3 more have to vote."),
    ("edited", "chang", "close_decision", {}, 409, "The RFC was changed since it was put to decision."),
    ("open", "chang", "minutes", {"minutes": "We talked."}, 409, "Minutes are written once it is decided."),
    ("approved", "ann", "minutes", {"minutes": "We talked."}, 403, "Only a change manager may do this."),
    ("open", "chang", "review", {}, 409, "A review is written once the change was implemented"),
    ("emergency done", "rita", "review", {}, 403, "Only a change manager may do this."),
    ("emergency done", "stan", "review", {}, 403, "Only a change manager may do this."),
]


def stands(how: str, people: Cast, ready: MakeChange) -> RequestForChange:
    """An RFC that stands like this, now."""
    chang, now = people["chang"], timezone.now()
    if how == "emergency done":
        begun = ready(status="implementing", change_class="emergency", implementer=people["bob"])
        return move_change(begun, "finish", by=people["bob"], at=now, version=1, outcome="successful")
    asked = ready(
        by=people["ann"] if how == "asked by ann" else people["rita"],
        implementer=people["ann"] if how == "ann implements" else None,
    )
    decision = put(asked, by=chang, at=now)
    if how == "ann voted":
        votes(decision, "+", people["ann"], at=now)
    elif how == "edited":
        RequestForChange.objects.filter(pk=asked.pk).update(downtime=30)
    elif how == "approved":
        votes(decision, "+++", people["ann"], people["chang"], people["stan"], at=now)
    elif how == "put again":
        move_change(asked, "take_back", by=chang, at=now, version=asked.version, message="Not yet.")
        put(asked, by=chang, at=now)
    return asked


@pytest.mark.parametrize(("how", "who", "form", "said", "status", "words"), REFUSED)
def test_a_hand_made_form_is_refused_with_words(
    people: Cast, ready: MakeChange, sign_in: SignIn, how: str, who: str, form: str, said: dict[str, Any],
    status: int, words: str,
) -> None:  # fmt: skip
    asked = stands(how, people, ready)
    before = (Ballot.objects.count(), Decision.objects.filter(minutes="").count())
    everything = {
        "round": "1",
        "choice": "approve",
        "version": asked.version,
        "text": "Fine.",
        "outcome": "successful",
    }

    response = post(sign_in(people[who]), form, asked, **everything | said)

    assert (response.status_code, words in text(response)) == (status, True)
    assert (Ballot.objects.count(), Decision.objects.filter(minutes="").count()) == before


def test_a_vote_long_after_sign_in_waits_until_it_is_confirmed_who_votes(
    people: Cast, ready: MakeChange, settings: Settings
) -> None:
    settings.ACCOUNT_REAUTHENTICATION_REQUIRED = True
    rfc, browser = stands("open", people, ready), signed_in_ago(people["ann"], AN_HOUR)
    said = {"round": "1", "choice": "decline", "reason": "The window is too short."}

    page = confirm(browser, post(browser, "desk_decision", rfc, **said))

    typed = {name: values[-1] for name, values in fields(page).items()}
    assert typed.items() >= said.items()
    assert not Ballot.objects.exists()
    assert post(browser, "desk_decision", rfc, **said).status_code == 303
    assert Ballot.objects.get().reason == "The window is too short."
    assert post(signed_in_ago(people["chang"], AN_HOUR), "close_decision", rfc, round=1).status_code == 302


def test_an_emergency_is_not_closed_by_hand_without_its_review(
    people: Cast, ready: MakeChange, sign_in: SignIn
) -> None:
    done = stands("emergency done", people, ready)
    browser = sign_in(people["chang"])
    move = reverse("changes:move", args=[done.reference, "close"])

    closed = browser.post(move, {"request_id": key(), "version": done.version})
    assert (closed.status_code, "“Close” is not possible" in text(closed)) == (409, True)

    post(browser, "review", done, version=done.version, text="It was right.", outcome="successful")
    assert RequestForChange.objects.get().status == "implemented"  # until the board accepts it


# --- Voting ---------------------------------------------------------------------------------


def test_the_board_votes_on_its_page_and_every_reader_sees_what_came_of_it(
    people: Cast, ready: MakeChange, sign_in: SignIn
) -> None:
    asked = ready()
    put(asked, by=people["chang"], at=timezone.now())
    agenda = text(sign_in(people["stan"]).get(reverse("changes:board")))
    assert "Your vote is awaited" in agenda
    assert reverse("changes:decision", args=[asked.reference]) in agenda
    assert "0 of 3 votes for a quorum" in agenda

    said = {"round": "1", "choice": "decline", "reason": "Not in March."}
    for name, page in (("stan", "decision"), ("ann", "desk_decision"), ("cleo", "desk_decision")):
        assert post(sign_in(people[name]), page, asked, **said).status_code == 303
    sweep(at=timezone.now())

    assert RequestForChange.objects.get().status == "declined"
    desk = text(sign_in(people["chang"]).get(reverse("changes:desk_decision", args=[asked.reference])))
    assert "<strong>Stan</strong> for declining" in desk
    post(sign_in(people["chang"]), "minutes", asked, round="1", minutes="All said April.")
    for name in ("rita", "vera", "stan"):
        page = text(sign_in(people[name]).get(asked.get_absolute_url()))
        assert "3 for declining" in page
        assert "Not in March." in page
        assert "All said April." in page
        assert "<strong>Stan</strong> for" not in page


def test_an_empty_agenda_says_so_and_a_full_one_costs_no_more(
    people: Cast, ready: MakeChange, sign_in: SignIn
) -> None:
    browser, costs = sign_in(people["ann"]), []
    assert "No decisions are waiting for you." in text(browser.get(reverse("changes:board")))
    for number in (1, 49):
        for _ in range(number):
            put(ready(), by=people["chang"], at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse("changes:board")).status_code == 200
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 12


def test_those_whose_vote_is_out_are_told_in_whichever_organization(people: Cast, ready: MakeChange) -> None:
    now = timezone.now()
    decision = put(ready(), by=people["chang"], at=now)
    drain_at(now)
    assert {one.to[0] for one in mail.outbox} == {
        f"{name}@example.com" for name in ("rita", "ann", "cleo", "stan")  # Chang did it, Ned may not vote
    }  # fmt: skip

    votes(decision, "+", people["ann"], at=now)
    mail.outbox.clear()
    sweep(at=decision.decide_by - timedelta(days=1))
    drain_at(decision.decide_by - timedelta(days=1))

    assert {one.to[0] for one in mail.outbox} == {f"{name}@example.com" for name in ("cleo", "chang", "stan")}


# --- Consultation ---------------------------------------------------------------------------


def test_an_ldc_answers_changes_its_answer_and_reads_no_others(
    people: Cast, ready: MakeChange, sign_in: SignIn, pineridge: Organization
) -> None:
    public = ready()
    manager, page = sign_in(people["chang"]), reverse("changes:consultation", args=[public.reference])
    early = post(manager, "consult", public, version=1, closes_on=timezone.localdate().isoformat())
    assert (early.status_code, "or later" in text(early)) == (422, True)
    last = (timezone.localdate() + timedelta(days=12)).isoformat()
    asked = post(manager, "consult", public, version=1, closes_on=last, message="Does April suit you?")
    assert asked.status_code == 303

    stan = sign_in(people["stan"])
    assert "Does April suit you?" in text(stan.get(page))
    said = {"organization": pineridge.pk, "stance": "concern"}
    assert "Say what the concern" in text(post(stan, "consultation", public, **said))
    for words in ("pinecanary one", "pinecanary two"):
        assert post(stan, "consultation", public, **said, text=words).status_code == 303

    assert ConsultationAnswer.objects.get(replaced_at=None).text == "pinecanary two"
    assert "pinecanary two" in text(stan.get(page))
    assert "Pine Ridge Power" in text(manager.get(page))
    rita = text(sign_in(people["rita"]).get(page))
    assert ("pinecanary" in rita, "Pine Ridge" in rita, "1 organization" in rita) == (False, False, True)
    refused = post(sign_in(people["rita"]), "consultation", public, **said, text="We too.")
    assert (refused.status_code, "Your organization asks for this change" in text(refused)) == (403, True)
    elsewhere = post(sign_in(people["stan"]), "consultation", public, stance="concern", text="x",
                     organization=people["rita"].memberships.get().organization_id)  # fmt: skip
    assert (elsewhere.status_code, "Choose an organization that you report for." in text(elsewhere)) == (
        422,
        True,
    )


# --- Release notes, the loop, the hint ------------------------------------------------------


def test_release_notes_show_what_their_reader_may_see(
    ready: MakeChange, people: Cast, sign_in: SignIn
) -> None:
    release = Release.objects.create(name="8.2", summary="Faster reports.")
    public = ready(release=release, title="Reports in half the time")
    public.documents.create(title="Reports manual", old_version="4", new_version="5")
    ready(release=release, visibility="organization", title="Only ours")
    page = release.get_absolute_url()

    shown = {name: text(sign_in(people[name]).get(page)) for name in ("rita", "stan", "ann")}

    assert all("Reports in half the time" in words and "4 → 5" in words for words in shown.values())
    assert {name: "Only ours" in words for name, words in shown.items()} == {
        "rita": True, "stan": False, "ann": True,
    }  # fmt: skip
    hidden = Release.objects.create(name="8.3")
    assert sign_in(people["stan"]).get(hidden.get_absolute_url()).status_code == 404
    assert sign_in(people["ann"]).get(hidden.get_absolute_url()).status_code == 200


def test_open_tickets_whose_change_is_in_place_wait_to_be_told(
    rfc: MakeChange, people: Cast, incident: Callable[..., Incident], sign_in: SignIn
) -> None:
    done, underway = rfc(status="implemented"), rfc(status="implementing")
    undone = rfc(status="reviewed", outcome="backed_out")
    waiting, resolved, early, in_vain = incident(), incident("resolved"), incident(), incident()
    for ticket, cause in ((waiting, done), (resolved, done), (early, underway), (in_vain, undone)):
        Link.objects.create(
            source_id=ticket.pk,
            target_id=cause.pk,
            relation="related",
            made_by=people["ann"],
            made_at=timezone.now(),
        )

    rows = open_loops(people["ann"], most=10)
    assert [(row.ticket.reference, row.cause.reference) for row in rows] == [
        (waiting.reference, done.reference)
    ]
    page = text(sign_in(people["ann"]).get(reverse("changes:loop")))
    assert reverse("tickets:desk_detail", args=[waiting.reference]) in page
    assert sign_in(people["rita"]).get(reverse("changes:loop")).status_code == 403


def test_how_changes_like_this_one_went(rfc: MakeChange) -> None:
    for columns in (
        {"outcome": "successful"},
        {"outcome": "with_issues", "interfaces": ["reports", "gui"]},
        {"outcome": "backed_out"},
        {"outcome": "successful", "interfaces": ["gui"]},
        {"outcome": "successful", "category": "hardware"},
        {},
    ):
        rfc(status="closed", **columns)

    assert success_hint(rfc()) == (2, 3)
    assert success_hint(rfc(interfaces=[])) == (3, 4)
