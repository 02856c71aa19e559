"""The embedded servers and the supervisor: started, stopped, killed, and started again.

Each test works in a directory of its own, beside the servers that the other tests run on.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from servicedesk.children import Child, end_remembered, remember
from servicedesk.embedded import (
    EmbeddedServers,
    ServerError,
    embedded,
    postgres_pid,
    redis_pid,
    start_postgres,
    start_redis,
    stop_postgres,
    stop_redis,
)

ROOT = Path(__file__).parent.parent


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory whose servers are gone after the test, and no configured server."""
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    tmp_path.chmod(0o755)
    yield tmp_path
    stop_postgres(tmp_path / "postgres")
    stop_redis(tmp_path / "redis")


def ask(database_url: str, question: str) -> object:
    connection = psycopg2.connect(database_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def kill(pid: int | None) -> None:
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def wait_for(condition, *, seconds: float = 20):
    until = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < until:
        time.sleep(0.05)
    assert met
    return met


def test_both_servers_start_answer_and_stop(place):
    with embedded(place, durable=False) as environment:
        assert ask(environment["DATABASE_URL"], "SHOW timezone") == "UTC"
        with redis.Redis.from_url(environment["REDIS_URL"]) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert client.config_get("save") == {"save": ""}

    assert postgres_pid(place / "postgres") is None
    assert redis_pid(place / "redis") is None


def test_the_role_can_do_what_migrations_and_tests_need_and_is_no_superuser(place):
    url = start_postgres(place / "postgres", durable=False)

    for extension in ("pg_trgm", "unaccent", "btree_gist"):
        ask(url, f"CREATE EXTENSION {extension}")
    assert ask(url, "SELECT rolcreatedb AND NOT rolsuper FROM pg_roles WHERE rolname = current_user") is True


def test_nobody_gets_in_without_the_password(place):
    database, broker = start_postgres(place / "postgres", durable=False), start_redis(place / "redis")
    secret = (place / "postgres" / "password").read_text()

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(database.replace(secret, "guess"))
    with pytest.raises(psycopg2.OperationalError, match=r"no pg_hba\.conf entry"):
        psycopg2.connect(database.replace("servicedesk:", "postgres:", 1))
    secret = (place / "redis" / "password").read_text()
    with (
        redis.Redis.from_url(broker.replace(secret, "guess")) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    for server in ("postgres", "redis"):
        assert (place / server / "password").stat().st_mode & 0o077 == 0


def test_data_outlives_a_stop_and_the_addresses_stay(place):
    with embedded(place, durable=False) as first:
        ask(first["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS n")
    with embedded(place, durable=False) as second:
        assert ask(second["DATABASE_URL"], "SELECT n FROM kept") == 7
        assert first == second


def test_a_killed_server_is_noticed_and_started_again_at_the_same_address(place):
    with EmbeddedServers(place, durable=True) as servers:
        before = dict(servers.environment)
        ask(before["DATABASE_URL"], "CREATE TABLE kept AS SELECT 7 AS n")
        assert servers.revive() is False

        kill(postgres_pid(place / "postgres"))
        kill(redis_pid(place / "redis"))
        wait_for(lambda: postgres_pid(place / "postgres") is None)

        assert servers.revive() is True
        assert servers.environment == before
        assert ask(before["DATABASE_URL"], "SELECT n FROM kept") == 7


def test_an_interrupted_first_start_is_begun_again(place):
    (place / "postgres.new").mkdir()
    (place / "postgres.new" / "PG_VERSION").write_text("18")

    assert ask(start_postgres(place / "postgres", durable=False), "SELECT 1") == 1


def test_a_stale_pid_file_that_names_a_living_stranger_does_no_harm(place):
    start_postgres(place / "postgres", durable=False)
    stop_postgres(place / "postgres", immediately=True)
    (place / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{place / 'postgres'}\n")

    assert ask(start_postgres(place / "postgres", durable=False), "SELECT 1") == 1


def test_another_port_is_taken_when_the_last_one_went_to_someone_else(place):
    start_redis(place / "redis")
    stop_redis(place / "redis")
    port = int((place / "redis" / "port").read_text())

    with socket.create_server(("127.0.0.1", port)):
        url = start_redis(place / "redis")

    assert f":{port}/" not in url
    with redis.Redis.from_url(url) as client:
        assert client.ping()


def test_two_processes_share_the_servers_and_the_last_one_stops_them(place):
    with embedded(place, durable=False) as ours:
        with embedded(place, durable=False) as theirs:
            assert ours == theirs
        assert ask(ours["DATABASE_URL"], "SELECT 1") == 1

    assert postgres_pid(place / "postgres") is None


def test_servers_of_a_killed_process_are_taken_over(place):
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with held:
        assert held.stdout
        held.stdout.readline()
        pid = postgres_pid(place / "postgres")
        held.kill()

    with embedded(place, durable=False):
        assert postgres_pid(place / "postgres") == pid
    assert postgres_pid(place / "postgres") is None


HOLD = """
import sys, time
from pathlib import Path
from servicedesk.embedded import embedded
with embedded(Path(sys.argv[1]), durable=False):
    print("up", flush=True)
    time.sleep(60)
"""


def test_data_of_another_version_is_left_alone(place):
    start_postgres(place / "postgres", durable=False)
    stop_postgres(place / "postgres")
    (place / "postgres" / "PG_VERSION").write_text("12\n")

    with pytest.raises(ServerError, match="was written by PostgreSQL 12"):
        start_postgres(place / "postgres", durable=False)


def test_a_configured_server_is_used_as_it_is(place, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("REDIS_URL", "redis://somewhere/0")

    with embedded(place) as environment:
        assert environment == {}
    assert not (place / "postgres").exists()


def supervise(place: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "MODE": "demo", "VAR_DIR": str(place), **environment}
    return subprocess.run(
        [sys.executable, "-m", "servicedesk.run", *arguments],
        cwd=ROOT,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_named_together_with_the_way_out(place):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = supervise(place, PORT=str(port))

    assert done.returncode == 1
    assert f"Port {port} is not free" in done.stdout
    assert "make run PORT=" in done.stdout
    assert "Traceback" not in done.stderr
    assert not (place / "postgres").exists()


def test_only_an_embedded_database_is_ever_reset(place):
    done = supervise(place, "reset", DATABASE_URL="postgresql://db.example/production")

    assert done.returncode == 1
    assert "DATABASE_URL is set" in done.stdout


def test_a_child_that_ends_is_started_again_after_a_pause(capfd):
    child = Child("brief", [sys.executable, "-c", "pass"])
    child.pause = 0.01

    assert child.tend(os.environ) is True
    wait_for(lambda: child.tend(os.environ))  # it has ended
    wait_for(lambda: child.tend(os.environ))  # it is started again
    child.end(patience=5)

    assert "brief ended (exit status 0)" in capfd.readouterr().out


def test_what_a_killed_supervisor_left_is_ended_and_nothing_else(tmp_path):
    sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
    ours, theirs = Child("ours", sleep), Child("theirs", sleep)
    ours.start(os.environ)
    theirs.start(os.environ)
    assert ours.process
    assert theirs.process
    wait_for(lambda: Path(f"/proc/{ours.process.pid}/cmdline").read_bytes().startswith(sleep[0].encode()))
    remember([ours], tmp_path / "children.json")

    end_remembered(tmp_path / "children.json")

    assert ours.process.wait(5) == -signal.SIGTERM
    assert theirs.process.poll() is None
    theirs.end(patience=0)
    ours.end(patience=0)
