"""Which columns of a queue somebody sees. The reference and the title are always there."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Person

COLUMNS: dict[str, str | Promise] = {
    "severity": _("Severity"),
    "organization": _("Organization"),
    "status": _("Status"),
    "assignee": _("Assignee"),
    "due": _("Due"),
    "updated": _("Updated"),
    "environment": _("Environment"),
    "team": _("Team"),
    "created": _("Filed"),
}
"""By name, in the order in which they stand."""
USUAL = ("severity", "status", "assignee", "due", "updated")
"""An organization that has no column of its own stands below the title."""


def known(names: Iterable[str]) -> list[str]:
    """Those that there are, in their order."""
    asked = set(names)
    return [name for name in COLUMNS if name in asked]


def columns_of(person: Person, kept: Iterable[str] = ()) -> list[str]:
    """Those of a saved view if it has any, else this person's own choice, else the usual ones."""
    if chosen := known(kept):
        return chosen
    return known(USUAL if person.queue_columns is None else person.queue_columns)
