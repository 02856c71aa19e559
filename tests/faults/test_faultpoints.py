"""A worker dies at each named point, and another goes on: nothing is lost, hardly anything comes twice.

PROMISES P3: at most one duplicate for each kill, with the same Message-ID; notices exactly once.
"""

import ast
import signal
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Person
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.records.models import Event
from servicedesk.schedule.jobs import start_job
from servicedesk.schedule.models import DueRow, Job
from tests.support import storm
from tests.support.fixtures import Start
from tests.support.post_office import PostOffice
from tests.support.processes import ROOT
from tests.support.waiting import wait_until
from tickets.models import Incident
from tickets.transitions import Status

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

AFTER_SMTP = {"mail.after_smtp", "outbox.sent"}
"""Where the mail server has the letter already, and the row does not say so yet."""
SENDING = sorted(
    {"outbox.claimed", "outbox.before_commit", "mail.before_smtp", "mail.after_smtp", "outbox.sent"}
)
SWEEPING = ["sweep.before_commit"]
JOBS = ["job.before_commit"]

PACKAGES = ["servicedesk", "accounts", "tickets", "changes", "continuity", "training"]


def named_in_the_code() -> set[str]:
    """Every name that the code gives to faultpoint()."""
    calls = (
        node
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "faultpoint"
    )
    return {ast.literal_eval(call.args[0]) for call in calls}


def test_every_fault_point_in_the_code_is_one_that_a_worker_dies_at_here() -> None:
    assert named_in_the_code() == {*SENDING, *SWEEPING, *JOBS}


@pytest.fixture
def colleagues(rita: Person, ned: Person, stan: Person, ann: Person, bob: Person) -> list[str]:
    """Everybody who hears of what Rita reports: her neighbour and the desk. Stan is of another LDC."""
    return [ann.email, bob.email, ned.email]


@pytest.fixture
def fuse(tmp_path: Path) -> Path:
    """The file that has to lie there for a fault point to be live."""
    made = tmp_path / "fuse"
    made.touch()
    return made


def all_sent() -> bool:
    return not OutboxMessage.objects.filter(done_at=None).exists()


@pytest.mark.parametrize("point", SENDING)
def test_a_worker_that_dies_while_sending_is_replaced_without_loss(
    point: str,
    incident: Callable[..., Incident],
    colleagues: list[str],
    fuse: Path,
    worker: Start,
    beat: Start,
    post_office: PostOffice,
) -> None:
    beat()
    doomed = worker(FAULT=point, FAULT_FILE=str(fuse))
    reported = incident(at=timezone.now())
    assert doomed.wait_end() == -signal.SIGKILL
    assert not fuse.exists()
    assert OutboxMessage.objects.waiting().exists()

    worker()
    wait_until(all_sent, what="every row is done")

    event = Event.objects.get(record=reported.pk)
    assert Counter(Notice.objects.values_list("person__email", "event")) == Counter(
        (address, event.pk) for address in colleagues
    )
    assert set(post_office.addressees()) == set(colleagues)
    assert len(post_office.mails) == len(colleagues) + (point in AFTER_SMTP)
    assert len({mail.id for mail in post_office.mails}) == len(colleagues)
    assert not OutboxMessage.objects.exclude(dead_at=None).exists()
    assert not OutboxMessage.objects.exclude(failures=0).exists()


@pytest.mark.parametrize("point", SWEEPING)
def test_a_worker_that_dies_while_sweeping_has_done_nothing_and_the_next_does_it_once(
    point: str,
    incident: Callable[..., Incident],
    colleagues: list[str],
    fuse: Path,
    worker: Start,
    beat: Start,
    post_office: PostOffice,
) -> None:
    resolved = incident(Status.RESOLVED, at=timezone.now() - timedelta(days=30))
    OutboxMessage.objects.all().delete()
    due = dict(DueRow.objects.values_list("kind", "due_at"))
    doomed = worker(FAULT=point, FAULT_FILE=str(fuse))
    beat()
    assert doomed.wait_end() == -signal.SIGKILL
    assert Incident.objects.get().status == Status.RESOLVED
    assert DueRow.objects.waiting().count() == 2

    worker()
    wait_until(lambda: OutboxMessage.objects.exists() and all_sent(), what="the news of the sweep is sent")

    told = {"incident.closing_soon": "incident.closing_soon", "incident.close": "incident.auto_close"}
    events = Event.objects.filter(record=resolved.pk, name__in=told).order_by("at")
    assert [(event.name, event.at) for event in events] == [(name, due[kind]) for name, kind in told.items()]
    assert not DueRow.objects.waiting().exists()
    heard = Counter(Notice.objects.filter(event__in=events).values_list("person__email", "event"))
    assert set(heard.values()) == {1}
    assert len({mail.id for mail in post_office.mails}) == len(post_office.mails) == len(heard)


@pytest.mark.parametrize("point", JOBS)
def test_a_worker_that_dies_in_a_step_of_a_job_has_done_nothing_of_it_and_the_next_goes_on(
    point: str, fuse: Path, worker: Start, beat: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.processes.CELERY", storm.CELERY)
    doomed = worker(FAULT=point, FAULT_FILE=str(fuse))
    with transaction.atomic():
        start_job(storm.KIND, by=None, at=timezone.now(), payload={})
    assert doomed.wait_end() == -signal.SIGKILL  # the nudge of the start was enough
    job = Job.objects.get()
    assert (job.done, job.started_at, job.attempts) == (0, None, 0)
    assert not OutboxMessage.objects.exists()

    worker()
    beat()
    wait_until(lambda: not Job.objects.waiting().exists(), what="the job is finished")
    job = Job.objects.get()
    assert (job.done, job.total, job.attempts, job.failed_at) == (storm.STEPS, storm.STEPS, 0, None)
    assert sorted(OutboxMessage.objects.values_list("key", flat=True)) == [
        f"step {number}" for number in range(1, storm.STEPS + 1)
    ]


def test_a_killed_child_of_a_worker_is_replaced_by_the_worker_itself(
    incident: Callable[..., Incident],
    colleagues: list[str],
    fuse: Path,
    worker: Start,
    beat: Start,
    post_office: PostOffice,
) -> None:
    beat()
    running = worker(pool="prefork", FAULT="mail.before_smtp", FAULT_FILE=str(fuse))
    incident(at=timezone.now())

    wait_until(all_sent, what="every row is done")
    assert not fuse.exists()
    assert running.exit_status is None
    assert post_office.addressees() == Counter(colleagues)
