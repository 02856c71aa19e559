"""Fixtures for tests that other processes take part in. A conftest imports what its tests may use."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from tests.support.post_office import PostOffice
from tests.support.processes import Process, start_beat, start_worker, surroundings

Start = Callable[..., Process]


@pytest.fixture
def committed(django_db_serialized_rollback: None, transactional_db: None) -> None:
    """A database whose rows other processes see, with what the migrations put there.

    Such a test's rows are really committed, and afterwards every table is emptied, the service
    levels of the migrations too: ``serialized_rollback`` puts them back before the next one. All
    such tests of a run have to ask for it, by this fixture or by
    ``django_db(transaction=True, serialized_rollback=True)``: one that does not would leave content
    types under other numbers, and the next test's restoring would run into them. tests/conftest.py
    refuses it.
    """


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """An open mail server."""
    office = PostOffice()
    office.open()
    yield office
    office.close()


@pytest.fixture
def empty_broker() -> Iterator[redis.Redis]:
    """This run's Redis database, empty."""
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        client.flushdb()
        yield client


@pytest.fixture
def worker(
    committed: None, post_office: PostOffice, empty_broker: redis.Redis, tmp_path: Path
) -> Iterator[Start]:
    """Start a worker that sends its mail to the post office; more environment may be given."""
    with ExitStack() as stack:

        def start(*, pool: str = "solo", **environment: str) -> Process:
            around = surroundings(**post_office.environment, **environment)
            started = start_worker(tmp_path / "worker.log", around, pool=pool)
            stack.callback(started.kill)
            return started

        yield start


@pytest.fixture
def beat(committed: None, empty_broker: redis.Redis, tmp_path: Path) -> Iterator[Start]:
    """Start a scheduler."""
    with ExitStack() as stack:

        def start(**environment: str) -> Process:
            started = start_beat(tmp_path / "beat.log", surroundings(**environment))
            stack.callback(started.kill)
            return started

        yield start
