"""Records: what the table refuses, and what happens when many write at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Person
from servicedesk.records.models import Event, Kind, Record, Visibility
from servicedesk.records.models.record import NEVER
from servicedesk.records.refusals import Stale
from tests.conftest import NOON
from tickets.actions import change_severity
from tickets.models import Incident
from tickets.transitions import Status

Make = Callable[..., Incident]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"title": ""}, "record_has_a_title"),
        ({"done_at": NOON, "due_at": NOON}, "record_done_means_nothing_due"),
        ({"reference": "INC-1"}, "reference"),
    ],
)
def test_the_table_refuses_nonsense(incident: Make, changes: dict[str, Any], constraint: str) -> None:
    other = incident()
    Record.objects.filter(pk=other.pk).update(reference="INC-1")
    filed = incident()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Record.objects.filter(pk=filed.pk).update(**changes)


def test_what_is_due_never_sorts_last(incident: Make) -> None:
    filed = incident()
    assert filed.queue_at == filed.due_at
    Record.objects.filter(pk=filed.pk).update(due_at=None)
    assert Incident.objects.get().queue_at == NEVER


def test_references_are_numbered_in_order(incident: Make) -> None:
    first, second = (int(incident().reference.removeprefix("INC-")) for _ in range(2))
    assert second == first + 1


def test_amending_wins_once_for_each_version(incident: Make) -> None:
    incident()
    mine, yours = Record.objects.get(), Record.objects.get()

    mine.amend(version=1, at=NOON, title="Mine")
    with pytest.raises(Stale, match=f"{yours.reference} was changed by somebody else"):
        yours.amend(version=1, at=NOON, title="Yours")

    stored = Record.objects.get()
    assert (stored.title, stored.version, mine.version, yours.version) == ("Mine", 2, 2, 1)


def test_touching_moves_up_but_never_back_and_keeps_the_version(incident: Make) -> None:
    filed = incident()
    filed.touch(at=NOON + timedelta(hours=1))
    filed.touch(at=NOON - timedelta(hours=1))

    stored = Record.objects.get()
    assert (stored.updated_at, stored.version) == (NOON + timedelta(hours=1), 1)
    assert filed.updated_at == NOON + timedelta(hours=1)


def test_a_record_that_is_done_is_due_for_nothing(incident: Make) -> None:
    done = Record.objects.get(pk=incident(Status.RESOLVED).pk)
    assert (done.done_at, done.due_at, done.queue_at) == (NOON, None, NEVER)
    assert not Record.objects.unfinished().exists()


def at_once(number: int, act: Callable[[int], None]) -> None:
    """Run something in many threads that start together."""
    together = threading.Barrier(number, timeout=30)

    def run(mine: int) -> None:
        try:
            together.wait()
            act(mine)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[mine]) for mine in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_fifty_writers_one_wins_and_the_others_are_told(incident: Make, ann: Person) -> None:
    incident()
    outcomes = []

    def rate(mine: int) -> None:
        seen = Incident.objects.get()
        try:
            change_severity(seen, 1 + mine % 4, f"Writer {mine}.", by=ann, at=NOON, version=1)
            outcomes.append(f"Writer {mine}.")
        except Stale:
            outcomes.append("stale")

    at_once(50, rate)

    winners = [outcome for outcome in outcomes if outcome != "stale"]
    assert (len(outcomes), len(winners)) == (50, 1)
    assert [event.facts["reason"] for event in Event.objects.filter(name="incident.rated")] == winners
    assert Incident.objects.get().version == 2


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_writers_who_look_again_lose_nothing(incident: Make, ann: Person) -> None:
    incident()

    def rate(mine: int) -> None:
        while True:
            seen = Incident.objects.get()
            try:
                change_severity(seen, 1 + mine % 4, f"Writer {mine}.", by=ann, at=NOON, version=seen.version)
                return
            except Stale:
                continue

    at_once(10, rate)

    reasons = sorted(event.facts["reason"] for event in Event.objects.filter(name="incident.rated"))
    assert reasons == sorted(f"Writer {number}." for number in range(10))
    assert Incident.objects.get().version == 11


def test_a_ticket_is_never_published_to_every_organization(incident: Make) -> None:
    filed = incident()

    with pytest.raises(IntegrityError, match="record_only_these_kinds_are_published"):
        Record.objects.filter(pk=filed.pk).update(visibility=Visibility.EVERYONE)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_numbers_drawn_at_the_same_moment_differ() -> None:
    drawn = []

    def draw(mine: int) -> None:
        drawn.extend(Incident.next_reference(Kind.INCIDENT) for _ in range(10))

    at_once(20, draw)

    assert (len(drawn), len(set(drawn))) == (200, 200)
