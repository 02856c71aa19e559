"""The rows of a queue, drawn here and not by a template: fifty of them are two thousand nodes of one.

The words that rows have in common are looked up once for a list (``Drawing``); cells that many rows have in
common are kept. What is kept is made of plain words alone, which are escaped as they are put in.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from servicedesk.ui.templatetags.desk import icon, severity_badge, sla_chip, status_tag, when
from tickets.workspace.columns import COLUMNS

Row = dict[str, Any]
NOTHING = SafeString("")


class Drawing:
    """How the rows of one list are drawn.

    ``only`` is the address of the list, up to the organization that it is to be narrowed down to (narrowing).
    An organization that has no column stands below the title, as a link.
    """

    def __init__(self, columns: Collection[str], only: str) -> None:
        self.columns = columns
        self.only = only
        self.labels = {name: str(COLUMNS[name]) for name in columns}
        self.request, self.nobody, self.choose = _("Request"), _("Nobody"), _("Choose")
        self.unread = format_html(
            '<span class="row-unread"><span class="unread-dot"></span><span class="visually-hidden">{}</span></span>',
            _("Unread"),
        )
        self.raised = format_html(
            '<span class="raised" title="{}">{} {}</span> ',
            _("Escalated"),
            icon("alert-triangle"),
            _("Escalated"),
        )
        self.internal = format_html('<span class="row-internal">{} {}</span> ', icon("lock"), _("Internal:"))

    def drawn(self, row: Row) -> Row:
        """A row with its ``attributes``, its ``title``, and the cells ``before`` it and behind it (``cells``)."""
        cells = ((_CELLS[name](self, row),) for name in self.columns if name in _CELLS)
        return row | {
            "attributes": _attributes(row),
            "before": self._before(row),
            "title": self._title(row),
            "cells": format_html_join("", "{}", cells),
        }

    def narrowed(self, row: Row) -> str:
        """The address of the list with the tickets of this one's organization alone."""
        return self.only + str(row["ticket"].organization.slug)

    def _before(self, row: Row) -> SafeString:
        ticket = row["ticket"]
        pick = (
            format_html(_PICK, str(ticket.pk), str(ticket.version), self.choose, ticket.reference)
            if row["can"]
            else NOTHING
        )
        word = "" if ticket.severity else self.request
        level = _severity(ticket.severity, word) if "severity" in self.columns else NOTHING
        return format_html('{}{}<td class="cell-min ref">{}</td>', pick, level, ticket.reference)

    def _title(self, row: Row) -> SafeString:
        ticket = row["ticket"]
        return format_html(
            '{}<a class="row-title" href="{}">{}</a><span class="row-sub">{}{}{}{}</span>',
            self.unread if row["unread"] else NOTHING,
            row["url"],
            ticket.title,
            _asleep(row["sleeps_until"]) if row["sleeps_until"] else NOTHING,
            NOTHING if "organization" in self.columns else self._where(row),
            self.raised if ticket.raised_at else NOTHING,
            self._last(row),
        )

    def _where(self, row: Row) -> SafeString:
        link = '<span class="row-organization"><a href="{}">{}</a></span> '
        return format_html(link, self.narrowed(row), row["ticket"].organization.name)

    def _last(self, row: Row) -> SafeString:
        said = row["last"]
        if not said:
            return NOTHING
        lock = self.internal if said.internal else NOTHING
        return format_html('<span class="row-last">{}{}: {}</span>', lock, said.author, said.words)


_PICK = (
    '<td class="cell-pick"><label class="pick"><input class="form-check-input" type="checkbox" form="bulk" '
    'name="row" value="{}:{}" autocomplete="off" data-bulk-row aria-label="{} {}"></label></td>'
)


def _attributes(row: Row) -> SafeString:
    ticket = row["ticket"]
    own = (
        format_html(
            'id="row-{0}" data-row="{0}" data-can="{1}" data-version="{2}" data-key="{3}" ',
            ticket.reference,
            row["can"],
            str(ticket.version),
            str(row["key"]),
        )
        if row["can"]
        else NOTHING
    )
    unread = SafeString(' class="is-unread"') if row["unread"] else NOTHING
    return format_html('{}data-reference="{}" data-tag="{}"{}', own, ticket.reference, row["tag"], unread)


def _asleep(until: str) -> SafeString:
    words = _("Until %(moment)s") % {"moment": until}
    return format_html('<span class="row-asleep">{} {}</span> ', icon("calendar-pause"), words)


def narrowing(query: QueryDict) -> str:
    """The list's own address, from its first page on, ready for the name of an organization."""
    kept = query.copy()
    for name in ("organization", "after", "before", "edit", "saved", "pane"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}&organization=".replace("?&", "?")


def _severity(level: int | None, word: str) -> SafeString:
    inside = severity_badge(level) if level else format_html('<span class="muted">{}</span>', word)
    return format_html('<td class="cell-min">{}</td>', inside)


@lru_cache(maxsize=256)
def _status(words: str, tone: str) -> SafeString:
    return format_html('<td data-column="status" class="cell-min">{}</td>', status_tag(words, tone))


@lru_cache(maxsize=1024)
def _named(column: str, label: str, name: str, nobody: str) -> SafeString:
    inside = format_html('<span class="muted">{}</span>', nobody) if nobody else name
    return format_html(
        '<td data-column="{}" class="cell-name" data-label="{}">{}</td>', column, label, inside
    )


def _moment(drawing: Drawing, column: str, at: datetime) -> SafeString:
    cell = '<td data-column="{}" class="nowrap" data-label="{}">{}</td>'
    return format_html(cell, column, drawing.labels[column], when(at, "short"))


def _assignee(drawing: Drawing, row: Row) -> SafeString:
    somebody = row["ticket"].assignee
    name, nobody = (somebody.name, "") if somebody else ("", drawing.nobody)
    return _named("assignee", drawing.labels["assignee"], name, nobody)


def _organization(drawing: Drawing, row: Row) -> SafeString:
    cell = '<td data-column="organization" class="cell-name" data-label="{}"><a href="{}">{}</a></td>'
    label, name = drawing.labels["organization"], row["ticket"].organization.name
    return format_html(cell, label, drawing.narrowed(row), name)


def _due(_drawing: Drawing, row: Row) -> SafeString:
    return format_html('<td data-column="due" class="cell-min">{}</td>', sla_chip(row["chip"]))


def _plain(column: str, words: Callable[[Row], str]) -> Callable[[Drawing, Row], SafeString]:
    return lambda drawing, row: _named(column, drawing.labels[column], words(row), "")


_CELLS: dict[str, Callable[[Drawing, Row], SafeString]] = {
    "organization": _organization,
    "status": lambda _drawing, row: _status(row["status"], row["tone"]),
    "assignee": _assignee,
    "due": _due,
    "updated": lambda drawing, row: _moment(drawing, "updated", row["ticket"].updated_at),
    "environment": _plain("environment", lambda row: row["ticket"].get_environment_display()),
    "team": _plain("team", lambda row: str(row["ticket"].team or "")),
    "created": lambda drawing, row: _moment(drawing, "created", row["ticket"].created_at),
}
