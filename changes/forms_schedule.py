"""The window of a change as people type it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from changes.wall import instant_of
from servicedesk.records.years import check_year
from servicedesk.ui.forms import DeskForm

LONGEST_REASON = 2_000
TYPED = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class WallField(forms.DateTimeField):
    """A date and time in the reader's zone. ``notes`` of the form say which instant a clock change left of it."""

    widget = TYPED

    def to_python(self, value: Any) -> datetime | None:
        """The instant, or a wall time for the form to place. Raises ValidationError."""
        try:
            typed = parse_datetime(str(value or "").strip())
        except ValueError:
            typed = None
        return typed if typed is not None else super().to_python(value)


class WindowForm(DeskForm):
    """A start, and either an end or a length."""

    marks_optional = False  # each field says when it is needed

    version = forms.IntegerField(widget=forms.HiddenInput)
    starts_at = WallField(label=gettext_lazy("Start"))
    ends_at = WallField(
        label=gettext_lazy("End"), required=False, help_text=gettext_lazy("Give an end, or a length below.")
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Length in minutes"), required=False, min_value=5, max_value=31 * 24 * 60
    )
    reason = forms.CharField(
        label=gettext_lazy("Why these conflicts are accepted"),
        help_text=gettext_lazy("Needed when you tick a conflict. It is kept with your name."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notes: list[str] = []

    def clean_starts_at(self) -> datetime:
        """The instant."""
        return self._placed(self.cleaned_data["starts_at"])

    def clean_ends_at(self) -> datetime | None:
        """The instant."""
        typed = self.cleaned_data["ends_at"]
        return self._placed(typed) if typed else None

    def clean(self) -> dict[str, Any]:
        """Work out the end: a length is real time, whatever the clocks do meanwhile."""
        cleaned = super().clean() or {}
        start, end, minutes = (cleaned.get(name) for name in ("starts_at", "ends_at", "minutes"))
        if self.errors or start is None:
            return cleaned
        by_length = start + timedelta(minutes=minutes) if minutes else None
        if end is None and by_length is None:
            self.add_error("ends_at", _("Give an end or a length."))
        elif end is None:
            cleaned["ends_at"] = by_length
        elif by_length not in {None, end}:
            self.add_error("minutes", _("End and length say different things. Leave one of them empty."))
        return cleaned

    def _placed(self, typed: datetime) -> datetime:
        check_year(typed)
        if timezone.is_aware(typed):
            return typed.astimezone(UTC)
        taken = instant_of(typed, timezone.get_current_timezone())
        if taken.note:
            self.notes.append(taken.note)
        return taken.instant
