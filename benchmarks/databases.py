"""The databases that are measured: one for each size, beside each other, in one process.

``switch`` puts another connection under the name "default". So both sizes are served by the same
code, the same compiled templates and the same memory, and requests to them can take turns: what
else the machine does meanwhile hits both alike. The demo's database is never opened.
"""

import hashlib
import time
from pathlib import Path

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.utils import load_backend
from django.utils import timezone

from benchmarks.seed import seed

SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}
_HOME = "home"  # the database that the server came with; nothing is read from it

_opened = {_HOME: connection.settings_dict}
_wrappers = {_HOME: connections["default"]}


def switch(name: str) -> None:
    """Let everything that follows meet the database of this size, and its own part of the cache."""
    connections["default"] = _wrappers[name]
    cache.key_prefix = name


def prepare(name: str, *, fresh: bool) -> None:
    """Make sure that the database of this size exists and is what today's seed would make."""
    switch(_HOME)
    database = f"bench_{name.lower()}"
    if fresh or _mark_of(database) != _mark():
        began = time.monotonic()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            cursor.execute(f"CREATE DATABASE {database}")
        _open(name, database)
        call_command("migrate", interactive=False, verbosity=0)
        seed(SIZES[name], now=timezone.now().replace(minute=0, second=0, microsecond=0))
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("VACUUM (FULL) tickets_ticket")  # every row was written twice
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("RESET statement_timeout")
            cursor.execute(f"COMMENT ON DATABASE {database} IS '{_mark()}'")
        print(f"Seeded {SIZES[name]:,} tickets in {time.monotonic() - began:.0f} s.", flush=True)
    else:
        _open(name, database)


def close() -> None:
    """Leave no connection behind."""
    for wrapper in _wrappers.values():
        wrapper.close()


def _open(name: str, database: str) -> None:
    settings = {**_opened[_HOME], "NAME": database}
    _wrappers[name] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, "default")
    switch(name)


def _mark() -> str:
    """A fingerprint of what makes the data: the seed and the migrations."""
    here = Path(__file__).parent
    digest = hashlib.sha256((here / "seed.py").read_bytes() + (here / "statements.py").read_bytes())
    digest.update(repr(sorted(MigrationLoader(None).disk_migrations)).encode())
    return digest.hexdigest()[:16]


def _mark_of(database: str) -> str | None:
    """The fingerprint that a database was made with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [database]
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None
