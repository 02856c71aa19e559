"""The second lock: PostgreSQL's row-level security under ``visible_to``.

While somebody from outside the SME is served, the transaction runs as the role ``servicedesk_web``,
which owns no table and cannot bypass the policies of migrations/0004_row_security.py. Who it is for
stands in transaction-local settings; where they are missing, the policies show nothing.

SME staff see every row anyway, so their requests keep the owner's role: a policy would only
cost them (PostgreSQL does not use a trigram index below a policy).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from servicedesk.records.scope import Reader

_ENTER = (
    "SELECT set_config('desk.person', %s, true), set_config('desk.organizations', %s, true),"
    " set_config('desk.administers', %s, true), set_config('role', 'servicedesk_web', true)"
)
_LEAVE = "SELECT set_config('role', 'none', true)"


@contextmanager
def serving(reader: Reader) -> Iterator[None]:
    """Run what follows in one transaction that can touch no more than this reader's rows."""
    standing = reader.standing()
    if standing.sees_all or not settings.ROW_SECURITY:
        yield
        return
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        _run(_ENTER, [str(standing.person_id), _ids(standing.organizations), _ids(standing.administers)])
        yield
        if not outermost:  # otherwise the role ends with the transaction
            _run(_LEAVE, [])


def _run(sql: str, values: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _ids(ids: Iterable[int]) -> str:
    return ",".join(str(pk) for pk in sorted(ids))
