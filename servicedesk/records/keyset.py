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


def paginate(queryset: QuerySet[Any], *, by: tuple[str, str], after: str, before: str, size: int) -> Page:
    """Cut one page out of a queryset.

    ``by`` names a date-time column and the id, each with an optional ``-``; both run in the same
    direction. ``after`` and ``before`` are cursors of an earlier page, or empty.
    """
    backwards = bool(before) and not after
    at = _read(before if backwards else after)
    descending = by[0].startswith("-") != backwards
    moment, key = (name.lstrip("-") for name in by)
    if at:
        queryset = queryset.filter(_beyond(moment, key, at, "lt" if descending else "gt"))
    sign = "-" if descending else ""
    rows = list(queryset.order_by(f"{sign}{moment}", f"{sign}{key}")[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_newer, has_older = (more, True) if backwards else (bool(at), more)
    first, last = (_write(rows[0], moment, key), _write(rows[-1], moment, key)) if rows else ("", "")
    return Page(rows, newer=first if has_newer else "", older=last if has_older else "")


def _beyond(moment: str, key: str, at: tuple[datetime, int], direction: str) -> Q:
    """(moment, key) past the cursor. The first clause alone lets the index skip ahead."""
    when, pk = at
    return Q(**{f"{moment}__{direction}e": when}) & (
        Q(**{f"{moment}__{direction}": when}) | Q(**{moment: when, f"{key}__{direction}": pk})
    )


def _write(row: Any, moment: str, key: str) -> str:
    return signing.dumps([getattr(row, moment).isoformat(), getattr(row, key)], salt=_SALT)


def _read(cursor: str) -> tuple[datetime, int] | None:
    try:
        when, pk = signing.loads(cursor, salt=_SALT)
        parsed = parse_datetime(when)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (parsed, int(pk)) if parsed else None
