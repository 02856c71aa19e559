"""Locking many tickets, and writing what is stored of their clocks, a statement for all of them.

The ORM's bulk_update and bulk_create look at every value by itself, which costs more than reading
the clocks does.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django.db import connection, models

from servicedesk.records.models import Record
from tickets.models import ServiceClock

ROW_KEY = ("record_id", "target", "cycle", "leg")
ROW_FIELDS = (
    "severity", "policy_version_id", "calendar_version_id", "calendar_id", "within", "started_at", "ended_at",
    "due_at", "elapsed", "state", "adjusted_due_at", "adjusted_state",
)  # fmt: skip


def lock_all(pks: Collection[int]) -> None:
    """Hold everybody else off these tickets, as tickets.actions.clocks.lock does off one."""
    records = Record.objects.filter(pk__in=pks).order_by("pk")
    list(records.select_for_update(no_key=True).values_list("pk"))


def write_columns(
    model: type[models.Model], pks: Sequence[int], columns: Mapping[str, Sequence[Any]]
) -> None:
    """Write some columns of a table's own, a list of values each, into the rows with these primary keys."""
    if not pks:
        return
    table, primary = model._meta.db_table, cast("str", model._meta.pk.column)
    sets = ", ".join(f"{name} = new.{name}" for name in columns)
    sql = (
        f"UPDATE {table} SET {sets} FROM unnest({_arrays(model, [primary, *columns])})"  # noqa: S608  # nosec B608
        f" AS new({', '.join([primary, *columns])}) WHERE {table}.{primary} = new.{primary}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(pks), *(list(values) for values in columns.values())])


def write_rows(rows: Sequence[ServiceClock]) -> None:
    """Write clocks that have ended, over what was stored of them."""
    if not rows:
        return
    names = [*ROW_KEY, *ROW_FIELDS]
    sets = ", ".join(f"{name} = excluded.{name}" for name in ROW_FIELDS)
    sql = (
        f"INSERT INTO {ServiceClock._meta.db_table} ({', '.join(names)})"  # noqa: S608  # nosec B608
        f" SELECT * FROM unnest({_arrays(ServiceClock, names)})"
        f" ON CONFLICT ({', '.join(ROW_KEY)}) DO UPDATE SET {sets}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [[getattr(row, name) for row in rows] for name in names])


def _arrays(model: type[models.Model], columns: Sequence[str]) -> str:
    """Placeholders for arrays, one for each column, of its type."""
    types = {field.column: field.rel_db_type(connection) for field in model._meta.concrete_fields}
    return ", ".join(f"%s::{types[name]}[]" for name in columns)
