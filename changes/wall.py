"""Wall time to instant, saying so when the clock shows a time twice or never."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from django.utils import dateformat
from django.utils.translation import gettext as _

from servicedesk.ui import moments


@dataclass(frozen=True, slots=True)
class Taken:
    """The instant that was taken for what was typed, and what there is to say about it."""

    instant: datetime
    note: str = ""


def instant_of(wall: datetime, zone: tzinfo) -> Taken:
    """The instant of a wall time without a zone.

    Of a time that comes twice, as clocks go back, the first is taken; for one that never comes, as they go
    forward, the instant as far after the gap as was typed into it.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    typed = f"{dateformat.format(wall, 'j M Y')}, {wall:%H:%M}"
    if first.astimezone(zone).replace(tzinfo=None) != wall:
        words = _("Clocks go forward: %(typed)s never comes. %(taken)s was taken.")
        return Taken(first, words % {"typed": typed, "taken": moments.absolute(first)})
    if first != second:
        words = _("Clocks go back: %(typed)s comes twice. The first, %(taken)s, was taken, not %(other)s.")
        said = {"typed": typed, "taken": moments.absolute(first), "other": moments.absolute(second)}
        return Taken(first, words % said)
    return Taken(first)
