"""What is done with an RFC besides its moves: editing, rating, planning, publishing, talking."""

from datetime import timedelta

import pytest

from accounts.models import Person
from changes.actions.editing import edit_change
from changes.actions.moving import append_event, move_change
from changes.actions.planning import plan_change
from changes.actions.publishing import publish_change, unpublish_change
from changes.actions.rating import rate_change
from changes.actions.talking import add_note, reply, set_following
from changes.models import Release, RequestForChange, RiskAssessment
from changes.risk import rating
from changes.timeline import told
from servicedesk.records.models import Attachment, Comment, Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Stale, Unusable
from tests.changes.asking import HIGH, LOW, MANUAL, PLANS, ask, fresh, template
from tests.changes.board import seat
from tests.changes.conftest import MakeChange
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)


def names() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("name", flat=True))


def edit(rfc: RequestForChange, by: Person, version: int = 0, **wanted: object) -> RequestForChange:
    return edit_change(rfc, wanted, [], by=by, at=LATER, version=version or rfc.version)


# --- Editing --------------------------------------------------------------------------------


def test_an_edit_says_what_changed(rfc: MakeChange, rita: Person) -> None:
    edited = edit_change(
        rfc(), {"title": "Once a cycle", "downtime": 15, "reason": "Billing analysts reconcile each report by hand."},
        [MANUAL], by=rita, at=LATER, version=1,
    )  # fmt: skip

    assert (fresh(edited).title, fresh(edited).downtime, edited.version) == ("Once a cycle", 15, 2)
    event = Event.objects.get()
    assert event.name == "rfc.edited"
    assert event.facts["changed"] == [
        {"field": "title", "was": "Deliver exception reports once", "now": "Once a cycle"},
        {"field": "downtime", "was": 0, "now": 15},
        {"field": "documents", "was": [], "now": [["File formats manual", "8.1", "8.2"]]},
    ]
    assert told(event, edited, rita).sentence == (
        "changed “Title” from “Deliver exception reports once” to “Once a cycle”; “Downtime” from “none” to "
        "“15 min”; “Documents” from “–” to “File formats manual, 8.1 to 8.2”"
    )


def test_nothing_is_written_where_nothing_changes(rfc: MakeChange, rita: Person) -> None:
    edit(rfc(environments=["sandbox", "quality"]), rita, environments=["quality", "sandbox"])
    assert names() == []


def test_the_second_of_two_editors_is_told_they_came_second(
    rfc: MakeChange, rita: Person, chang: Person
) -> None:
    first = rfc()
    second = fresh(first)
    edit(first, rita, title="One")
    with pytest.raises(Stale):
        edit(second, chang, version=1, title="Two")
    assert fresh(first).title == "One"


@pytest.mark.parametrize(
    ("status", "wanted", "after", "events"),
    [
        ("assessment", {"title": "Other"}, "assessment", ["rfc.edited"]),
        ("decision", {"title": "Other"}, "assessment", ["rfc.edited", "rfc.take_back"]),
        ("decision", {"desired_on": None}, "decision", []),
        ("approved", {"back_out_plan": "Other"}, "assessment", ["rfc.edited", "rfc.void"]),
        ("scheduled", {"environments": ["sandbox"]}, "assessment", ["rfc.edited", "rfc.void"]),
    ],
)
def test_a_material_edit_takes_back_what_was_decided_or_is_being_decided(
    rfc: MakeChange, rita: Person, status: str, wanted: dict[str, object], after: str, events: list[str]
) -> None:
    edited = edit(rfc(status=status), rita, **wanted)

    assert fresh(edited).status == after
    assert names() == events
    for event in Event.objects.filter(name__in=["rfc.void", "rfc.take_back"]):
        assert event.facts["fields"] == list(wanted)


def test_what_is_not_material_leaves_an_approval_alone(rfc: MakeChange, rita: Person) -> None:
    edited = edit(rfc(status="approved"), rita, desired_on=NOON.date())
    assert (fresh(edited).status, names()) == ("approved", ["rfc.edited"])


@pytest.mark.parametrize("status", ["implementing", "implemented", "closed", "declined", "withdrawn"])
def test_what_began_or_is_over_is_not_edited(rfc: MakeChange, rita: Person, status: str) -> None:
    with pytest.raises(IllegalMove):
        edit(rfc(status=status), rita, title="Other")


