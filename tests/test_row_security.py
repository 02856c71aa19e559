"""The second lock: with the application's filter gone, PostgreSQL alone still shows nothing of a neighbour's.

Each question is asked with bare managers, as a view would that forgot ``visible_to``.
"""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.test import Client

from accounts.models import Person
from servicedesk.notifications.models import Notice, Preference
from servicedesk.records.history import record_event
from servicedesk.records.models import Attachment, Comment, Draft, Event, Follower, Record
from servicedesk.records.row_security import serving
from tests.conftest import NOON
from tickets.actions import add_note, reply
from tickets.models import Incident

GUARDED: list[type[Model]] = [
    Record,
    Incident,
    Event,
    Comment,
    Attachment,
    Follower,
    Draft,
    Notice,
    Preference,
]


@pytest.fixture
def talk(
    incident: Callable[..., Incident], ann: Person, rita: Person, stan: Person, pineridge: Model
) -> Incident:
    """Something of each kind at Lakeshore, seen by Rita; Stan has a ticket of his own at Pine Ridge."""
    ticket = incident()
    reply(ticket, "Any news?", by=rita, at=NOON)
    add_note(ticket, "CANARY: the vendor again.", by=ann, at=NOON)
    Draft.objects.create(person=rita, form="message", created_at=NOON, updated_at=NOON)
    Notice.objects.create(person=rita, event=Event.objects.first(), at=NOON)
    Preference.objects.create(person=rita, group="ticket.mine", how="daily", since=NOON)
    incident(by=stan, organization_id=pineridge.pk)
    return ticket


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_without_any_filter_a_reader_gets_what_the_scope_would_give(
    talk: Incident, rita: Person, stan: Person, model: type[Model]
) -> None:
    for reader in (rita, stan):
        allowed = set(model.objects.visible_to(reader).values_list("pk", flat=True))
        with serving(reader):
            found = set(model.objects.values_list("pk", flat=True))
        if model is Follower:  # the page shows a record's followers; the scope answers one's own
            assert allowed <= found
            assert not set(
                Follower.objects.filter(pk__in=found).exclude(
                    record__organization__in=reader.standing().organizations
                )
            )
        else:
            assert found == allowed


def test_an_internal_note_is_not_there(talk: Incident, rita: Person) -> None:
    with serving(rita):
        assert not Comment.objects.filter(body__contains="CANARY").exists()
        assert not Event.objects.filter(internal=True).exists()


def test_a_restricted_ticket_is_seen_by_those_named_on_it(
    incident: Callable[..., Incident], rita: Person, ned: Person, olga: Person, vera: Person
) -> None:
    incident(visibility="restricted")
    for reader, sees in ((rita, 1), (ned, 0), (olga, 1), (vera, 0)):
        with serving(reader):
            assert Incident.objects.count() == sees


def test_without_a_reader_the_web_role_sees_nothing(talk: Incident) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE servicedesk_web")
        for model in GUARDED:
            cursor.execute(f"SELECT count(*) FROM {model._meta.db_table}")  # noqa: S608  our own table's name
            assert cursor.fetchone() == (0,), model
        cursor.execute("RESET ROLE")


def test_nobody_writes_into_a_neighbours_ticket(talk: Incident, stan: Person) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), serving(stan):
        record_event(talk, "incident.replied", by=stan, at=NOON)


def test_nobody_writes_an_internal_note_from_outside(talk: Incident, rita: Person) -> None:
    with pytest.raises(DatabaseError, match="row-level security"), serving(rita):
        Comment.objects.create(record_id=talk.pk, author=rita, body="Psst.", internal=True, created_at=NOON)


def test_the_web_role_cannot_change_history(talk: Incident, rita: Person) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), serving(rita):
        Event.objects.update(name="incident.other")


def test_the_role_ends_with_the_request(
    talk: Incident, rita: Person, sign_in: Callable[[Person], Client]
) -> None:
    sign_in(rita).get(talk.get_absolute_url())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user")
        assert cursor.fetchone() == (True,)


def test_a_view_that_forgot_its_scope_leaks_nothing(
    talk: Incident, stan: Person, sign_in: Callable[[Person], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PROMISES P4: with the application filter off, row-level security alone leaks 0."""
    monkeypatch.setattr("servicedesk.records.models.RecordQuerySet.visible_to", lambda rows, reader: rows)

    browser = sign_in(stan)
    assert browser.get(talk.get_absolute_url()).status_code == 404
    assert talk.reference not in browser.get("/tickets/?view=all").content.decode()
    assert talk.reference not in browser.get("/").content.decode()
