"""Redis is emptied, restarted or dead, and the mail server away: people go on, and effects follow.

PROMISES P10. PostgreSQL is the only truth; Redis carries nudges.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.utils import timezone

from accounts.models import Person
from servicedesk.embedded import redis_pid, start_redis, stop_redis
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.schedule.models import Heartbeat
from tests.support.fixtures import Start
from tests.support.post_office import PostOffice
from tests.support.waiting import wait_until
from tickets.models import Incident

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def colleagues(rita: Person, ned: Person, ann: Person) -> Counter[str]:
    """Everybody who hears of what Rita reports, once each."""
    return Counter([ann.email, ned.email])


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Path]:
    """A Redis that only this test uses: its directory."""
    tmp_path.chmod(0o755)
    home = tmp_path / "redis"
    yield home
    stop_redis(home)


def all_sent() -> bool:
    return OutboxMessage.objects.exists() and not OutboxMessage.objects.filter(done_at=None).exists()


def postgres_start() -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_postmaster_start_time()")
        return cursor.fetchone()


def test_the_mail_goes_when_redis_was_emptied_between_the_ticket_and_its_sending(
    incident: Callable[..., Incident],
    colleagues: Counter[str],
    empty_broker: redis.Redis,
    worker: Start,
    beat: Start,
    post_office: PostOffice,
) -> None:
    incident(at=timezone.now())
    assert empty_broker.llen("celery") == 1  # the nudge
    empty_broker.flushdb()

    worker()
    beat()
    wait_until(all_sent, what="every row is done")
    assert post_office.addressees() == colleagues


def test_worker_and_scheduler_outlive_a_redis_that_dies_and_comes_back(
    incident: Callable[..., Incident],
    colleagues: Counter[str],
    own_redis: Path,
    worker: Start,
    beat: Start,
    post_office: PostOffice,
) -> None:
    began = postgres_start()
    where = start_redis(own_redis)
    working, nudging = worker(REDIS_URL=where), beat(REDIS_URL=where)
    pid = redis_pid(own_redis)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    incident(at=timezone.now())  # its nudge goes to another Redis, where nobody listens
    stop_redis(own_redis)

    assert start_redis(own_redis) == where
    wait_until(all_sent, seconds=60, what=f"every row is done\n{working.log}\n{nudging.log}")
    assert post_office.addressees() == colleagues
    assert (working.exit_status, nudging.exit_status) == (None, None)
    assert postgres_start() == began


def test_with_the_mail_server_away_the_letters_wait_and_the_bell_rings(
    incident: Callable[..., Incident],
    colleagues: Counter[str],
    worker: Start,
    post_office: PostOffice,
    beat: Start,
) -> None:
    post_office.close()
    worker()
    beat()
    incident(at=timezone.now())
    letters = OutboxMessage.objects.filter(effect="ticket.mail")
    wait_until(lambda: letters.filter(failures=1).count() == 2, what="both letters were tried once")
    assert Counter(Notice.objects.values_list("person__email", flat=True)) == colleagues
    assert letters.filter(available_at__gt=timezone.now()).count() == 2

    post_office.open()
    letters.update(available_at=timezone.now())  # the half minute of waiting is over
    wait_until(all_sent, what="every row is done")
    assert post_office.addressees() == colleagues
    assert Heartbeat.objects.filter(name="outbox").exists()