def test_neighbours_edit_and_strangers_do_not(
    rfc: MakeChange, ned: Person, stan: Person, ann: Person
) -> None:
    published = rfc(visibility="everyone")
    edit(published, ned, title="Ned's")
    for outsider in (stan, ann):
        with pytest.raises(Forbidden):
            edit(published, outsider, title="Other")


def test_the_plans_of_a_standard_change_are_its_templates(rita: Person, chang: Person) -> None:
    standard = ask(rita, template=template(chang))
    with pytest.raises(Unusable, match="those of its template"):
        edit(standard, rita, back_out_plan="None")


# --- Rating ---------------------------------------------------------------------------------


def test_points_add_up_to_a_word() -> None:
    questions = [
        {"name": "a", "answers": [{"value": "x", "points": 0}, {"value": "y", "points": 5}]},
        {"name": "b", "answers": [{"value": "x", "points": 0}, {"value": "y", "points": 7}]},
    ]
    found = {
        (a, b): rating(questions, {"a": a, "b": b}, medium_from=5, high_from=12) for a in "xy" for b in "xy"
    }
    assert {key: (one.points, one.risk) for key, one in found.items()} == {
        ("x", "x"): (0, "low"), ("y", "x"): (5, "medium"), ("x", "y"): (7, "medium"), ("y", "y"): (12, "high"),
    }  # fmt: skip
    assert found["y", "x"].answers == [
        {"name": "a", "value": "y", "points": 5},
        {"name": "b", "value": "x", "points": 0},
    ]
    with pytest.raises(KeyError):
        rating(questions, {"a": "x"}, medium_from=5, high_from=12)


def test_a_rating_keeps_its_formula_and_decides_which_plans_are_needed(
    rfc: MakeChange, chang: Person, bob: Person, cleo: Person
) -> None:
    rated = rfc(status="assessment")
    seat(chang, bob, cleo)
    rate_change(rated, LOW, by=chang, at=NOON, version=1)
    rate_change(rated, HIGH, by=chang, at=LATER, version=2)

    assert (fresh(rated).risk, RiskAssessment.objects.count()) == ("high", 2)
    assert RiskAssessment.objects.latest("at").formula.number == 1
    with pytest.raises(IllegalMove, match=r"test plan is required.*communication plan is required"):
        move_change(rated, "put_to_board", by=chang, at=LATER, version=3)
    edit_change(rated, dict.fromkeys(PLANS, "Step by step."), [], by=chang, at=LATER, version=3)
    assert move_change(rated, "put_to_board", by=chang, at=LATER, version=rated.version).status == "decision"


def test_the_risk_is_part_of_what_is_decided(rfc: MakeChange, chang: Person, rita: Person) -> None:
    with pytest.raises(Unusable, match="Answer every question"):
        rate_change(rfc(), {"reach": "one"}, by=chang, at=LATER, version=1)
    for status in ("decision", "approved", "closed"):
        with pytest.raises(IllegalMove):
            rate_change(rfc(status=status), LOW, by=chang, at=LATER, version=1)
    with pytest.raises(Forbidden):
        rate_change(rfc(), LOW, by=rita, at=LATER, version=1)


# --- Planning -------------------------------------------------------------------------------


def plan(rfc: RequestForChange, by: Person, **wanted: object) -> RequestForChange:
    as_it_is = {
        "change_class": rfc.change_class, "template": rfc.template, "implementer": rfc.implementer,
        "release": rfc.release,
    }  # fmt: skip
    return plan_change(rfc, by=by, at=LATER, version=rfc.version, **(as_it_is | wanted))  # type: ignore[arg-type]


def test_a_change_gets_its_implementer_and_release(rfc: MakeChange, chang: Person, ann: Person) -> None:
    planned = plan(rfc(status="approved"), chang, implementer=ann, release=Release.objects.create(name="8.2"))

    assert (fresh(planned).implementer, str(fresh(planned).release), planned.status) == (
        ann,
        "8.2",
        "approved",
    )
    assert (
        told(Event.objects.get(), planned, chang).sentence
        == "named Ann as implementer; put it into release 8.2"
    )
    plan(planned, chang)
    assert names() == ["rfc.planned"]


