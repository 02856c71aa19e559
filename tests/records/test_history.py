"""History cannot be quietly changed."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Person
from servicedesk.records.history import record_event
from servicedesk.records.models import Event
from tests.conftest import NOON
from tickets.models import Incident

Make = Callable[..., Incident]


@pytest.mark.parametrize(
    "change",
    [
        lambda: Event.objects.update(name="something.else"),
        lambda: Event.objects.filter(name="incident.submitted").update(at=NOON.replace(year=2020)),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.get().delete(),
        lambda: Event.objects.bulk_update([_renamed()], ["name"]),
    ],
    ids=["update", "update some", "delete", "delete one", "bulk update"],
)
def test_the_database_refuses_a_change(incident: Make, change: Callable[[], object]) -> None:
    incident()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change()
    assert [event.name for event in Event.objects.all()] == ["incident.submitted"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_event SET name = 'x'",
        "DELETE FROM records_event",
        "UPDATE records_event SET internal = true WHERE id = (SELECT max(id) FROM records_event)",
    ],
)
def test_plain_sql_is_refused_as_well(incident: Make, statement: str) -> None:
    incident()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_saving_an_event_again_says_what_to_do(incident: Make) -> None:
    incident()
    event = Event.objects.get()
    event.name = "something.else"
    with pytest.raises(TypeError, match="Record a new one that corrects it"):
        event.save()


def test_a_record_with_history_cannot_be_deleted(incident: Make) -> None:
    filed = incident()
    with pytest.raises(IntegrityError), transaction.atomic():
        filed.delete()
    assert Incident.objects.exists()


def test_an_event_says_who_did_what_and_when(incident: Make, ann: Person) -> None:
    filed = incident()

    event = record_event(filed, "incident.noted", by=ann, at=NOON, internal=True, reason="a test")
    by_itself = record_event(filed, "incident.close", by=None, at=NOON)

    assert (event.record_id, event.actor, event.at, event.internal) == (filed.pk, ann, NOON, True)
    assert event.facts == {"reason": "a test"}
    assert (by_itself.actor, by_itself.internal, by_itself.facts) == (None, False, {})


def _renamed() -> Event:
    event: Event = Event.objects.get()
    event.name = "something.else"
    return event
