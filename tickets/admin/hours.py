"""Working hours as people write them: ``08:00–12:00, 13:00–17:00``.

The tables hold them as ["08:00", "12:00"] pairs (tickets/models/calendar.py). Nothing written means
closed; a span whose end comes first passes midnight.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.models.calendar import read_windows

Pairs = list[list[str]]

SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*(?:[-–—]|to)\s*(\d{1,2}):(\d\d)")
BREAKS = re.compile(r"[,;]")
WEEKDAYS = {
    "monday": gettext_lazy("Monday"),
    "tuesday": gettext_lazy("Tuesday"),
    "wednesday": gettext_lazy("Wednesday"),
    "thursday": gettext_lazy("Thursday"),
    "friday": gettext_lazy("Friday"),
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
}
"""The week as it stands in a calendar, Monday first."""


def hours_text(pairs: Iterable[Sequence[str]]) -> str:
    """``08:00–12:00, 13:00–17:00``; nothing for a closed day."""
    return ", ".join(f"{start}–{end}" for start, end in pairs)


def hours_words(pairs: Iterable[Sequence[str]]) -> str:
    """The same for reading: a closed day says so."""
    return hours_text(pairs) or _("closed")


def read_hours(text: str, day: str) -> Pairs:
    """The pairs that somebody wrote for a day. Raises ValidationError, which names the day and says how."""
    pairs = [_read_span(part, day) for part in map(str.strip, BREAKS.split(text)) if part]
    windows = sorted(zip(read_windows(pairs), pairs, strict=True))
    for (before, earlier), (after, later) in pairwise(windows):
        if after[0] < before[1]:
            raise ValidationError(
                _("%(day)s: %(later)s begins before %(earlier)s is over.")
                % {"day": day, "later": hours_text([later]), "earlier": hours_text([earlier])}
            )
    return [pair for _window, pair in windows]


def day_words(day: date) -> str:
    """``Sat 25 Dec 2027``."""
    return dateformat.format(day, "D j M Y")


def _read_span(text: str, day: str) -> list[str]:
    found = SPAN.fullmatch(text)
    if not found:
        raise ValidationError(
            _(
                "%(day)s: “%(text)s” cannot be read. Write hours such as 08:00–17:00, or"
                " 08:00–12:00, 13:00–17:00 with a break; leave the box empty for a closed day."
            )
            % {"day": day, "text": text}
        )
    start, end = (_clock_time(*digits) for digits in (found.groups()[:2], found.groups()[2:]))
    for time, last in ((start, "23:59"), (end, "24:00")):
        if time > last or time[3:] > "59":
            raise ValidationError(
                _("%(day)s: %(time)s is no time of day. A day runs from 00:00 to 24:00.")
                % {"day": day, "time": time}
            )
    if start == end:
        raise ValidationError(
            _("%(day)s: %(span)s has no length. Write 00:00–24:00 for a whole day.")
            % {"day": day, "span": hours_text([[start, end]])}
        )
    return [start, end]


def _clock_time(hour: str, minute: str) -> str:
    return f"{int(hour):02}:{minute}"


class HoursField(forms.CharField):
    """A day's hours. The form that has it reads what was written, for it knows which day it is about."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": "hours", "spellcheck": "false", "autocomplete": "off", "size": 30}
        super().__init__(required=False, max_length=120, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Pairs as they are written."""
        return hours_text(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(hours_text(initial or []), data)