def test_who_asks_does_not_implement_and_nor_does_an_ldc(
    rfc: MakeChange, chang: Person, ann: Person, rita: Person
) -> None:
    for by, implementer in ((ann, ann), (rita, rita), (rita, chang)):
        with pytest.raises(Unusable):
            plan(rfc(by=by), chang, implementer=implementer)


@pytest.mark.parametrize(
    ("status", "was", "wanted", "may"),
    [
        ("submitted", "normal", "emergency", True),
        ("assessment", "normal", "emergency", True),
        ("assessment", "emergency", "normal", True),
        ("screening", "normal", "standard", True),
        ("screening", "normal", "emergency", False),
        ("decision", "normal", "emergency", False),
        ("approved", "normal", "emergency", False),
        ("consultation", "normal", "emergency", False),
    ],
)
def test_the_class_changes_only_where_its_table_goes_on_and_nothing_is_decided(
    rfc: MakeChange, chang: Person, status: str, was: str, wanted: str, may: bool
) -> None:
    planned, follows = rfc(status=status, change_class=was), template(chang)
    if not may:
        with pytest.raises(IllegalMove):
            plan(planned, chang, change_class=wanted, template=follows)
        return
    plan(planned, chang, change_class=wanted, template=follows)
    assert fresh(planned).change_class == wanted
    assert fresh(planned).template == (follows if wanted == "standard" else None)


# --- Publishing -----------------------------------------------------------------------------


def test_what_is_published_is_read_by_all_until_it_is_taken_back(
    rfc: MakeChange, chang: Person, stan: Person, ned: Person
) -> None:
    restricted = rfc(visibility="restricted")
    publish_change(restricted, by=chang, at=NOON, version=1)
    assert RequestForChange.objects.visible_to(stan).exists()
    assert fresh(restricted).published_at == NOON

    unpublish_change(restricted, "It names a customer.", by=chang, at=LATER, version=2)
    assert not RequestForChange.objects.visible_to(stan).exists()
    assert not RequestForChange.objects.visible_to(ned).exists()
    assert (fresh(restricted).visibility, fresh(restricted).published_at) == ("restricted", None)


@pytest.mark.parametrize("status", ["consultation", "decision", "approved", "closed"])
def test_what_others_were_asked_about_or_read_the_decision_of_stays(
    rfc: MakeChange, chang: Person, status: str
) -> None:
    published = rfc(status=status)
    publish_change(published, by=chang, at=NOON, version=1)
    with pytest.raises(IllegalMove):
        unpublish_change(published, "Oh.", by=chang, at=LATER, version=2)


def test_only_change_managers_publish(rfc: MakeChange, rita: Person, ann: Person) -> None:
    for somebody in (rita, ann):
        with pytest.raises(Forbidden):
            publish_change(rfc(), by=somebody, at=NOON, version=1)


# --- Talking --------------------------------------------------------------------------------


def test_the_conversation_stays_between_the_organization_and_the_desk(
    rfc: MakeChange, rita: Person, ann: Person, stan: Person, ned: Person
) -> None:
    published = rfc(visibility="everyone")
    reply(published, "When?", by=rita, at=NOON)
    reply(published, "In June.", by=ann, at=LATER)
    add_note(published, "The vendor says July.", by=ann, at=LATER)

    said = {
        one.name: sorted(Comment.objects.visible_to(one).values_list("body", flat=True))
        for one in (rita, ned, stan, ann)
    }
    assert said == {
        "Rita": ["In June.", "When?"],
        "Ned": ["In June.", "When?"],
        "Stan": [],
        "Ann": ["In June.", "The vendor says July.", "When?"],
    }
    with pytest.raises(Forbidden):
        reply(published, "Us too.", by=stan, at=LATER)
    with pytest.raises(Forbidden):
        add_note(published, "Psst.", by=rita, at=LATER)
    assert not Attachment.objects.exists()


def test_anybody_who_reads_it_may_follow(rfc: MakeChange, stan: Person) -> None:
    published = rfc(visibility="everyone")
    for following in (True, True, False):
        set_following(published, following, by=stan, at=NOON)
        assert published.followers.filter(person=stan).exists() is following


def test_an_event_says_from_which_side_it_came(rfc: MakeChange, rita: Person, chang: Person) -> None:
    said = [append_event(rfc(), "screen", by=by, at=NOON).facts["side"] for by in (rita, chang, None)]
    assert said == ["ldc", "desk", "desk"]
