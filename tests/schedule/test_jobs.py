"""Jobs: long work in steps that shows how far it is, goes on after any failure, and is done once."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import redis
from django.db import IntegrityError, connection, transaction

from accounts.models import Person
from servicedesk.records.row_security import serving
from servicedesk.schedule.jobs import start_job, work
from servicedesk.schedule.models import MAX_ATTEMPTS, Heartbeat, Job
from servicedesk.schedule.tasks import work_on_jobs
from servicedesk.schedule.tidying import tidy_up
from tests.conftest import NOON
from tests.schedule.kinds import MINUTE, known_job
from tests.support.fixtures import committed, empty_broker

__all__ = ["committed", "empty_broker"]

DAY = timedelta(days=1)
Notes = list[tuple[str, int]]


def start(kind: str = "test.count", *, by: Person | None = None, **payload: Any) -> Job:
    """Start a job at noon."""
    with transaction.atomic():
        return start_job(kind, by=by, at=NOON, payload=payload)


def work_at(at: datetime = NOON, seconds: float = 60) -> int:
    """Do what can be done at that moment."""
    return work(now=lambda: at, seconds=seconds)


def count_to_three(job: Job) -> bool:
    """A step writes one row. Writing it a second time would be refused."""
    number = (job.cursor or 0) + 1
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=f"{job.payload.get('name', '')}{number}", at=job.stepped_at)]
    )
    job.total, job.done, job.cursor = 3, number, number
    job.result = {"last": number}
    return number == 3


@pytest.fixture
def counting(db: None) -> Iterator[None]:
    """``test.count`` works."""
    with known_job("test.count", count_to_three):
        yield


def test_a_job_waits_with_what_it_was_given_and_who_asked(rita: Person) -> None:
    job = Job.objects.get(pk=start(by=rita, rows=[1, 2]).pk)

    assert (job.kind, job.payload, job.created_by) == ("test.count", {"rows": [1, 2]}, rita)
    assert (job.created_at, job.available_at, job.started_at) == (NOON, NOON, None)
    assert (job.total, job.done, job.cursor, job.result) == (None, 0, None, {})
    assert isinstance(job.public_id, uuid.UUID)
    assert list(Job.objects.waiting()) == [job]


def test_a_job_goes_on_step_by_step_and_shows_how_far_it_is(counting: None) -> None:
    start()
    seen: list[dict[str, object]] = []

    def a_minute_later() -> datetime:
        """Asked before every step, and before the look that finds nothing more."""
        fields = ("done", "total", "cursor", "result", "started_at", "stepped_at", "finished_at")
        seen.append(Job.objects.values(*fields).get())
        return NOON + len(seen) * MINUTE

    assert work(now=a_minute_later, seconds=60) == 3
    moments = [NOON + number * MINUTE for number in range(4)]
    assert seen[1:] == [
        {
            "done": number,
            "total": 3,
            "cursor": number,
            "result": {"last": number},
            "started_at": moments[1],
            "stepped_at": moments[number],
            "finished_at": moments[3] if number == 3 else None,
        }
        for number in (1, 2, 3)
    ]
    job = Job.objects.get()
    assert (job.failed_at, job.attempts, work_at()) == (None, 0, 0)


def test_the_oldest_goes_first_and_all_are_finished_in_one_run(counting: None) -> None:
    jobs = [start(name=name) for name in "abc"]
    order: Notes = []

    def note(job: Job) -> bool:
        finished = count_to_three(job)
        order.append((job.payload["name"], job.done))
        return finished

    with transaction.atomic():
        Job.objects.filter(pk=jobs[2].pk).update(available_at=NOON - MINUTE)
    with known_job("test.note", note):
        Job.objects.update(kind="test.note")
        assert work_at() == 9
    assert order == [(name, number) for name in "cab" for number in (1, 2, 3)]
    assert not Job.objects.waiting().exists()


def test_a_job_that_begins_later_waits(counting: None) -> None:
    start()
    assert work_at(NOON - MINUTE) == 0


def test_without_time_nothing_is_begun(counting: None) -> None:
    start()
    assert work_at(seconds=0) == 0


def test_a_step_that_fails_leaves_nothing_and_is_tried_again_from_where_the_last_ended(db: None) -> None:
    ill = {2}

    def stumble(job: Job) -> bool:
        finished = count_to_three(job)
        if job.done in ill:
            raise ZeroDivisionError
        return finished

    start()
    with known_job("test.count", stumble):
        assert work_at() == 2
        job = Job.objects.get()
        assert (job.done, job.cursor, job.attempts, job.last_error) == (1, 1, 1, "ZeroDivisionError()")
        assert (job.available_at, job.stepped_at, job.failed_at) == (NOON + MINUTE, NOON, None)
        assert set(Heartbeat.objects.values_list("name", flat=True)) == {"1"}

        assert work_at(NOON + MINUTE - timedelta(seconds=1)) == 0
        ill.clear()
        assert work_at(NOON + MINUTE) == 2
    job = Job.objects.get()
    assert (job.done, job.finished_at, job.attempts, job.last_error) == (3, NOON + MINUTE, 0, "")
    assert Heartbeat.objects.count() == 3


def test_a_failing_job_does_not_hold_up_the_next(counting: None) -> None:
    start("test.unknown")
    start()

    assert work_at() == 4
    assert set(Job.objects.exclude(finished_at=None).values_list("kind", flat=True)) == {"test.count"}
    assert Job.objects.get(kind="test.unknown").last_error == "KeyError('test.unknown')"


def test_a_database_error_in_a_step_is_that_steps_alone(db: None) -> None:
    def collide(job: Job) -> bool:
        Heartbeat.objects.bulk_create([Heartbeat(name="same", at=NOON), Heartbeat(name="same", at=NOON)])
        return True

    start()
    with known_job("test.count", collide):
        assert work_at() == 1
    assert "IntegrityError" in Job.objects.get().last_error


def test_after_ten_failures_of_one_step_the_job_has_failed(db: None) -> None:
    def fail(job: Job) -> bool:
        raise ZeroDivisionError

    start()
    at, waits = NOON, []
    with known_job("test.count", fail):
        while Job.objects.waiting().exists():
            assert work_at(at) == 1
            next_try = Job.objects.get().available_at
            waits.append((next_try - at) // MINUTE)
            at = next_try
        assert work_at(at + 30 * DAY) == 0

    job = Job.objects.get()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64, 64]
    assert (job.attempts, job.finished_at, job.last_error) == (MAX_ATTEMPTS, None, "ZeroDivisionError()")
    assert job.failed_at == at - 64 * MINUTE


def test_what_is_finished_has_not_failed(db: None) -> None:
    with pytest.raises(IntegrityError, match="job_finished_or_failed"), transaction.atomic():
        Job.objects.create(kind="x", created_at=NOON, available_at=NOON, finished_at=NOON, failed_at=NOON)


def test_no_job_costs_one_statement(db: None, django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(3):  # a savepoint, which is a transaction outside tests, and its end
        work_at()


def test_a_job_is_its_askers_own(rita: Person, ned: Person) -> None:
    mine, _ours = start(by=rita), start()

    assert list(Job.objects.visible_to(rita)) == [mine]
    assert list(Job.objects.visible_to(ned)) == []
    for reader, sees in ((rita, [mine]), (ned, [])):
        with serving(reader):
            assert list(Job.objects.all()) == sees  # without any filter


def test_somebody_from_outside_may_start_one(rita: Person) -> None:
    with serving(rita):
        start(by=rita)
    assert Job.objects.get().created_by == rita


def test_finished_jobs_go_after_thirty_days_and_failed_ones_stay(counting: None) -> None:
    start()
    work_at()
    Job.objects.create(kind="x", created_at=NOON, available_at=NOON, failed_at=NOON)
    Job.objects.create(kind="y", created_at=NOON, available_at=NOON)

    tidy_up(at=NOON + 30 * DAY)
    assert Job.objects.count() == 3
    tidy_up(at=NOON + 31 * DAY)
    assert set(Job.objects.values_list("kind", flat=True)) == {"x", "y"}


def test_the_task_works_and_leaves_its_heartbeat(counting: None) -> None:
    start()
    Job.objects.update(available_at=NOON.replace(year=2020))
    work_on_jobs(anything="newer schedulers may say more")

    assert Job.objects.waiting().count() == 0
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"1", "2", "3", "jobs"}


def test_a_job_is_started_in_a_transaction_and_its_nudge_follows_the_commit(
    committed: None, empty_broker: redis.Redis
) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        start_job("test.count", by=None, at=NOON, payload={})

    with transaction.atomic():
        start_job("test.count", by=None, at=NOON, payload={})
        assert empty_broker.llen("celery") == 0
    assert empty_broker.llen("celery") == 1


def test_a_job_is_started_without_a_broker_too(
    db: None, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("servicedesk.schedule.waking.current_app.send_task", away)
    with django_capture_on_commit_callbacks(execute=True) as nudges:
        start()
    assert (len(nudges), Job.objects.count()) == (1, 1)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_share_the_jobs_and_no_step_is_done_twice() -> None:
    together = threading.Barrier(2, timeout=10)
    steps: dict[str, Notes] = {}
    tried: list[int] = []

    def note(job: Job) -> bool:
        finished = count_to_three(job)
        steps[threading.current_thread().name].append((job.payload["name"], job.done))
        if job.done == 1 and len(steps[threading.current_thread().name]) == 1:
            together.wait()  # both are in the middle of their first step
        return finished

    def run() -> None:
        steps[threading.current_thread().name] = []
        try:
            tried.append(work_at())
        finally:
            connection.close()

    names = [f"{number:02}:" for number in range(20)]
    for name in names:
        start(name=name)
    with known_job("test.count", note):
        workers = [threading.Thread(target=run) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert sorted(step for taken in steps.values() for step in taken) == [
        (name, number) for name in names for number in (1, 2, 3)
    ]
    assert sum(tried) == 60
    assert not Job.objects.exclude(attempts=0).exists()
    assert Job.objects.exclude(finished_at=None).count() == len(names)
