"""What people read in administration: labels, the portal's moments, names for mechanisms. Never what is stored.

The pages are read from the site's registry, and the rows are those of tests/test_admin.py.
"""

import re
from html import unescape

import pytest
from django.db.models import Choices, DateField, Model
from django.test import Client
from django.utils.html import strip_tags

from servicedesk.notifications.effects import _effects
from servicedesk.notifications.models import OutboxMessage
from servicedesk.records.admin_words import called
from servicedesk.records.models import Event
from servicedesk.schedule.jobs import _steps
from servicedesk.schedule.models import DueRow, Heartbeat, Job
from servicedesk.schedule.planning import _one_by_one, _together
from tests.test_admin import PAGES, address, administration, everything
from tickets.models import Incident

__all__ = ["administration", "everything"]

CELL = re.compile(r'<t[dh] class="(?:[^"]* )?field-(\w+)[^"]*">(.*?)</t[dh]>', re.DOTALL)
DJANGOS_DATE = re.compile(r"\b(?:a\.m\.|p\.m\.|noon|midnight)|\b[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}")
PORTALS_MOMENT = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} [A-Z][a-z]{2} \d{4}(?:, \d\d:\d\d E[SD]T)?"
)
OF_PROGRAMS = re.compile(r"[a-z][a-z0-9]*(?:[._][a-z0-9_]+)+")
NAMES_THEMSELVES = {"key", "slug", "ip", "email", "browser"}
"""Columns that show what a mechanism or a machine is called, because that is what is looked for."""

MADE_UP = {"record.told", "test.mail", "test.long_work"}
"""What only tests know has no words."""


def all_choices(kind: type[Choices] = Choices) -> list[type[Choices]]:
    return [
        one
        for below in kind.__subclasses__()
        for one in ([below] if below.__members__ else []) + all_choices(below)
    ]


STORED = {
    value
    for kind in all_choices()
    for value, label in kind.choices
    if isinstance(value, str) and value not in {"", "none", label}
}
"""Of all choices that there are. “none” is a word, too."""


def cells(page: str) -> list[tuple[str, str]]:
    """The cells of a list, by column, as they are read."""
    return [(name, unescape(strip_tags(inner)).strip()) for name, inner in CELL.findall(page)]


def is_stored(where: str, words: str) -> bool:
    """Does it read as what a program would write?"""
    if where in NAMES_THEMSELVES or words in MADE_UP:
        return False
    return words in STORED or bool(OF_PROGRAMS.fullmatch(words))


def test_no_cell_and_no_filter_of_any_list_shows_what_is_stored(administration: Client) -> None:
    stored, odd_dates = [], []
    for label, (model, page) in PAGES.items():
        shown = administration.get(address(model, "changelist"))
        html = shown.content.decode()
        changes = shown.context["cl"]
        choices = [(spec.title, choice) for spec in changes.filter_specs for choice in spec.choices(changes)]
        read = cells(html) + [(str(title), str(choice["display"])) for title, choice in choices]
        days = {field.name for field in model._meta.get_fields() if isinstance(field, DateField)}
        assert cells(html), label
        stored += [(label, where, words) for where, words in read if is_stored(where, words)]
        odd_dates += [
            (label, where, words)
            for where, words in cells(html)
            if DJANGOS_DATE.search(words)
            or (where in days & {*page.list_display} and words != "–" and not PORTALS_MOMENT.fullmatch(words))
        ]

    assert stored == []
    assert odd_dates == []


def test_every_page_is_called_what_people_know_the_row_by_and_writes_its_dates_as_the_portal_does(
    administration: Client,
) -> None:
    odd_names, odd_dates = [], []
    for label, (model, _page) in PAGES.items():
        row = model._default_manager.order_by("pk").last()
        opened = administration.get(address(model, "change", row.pk))
        html, title = opened.content.decode(), opened.context["row_title"]
        assert title in unescape(html), label
        odd_dates += [(label, found) for found in DJANGOS_DATE.findall(strip_tags(html))]
        in_words = not re.match(r"\d+( |$)", title) and not any(
            is_stored("", part) for part in title.split(", ")
        )
        if not in_words and label != "changes.riskformula":
            odd_names.append((label, title))

    assert odd_names == []
    assert odd_dates == []


@pytest.mark.parametrize("status", ["waiting_ldc", "in_progress", "waiting_vendor"])
def test_a_status_is_read_by_its_label_in_the_list_and_on_the_page(
    status: str, administration: Client
) -> None:
    incident = Incident.objects.latest("pk")
    Incident.objects.filter(pk=incident.pk).update(status=status)
    label = {
        "waiting_ldc": "Waiting for LDC",
        "in_progress": "In progress",
        "waiting_vendor": "Waiting for provider",
    }

    listed = administration.get(address(Incident, "changelist")).content.decode()
    opened = administration.get(address(Incident, "change", incident.pk)).content.decode()

    assert ("status", label[status]) in cells(listed)
    assert f'<div class="readonly">{label[status]}</div>' in opened


def test_every_mechanism_has_a_name_for_people() -> None:
    mechanisms = {*_one_by_one, *_together, *_steps, *_effects}

    assert {name for name in mechanisms if called(name) == name and not name.startswith("test.")} == set()


def test_a_name_leads_back_to_what_is_stored(administration: Client) -> None:
    event = Event.objects.filter(name="incident.submitted").latest("pk")

    listed = administration.get(address(Event, "changelist")).content.decode()
    opened = administration.get(address(Event, "change", event.pk)).content.decode()

    assert '<span title="incident.submitted">Reported</span>' in listed
    assert "Reported (incident.submitted)" in opened


def test_what_is_long_is_shortened_and_whole_in_its_title(administration: Client) -> None:
    whole = "Connection refused by the mail relay, " * 6
    OutboxMessage.objects.update(last_error=whole.strip())

    page = administration.get(address(OutboxMessage, "changelist")).content.decode()

    assert f'<span title="{whole.strip()}">{whole[:89].strip()}' in page


@pytest.mark.parametrize("model", [Job, DueRow, Heartbeat])
def test_a_list_of_nothing_says_so(model: type[Model], administration: Client) -> None:
    found = administration.get(address(model, "changelist"), {"q": "no such thing"}).content.decode()
    model._default_manager.all().delete()
    none = administration.get(address(model, "changelist")).content.decode()

    assert "Nothing here fits the search and the filters." in found
    assert "There are none yet." in none


def test_lists_are_called_what_they_list(administration: Client) -> None:
    assert "<h1>Incidents</h1>" in administration.get(address(Incident, "changelist")).content.decode()
