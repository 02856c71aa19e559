"""An incident's life: every status × every move, allowed or refused, and what each step writes."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Person
from servicedesk.notifications.models import OutboxMessage
from servicedesk.records.models import Event
from servicedesk.records.refusals import Forbidden, IllegalMove, Stale
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tests.conftest import NOON
from tickets.actions import CLOSING_KINDS, add_note, assign, change_severity, move_ticket, reply
from tickets.models import Incident
from tickets.transitions import LIFECYCLE, Status

Make = Callable[..., Incident]
LATER = NOON + timedelta(hours=1)


def take(incident: Incident, name: str, by: Person | None, **said: str) -> Incident:
    """Make a move with everything said that any move needs."""
    words = {"message": "Because.", "resolution": "fix"} | said
    return move_ticket(incident, name, by=by, at=LATER, version=incident.version, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "move"), list(product(Status, LIFECYCLE)), ids=lambda value: getattr(value, "name", value)
)
def test_a_move_works_from_its_sources_and_from_nowhere_else(
    incident: Make, ann: Person, rita: Person, status: Status, move: object
) -> None:
    moving = incident(status)
    actor = {"agent": ann, "ldc": rita, "system": None}[sorted(move.parties)[0]]

    if status in move.sources:
        take(moving, move.name, actor)
        assert Incident.objects.get().status == move.target
    else:
        with pytest.raises(IllegalMove):
            take(moving, move.name, actor)
        assert Incident.objects.get().status == status


@pytest.mark.parametrize("move", list(LIFECYCLE), ids=lambda move: move.name)
def test_each_move_belongs_to_its_parties(
    incident: Make, ann: Person, rita: Person, chang: Person, move: object
) -> None:
    for party, actor in (("agent", ann), ("ldc", rita), ("", chang)):
        moving = incident(sorted(move.sources)[0])
        if party in move.parties:
            take(moving, move.name, actor)
        else:
            with pytest.raises(Forbidden):
                take(moving, move.name, actor)


def test_resolving_writes_the_change_the_history_and_the_news_together(incident: Make, ann: Person) -> None:
    working = incident(Status.IN_PROGRESS)
    OutboxMessage.objects.all().delete()

    take(working, "resolve", ann, message="Reloaded the file.", resolution="workaround")

    resolved = Incident.objects.get()
    assert (resolved.status, resolved.done_at, resolved.due_at) == (Status.RESOLVED, LATER, None)
    assert (resolved.resolution, resolved.version) == ("workaround", working.version)
    event = Event.objects.order_by("pk").last()
    assert (event.name, event.actor, event.at) == ("incident.resolve", ann, LATER)
    assert event.facts == {
        "side": "agent",
        "was": "in_progress",
        "now": "resolved",
        "resolution": "workaround",
    }
    assert event.comment.body == "Reloaded the file."
    assert list(OutboxMessage.objects.values_list("effect", "event")) == [("ticket.fan_out", event.pk)]
    assert set(DueRow.objects.waiting().values_list("kind", flat=True)) == {
        "incident.closing_soon",
        "incident.auto_close",
    }


def test_the_second_of_two_agents_is_told_they_came_second(incident: Make, ann: Person, bob: Person) -> None:
    incident(Status.IN_PROGRESS)
    first, second = Incident.objects.get(), Incident.objects.get()
    take(first, "resolve", ann)

    with pytest.raises(Stale, match="was changed by somebody else"):
        take(second, "ask", bob)

    assert Incident.objects.get().status == Status.RESOLVED
    assert not Event.objects.filter(actor=bob).exists()


def test_nothing_is_written_when_the_news_cannot_be(
    incident: Make, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(event: Event) -> None:
        raise IntegrityError

    working = incident(Status.IN_PROGRESS)
    before = Event.objects.count()
    monkeypatch.setattr("tickets.actions.moving.publish", broken)
    with pytest.raises(IntegrityError):
        take(working, "resolve", ann)

    assert Incident.objects.get().status == Status.IN_PROGRESS
    assert Event.objects.count() == before


def test_history_is_append_only(incident: Make) -> None:
    incident()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.update(name="something.else")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_waiting_for_the_ldc_pauses_restoration_and_the_answer_resumes_it(
    incident: Make, ann: Person, rita: Person
) -> None:
    working = incident(Status.IN_PROGRESS)
    promised = working.finish_due_at

    asked = take(working, "ask", ann)
    assert (asked.paused_at, asked.finish_due_at, asked.due_at) == (LATER, None, None)

    reply(asked, "It was cycle 14.", by=rita, at=LATER + timedelta(hours=2))
    answered = Incident.objects.get()
    assert answered.status == Status.IN_PROGRESS
    assert answered.finish_due_at == promised + timedelta(hours=2)
    assert (answered.due_at, answered.due_target) == (answered.update_due_at, "update")


def test_only_a_public_message_of_an_agent_is_a_first_answer(
    incident: Make, ann: Person, rita: Person
) -> None:
    new = incident()
    add_note(new, "Looks like the vendor.", by=ann, at=LATER)
    reply(new, "Any news?", by=rita, at=LATER)
    take(new, "acknowledge", ann, message="")
    assert Incident.objects.get().responded_at is None

    reply(new, "We see it too.", by=ann, at=LATER)
    answered = Incident.objects.get()
    assert (answered.responded_at, answered.due_target) == (LATER, "update")
    assert answered.due_at == answered.update_due_at == LATER + timedelta(days=1)  # nine hours of business


def test_a_new_severity_counts_from_the_start_and_keeps_the_pauses(
    incident: Make, ann: Person, rita: Person
) -> None:
    paused = take(incident(Status.IN_PROGRESS), "ask", ann)
    reply(paused, "Here you are.", by=rita, at=LATER + timedelta(minutes=30))

    change_severity(
        Incident.objects.get(),
        1,
        "All LDCs see it.",
        by=ann,
        at=LATER + timedelta(hours=1),
        version=Incident.objects.get().version,
    )

    # Severity 1: four hours around the clock from noon, and half an hour of waiting for the LDC.
    assert Incident.objects.get().finish_due_at == NOON + timedelta(hours=4, minutes=30)


def test_an_unanswered_resolution_is_announced_and_then_closes_itself(incident: Make) -> None:
    resolved = incident(Status.RESOLVED)

    sweep(at=resolved.reopen_until - timedelta(seconds=1))
    assert Event.objects.order_by("pk").last().name == "incident.closing_soon"
    assert Incident.objects.get().status == Status.RESOLVED

    sweep(at=resolved.reopen_until + timedelta(minutes=10))
    closing = Event.objects.order_by("pk").last()
    assert (closing.name, closing.actor, closing.at) == ("incident.close", None, resolved.reopen_until)
    assert Incident.objects.get().status == Status.CLOSED


def test_reopening_calls_the_closing_off_and_starts_a_new_cycle(incident: Make, rita: Person) -> None:
    reopened = take(incident(Status.RESOLVED), "reopen", rita)

    assert (reopened.clock_started_at, reopened.responded_at, reopened.resolution) == (LATER, None, "")
    assert (reopened.done_at, reopened.due_at) == (None, reopened.respond_due_at)
    assert not DueRow.objects.waiting().filter(kind__in=CLOSING_KINDS).exists()


def test_after_ten_business_days_it_is_too_late_to_reopen(incident: Make, rita: Person) -> None:
    resolved = incident(Status.RESOLVED)
    # Tuesday 9 March plus ten business days: Tuesday 23 March, 17:00 in Toronto (EDT by then).
    assert resolved.reopen_until.isoformat() == "2027-03-23T21:00:00+00:00"

    with pytest.raises(IllegalMove, match="time for reopening is over"):
        move_ticket(
            resolved,
            "reopen",
            by=rita,
            at=resolved.reopen_until + timedelta(seconds=1),
            version=resolved.version,
            message="Still broken.",
        )


def test_assigning_is_told_to_the_desk_only(incident: Make, ann: Person, bob: Person) -> None:
    assign(incident(), bob, by=ann, at=LATER, version=1)

    event = Event.objects.order_by("pk").last()
    assert (event.name, event.internal, Incident.objects.get().assignee) == ("incident.assigned", True, bob)
