"""Two tickets about one thing: one goes on, nobody sees more than before, and it can be undone to the row."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import Organization, Person
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.outbox import drain
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import (
    Attachment,
    Comment,
    Draft,
    Event,
    Follower,
    Link,
    Record,
    SearchText,
)
from servicedesk.records.refusals import Forbidden, IllegalMove, Refused, Stale, Unusable
from servicedesk.schedule.models import DueRow
from tests.conftest import NOON, key
from tests.tickets.orders import FEEDBACK, now_on, order
from tests.tickets.pages import cost, words
from tickets.actions import add_note, assign, change_severity, move, move_ticket, reply, set_following
from tickets.actions.linking import link
from tickets.actions.merging import merge, undo_merge
from tickets.models import UNDO_FOR, Incident, Merge, ServiceClock, ServiceRequest, Ticket
from tickets.sla.verification import differences
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
LATER = NOON + timedelta(hours=2)
MUCH_LATER = NOON + timedelta(days=3)


@pytest.fixture
def first(incident: Make, rita: Person, ann: Person) -> Incident:
    """What Rita reported, being worked on, with an internal note."""
    made = incident(Status.IN_PROGRESS)
    add_note(made, "Vendor file 14 again.", by=ann, at=NOON)
    return fresh(made)


@pytest.fixture
def second(incident: Make, ned: Person, ann: Person, rita: Person) -> Incident:
    """What Ned reported an hour later of the same thing: a message with a file, a note, a link, a severity."""
    made = incident(Status.IN_PROGRESS, at=NOON + timedelta(hours=1), by=ned, title="Cycle 14 is short")
    draft = Draft.objects.create(person=ned, form="message", created_at=LATER, updated_at=LATER)
    attach_to_draft(SimpleUploadedFile("cycle14.txt", b"12 of 40"), draft, by=ned, at=LATER)
    reply(made, "Here is the file.", by=ned, at=LATER, draft=draft)
    add_note(made, "Same vendor.", by=ann, at=LATER)
    other = incident(at=NOON, title="Reports late")
    link(fresh(made), other.reference, "related", by=ann, at=LATER)
    return fresh(made)


def fresh(ticket: Incident) -> Incident:
    return Incident.objects.get(pk=ticket.pk)


def joined(second: Incident, first: Incident, by: Person, at: datetime = LATER) -> Merge:
    """Merge the second into the first."""
    return merge(second, first, by=by, at=at, version=fresh(second).version)


def snapshot(*tickets: Ticket) -> dict[str, list[dict[str, Any]]]:
    """Every row that hangs on these tickets, but their history, and what says that they were touched at all."""
    pks = [ticket.pk for ticket in tickets]
    tables: list[tuple[type[Model], dict[str, Any]]] = [
        (Record, {"pk__in": pks}), (Ticket, {"pk__in": pks}), (Incident, {"pk__in": pks}),
        (Comment, {"record__in": pks}), (Attachment, {"record__in": pks}), (Follower, {"record__in": pks}),
        (Link, {"source__in": pks}), (Link, {"target__in": pks}), (SearchText, {"record__in": pks}),
        (ServiceClock, {"record__in": pks}), (DueRow, {"record_id__in": pks}),
        (ServiceRequest, {"pk__in": pks}),
    ]  # fmt: skip
    touched = {"version", "updated_at"}
    return {
        f"{number} {model.__name__}": [
            {name: value for name, value in row.items() if name not in touched}
            for row in model._default_manager.filter(**these).order_by("pk").values()
        ]
        for number, (model, these) in enumerate(tables)
    }


def test_the_merged_one_is_closed_and_the_survivors_promise_holds(
    first: Incident, second: Incident, ann: Person, ned: Person
) -> None:
    before = fresh(first)
    joined(second, first, ann)

    merged, survivor = fresh(second), fresh(first)
    assert (merged.status, merged.done_at, merged.merged_into_id) == (Status.CLOSED, LATER, first.pk)
    assert survivor.clock_columns() == before.clock_columns()
    assert survivor.due_at == before.due_at
    assert differences([merged, survivor], at=LATER) == []
    assert not DueRow.objects.waiting().filter(record_id=merged.pk).exists()
    assert set(survivor.followers.values_list("person", flat=True)) >= {ned.pk}
    told = Event.objects.filter(name__in=["incident.merge", "incident.absorbed"]).order_by("pk")
    assert [(event.record_id, event.facts.get("into") or event.facts["reference"]) for event in told] == [
        (second.pk, first.reference),
        (first.pk, second.reference),
    ]
    link_of = Link.objects.get(source=second.pk, target=first.pk)
    assert (link_of.relation, Link.objects.filter(source=first.pk, relation="related").count()) == (
        "duplicate",
        1,
    )


def test_a_merge_that_is_undone_leaves_every_row_as_it_was(
    first: Incident, second: Incident, ann: Person, bob: Person
) -> None:
    set_following(first, True, by=bob, at=NOON)
    before, events = snapshot(first, second), set(Event.objects.values_list("pk", flat=True))

    joined(second, first, ann)
    assert snapshot(first, second) != before
    undo_merge(fresh(second), by=bob, at=LATER, version=fresh(second).version)

    assert snapshot(first, second) == before
    added = Event.objects.exclude(pk__in=events).order_by("pk").values_list("name", flat=True)
    assert list(added) == [f"incident.{what}" for what in ("merge", "absorbed", "unmerged", "gave_back")]
    assert differences([fresh(first), fresh(second)], at=LATER) == []
    joined(second, first, ann)  # and it can be merged again
    assert fresh(second).merged_into_id == first.pk


def test_a_request_comes_back_to_the_row_too(rita: Person, ann: Person, lakeshore: Organization) -> None:
    made = [
        order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk, title=title)
        for title in ("BQ-07 fails", "BQ-07 fails again")
    ]
    for one in made:
        move(one, "start", by=ann, at=NOON, version=one.version)
    survivor, merged = (now_on(one) for one in made)
    before = snapshot(survivor, merged)

    merge(merged, survivor, by=ann, at=LATER, version=merged.version)
    assert now_on(merged).status == "closed"
    undo_merge(now_on(merged), by=ann, at=MUCH_LATER, version=now_on(merged).version)

    after = snapshot(survivor, merged)
    assert after == before
    assert differences([now_on(survivor), now_on(merged)], at=MUCH_LATER) == []


def test_what_was_added_since_stays_and_so_does_who_follows_by_choice(
    first: Incident, second: Incident, rita: Person, ned: Person, ann: Person, stan: Person
) -> None:
    joined(second, first, ann)
    reply(fresh(first), "The provider reloads it.", by=ann, at=MUCH_LATER)
    set_following(first, False, by=ned, at=MUCH_LATER)
    set_following(first, True, by=ned, at=MUCH_LATER)
    undo_merge(fresh(second), by=ann, at=MUCH_LATER, version=fresh(second).version)

    assert first.comments.filter(body="The provider reloads it.").exists()
    assert first.followers.filter(person=ned).exists()


def test_a_survivor_can_be_merged_itself_and_brings_along_what_it_holds(
    incident: Make, first: Incident, second: Incident, ann: Person
) -> None:
    oldest = incident(Status.IN_PROGRESS, at=NOON - timedelta(hours=3))
    joined(second, first, ann)
    merge(fresh(first), oldest, by=ann, at=LATER, version=fresh(first).version)
    assert [fresh(one).merged_into_id for one in (first, second)] == [oldest.pk, oldest.pk]

    with pytest.raises(IllegalMove, match=f"{first.reference} was itself merged since. Undo that first."):
        undo_merge(fresh(second), by=ann, at=LATER, version=fresh(second).version)
    undo_merge(fresh(first), by=ann, at=LATER, version=fresh(first).version)
    assert [fresh(one).merged_into_id for one in (first, second)] == [None, first.pk]


def refusal(act: Callable[[], object], kind: type[Refused]) -> str:
    with pytest.raises(kind) as raised:
        act()
    return str(raised.value)


def test_what_may_not_be_merged_is_refused_with_words(
    incident: Make, first: Incident, second: Incident, rita: Person, ned: Person, ann: Person,
    stan: Person, pineridge: Organization, lakeshore: Organization, olga: Person,
) -> None:  # fmt: skip
    elsewhere = incident(by=stan, organization_id=pineridge.pk)
    restricted, others = (incident(visibility="restricted") for _ in range(2))
    set_following(others, True, by=ned, at=NOON)
    done, waiting = incident(Status.RESOLVED), incident(Status.WAITING_LDC, at=NOON - timedelta(days=1))
    request = order("testing-feedback", FEEDBACK, by=rita, organization_id=lakeshore.pk)
    urgent = incident(at=LATER, impact="all", urgency="now")

    for merged, survivor, by, kind, said in (
        (second, first, rita, Forbidden, "Only the Service Desk can do this."),
        (second, second, ann, Unusable, "of another ticket, not of this one"),
        (second, elsewhere, ann, Unusable, "belongs to another organization"),
        (second, restricted, ann, Unusable, "One of the two is restricted"),
        (restricted, second, ann, Unusable, "One of the two is restricted"),
        (restricted, others, ann, Unusable, "not to the same people"),
        (second, request, ann, Unusable, "another kind of thing"),
        (second, done, ann, Unusable, "has ended. Reopen it first"),
        (done, second, ann, IllegalMove, "has ended. Link it"),
        (second, waiting, ann, IllegalMove, "stands, while that of"),
        (first, second, ann, IllegalMove, "which is earlier than"),
        (urgent, first, ann, IllegalMove, "so that the earlier promise holds"),
    ):
        words_said = refusal(
            lambda: merge(merged, survivor, by=by, at=LATER, version=merged.version),  # noqa: B023
            kind,
        )
        assert said in words_said
    assert not Merge.objects.exists()
    version = fresh(second).version
    assign(fresh(second), ann, by=ann, at=LATER, version=version)
    refusal(lambda: merge(second, first, by=ann, at=LATER, version=version), Stale)


def test_undoing_is_refused_when_it_is_late_or_the_ticket_was_changed(
    first: Incident, second: Incident, rita: Person, ned: Person, ann: Person, bob: Person
) -> None:
    joined(second, first, ann)
    version = fresh(second).version
    for by, at, kind, said in (
        (rita, LATER, Forbidden, "Only the Service Desk"),
        (ann, LATER + UNDO_FOR + timedelta(seconds=1), IllegalMove, "for 30 days, which are over"),
    ):
        assert said in refusal(
            lambda: undo_merge(fresh(second), by=by, at=at, version=version),  # noqa: B023
            kind,
        )
    for act in (
        lambda: move_ticket(fresh(second), "reopen", by=ned, at=LATER, version=version, message="No."),
        lambda: reply(fresh(second), "And?", by=ned, at=LATER),
    ):
        assert "which goes on in its place. Write there." in refusal(act, IllegalMove)
    change_severity(fresh(second), 2, "Worse.", by=bob, at=LATER, version=version)
    assert "was changed after the merge" in refusal(
        lambda: undo_merge(fresh(second), by=ann, at=LATER, version=version + 1), IllegalMove
    )


def test_pages_lead_on_and_show_each_side_what_it_may_read(
    first: Incident, second: Incident, rita: Person, ned: Person, ann: Person, sign_in: SignIn
) -> None:
    plain = len(cost(sign_in(ann), reverse("tickets:desk_detail", args=[first.reference])))
    browser = sign_in(ann)
    chosen = browser.get(reverse("tickets:merge", args=[second.reference]))
    assert first.reference in words(chosen)
    preview = browser.get(
        reverse("tickets:merge", args=[second.reference]), {"into": first.reference.lower()}
    )
    assert "Merge the two" in words(preview)
    wrong_way = words(
        browser.get(reverse("tickets:merge", args=[first.reference]), {"into": second.reference})
    )
    assert f"Merge {second.reference} into {first.reference} instead" in wrong_way
    sent = {"request_id": key(), "version": second.version, "into": first.reference}
    answered = browser.post(reverse("tickets:merge", args=[second.reference]), sent)
    assert (answered.status_code, answered["Location"]) == (
        303,
        reverse("tickets:desk_detail", args=[first.reference]),
    )

    for person, name in ((rita, "detail"), (ann, "desk_detail")):
        browser = sign_in(person)
        led = browser.get(reverse(f"tickets:{name}", args=[second.reference]))
        there = reverse(f"tickets:{name}", args=[first.reference], query={"merged": second.reference})
        assert (led.status_code, led["Location"]) == (302, there)
        text = words(browser.get(there))
        assert f"{second.reference} “Cycle 14 is short” was merged into {first.reference}." in text
        assert "Here is the file." in text
        assert "cycle14.txt" in text
        assert ("Same vendor." in text) == (person == ann)
        alone = words(browser.get(reverse(f"tickets:{name}", args=[second.reference]), {"alone": "1"}))
        assert f"{second.reference} was merged into {first.reference}" in alone
        assert ("Undo this merge" in alone) == (person == ann)
    found = sign_in(rita).get(reverse("search"), {"q": second.reference}, follow=True)
    assert found.redirect_chain[-1][0].startswith(reverse("tickets:detail", args=[first.reference]))
    assert len(cost(sign_in(ann), reverse("tickets:desk_detail", args=[first.reference]))) == plain + 1

    sent = {"request_id": key(), "version": fresh(second).version}
    browser = sign_in(ann)
    back = browser.post(reverse("tickets:unmerge", args=[second.reference]), sent)
    assert back.status_code == 303
    assert fresh(second).merged_into_id is None
    again = browser.post(reverse("tickets:unmerge", args=[second.reference]), sent | {"request_id": key()})
    assert (again.status_code, "not merged into another ticket any more" in words(again)) == (409, True)


def test_the_organization_hears_once_and_so_does_who_works_on_the_survivor(
    first: Incident,
    second: Incident,
    rita: Person,
    ned: Person,
    ann: Person,
    bob: Person,
    mailoutbox: list[Any],
) -> None:
    assign(first, bob, by=ann, at=LATER, version=first.version)
    OutboxMessage.objects.all().delete()
    joined(second, first, ann)
    drain(now=lambda: LATER)
    gone_on = f"[{second.reference}] Cycle 14 is short — Merged into another ticket"
    assert sorted((*message.to, message.subject) for message in mailoutbox) == [
        (
            bob.email,
            f"[{first.reference}] BQ responses missing for cycle 14 — Another ticket was merged into it",
        ),
        (ned.email, gone_on),
        (rita.email, gone_on),
    ]
    assert f"merged it into {first.reference}" in str(mailoutbox[0].body) + str(mailoutbox[-1].body)
