"""Tables as CSV: streamed in pieces, with their number of rows, and safe to open in a spreadsheet."""

import csv
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from io import StringIO
from itertools import chain
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from servicedesk.records.row_security import serving
from servicedesk.records.scope import Reader
from tickets.compliance import ZONE
from tickets.models import ClockState, ServiceClock, Severity, TargetName, Ticket
from tickets.wording import severity_word, status_words

PIECE = 1000
"""Rows read, and sent, at a time."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV Injection)."""
MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""At the beginning of the file, so that spreadsheets read it as UTF-8."""
TICKET_PARTS = ("organization", "contact", "assignee", "team")
"""What a line of a ticket reads beside it."""

_COLUMNS = (
    "pk",
    "record__reference",
    "record__title",
    "record__organization__name",
    "target",
    "cycle",
    "leg",
    "severity",
    "started_at",
    "due_at",
    "ended_at",
    "elapsed",
    "state",
    "adjusted_state",
)


def csv_answer(
    name: str, heading: Sequence[str], rows: Iterable[Sequence[Any]], *, count: int
) -> StreamingHttpResponse:
    """A download of so many rows below their heading. ``X-Row-Count`` says how many; fewer is a broken download."""
    response = StreamingHttpResponse(_pieces(heading, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{count}-rows.csv"'
    response.headers["X-Row-Count"] = str(count)
    response.headers["Cache-Control"] = "no-store"
    return response


def safe(cell: Any) -> str:
    """A cell as text; one that a spreadsheet would run is made plain by an apostrophe before it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(FORMULAS) else text


def hours(duration: timedelta | None) -> float | None:
    """Counted time in hours, to the second's precision."""
    return None if duration is None else round(duration / timedelta(hours=1), 4)


def clocks_heading() -> list[str]:
    """What the columns of ``clock_rows`` are."""
    return [
        _("Reference"),
        _("Title"),
        _("Organization"),
        _("Target"),
        _("Cycle"),
        _("Leg"),
        _("Severity"),
        _("Started"),
        _("Due"),
        _("Ended"),
        _("Counted hours"),
        _("Outcome, raw"),
        _("Outcome, adjusted"),
    ]


def tickets_heading(*, for_desk: bool) -> list[str]:
    """What the columns of ``ticket_rows`` are. Who works on a ticket is the desk's own business."""
    return [
        _("Reference"),
        _("Title"),
        _("Organization"),
        _("Severity"),
        _("Status"),
        _("Contact"),
        *([_("Assignee"), _("Team")] if for_desk else []),
        _("Due"),
        _("Created"),
        _("Updated"),
    ]


def ticket_rows(tickets: Iterable[Ticket], *, for_desk: bool) -> list[list[Any]]:
    """A line for each of these tickets, as this side reads it. People, organization and team are read already."""
    return [
        [
            ticket.reference,
            ticket.title,
            ticket.organization.name,
            severity_word(ticket.severity),
            status_words(ticket, for_desk=for_desk),
            str(ticket.contact or ""),
            *([str(ticket.assignee or ""), str(ticket.team or "")] if for_desk else []),
            _moment(ticket.due_at) if ticket.due_at else "",
            _moment(ticket.created_at),
            _moment(ticket.updated_at),
        ]
        for ticket in tickets
    ]


def in_order(rows: QuerySet[Any], *by: str) -> "array[int]":
    """Which rows a download holds, decided once: a million of them take eight megabytes."""
    return array("q", rows.order_by(*by).values_list("pk", flat=True).iterator(PIECE))


def ticket_lines(found: Sequence[int], *, reader: Reader) -> Iterator[list[Any]]:
    """A line for each of these tickets, read in pieces while the download runs, as those of ``clock_rows`` are."""
    language = get_language() or settings.LANGUAGE_CODE
    pieces = (found[start : start + PIECE] for start in range(0, len(found), PIECE))
    return (line for piece in pieces for line in _read_tickets(piece, reader, language))


def _read_tickets(piece: Sequence[int], reader: Reader, language: str) -> list[list[Any]]:
    with serving(reader), override(language):
        tickets = Ticket.objects.filter(pk__in=piece).select_related(*TICKET_PARTS)
        rows = {ticket.pk: ticket for ticket in tickets}
        return ticket_rows([rows[pk] for pk in piece], for_desk=reader.standing().sees_all)


def clock_rows(found: Sequence[int], *, reader: Reader) -> Iterator[list[Any]]:
    """A line for each of these clocks, read in pieces while the download runs.

    That is after the request, so words are chosen now and the reader's row security is entered for
    every piece. A clock that has gone meanwhile breaks the download off: nobody gets fewer unnoticed.
    """
    targets = {value: str(label) for value, label in TargetName.choices}
    states = {value: str(label) for value, label in ClockState.choices}
    severities = {value: str(label) for value, label in Severity.choices}

    def line(row: tuple[Any, ...]) -> list[Any]:
        (
            _pk,
            reference,
            title,
            organization,
            target,
            cycle,
            leg,
            severity,
            *moments,
            elapsed,
            raw,
            adjusted,
        ) = row
        return [
            reference,
            title,
            organization,
            targets[target],
            cycle,
            leg,
            severities.get(severity, ""),
            *(_moment(instant) for instant in moments),
            hours(elapsed),
            states[raw],
            states[adjusted or raw],
        ]

    pieces = (found[start : start + PIECE] for start in range(0, len(found), PIECE))
    return (line(row) for piece in pieces for row in _read(piece, reader))


def _read(piece: Sequence[int], reader: Reader) -> list[tuple[Any, ...]]:
    with serving(reader):
        rows = {row[0]: row for row in ServiceClock.objects.filter(pk__in=piece).values_list(*_COLUMNS)}
    return [rows[pk] for pk in piece]


def _moment(instant: datetime) -> str:
    """In the desk's zone, so that months are those of the figures."""
    return instant.astimezone(ZONE).isoformat(timespec="seconds")


def _pieces(heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    yield MARK.encode()
    text = StringIO()
    writer = csv.writer(text)
    for number, row in enumerate(chain([heading], rows), start=1):
        writer.writerow([safe(cell) for cell in row])
        if number % PIECE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> bytes:
    """What was written since, leaving room for more."""
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written
