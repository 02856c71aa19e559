"""What one hears of, and when mail leaves: the form of the preferences."""

from dataclasses import dataclass
from datetime import time
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.notifications.groups import Group, How
from servicedesk.notifications.preferences import Hours, Wishes
from servicedesk.ui.forms import DeskForm

DAYS = [
    ("0", gettext_lazy("Monday")),
    ("1", gettext_lazy("Tuesday")),
    ("2", gettext_lazy("Wednesday")),
    ("3", gettext_lazy("Thursday")),
    ("4", gettext_lazy("Friday")),
    ("5", gettext_lazy("Saturday")),
    ("6", gettext_lazy("Sunday")),
]
USUAL_NIGHT = (time(18, 0), time(7, 0))
"""What the form proposes to somebody who has no quiet hours yet."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One cell of the table: a radio button."""

    value: str
    label: str | Promise
    id: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. ``topic`` is set where one begins, ``saved`` where something else was saved meanwhile."""

    group: Group
    name: str
    topic: str | Promise
    choices: list[Choice]
    saved: str | Promise
    error: str


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("Enter a time such as 07:30.")},
    )


class PreferencesForm(DeskForm):
    """A choice for each group that can be turned off, the hour of the daily mail, and quiet hours."""

    daily_at = _time_field(gettext_lazy("Daily e-mail at"))
    quiet = forms.BooleanField(label=gettext_lazy("Hold my e-mail in quiet hours"), required=False)
    quiet_from = _time_field(gettext_lazy("From"))
    quiet_until = _time_field(gettext_lazy("Until"))
    quiet_days = forms.MultipleChoiceField(
        label=gettext_lazy("Days on which they begin"),
        choices=DAYS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    marks_optional = False

    def __init__(self, data: Any, *, wishes: Wishes) -> None:
        self.wishes = wishes
        hours = wishes.hours
        initial: dict[str, Any] = {
            "daily_at": hours.daily_at,
            "quiet": hours.quiet_from is not None,
            "quiet_from": hours.quiet_from or USUAL_NIGHT[0],
            "quiet_until": hours.quiet_until or USUAL_NIGHT[1],
            "quiet_days": [str(day) for day in hours.quiet_days],
        }
        super().__init__(data, initial=initial)
        self.free = [group for group in wishes.groups if not group.locked]
        for group in self.free:
            self.fields[_name(group)] = forms.ChoiceField(
                label=str(group.label),
                choices=How.choices,
                initial=wishes.ways[group.name],
                error_messages={
                    "required": _("Choose how you hear of “%(group)s”.") % {"group": group.label},
                    "invalid_choice": _("Choose how you hear of “%(group)s”.") % {"group": group.label},
                },
            )

    def clean(self) -> dict[str, Any]:
        """Quiet hours need a begin, another end, and a day."""
        cleaned = super().clean() or {}
        if not cleaned.get("daily_at") and "daily_at" not in self.errors:
            self.add_error("daily_at", _("Enter when the daily e-mail should leave."))
        if not cleaned.get("quiet"):
            return cleaned
        for name, words in (
            ("quiet_from", _("Enter when quiet hours begin.")),
            ("quiet_until", _("Enter when quiet hours end.")),
            ("quiet_days", _("Choose at least one day.")),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
        if not self.errors and cleaned["quiet_from"] == cleaned["quiet_until"]:
            self.add_error("quiet_until", _("Choose an end that is not the begin."))
        return cleaned

    def ways(self) -> dict[str, str]:
        """What was chosen, by group."""
        return {group.name: self.cleaned_data[_name(group)] for group in self.free}

    def hours(self) -> Hours:
        """When mail may leave, in whole minutes."""
        said = self.cleaned_data
        daily_at = said["daily_at"].replace(second=0, microsecond=0)
        if not said["quiet"]:
            return Hours(daily_at)
        begins, ends = (said[name].replace(second=0, microsecond=0) for name in ("quiet_from", "quiet_until"))
        return Hours(daily_at, begins, ends, tuple(sorted(int(day) for day in said["quiet_days"])))

    def lines(self, *, saved: Wishes | None = None) -> list[Line]:
        """The table, row by row. ``saved`` is what stands there now, where that may differ from this form."""
        rows, topic = [], None
        for group in self.free:
            field = self[_name(group)]
            value = str(field.value())
            differs = saved is not None and saved.ways[group.name] != value
            rows.append(
                Line(
                    group=group,
                    name=field.html_name,
                    topic=group.topic if group.topic != topic else "",
                    choices=[
                        Choice(how.value, how.label, f"{field.auto_id}_{number}", how.value == value)
                        for number, how in enumerate(How)
                    ],
                    saved=saved.ways[group.name].label if saved and differs else "",
                    error=" ".join(str(error) for error in field.errors),
                )
            )
            topic = group.topic
        return rows


def _name(group: Group) -> str:
    return f"how-{group.name}"
