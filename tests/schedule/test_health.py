"""Health: the process answers, and the desk makes progress."""

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from servicedesk.notifications.models import OutboxMessage
from servicedesk.schedule.heartbeat import beat
from servicedesk.schedule.models import DueRow, Heartbeat
from tests.notifications.letters import row

MECHANISMS = ["canary", "outbox", "sweep"]


def all_beat(ago: timedelta = timedelta()) -> None:
    """Everybody made progress."""
    for name in MECHANISMS:
        beat(name, at=timezone.now() - ago)


def ready(client: Client) -> dict[str, object]:
    """What readiness says, with 200."""
    answer = client.get(reverse("healthz_ready"))
    assert answer.status_code == 200
    said: dict[str, object] = answer.json()
    return said


def test_the_process_answers_without_asking_the_database(
    client: Client, db: None, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = client.get(reverse("healthz_live"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_all_is_well_after_every_heartbeat(client: Client) -> None:
    all_beat()
    said = ready(client)

    assert (said["status"], said["silent"], said["dead_letters"]) == ("ok", [], 0)
    assert (said["outbox_age_seconds"], said["overdue_row_age_seconds"]) == (0, 0)


@pytest.mark.django_db
def test_before_the_first_heartbeat_everybody_is_silent(client: Client) -> None:
    assert (ready(client)["status"], ready(client)["silent"]) == ("degraded", MECHANISMS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", MECHANISMS)
def test_a_mechanism_that_fell_silent_is_named(client: Client, name: str) -> None:
    all_beat()
    beat(name, at=timezone.now() - timedelta(minutes=3))

    assert (ready(client)["status"], ready(client)["silent"]) == ("degraded", [name])


@pytest.mark.django_db
def test_mail_that_waits_too_long_is_told(client: Client) -> None:
    all_beat()
    row(at=timezone.now() - timedelta(minutes=4))
    assert ready(client)["status"] == "ok"

    row("older", at=timezone.now() - timedelta(minutes=6))
    said = ready(client)
    assert said["status"] == "degraded"
    assert 360 <= said["outbox_age_seconds"] < 400  # type: ignore[operator]


@pytest.mark.django_db
def test_a_due_row_that_nobody_fires_is_told(client: Client) -> None:
    all_beat()
    at = timezone.now() - timedelta(minutes=6)
    DueRow.objects.create(key="x", kind="x", due_at=at, available_at=at)

    assert ready(client)["status"] == "degraded"


@pytest.mark.django_db
def test_dead_letters_are_counted(client: Client) -> None:
    row()
    OutboxMessage.objects.update(dead_at=timezone.now())

    assert ready(client)["dead_letters"] == 1


@pytest.mark.django_db
def test_without_the_database_the_process_cannot_serve(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise OperationalError

    monkeypatch.setattr(Heartbeat.objects, "all", away)
    answer = client.get(reverse("healthz_ready"))

    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")


@pytest.mark.django_db
def test_a_mechanism_has_one_heartbeat() -> None:
    all_beat()
    all_beat()

    assert Heartbeat.objects.count() == len(MECHANISMS)
