"""The outbox: nothing leaves the house but by a row, and no row is lost, doubled or stuck."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu import pools

from accounts.models import Person
from servicedesk.celery import app
from servicedesk.notifications.models import OutboxMessage, back_off
from servicedesk.notifications.outbox import call_back, drain, hold, message, put, replay
from servicedesk.notifications.tasks import drain_outbox
from servicedesk.records.models import Comment
from servicedesk.schedule.models import Heartbeat
from tests.conftest import NOON, key
from tests.notifications.letters import drain_at, known, row
from tickets.models import Incident

LEASE = settings.OUTBOX_LEASE
SECOND = timedelta(seconds=1)


class Sent(list[str]):
    """An effect that notes what it delivers, and fails for some keys."""

    failing: frozenset[str] = frozenset()

    def __call__(self, message: OutboxMessage) -> str:
        if message.key in self.failing:
            raise ConnectionRefusedError(message.key)
        self.append(message.key)
        return "sent"


@pytest.fixture
def sent(db: None) -> Iterator[Sent]:
    """What ``test.effect`` delivered."""
    noted = Sent()
    with known("test.effect", noted):
        yield noted


def claim(at: object = NOON, **more: int) -> list[str]:
    """The keys that a claim takes."""
    return [message.key for message in OutboxMessage.objects.claim(at=at, **more)]  # type: ignore[arg-type]


@pytest.mark.django_db
def test_claiming_is_postponing() -> None:
    row()

    assert claim() == ["one"]
    stored = OutboxMessage.objects.get()
    assert (stored.claims, stored.available_at) == (1, NOON + LEASE)
    assert claim() == []


@pytest.mark.django_db
def test_a_row_whose_worker_died_falls_due_again_after_the_lease() -> None:
    row()
    claim()  # and then the worker was killed

    assert claim(NOON + LEASE - SECOND) == []
    assert claim(NOON + LEASE) == ["one"]


@pytest.mark.django_db
def test_a_claim_takes_the_oldest_first_and_no_more_than_a_batch() -> None:
    for number in (3, 1, 2):
        row(str(number), at=NOON + number * SECOND)

    assert claim(NOON + 9 * SECOND, limit=2) == ["1", "2"]
    assert claim(NOON + 9 * SECOND, limit=2) == ["3"]


@pytest.mark.django_db
def test_what_is_due_later_waits() -> None:
    row(at=NOON + SECOND)

    assert (claim(NOON), claim(NOON + SECOND)) == ([], ["one"])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_claimers_at_once_take_different_rows() -> None:
    for number in range(20):
        row(f"{number:02}")
    held, taken, release = threading.Event(), [], threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                taken.append(claim())
                held.set()
                release.wait(10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    mine = claim()  # does not wait for the other
    release.set()
    holder.join()

    assert (len(mine), len(taken[0])) == (10, 10)
    assert sorted([*mine, *taken[0]]) == [f"{number:02}" for number in range(20)]


@pytest.mark.django_db
def test_the_same_key_is_kept_once(sent: Sent) -> None:
    row(text="first")
    row(text="second")

    assert OutboxMessage.objects.get().payload == {"text": "first"}
    with pytest.raises(IntegrityError), transaction.atomic():
        message(effect="test.effect", key="one", at=NOON).save()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(RuntimeError, match="in the transaction of the change"):
        put([message(effect="test.effect", key="one", at=NOON)])
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_said(sent: Sent) -> None:
    with transaction.atomic():
        put([message(effect="test.effect", key="one", at=NOON)])
        transaction.set_rollback(True)

    assert (drain_at(NOON), sent) == (0, [])


def test_a_delivered_row_is_closed_and_forgets_what_it_carried(sent: Sent) -> None:
    row(text="Your reset link")

    assert drain_at(NOON) == 1
    stored = OutboxMessage.objects.get()
    assert (sent, stored.done_at, stored.outcome, stored.payload) == (["one"], NOON, "sent", {})
    assert drain_at(NOON + timedelta(days=3)) == 0


def test_a_drain_goes_on_until_nothing_is_due(sent: Sent) -> None:
    for number in range(25):
        row(f"{number:02}")

    assert drain_at(NOON) == 25
    assert sent == [f"{number:02}" for number in range(25)]


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 30), (2, 60), (3, 120), (4, 300), (5, 600), (6, 1800), (7, 3600), (8, 7200), (9, 7200), (50, 7200)],
)
def test_the_waits_grow(failures: int, seconds: int) -> None:
    assert back_off(failures) == timedelta(seconds=seconds)


def test_a_failure_is_noted_and_tried_again(sent: Sent) -> None:
    row(text="kept")
    sent.failing = frozenset({"one"})
    drain_at(NOON)

    stored = OutboxMessage.objects.get()
    assert (stored.failures, stored.available_at, stored.done_at) == (1, NOON + timedelta(seconds=30), None)
    assert (stored.last_error, stored.payload) == ("ConnectionRefusedError('one')", {"text": "kept"})

    sent.failing = frozenset()
    assert drain_at(NOON + timedelta(seconds=29)) == 0
    assert (drain_at(NOON + timedelta(seconds=30)), sent) == (1, ["one"])


def test_a_poison_row_holds_up_nobody(sent: Sent) -> None:
    for name in ("poison", "two", "three"):
        row(name)
    sent.failing = frozenset({"poison"})

    assert (drain_at(NOON), sent) == (3, ["two", "three"])


@pytest.mark.django_db
def test_an_effect_that_no_app_knows_is_a_failure_like_any_other() -> None:
    row(effect="gone.effect")
    drain_at(NOON)

    assert OutboxMessage.objects.get().last_error == "KeyError('gone.effect')"


def test_after_48_hours_of_failing_a_row_waits_for_a_person(sent: Sent) -> None:
    row()
    sent.failing = frozenset({"one"})
    tries, at = 0, NOON
    while OutboxMessage.objects.waiting().exists():
        at = OutboxMessage.objects.get().available_at
        tries += drain_at(at)

    dead = OutboxMessage.objects.get()
    assert timedelta(hours=48) <= dead.dead_at - NOON < timedelta(hours=50)
    assert (dead.failures, dead.done_at) == (tries, None)
    assert drain_at(NOON + timedelta(days=30)) == 0


def test_a_dead_row_is_replayed_with_another_48_hours(sent: Sent) -> None:
    row(text="kept")
    sent.failing = frozenset({"one"})
    drain_at(NOON + timedelta(hours=48))
    later = NOON + timedelta(days=5)

    assert replay(OutboxMessage.objects.all(), at=later) == 1
    drain_at(later)
    again = OutboxMessage.objects.get()
    assert (again.dead_at, again.failures, again.payload) == (None, 1, {"text": "kept"})

    sent.failing = frozenset()
    drain_at(later + timedelta(minutes=1))
    assert sent == ["one"]


def test_only_dead_rows_are_replayed(sent: Sent) -> None:
    row("done")
    drain_at(NOON)
    row("waiting")

    assert replay(OutboxMessage.objects.all(), at=NOON) == 0


@pytest.mark.django_db
def test_a_worker_that_was_too_slow_does_not_close_the_row_of_the_next() -> None:
    def slow(mine: OutboxMessage) -> str:
        OutboxMessage.objects.claim(at=NOON + LEASE)  # somebody else took it over meanwhile
        return "sent"

    row(text="kept")
    with known("test.effect", slow):
        assert drain_at(NOON) == 1

    stored = OutboxMessage.objects.get()
    assert (stored.done_at, stored.failures, stored.claims, stored.payload) == (None, 0, 2, {"text": "kept"})


@pytest.mark.django_db
def test_an_atomic_effect_that_lost_its_lease_writes_nothing() -> None:
    def slow(mine: OutboxMessage) -> str:
        OutboxMessage.objects.filter(pk=mine.pk).update(claims=99)
        Heartbeat.objects.create(name="written", at=NOON)
        return "sent"

    row()
    with known("test.effect", slow, atomic=True):
        drain_at(NOON)

    assert not Heartbeat.objects.filter(name="written").exists()


@pytest.mark.django_db
def test_an_atomic_effect_that_fails_writes_nothing_and_waits() -> None:
    def broken(mine: OutboxMessage) -> str:
        Heartbeat.objects.create(name="written", at=NOON)
        raise ZeroDivisionError

    row()
    with known("test.effect", broken, atomic=True):
        drain_at(NOON)

    assert not Heartbeat.objects.exists()
    assert OutboxMessage.objects.get().failures == 1


@pytest.mark.django_db
def test_done_and_dead_exclude_each_other() -> None:
    with pytest.raises(IntegrityError, match="outbox_done_or_dead"), transaction.atomic():
        OutboxMessage.objects.create(
            key="x", effect="x", created_at=NOON, available_at=NOON, done_at=NOON, dead_at=NOON
        )


@pytest.mark.django_db
def test_the_task_drains_and_shows_that_it_did(sent: Sent) -> None:
    row(at=timezone.now())
    drain_outbox(anything="newer schedulers may say more")

    assert sent == ["one"]
    assert Heartbeat.objects.filter(name="outbox").exists()


def test_each_row_is_claimed_by_the_clock_of_its_own_moment(sent: Sent) -> None:
    row()
    moments = iter([NOON, NOON + 5 * SECOND, NOON + 6 * SECOND])
    drain(now=lambda: next(moments))

    assert OutboxMessage.objects.get().done_at == NOON + 5 * SECOND


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_with_the_broker_away_people_go_on_and_the_rows_wait(
    incident: Callable[..., Incident], rita: Person, sign_in: Callable[[Person], Client], closed_broker: None
) -> None:
    filed = incident()
    before = OutboxMessage.objects.count()
    answer = sign_in(rita).post(
        reverse("tickets:write", args=[filed.reference]), {"request_id": key(), "message": "Any news?"}
    )

    assert answer.status_code == 303
    assert Comment.objects.count() == 1
    assert OutboxMessage.objects.waiting().count() == before + 1


@pytest.fixture
def closed_broker() -> Iterator[None]:
    """Celery's broker where nothing listens."""
    before = app.conf.broker_url
    app.conf.broker_url = "redis://127.0.0.1:1/0"
    app.set_current()
    app.amqp._producer_pool = None
    app.pool.force_close_all()
    app._pool = None
    yield
    app.conf.broker_url = before
    app.amqp._producer_pool = None
    app._pool = None
    pools.reset()  # kombu keeps the closed one for the next test, too


def test_news_are_held_and_called_back_until_a_worker_has_them(incident: Callable[..., Incident]) -> None:
    news = dict(OutboxMessage.objects.filter(event__record=incident().pk).values_list("event", "key"))
    other = OutboxMessage.objects.filter(event__record=incident().pk).values_list("event", flat=True)
    hold([*news, *other], until=NOON + SECOND)
    assert claim() == []

    assert call_back(news, at=NOON) == set(news)
    assert call_back(news, at=NOON) == set()
    claim(NOON + SECOND)
    assert call_back(other, at=NOON + SECOND) == set()
    assert set(OutboxMessage.objects.exclude(done_at=None).values_list("key", "outcome")) == {
        (key, "called back") for key in news.values()
    }
