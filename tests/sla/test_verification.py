"""What is stored of service levels follows from the histories; what does not is found, named and mended."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Person
from benchmarks.seed import seed
from benchmarks.verifying import strangers
from servicedesk.records.models import Event, Record
from servicedesk.schedule.jobs import work
from servicedesk.schedule.models import DueRow, Job
from servicedesk.schedule.sweep import sweep
from servicedesk.settings import CELERY_BEAT_SCHEDULE
from tests.conftest import NOON
from tickets.actions import change_severity, move_ticket, reply
from tickets.models import Incident, PolicyVersion, ServiceClock
from tickets.sla.standing import STEP
from tickets.sla.verification import VERIFY, differences, repair, start_verification
from tickets.tasks import verify_service_levels
from tickets.transitions import Status

Make = Callable[..., Incident]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def found(at: datetime = NOON) -> list[tuple[str, str, str]]:
    """What differs: which thing, as stored, as recomputed."""
    return [
        (one.what, one.stored, one.recomputed)
        for one in differences(list(Incident.objects.order_by("pk")), at=at)
    ]


def mend(at: datetime = NOON) -> None:
    """Mend everything."""
    repair(list(Incident.objects.order_by("pk")), at=at)


@pytest.fixture
def late_answer(incident: Make, ann: Person, rita: Person) -> Incident:
    """A ticket of severity 3, answered late, waiting, answered, rated up, reopened: several clocks of each kind."""
    ticket = incident(Status.IN_PROGRESS)
    reply(ticket, "We look into it.", by=ann, at=NOON + 5 * HOUR)
    ticket.refresh_from_db()
    ticket = move_ticket(
        ticket, "ask", by=ann, at=NOON + 6 * HOUR, version=ticket.version, message="Which cycle?"
    )
    reply(ticket, "Cycle 14.", by=rita, at=NOON + DAY)
    ticket.refresh_from_db()
    ticket = change_severity(
        ticket, 2, "Billing.", by=ann, at=NOON + DAY + HOUR, version=ticket.version, accept_late=True
    )
    ticket = move_ticket(
        ticket, "resolve", by=ann, at=NOON + DAY + 2 * HOUR, version=ticket.version, message="Done.", resolution="fix",
    )  # fmt: skip
    return move_ticket(
        ticket, "reopen", by=rita, at=NOON + DAY + 3 * HOUR, version=ticket.version, message="Still broken."
    )


@pytest.mark.parametrize("status", Status)
def test_what_the_actions_store_follows_from_the_history(incident: Make, status: Status) -> None:
    incident(status)

    assert found() == []
    sweep(at=NOON + 7 * DAY)
    assert found(NOON + 7 * DAY) == []


def test_a_long_story_fits_at_any_moment_afterwards(late_answer: Incident) -> None:
    assert ServiceClock.objects.count() >= 5
    for days in range(12):
        sweep(at=NOON + days * DAY)
        assert found(NOON + days * DAY) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("clock_started_at", NOON),
        ("respond_due_at", None),
        ("responded_at", NOON),
        ("update_due_at", NOON),
        ("finish_due_at", NOON),
        ("paused_at", NOON),
        ("paused_left", HOUR),
        ("due_target", "update"),
        ("soon_at", None),
        ("urgent_at", NOON),
        ("due_at", NOON),
    ],
)
def test_each_column_is_held_against_the_history(late_answer: Incident, column: str, value: object) -> None:
    was = getattr(late_answer, column)
    (Record if column == "due_at" else Incident).objects.filter(pk=late_answer.pk).update(**{column: value})

    assert found() == [(column, str(value), str(was))]
    mend()
    assert found() == []
    assert getattr(Incident.objects.get(), column) == was


def test_the_versions_are_those_that_the_history_states(late_answer: Incident) -> None:
    other = PolicyVersion.objects.create(number=7, published_at=NOON, note="Other.")
    Incident.objects.update(policy_version=other)

    assert found() == [("policy_version_id", str(other.pk), str(late_answer.policy_version_id))]
    mend()
    assert Incident.objects.get().policy_version_id == late_answer.policy_version_id


def test_rows_that_are_missing_false_or_too_many_are_found_and_mended(late_answer: Incident) -> None:
    before = list(ServiceClock.objects.order_by("cycle", "started_at", "leg", "target").values())
    respond = ServiceClock.objects.get(target="respond", cycle=1)
    ServiceClock.objects.filter(pk=respond.pk).update(elapsed=HOUR, severity=1)
    gone = ServiceClock.objects.get(target="restore", cycle=1)
    gone.delete()
    ServiceClock.objects.create(
        **{
            field.attname: getattr(respond, field.attname)
            for field in ServiceClock._meta.concrete_fields
            if field.attname not in {"id", "leg"}
        },
        leg=9,
    )

    assert sorted(found()) == [
        ("clock respond 1.1 elapsed", "1:00:00", str(respond.elapsed)),
        ("clock respond 1.1 severity", "1", "3"),
        ("clock respond 1.9", f"{respond.state}, ended {respond.ended_at.isoformat()}", "nothing"),
        ("clock restore 1.1", "nothing", f"{gone.state}, ended {gone.ended_at.isoformat()}"),
    ]
    mend()
    assert found() == []
    after = list(ServiceClock.objects.order_by("cycle", "started_at", "leg", "target").values())
    assert [{**row, "id": 0} for row in after] == [{**row, "id": 0} for row in before]


def test_steps_of_the_ladder_that_are_missing_moved_or_unwanted_are_found_and_mended(incident: Make) -> None:
    filed = incident(impact="all", urgency="now")
    first, second, third = DueRow.objects.filter(kind=STEP).order_by("due_at", "pk")[:3]
    before = set(DueRow.objects.values_list("key", "due_at"))
    DueRow.objects.filter(pk=first.pk).delete()
    DueRow.objects.filter(pk=second.pk).update(due_at=NOON)
    DueRow.objects.filter(pk=third.pk).update(payload={})
    DueRow.objects.create(kind=STEP, key="other", record=filed, due_at=NOON, available_at=NOON)

    assert sorted(found()) == sorted(
        [
            (first.key, "nothing", f"due {first.due_at.isoformat()}"),
            (f"{second.key} due_at", str(NOON), str(second.due_at)),
            (f"{third.key} payload", "{}", str(third.payload)),
            ("other", "waits", "nothing"),
        ]
    )
    mend()
    assert found() == []
    assert set(DueRow.objects.filter(cancelled_at=None).values_list("key", "due_at")) == before


def test_a_step_that_was_called_off_by_mistake_is_missing(incident: Make) -> None:
    incident()
    row = DueRow.objects.filter(kind=STEP).earliest("due_at")
    DueRow.objects.filter(pk=row.pk).update(cancelled_at=NOON)

    assert found() == [(row.key, "nothing", f"due {row.due_at.isoformat()}")]


def test_a_step_that_fired_or_was_given_up_is_not_missing(incident: Make) -> None:
    incident()
    fired, dead = DueRow.objects.filter(kind=STEP).order_by("due_at")[:2]
    DueRow.objects.filter(pk=fired.pk).update(fired_at=fired.due_at)
    DueRow.objects.filter(pk=dead.pk).update(dead_at=dead.due_at)

    assert found() == []


def test_a_worker_that_is_away_makes_no_difference(incident: Make) -> None:
    incident(impact="all", urgency="now")
    assert found(NOON + 30 * DAY) == []
    mend(NOON + 30 * DAY)
    assert not DueRow.objects.exclude(cancelled_at=None).exists()


def test_a_step_that_fired_so_long_ago_that_its_row_is_gone_is_not_planned_again(incident: Make) -> None:
    incident(impact="all", urgency="now")
    DueRow.objects.filter(kind=STEP).delete()

    assert found(NOON + 89 * DAY) != []
    assert found(NOON + 92 * DAY) == []
    Incident.objects.update(soon_at=None)
    mend(NOON + 92 * DAY)
    assert not DueRow.objects.exists()


def test_mending_what_lies_behind_plans_each_clocks_latest_step_alone(incident: Make) -> None:
    incident(impact="all", urgency="now")
    DueRow.objects.filter(kind=STEP).delete()

    mend(NOON + 7 * DAY)

    assert sorted(key.split(":", 2)[2] for key in DueRow.objects.values_list("key", flat=True)) == [
        "respond:1.1:1:100%:critical",
        "restore:1.1:1:+60m:manager",
    ]
    assert found(NOON + 7 * DAY) == []


def test_a_history_that_states_no_version_is_named(incident: Make) -> None:
    filed = incident()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE records_event DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE records_event SET facts = facts - 'policy_version' WHERE record_id = %s", [filed.pk]
        )
        cursor.execute("ALTER TABLE records_event ENABLE TRIGGER USER")

    assert found() == [("history", "a ticket", "no versions are stated, so no clock follows")]
    mend()


def test_an_upgrade_states_the_versions_in_every_history(incident: Make) -> None:
    tickets = [incident(status) for status in Status]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE records_event DISABLE TRIGGER USER")
        cursor.execute("UPDATE records_event SET facts = facts - 'policy_version' - 'clock_from'")
        cursor.execute("ALTER TABLE records_event ENABLE TRIGGER USER")
        migration: Any = import_module("tickets.migrations.0009_rollout_shifts")
        since = migration.STATE.replace("tickets_incident", "tickets_ticket")  # as the table is called now
        cursor.execute(since)
        cursor.execute(since)  # a second time does nothing

    assert Event.objects.filter(name="incident.moved_to_versions").count() == len(tickets)
    assert found() == []


def test_a_chunk_costs_the_same_however_many_there_are(
    incident: Make, django_assert_num_queries: Callable[..., Any]
) -> None:
    for number in range(8):
        incident(list(Status)[number])
    tickets = list(Incident.objects.order_by("pk"))
    differences(tickets, at=NOON)

    for some in (tickets[:1], tickets):
        with django_assert_num_queries(3):
            assert differences(some, at=NOON) == []


def test_a_change_between_two_looks_is_no_difference(incident: Make, ann: Person) -> None:
    read_before = incident()
    reply(read_before, "We look into it.", by=ann, at=NOON + HOUR)

    assert differences([Incident.objects.get()], at=NOON + HOUR) == []
    stale = Incident.objects.get()
    stale.update_due_at = None
    assert differences([stale], at=NOON + HOUR) == []


# The job and the command


def test_the_nightly_job_looks_at_every_ticket_and_keeps_what_it_found(
    incident: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tickets.sla.verification.CHUNK", 3)
    monkeypatch.setattr("tickets.sla.verification.SHOWN", 2)
    made = [incident(list(Status)[number]) for number in range(7)]
    Incident.objects.filter(pk__in=[made[0].pk, made[4].pk]).update(clock_started_at=NOON - HOUR)
    Incident.objects.filter(pk=made[0].pk).update(respond_due_at=None)

    job = start_verification(at=NOON)
    assert job
    assert start_verification(at=NOON) is None
    assert work(now=lambda: NOON, seconds=60) == 3

    job.refresh_from_db()
    assert (job.done, job.total, job.finished_at) == (7, 7, NOON)
    assert (job.result["tickets"], job.result["differences"]) == (7, 3)
    assert job.result["first"] == [
        {
            "reference": made[0].reference,
            "what": what,
            "stored": str(stored),
            "recomputed": str(recomputed),
        }
        for what, stored, recomputed in [
            ("clock_started_at", NOON - HOUR, NOON),
            ("respond_due_at", None, made[0].respond_due_at),
        ]
    ]
    logged = [json.loads(record.getMessage()) for record in caplog.records if record.levelname == "ERROR"]
    assert [one["event"] for one in logged] == ["sla.difference", "sla.difference", "sla.differences"]
    assert logged[-1] | {"timestamp": ""} == {
        "event": "sla.differences", "level": "error", "timestamp": "", "tickets": 7, "differences": 3,
    }  # fmt: skip


def test_a_night_without_differences(incident: Make) -> None:
    incident()
    start_verification(at=NOON)
    work(now=lambda: NOON, seconds=60)
    assert Job.objects.get().result == {"tickets": 1, "differences": 0, "first": []}


def test_the_task_starts_the_job_once(db: None) -> None:
    verify_service_levels(anything="newer schedulers may say more")
    verify_service_levels()
    assert list(Job.objects.values_list("kind", "created_by")) == [(VERIFY, None)]
    entry = CELERY_BEAT_SCHEDULE["tickets.tasks.verify_service_levels"]
    assert str(entry["schedule"]) == "<crontab: 10 8 * * * (m/h/dM/MY/d)>"


def said(*options: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("verify_sla", *options, stdout=out)
    return out.getvalue()


def test_the_command_says_that_all_is_well(incident: Make) -> None:
    incident()
    incident(Status.CLOSED)
    assert said() == "2 tickets, 0 differences, 0 mended.\n"
    assert said("--open") == "1 tickets, 0 differences, 0 mended.\n"


def test_the_command_prints_what_differs_and_ends_with_an_error(incident: Make) -> None:
    filed = incident(Status.CLOSED)
    Incident.objects.update(due_target="update")

    assert said("--open") == "0 tickets, 0 differences, 0 mended.\n"
    with pytest.raises(CommandError, match="1 differences are left"):
        said()
    assert said("--repair").splitlines() == [
        f"{filed.reference} due_target: stored update, recomputed ",
        "1 tickets, 1 differences, 1 mended.",
    ]
    assert said() == "1 tickets, 0 differences, 0 mended.\n"


# A large desk


@pytest.mark.slow
def test_a_seeded_desk_fits_and_a_slow_second_opinion_agrees(db: None) -> None:
    seed(1000, now=timezone.now())

    assert said() == "1,000 tickets, 0 differences, 0 mended.\n"
    assert strangers(25, seed=7) == []
