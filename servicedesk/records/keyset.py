"""Keyset pages: a page is found by the last row of the one before, never by counting rows.

The cursor is signed, so it cannot be made up into another query; a broken one means page one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

_SALT = "servicedesk.keyset"


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursors around them (empty where there is no such page)."""

    rows: Sequence[Any]
    newer: str
    older: str


def paginate(queryset: QuerySet[Any], *, by: tuple[str, ...], after: str, before: str, size: int) -> Page:
    """Cut one page out of a queryset.

    ``by`` names columns that hold moments or whole numbers, never NULL, the id last, each with an
    optional ``-``; all run in the same direction. ``after`` and ``before`` are cursors of an earlier
    page of the same order, or empty.
    """
    backwards = bool(before) and not after
    columns = tuple(name.lstrip("-") for name in by)
    at = _read(before if backwards else after, columns)
    descending = by[0].startswith("-") != backwards
    if at:
        queryset = queryset.filter(_beyond(columns, at, "lt" if descending else "gt"))
    sign = "-" if descending else ""
    rows = list(queryset.order_by(*(f"{sign}{name}" for name in columns))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_newer, has_older = (more, True) if backwards else (bool(at), more)
    first, last = (_write(rows[0], columns), _write(rows[-1], columns)) if rows else ("", "")
    return Page(rows, newer=first if has_newer else "", older=last if has_older else "")


def _beyond(columns: tuple[str, ...], at: list[Any], direction: str) -> Q:
    """The row's columns, read from left to right, past the cursor. The first clause alone lets the index skip ahead."""
    beyond = Q()
    for place, name in enumerate(columns):
        same = dict(zip(columns[:place], at, strict=False))
        beyond |= Q(**same, **{f"{name}__{direction}": at[place]})
    return Q(**{f"{columns[0]}__{direction}e": at[0]}) & beyond


def _write(row: Any, columns: tuple[str, ...]) -> str:
    values = [getattr(row, name) for name in columns]
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return signing.dumps(plain, salt=_salt(columns))


def _read(cursor: str, columns: tuple[str, ...]) -> list[Any] | None:
    try:
        values = signing.loads(cursor, salt=_salt(columns))
        read = [parse_datetime(value) if isinstance(value, str) else int(value) for value in values]
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return read if len(read) == len(columns) and None not in read else None


def _salt(columns: tuple[str, ...]) -> str:
    """Another for every order, so that a cursor of one is no cursor of another."""
    return ":".join((_SALT, *columns))
