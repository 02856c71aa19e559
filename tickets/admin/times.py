"""Instants and spans where every second counts: typed with a zone, and written out to be added up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from servicedesk.ui.moments import absolute
from tickets.sla.calendar import instant_of


def exact(instant: datetime) -> str:
    """``Sun 14 Mar 2027, 07:00 EDT`` in the active zone, with seconds where there are any."""
    local = timezone.localtime(instant)
    words = absolute(instant)
    return words.replace(f"{local:%H:%M}", f"{local:%H:%M:%S}", 1) if local.second else words


@dataclass(frozen=True, slots=True)
class Taken:
    """The instant that a wall-clock time was taken for, and what has to be said about it, if anything."""

    instant: datetime
    note: str = ""


def take(wall: datetime, zone: ZoneInfo) -> Taken:
    """Read a wall-clock time as the desk's forms do (tickets/forms.py, ``MomentField``).

    Of a time that comes twice it takes the first; one that is skipped it takes as far after the gap.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return Taken(first)
    with timezone.override(zone):
        if first < second:
            note = _(
                "%(wall)s comes twice in %(zone)s. Taken: the first, %(taken)s. "
                "For the second, write %(other)s with the zone UTC."
            )
        else:
            note = _("%(wall)s does not exist in %(zone)s: the clock skips it. Taken: %(taken)s.")
        said = {"wall": f"{wall:%Y-%m-%d %H:%M}", "zone": zone.key, "taken": exact(first)}
    return Taken(first, note % (said | {"other": f"{second:%Y-%m-%d %H:%M}"}))


class WallTimeField(forms.Field):
    """A date and a time of day, for whoever knows the zone to turn into an instant."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M:%S")

    def to_python(self, value: Any) -> datetime | None:
        """Without a zone. Raises ValidationError for what is no date and time."""
        if not str(value or "").strip():
            return None
        try:
            wall = parse_datetime(str(value).strip())
        except ValueError:
            wall = None
        if wall is None or timezone.is_aware(wall) or not 2000 <= wall.year <= 2199:
            raise forms.ValidationError(
                _("“%(value)s” cannot be read. Write a date and a time such as 2027-03-14 22:00.")
                % {"value": value}
            )
        return wall.replace(microsecond=0)


def clock_changes(zone: ZoneInfo, since: date, days: int = 366) -> Iterator[tuple[date, bool]]:
    """The days on which a zone changes its clocks, and whether they go forward."""
    for day in (since + timedelta(days=n) for n in range(days)):
        before, after = (instant_of(day, minute, zone).astimezone(zone).utcoffset() for minute in (0, 1440))
        if before != after and before is not None and after is not None:
            yield day, after > before
