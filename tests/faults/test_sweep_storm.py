"""Ten thousand rows fall due in one minute, and a worker is killed in the middle: each fires once.

PROMISES P6. The figures are printed (``-s``), and gate nothing: the machine is shared.
"""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from servicedesk.notifications.models import OutboxMessage
from servicedesk.schedule.models import DueRow
from tests.support.fixtures import Start
from tests.support.storm import CELERY, KIND
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

ROWS = 10_000
MINUTE = timedelta(minutes=1)


def test_ten_thousand_in_a_minute_fire_once_each_though_a_worker_dies(
    worker: Start, beat: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.processes.CELERY", CELERY)
    workers = [worker(), worker()]
    keys = [f"{number:05}" for number in range(ROWS)]
    now = timezone.now()
    rows = [DueRow(key=key, kind=KIND, due_at=now - MINUTE * (1 - int(key) / ROWS)) for key in keys]
    for row in rows:
        row.available_at = row.due_at
    DueRow.objects.bulk_create(rows)
    done = OutboxMessage.objects.filter(effect=KIND)

    beat()
    beat()
    wait_until(lambda: done.count() >= ROWS // 4, what="the storm is well under way")
    last = done.latest("pk")
    doomed, survivor = sorted(workers, key=lambda one: one.pid != last.payload["pid"])
    doomed.kill()
    before, killed_at = done.count(), timezone.now()
    wait_until(lambda: not DueRow.objects.waiting().exists(), seconds=120, what="all have fired")

    assert 0 < before < ROWS
    assert list(done.order_by("key").values_list("key", flat=True)) == keys
    assert not DueRow.objects.filter(fired_at=None).exists()
    assert not DueRow.objects.exclude(attempts=0).exists()
    did = Counter(done.values_list("payload__pid", flat=True))
    assert set(did) == {doomed.pid, survivor.pid}
    assert survivor.exit_status is None

    report(f"the worker that was killed did {did[doomed.pid]} rows, the other {did[survivor.pid]}", killed_at)


def report(story: str, killed_at: datetime) -> None:
    """Print how quick it was: from the first row done to the last, and after the kill."""
    times = sorted(OutboxMessage.objects.filter(effect=KIND).values_list("created_at", flat=True))
    whole, rest = ((times[-1] - since).total_seconds() for since in (times[0], killed_at))
    p99 = (times[int(len(times) * 0.99)] - times[0]).total_seconds()
    print(
        f"\n{story}; {ROWS} rows in {whole:.1f} s: {ROWS / whole:.0f} a second, p99 {p99:.1f} s after the first;"
    )
    print(f"the last {rest:.1f} s after the kill")
