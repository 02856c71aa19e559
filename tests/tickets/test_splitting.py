"""A ticket that holds two matters: some of its messages become another one, and can come back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Person
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Draft, Link
from servicedesk.records.refusals import IllegalMove
from tests.conftest import NOON, key
from tests.tickets.pages import words
from tickets.actions import add_note, assign, reply, set_following
from tickets.actions.splitting import messages_of, split, undo_split
from tickets.models import UNDO_FOR, Incident, Split
from tickets.sla.verification import differences
from tickets.transitions import Status

Make = Callable[..., Incident]
SignIn = Callable[[Person], Client]
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def talked(incident: Make, rita: Person, ned: Person, ann: Person, bob: Person) -> Incident:
    """Rita's incident, on which Ned wrote of something else, with a file; Bob follows."""
    made = incident(Status.NEW)
    draft = Draft.objects.create(person=ned, form="message", created_at=NOON, updated_at=NOON)
    attach_to_draft(SimpleUploadedFile("screen.txt", b"white"), draft, by=ned, at=NOON)
    reply(made, "And the GUI stays white.", by=ned, at=NOON + timedelta(hours=1), draft=draft)
    add_note(made, "Two things at once.", by=ann, at=LATER)
    reply(made, "We look at both.", by=ann, at=LATER)
    set_following(made, True, by=bob, at=NOON)
    return Incident.objects.get(pk=made.pk)


def split_off(ticket: Incident, by: Person, which: int = 0) -> Incident:
    """The GUI's part of it, or another message, as a ticket of its own."""
    chosen = messages_of(ticket)[which : which + 1]
    made = split(ticket, chosen, "GUI stays white", "production", "minor", "wait", by=by, at=LATER)
    return Incident.objects.get(pk=made.pk)


def test_the_new_ticket_has_the_words_the_files_and_the_people(
    talked: Incident, ned: Person, ann: Person, bob: Person, rita: Person
) -> None:
    before = Incident.objects.get(pk=talked.pk).clock_columns()
    made = split_off(talked, ann)

    assert (made.status, made.reporter, made.severity) == (Status.NEW, ned, 4)
    assert made.description.startswith(f"From {talked.reference}:\n\n**Ned**, ")
    assert made.description.endswith("And the GUI stays white.")
    assert made.clock_started_at == NOON + timedelta(hours=1)
    assert [file.name for file in made.attachments.all()] == ["screen.txt"]
    assert {one.person for one in made.followers.all()} == {rita, ned, bob}
    assert Link.objects.get(source=made.pk).relation == "continues"
    assert talked.comments.count() == 3
    assert Incident.objects.get(pk=talked.pk).clock_columns() == before
    assert differences([made, Incident.objects.get(pk=talked.pk)], at=LATER) == []


def test_it_is_taken_back_while_nobody_has_worked_on_it(talked: Incident, ann: Person, bob: Person) -> None:
    first, second = split_off(talked, ann), split_off(talked, ann, 1)
    assign(first, bob, by=ann, at=LATER, version=first.version)
    for made, at, said in (
        (first, LATER, "Somebody has worked on"),
        (second, LATER + UNDO_FOR + timedelta(seconds=1), "for 30 days, which are over"),
    ):
        with pytest.raises(IllegalMove, match=said):
            undo_split(Split.objects.get(made=made.pk), by=ann, at=at)
    undo_split(Split.objects.get(made=second.pk), by=bob, at=LATER)
    undone = Incident.objects.get(pk=second.pk)
    assert (undone.status, undone.comments.get().body) == (
        Status.CANCELLED,
        f"This goes on in {talked.reference} again.",
    )


def test_an_agent_splits_by_ticking_messages_and_both_sides_see_where_they_went(
    talked: Incident, rita: Person, ann: Person, sign_in: SignIn
) -> None:
    browser, address = sign_in(ann), reverse("tickets:split", args=[talked.reference])
    asked = words(browser.get(address))
    assert "And the GUI stays white." in asked
    assert "Two things at once." not in asked
    sent = {"title": "GUI white", "environment": "production", "impact": "minor", "urgency": "wait"}
    none = browser.post(address, sent | {"request_id": key()})
    assert (none.status_code, "Choose at least one message." in words(none)) == (422, True)
    chosen = messages_of(talked)[0].pk
    done = browser.post(address, sent | {"request_id": key(), "messages": [chosen]})
    made = Incident.objects.exclude(pk=talked.pk).get()
    assert (done.status_code, done["Location"]) == (
        303,
        reverse("tickets:desk_detail", args=[made.reference]),
    )
    for person, name in ((rita, "detail"), (ann, "desk_detail")):
        page = words(sign_in(person).get(reverse(f"tickets:{name}", args=[talked.reference])))
        assert f"Goes on in {made.reference}." in page
        assert ("Undo this split" in page) == (person == ann)
    assert "And the GUI stays white." not in words(browser.get(address))

    back = browser.post(reverse("tickets:unsplit", args=[made.reference]), {"request_id": key()})
    assert (back.status_code, back["Location"]) == (
        303,
        reverse("tickets:desk_detail", args=[talked.reference]),
    )
    assert "Goes on in" not in words(browser.get(back["Location"]))


def test_messages_that_somebody_split_off_meanwhile_are_not_split_off_again(
    talked: Incident, ann: Person, bob: Person
) -> None:
    chosen = messages_of(talked)
    made = split(talked, chosen[:1], "GUI stays white", "production", "minor", "wait", by=ann, at=LATER)
    with pytest.raises(IllegalMove, match=f"goes on in {made.reference} already"):
        split(talked, chosen, "Both again", "production", "minor", "wait", by=bob, at=LATER)

    undo_split(Split.objects.get(), by=ann, at=LATER)
    again = split(talked, chosen, "Both again", "production", "minor", "wait", by=bob, at=LATER)
    assert "And the GUI stays white." in again.description
