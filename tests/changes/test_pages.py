"""The list and the page of a request for change, as each side reads them."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Person
from changes.actions.editing import edit_change
from changes.actions.moving import move_change
from changes.actions.publishing import publish_change
from changes.actions.rating import rate_change
from changes.actions.talking import add_note, reply, subscribe, subscriptions_of
from changes.models import ChangeSubscription, Release, RequestForChange
from servicedesk.records.history import record_event
from servicedesk.records.models import Follower
from tests.changes.asking import LOW, MANUAL, PLANS, ask, fresh
from tests.changes.conftest import MakeChange
from tests.conftest import NOON, key
from tests.tickets.pages import buttons, fields, moves, words
from tests.tickets.test_lists import cost

SignIn = Callable[[Person], Client]


@pytest.fixture
def full(rita: Person, ann: Person, chang: Person) -> RequestForChange:
    """A published RFC with something in every corner, each named for where it may be read."""
    made = ask(rita, description="opencanary what", reason="opencanary why", affected="opencanary who",
               documents=[MANUAL])  # fmt: skip
    edit_change(made, dict.fromkeys(PLANS, "homecanary plan"), [MANUAL], by=rita, at=NOON, version=1)
    reply(made, "homecanary message", by=rita, at=NOON)
    add_note(made, "deskcanary note", by=ann, at=NOON)
    move_change(made, "screen", by=chang, at=NOON, version=made.version)
    move_change(made, "assess", by=chang, at=NOON, version=made.version)
    rate_change(made, LOW, by=chang, at=NOON, version=made.version)
    publish_change(made, by=chang, at=NOON, version=made.version)
    decided = record_event(made, "rfc.decline", by=None, at=NOON, message="opencanary reason", side="desk")
    assert decided.pk
    move_change(made, "withdraw", by=rita, at=NOON, version=made.version, message="homecanary withdrawn")
    return fresh(made)


def test_each_side_reads_its_part(full: RequestForChange, cast: dict[str, Person], sign_in: SignIn) -> None:
    pages = {who: words(sign_in(cast[who]).get(full.get_absolute_url())) for who in ("stan", "ned", "ann")}

    for page in pages.values():
        for word in ("what", "why", "who", "reason"):
            assert f"opencanary {word}" in page
        assert "File formats manual" in page
        assert "Risk: Low" in page
    assert {who: "homecanary" in page for who, page in pages.items()} == {
        "stan": False,
        "ned": True,
        "ann": True,
    }
    assert {who: "deskcanary" in page for who, page in pages.items()} == {
        "stan": False,
        "ned": False,
        "ann": True,
    }
    assert {who: "Who notices when it goes wrong?" in page for who, page in pages.items()} == {
        "stan": False, "ned": True, "ann": True,
    }  # fmt: skip
    assert re.findall(r"Lakeshore Hydro|\bRita\b|\bChang\b|screening", pages["stan"]) == []
    assert "The organization that asks withdrew it" in pages["stan"]


def test_an_unpublished_one_is_not_there_for_others(rfc: MakeChange, stan: Person, sign_in: SignIn) -> None:
    made = rfc()
    browser = sign_in(stan)
    assert browser.get(made.get_absolute_url()).status_code == 404
    assert made.reference not in words(browser.get("/changes/?view=all"))


@pytest.mark.parametrize(
    ("who", "status", "offered"),
    [
        ("rita", "submitted", {"withdraw"}),
        ("stan", "submitted", set()),
        ("ann", "submitted", set()),
        ("chang", "submitted", {"screen", "turn_away", "withdraw"}),
        ("chang", "assessment", {"put_to_board", "withdraw"}),
        ("rita", "implementing", set()),
        ("chang", "closed", set()),
    ],
)
def test_the_page_offers_the_moves_that_are_ones_own(
    rfc: MakeChange, cast: dict[str, Person], sign_in: SignIn, who: str, status: str, offered: set[str]
) -> None:
    made = rfc(status=status, visibility="everyone")
    assert moves(sign_in(cast[who]).get(made.get_absolute_url())) == offered


def test_what_is_missing_stands_at_the_greyed_button_and_in_the_refusal(
    rfc: MakeChange, chang: Person, sign_in: SignIn
) -> None:
    made, browser = rfc(status="assessment"), sign_in(chang)
    page = browser.get(made.get_absolute_url())
    assert "Put to the board" not in buttons(page)
    assert "Answer the risk questionnaire first." in words(page)

    sent = {"request_id": key(), "version": 1}
    refused = browser.post(f"{made.get_absolute_url()}move/put_to_board/", sent)
    assert refused.status_code == 409
    assert "Answer the risk questionnaire first." in words(refused)


def test_who_asks_withdraws_with_a_reason(rfc: MakeChange, rita: Person, sign_in: SignIn) -> None:
    made, browser = rfc(), sign_in(rita)
    address = f"{made.get_absolute_url()}move/withdraw/"
    silent = browser.post(address, {"request_id": key(), "version": 1, "message": ""})
    assert (silent.status_code, "Say why, in a sentence or two." in words(silent)) == (422, True)

    assert (
        browser.post(address, {"request_id": key(), "version": 1, "message": "Done otherwise."}).status_code
        == 303
    )
    assert fresh(made).status == "withdrawn"


def test_a_stale_edit_shows_both_texts_and_keeps_what_was_typed(
    rfc: MakeChange, rita: Person, chang: Person, sign_in: SignIn
) -> None:
    made, browser = rfc(), sign_in(rita)
    address = f"{made.get_absolute_url()}edit/"
    sent = fields(browser.get(address)) | {"description": ["Mine is longer."], "request_id": [key()]}
    edit_change(made, {"description": "Theirs was first."}, [], by=chang, at=NOON, version=1)

    stale = browser.post(address, sent)
    assert stale.status_code == 409
    assert "As it is now Theirs was first. What you typed Mine is longer." in words(stale)
    again = fields(stale)
    assert (again["version"], again["description"]) == (["2"], ["Mine is longer."])
    assert browser.post(address, again | {"request_id": [key()]}).status_code == 303
    assert fresh(made).description == "Mine is longer."


def test_rating_planning_and_publishing_by_their_pages(
    rfc: MakeChange, chang: Person, ann: Person, stan: Person, sign_in: SignIn
) -> None:
    made, browser = rfc(), sign_in(chang)
    at = made.get_absolute_url()

    risk = fields(browser.get(f"{at}risk/")) | {f"q_{name}": [value] for name, value in LOW.items()}
    assert browser.post(f"{at}risk/", risk | {"request_id": [key()]}).status_code == 303
    assert "Points" in words(browser.get(at))
    plan = fields(browser.get(f"{at}plan/")) | {"implementer": [ann.pk], "request_id": [key()]}
    assert browser.post(f"{at}plan/", plan).status_code == 303
    preview = browser.get(f"{at}publish/")
    assert "This is what other LDCs will read." in words(preview)
    assert browser.post(f"{at}publish/", fields(preview)).status_code == 303

    assert (fresh(made).risk, fresh(made).implementer, fresh(made).visibility) == ("low", ann, "everyone")
    assert sign_in(stan).get(at).status_code == 200
    back = fields(browser.get(f"{at}unpublish/")) | {"message": ["Not yet."]}
    assert browser.post(f"{at}unpublish/", back).status_code == 303
    assert sign_in(stan).get(at).status_code == 404


def test_an_ldc_follows_and_subscribes_for_itself(
    rfc: MakeChange, stan: Person, rita: Person, sign_in: SignIn
) -> None:
    subscribe({"quality"}, digest=True, by=rita, at=NOON)
    made, browser = rfc(visibility="everyone"), sign_in(stan)
    browser.post(f"{made.get_absolute_url()}follow/", {"request_id": key(), "following": "yes"})
    assert made.reference in words(browser.get("/changes/?view=following"))

    for scopes, often, kept in (
        (["all", "production"], "daily", [("", True), ("production", True)]),
        (["sandbox"], "now", [("sandbox", False)]),
        ([], "now", []),
    ):
        sent = {"request_id": key(), "scopes": scopes, "often": often}
        assert browser.post("/changes/subscriptions/", sent).status_code == 303
        mine = ChangeSubscription.objects.visible_to(stan).order_by("environment")
        assert list(mine.values_list("environment", "digest")) == kept
        chosen = {environment or "all" for environment, _daily in kept}
        assert set(fields(browser.get("/changes/subscriptions/")).get("scopes", [])) == chosen
        assert subscriptions_of(rita) == {"quality": True}


# --- The list -------------------------------------------------------------------------------

VIEWS = {
    "proposed": {"submitted", "screening"},
    "review": {"assessment", "consultation", "decision", "deferred"},
    "approved": {"approved"},
    "scheduled": {"scheduled", "implementing"},
    "implemented": {"implemented", "backed_out", "reviewed", "closed"},
    "declined": {"declined", "withdrawn"},
}


def test_the_views_take_every_status_once(
    rfc: MakeChange, rita: Person, stan: Person, chang: Person, sign_in: SignIn
) -> None:
    made = {status: rfc(status=status).reference for some in VIEWS.values() for status in some}
    own, strange, desk = sign_in(rita), sign_in(stan), sign_in(chang)

    for view, statuses in VIEWS.items():
        page = words(own.get("/changes/", {"view": view}))
        assert {status for status, ref in made.items() if ref in page} == statuses
    assert all(ref in words(own.get("/changes/?view=ours")) for ref in made.values())
    assert not any(ref in words(strange.get("/changes/?view=all")) for ref in made.values())
    waiting = words(desk.get("/changes/?view=decide"))
    assert [status for status, ref in made.items() if ref in waiting] == ["decision"]
    assert "Awaiting decision" not in re.findall(r">([^<]+)</a>", own.get("/changes/").content.decode())


def test_filters_narrow_down_and_pass_over_nonsense(rfc: MakeChange, rita: Person, sign_in: SignIn) -> None:
    release = Release.objects.create(name="8.2")
    one = rfc(
        title="Alpha", environments=["sandbox"], interfaces=["gui"], change_class="emergency", release=release
    )
    two = rfc(title="Beta")
    browser = sign_in(rita)
    for query, found in (
        ({"q": "alph"}, [one]),
        ({"q": two.reference.lower()}, [two]),
        ({"environment": "sandbox"}, [one]),
        ({"interface": "reports"}, [two]),
        ({"class": "emergency"}, [one]),
        ({"release": str(release.pk)}, [one]),
        ({"environment": "sandbox", "interface": "reports"}, []),
        ({"environment": "mars", "release": "x", "class": "'--", "after": "made-up"}, [one, two]),
    ):
        page = words(browser.get("/changes/", {"view": "all"} | query))
        assert [each for each in (one, two) if each.reference in page] == found


@pytest.mark.parametrize(("who", "address"), [
    ("rita", "/changes/?view=all"), ("stan", "/changes/?view=all"), ("chang", "/changes/?view=decide"),
    ("rita", "/changes/?view=following&environment=production"),
])  # fmt: skip
def test_a_list_of_fifty_costs_what_a_list_of_one_does(
    rfc: MakeChange, cast: dict[str, Person], sign_in: SignIn, who: str, address: str
) -> None:
    def add() -> None:
        made = rfc(status="decision", visibility="everyone")
        Follower.objects.create(record=made, person=cast["rita"], since=NOON)

    browser = sign_in(cast[who])
    add()
    one = cost(browser, address)
    for _ in range(49):
        add()
    fifty = cost(browser, address)
    assert len(one) == len(fifty) <= 4, fifty


def test_a_page_with_thirty_messages_costs_no_more(
    rfc: MakeChange, cast: dict[str, Person], sign_in: SignIn
) -> None:
    made = rfc(status="assessment", visibility="everyone")
    rate_change(made, LOW, by=cast["chang"], at=NOON, version=1)
    browsers = {who: sign_in(cast[who]) for who in ("rita", "stan", "chang")}
    before = {who: len(cost(one, made.get_absolute_url())) for who, one in browsers.items()}
    for number in range(30):
        reply(made, f"Message {number}", by=cast["rita"], at=NOON)
        Follower.objects.get_or_create(record=made, person=cast["ann"], defaults={"since": NOON})
    after = {who: len(cost(one, made.get_absolute_url())) for who, one in browsers.items()}
    assert before == after
    assert after == {"rita": 8, "stan": 8, "chang": 11}  # a manager's buttons ask who sits on the board
