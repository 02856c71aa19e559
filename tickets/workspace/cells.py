"""The cells of a queue's row, drawn here and not by a template: fifty rows with eight cells are four hundred of them.

Cells that many rows have in common are kept. What is kept is made of plain words alone, which are escaped
as they are put in.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from servicedesk.ui.templatetags.desk import severity_badge, sla_chip, status_tag, when
from tickets.workspace.columns import COLUMNS

Row = dict[str, Any]


def drawn(row: Row, columns: Collection[str], only: str) -> Row:
    """A row with its ``cells`` behind the title and its ``lead`` before the reference.

    ``only`` is the address of the list, up to the organization that it is to be narrowed down to (narrowing).
    Where the organization has no column, ``where`` is the link of its name below the title.
    """
    only += row["ticket"].organization.slug
    named = [_CELLS[name](row | {"only": only}) for name in columns if name in _CELLS]
    level = row["ticket"].severity
    lead = _severity(level, "" if level else _("Request")) if "severity" in columns else ""
    return row | {
        "lead": lead,
        "cells": format_html_join("", "{}", ((cell,) for cell in named)),
        "where": "" if "organization" in columns else only,
    }


def narrowing(query: QueryDict) -> str:
    """The list's own address, from its first page on, ready for the name of an organization."""
    kept = query.copy()
    for name in ("organization", "after", "before", "edit", "saved", "pane"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}&organization=".replace("?&", "?")


@lru_cache(maxsize=32)
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


def _moment(column: str, at: datetime) -> SafeString:
    cell = '<td data-column="{}" class="nowrap" data-label="{}">{}</td>'
    return format_html(cell, column, COLUMNS[column], when(at, "short"))


def _assignee(row: Row) -> SafeString:
    somebody = row["ticket"].assignee
    label = str(COLUMNS["assignee"])
    return (
        _named("assignee", label, somebody.name, "")
        if somebody
        else _named("assignee", label, "", _("Nobody"))
    )


def _organization(row: Row) -> SafeString:
    cell = '<td data-column="organization" class="cell-name" data-label="{}"><a href="{}">{}</a></td>'
    return format_html(cell, COLUMNS["organization"], row["only"], row["ticket"].organization.name)


def _plain(column: str, words: Callable[[Row], str]) -> Callable[[Row], SafeString]:
    return lambda row: _named(column, str(COLUMNS[column]), words(row), "")


_CELLS: dict[str, Callable[[Row], SafeString]] = {
    "organization": _organization,
    "status": lambda row: _status(row["status"], row["tone"]),
    "assignee": _assignee,
    "due": lambda row: format_html('<td data-column="due" class="cell-min">{}</td>', sla_chip(row["chip"])),
    "updated": lambda row: _moment("updated", row["ticket"].updated_at),
    "environment": _plain("environment", lambda row: row["ticket"].get_environment_display()),
    "team": _plain("team", lambda row: str(row["ticket"].team or "")),
    "created": lambda row: _moment("created", row["ticket"].created_at),
}
