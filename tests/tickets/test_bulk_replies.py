"""Answering many tickets with a template, and merging them: each says no where the single one would."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Person
from servicedesk.notifications.outbox import drain
from servicedesk.records.models import Comment
from servicedesk.records.refusals import IllegalMove, Unusable
from tests.conftest import NOON
from tests.tickets.many import HOLD, SOON, by_ticket, chosen_in, do, now_on, send, template
from tests.tickets.pages import buttons, fields, words
from tickets.actions import assign, move_ticket, release, reply
from tickets.actions.bulk import choose, run_bulk, undo_bulk
from tickets.actions.merging import undo_merge
from tickets.models import (
    BulkKind,
    HeldMessage,
    Incident,
    Merge,
    ReplyTemplate,
    ServiceRequest,
    Ticket,
)
from tickets.transitions import Status

Make = Callable[..., Incident]
Cast = dict[str, Person]
SignIn = Callable[[Person], Client]


# --- Replying -------------------------------------------------------------------------------


@pytest.mark.usefixtures("_held")
def test_each_is_answered_in_its_own_words_or_says_why_not_and_is_taken_back_until_it_leaves(
    incident: Make, cast: Cast, feedback: ServiceRequest, strange: Incident
) -> None:
    ann = cast["ann"]
    plain, late = incident(title="Cycle 14"), incident(title="Cycle 15")
    names = incident(title="Like that of Pine Ridge Power")
    encloses = incident(title="See the attached file")
    answered, changed, closed = incident(), incident(), incident(Status.CANCELLED)
    tickets = [plain, late, names, encloses, answered, changed, closed, feedback, strange]
    said = template("{{ reference }}, “{{ title }}”, {{ severity }}.")
    run = choose(BulkKind.REPLY, {one.pk: one.version for one in tickets}, by=ann, at=NOON)
    reply(answered, "Me again.", by=cast["rita"], at=SOON)
    assign(changed, cast["bob"], by=cast["bob"], at=SOON, version=changed.version)
    Person.objects.filter(pk=cast["stan"].pk).update(is_active=False)
    Person.objects.filter(name="Vera").update(is_active=False)
    before = Comment.objects.count()

    run = run_bulk(run, {"template": said.pk}, by=ann, at=SOON)

    assert by_ticket(run, tickets) == [
        "done",
        "done",
        "This names “Pine Ridge Power”, and Lakeshore Hydro will read it. Take it out, or send it as it is.",
        "You write “attached”, but no file is attached. Attach it, or send it as it is.",
        "Rita wrote on it meanwhile. Read that first.",
        "Bob",
        "This ticket is closed. Open a new one and mention this reference.",
        "It has nothing to say for “severity”.",
        "Nobody of Pine Ridge Power would hear of it.",
    ]
    assert set(HeldMessage.objects.values_list("body", "leaves_at")) == {
        (f"{one.reference}, “{one.title}”, Severity 3 – medium.", SOON + HOLD) for one in (plain, late)
    }
    assert Comment.objects.count() == before
    drain(now=lambda: SOON + HOLD - timedelta(seconds=1))  # nothing is due
    assert Comment.objects.count() == before

    first, second = (HeldMessage.objects.get(ticket=one.pk) for one in (plain, late))
    release(str(second.public_id), now=SOON)
    back = undo_bulk(run, by=ann, at=SOON + HOLD / 3)
    drain(now=lambda: SOON + 9 * HOLD)

    left = "It has left already and can be read. Write another message to correct it."
    assert by_ticket(back, [plain, late]) == ["done", left]
    first.refresh_from_db()
    assert (first.state, Comment.objects.count()) == ("taken_back", before + 1)


@pytest.mark.usefixtures("_held")
def test_what_has_left_is_not_taken_back(incident: Make, cast: Cast) -> None:
    ticket = incident()
    run = do("reply", [ticket], {"template": template("We have it.").pk}, by=cast["ann"])
    drain(now=lambda: SOON + HOLD)

    assert Comment.objects.get(record=ticket.pk).body == "We have it."
    with pytest.raises(IllegalMove, match="left already"):
        undo_bulk(run, by=cast["ann"], at=SOON + HOLD)
    notes = ReplyTemplate.objects.create(title="For notes", body="-", audience="internal")
    for gone in (0, notes.pk):
        with pytest.raises(Unusable, match="no longer there"):
            do("reply", [ticket], {"template": gone}, by=cast["ann"])


# --- Merging --------------------------------------------------------------------------------


def test_the_others_go_on_in_one_of_them_and_each_is_taken_out_again(
    incident: Make, cast: Cast, feedback: ServiceRequest, strange: Incident
) -> None:
    ann = cast["ann"]
    survivor = incident(impact="all", urgency="now", contact=cast["rita"], backup_contact=cast["ned"])
    low, twin, changed = incident(impact="minor", urgency="wait"), incident(), incident()
    tickets = [low, twin, changed, feedback, strange]
    chosen = {one.pk: one.version for one in [survivor, *tickets]}
    run = choose(BulkKind.MERGE, chosen, by=ann, at=SOON)
    assign(changed, cast["bob"], by=cast["bob"], at=SOON, version=changed.version)

    run = run_bulk(run, {"into": survivor.pk}, by=ann, at=SOON)

    assert by_ticket(run, tickets) == [
        "done",
        "done",
        "Bob",
        f"{survivor.reference} is about another kind of thing. Convert one of them first, or link the two.",
        f"{survivor.reference} belongs to another organization.",
    ]
    assert not run.rows.filter(record=survivor.pk).exists()
    assert set(Ticket.objects.filter(merged_into=survivor.pk).values_list("pk", flat=True)) == {
        low.pk,
        twin.pk,
    }
    with pytest.raises(IllegalMove, match="cannot be undone"):
        undo_bulk(run, by=ann, at=SOON)
    for one in (twin, low):
        undo_merge(now_on(one), by=ann, at=SOON + timedelta(days=29), version=now_on(one).version)
    assert not Merge.objects.filter(undone_at=None).exists()
    assert [now_on(one).status for one in (twin, low)] == ["new", "new"]

    other_way = do("merge", [now_on(one) for one in (survivor, low)], {"into": low.pk}, by=ann)
    assert "Merge the other way round" in by_ticket(other_way, [survivor])[0]
    with pytest.raises(Unusable, match="which of them goes on"):
        do("merge", [now_on(survivor), now_on(low)], {"into": twin.pk}, by=ann)


@pytest.mark.parametrize(
    ("kind", "number", "words_"),
    [("merge", 1, "two rows at least"), ("merge", 51, "at most 50"), ("reply", 51, "at most 50")],
)
def test_some_take_two_at_least_and_fifty_at_most(
    incident: Make, cast: Cast, monkeypatch: pytest.MonkeyPatch, kind: str, number: int, words_: str
) -> None:
    monkeypatch.setattr("tickets.actions.bulk.MOST_OF", {kind: 2})
    made = [incident() for _ in range(min(number, 3))]
    with pytest.raises(Unusable, match=words_.replace("50", "2")):
        choose(BulkKind(kind), {one.pk: 1 for one in made}, by=cast["ann"], at=NOON)


# --- The pages ------------------------------------------------------------------------------


@pytest.mark.usefixtures("_held")
def test_a_template_is_chosen_looked_at_and_sent_without_scripts(
    incident: Make, cast: Cast, sign_in: SignIn
) -> None:
    browser = sign_in(cast["ann"])
    said = template("**{{ reference }}** is being worked on.")
    ReplyTemplate.objects.create(title="For notes", body="-", audience="internal")
    tickets = [incident(), incident()]
    closed = incident(Status.CANCELLED)

    address, asked = chosen_in(browser, "reply", *tickets, closed)
    assert ("Which template?" in asked, "First answer" in asked, "For notes" in asked) == (True, True, False)
    preview = browser.get(address, {"template": said.pk})
    shown = preview.content.decode()
    assert all(f"<strong>{one.reference}</strong> is being worked on." in shown for one in tickets)
    assert "This ticket is closed." in words(preview)
    assert "4 people" in words(preview)  # as no contact is named: Rita, Ned, Olga and Vera
    assert "Reply to 2 tickets with a template" in buttons(preview)
    form = {name: fields(preview)[name][-1] for name in ("template", "looked_at")}
    ReplyTemplate.objects.filter(pk=said.pk).update(body="Something else.")

    other = send(browser, address, **form)
    assert (other.status_code, "The template was changed since you looked." in words(other)) == (422, True)
    assert not HeldMessage.objects.exists()
    result = send(browser, address, **{name: fields(other)[name][-1] for name in form})

    assert "2 done, 1 skipped" in words(result)
    assert "15 seconds after you sent them" in words(result)
    assert set(HeldMessage.objects.values_list("body", flat=True)) == {"Something else."}
    assert "Undo" in buttons(result)
    assert 'hx-trigger="load delay:' in result.content.decode()  # it looks again once they have left
    undone = send(browser, f"{address}undo/")
    assert "Nobody reads them." in words(undone)
    assert "hx-trigger" not in browser.get(address).content.decode().partition('id="bulk-result"')[2]
    assert set(HeldMessage.objects.values_list("state", flat=True)) == {"taken_back"}


def test_the_one_that_is_promised_first_is_offered_to_go_on(
    incident: Make, cast: Cast, sign_in: SignIn, strange: Incident
) -> None:
    browser, ann = sign_in(cast["ann"]), cast["ann"]
    low, soon = incident(impact="minor", urgency="wait"), incident()
    soon = move_ticket(soon, "start", by=ann, at=NOON, version=soon.version)
    reply(low, "Here is more.", by=cast["rita"], at=NOON)

    address, shown = chosen_in(browser, "merge", low, soon, strange)
    assert f"Merge 1 ticket into {soon.reference}" in shown
    assert "Its report, 1 message" in shown
    assert f"{soon.reference} belongs to another organization." in shown
    assert "taken out again for 30 days" in shown
    assert f"Merge 0 tickets into {strange.reference}" in words(browser.get(address, {"into": strange.pk}))
    result = send(browser, address, into=soon.pk)
    assert "1 done, 1 skipped" in words(result)
    assert f"Merged into {soon.reference}" in words(result)
    assert "Undo" not in buttons(result)
