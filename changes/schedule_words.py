"""How the schedule is put into words: what is met, when, and the headlines of its events."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.conflicts import Conflict, Sort
from changes.models import Freeze, Interface, RequestForChange
from servicedesk.ui import moments
from tickets.models import Environment

HEADLINES: dict[str, str | Promise] = {
    "override": gettext_lazy("Schedule conflicts accepted"),
    "conflict": gettext_lazy("In conflict with something else on the schedule"),
    "conflict_over": gettext_lazy("No conflict any more"),
}
"""By what happened; all three are internal. ``schedule`` and ``moved_window``, which everybody hears of, carry
starts_at, ends_at (ISO 8601, UTC), zone and sequence, ``moved_window`` also was_starts_at and was_ends_at."""

SORTS = {
    Sort.HARD_FREEZE: gettext_lazy("Hard freeze"),
    Sort.FREEZE: gettext_lazy("Freeze"),
    Sort.CHANGE: gettext_lazy("Change"),
    Sort.CALENDAR: gettext_lazy("Other calendar"),
}


def names_of(found: Iterable[Conflict]) -> dict[Conflict, str]:
    """What each conflict is with, by name: for SME staff, because it may be another LDC's RFC. Two queries."""
    found = list(found)
    ids = {
        sort: [int(one.key) for one in found if one.sort is sort] for sort in Sort if sort != Sort.CALENDAR
    }
    changes = RequestForChange.objects.only("reference", "title").in_bulk(ids[Sort.CHANGE])
    freezes = Freeze.objects.in_bulk(ids[Sort.HARD_FREEZE] + ids[Sort.FREEZE])
    return {one: _name(one, changes, freezes) for one in found}


def _name(one: Conflict, changes: dict[int, RequestForChange], freezes: dict[int, Freeze]) -> str:
    if one.sort is Sort.CALENDAR:
        return one.key
    if one.sort is Sort.CHANGE:
        met = changes[int(one.key)]
        return f"{met.reference} {met.title}"
    return freezes[int(one.key)].name


def resource_words(resources: Iterable[str]) -> str:
    """``Production, Billing quantities``."""
    labels = {f"env:{value}": label for value, label in Environment.choices}
    labels |= {f"service:{value}": label for value, label in Interface.choices}
    return ", ".join(str(labels.get(one, one)) for one in resources)


def window_words(start: datetime, end: datetime) -> str:
    """``Tue 9 Mar 2027, 20:00 EST – 22:00 EST``, with the day of the end where it is another one."""
    first, last = moments.absolute(start), moments.absolute(end)
    day, _comma, hour = last.rpartition(", ")
    return f"{first} – {hour if day == first.rpartition(', ')[0] else last}"


def refusal_words(found: Iterable[Conflict]) -> str:
    """Why a window is refused: everything that it meets, and what can be done."""
    names = names_of(found)
    met = "; ".join(
        _("%(what)s (%(window)s)")
        % {
            "what": name if one.sort is Sort.HARD_FREEZE else f"{SORTS[one.sort]} {name}",
            "window": window_words(one.start, one.end),
        }
        for one, name in names.items()
    )
    if any(one.sort is Sort.HARD_FREEZE for one in names):
        return _(
            "This window lies in a hard freeze: %(met)s. Choose another, or override it: your name and reason are kept."
        ) % {"met": met}
    return _("This window meets %(met)s. Choose another, or accept each conflict with a reason.") % {
        "met": met
    }


def _moved(facts: dict[str, Any]) -> str:
    was, now = (
        [datetime.fromisoformat(facts[f"{prefix}{end}"]) for end in ("starts_at", "ends_at")]
        for prefix in ("was_", "")
    )
    return _("moved it from %(was)s to %(now)s") % {"was": window_words(*was), "now": window_words(*now)}


SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    "moved_window": _moved,
    "override": lambda facts: (
        _("accepted what its window meets, %(met)s: %(reason)s")
        % {"met": "; ".join(facts["met"]), "reason": facts["reason"]}
    ),
    "conflict": lambda facts: _("found that its window meets %(met)s") % {"met": "; ".join(facts["met"])},
    "conflict_over": lambda facts: _("found that its window meets nothing any more"),
}
"""What the actor did, as the rest of a sentence."""
