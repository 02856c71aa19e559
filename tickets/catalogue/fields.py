"""From a question of the catalogue to a field of a form, in the active language."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils import dateformat, timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from servicedesk.records.years import check_year
from servicedesk.ui.forms import CardChoiceField
from tickets.catalogue.definitions import (
    Column,
    Option,
    options_of,
    read_columns,
    sdp_pattern,
)
from tickets.catalogue.lines import Lines, read_emails, read_lines, summary
from tickets.catalogue.tables import Rows, explain, read_rows
from tickets.forms import LONGEST_TEXT, STRANGER, MomentField
from tickets.models import FieldKind, ItemField, text_in

LONGEST_LINE = 200
MOST_LINES, MOST_ROWS, MOST_EMAILS = 5_000, 200, 50
LONGEST_LIST = 1_000_000
"""Characters of a pasted list: more than as many lines as it may have need."""
FEW = 5
"""Choices that are drawn as cards; more of them as a list to choose from."""
NOT_LISTED = gettext_lazy("Choose an answer from the list.")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the fields of a form are built with: the answers that depend on who is served, and when."""

    people: QuerySet[Person]
    org_ids: list[str]
    today: date


class Unseen(forms.Widget):
    """Draws nothing: the page shows its uploader in this place."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return SafeString("")


class FilesField(forms.Field):
    """Files, which are attached to the draft and not sent with the form."""

    widget = Unseen


class ProseField(forms.CharField):
    """A text of several lines. A line ends as the limit counts it in the browser, by one character."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class LinesField(forms.CharField):
    """A pasted list. Cleans to the entries; what is wrong is said line by line."""

    def __init__(self, *, read: Callable[[str], Lines], rows: int = 6, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_LIST)
        widget = forms.Textarea(attrs={"rows": rows, "spellcheck": "false"})
        super().__init__(widget=widget, strip=False, **kwargs)
        self.read = read

    def clean(self, value: Any) -> list[str]:
        text = super().clean(value)
        found = self.read(text)
        if found.errors:
            raise ValidationError(summary(found.errors))
        if self.required and not found.values:
            raise ValidationError(self.error_messages["required"], code="required")
        return found.values


class RowsField(forms.CharField):
    """A table as CSV. Cleans to the rows; what is wrong is said line by line."""

    def __init__(self, *, columns: list[Column], most: int, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})
        super().__init__(widget=widget, strip=False, max_length=LONGEST_LIST, **kwargs)
        self.columns, self.most = columns, most

    def clean(self, value: Any) -> list[dict[str, str]]:
        text = super().clean(value)
        found: Rows = read_rows(text, self.columns, self.most)
        if found.errors:
            raise ValidationError(summary(found.errors))
        if self.required and not found.rows:
            raise ValidationError(self.error_messages["required"], code="required")
        return found.rows


class DayField(forms.DateField):
    """A day, not before the earliest nor after the latest."""

    def __init__(self, *, earliest: date | None, latest: date | None, **kwargs: Any) -> None:
        limits = {"min": earliest, "max": latest}
        attrs = {"type": "date", **{name: day.isoformat() for name, day in limits.items() if day}}
        super().__init__(widget=forms.DateInput(attrs=attrs, format="%Y-%m-%d"), **kwargs)
        self.earliest, self.latest = earliest, latest
        self.validators.append(check_year)
        self.error_messages["invalid"] = _("Enter a day such as 2027-03-31.")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            check_day(value, self.earliest, self.latest)


class LimitedMomentField(MomentField):
    """A date and time, likewise; the day is the reader's."""

    def __init__(self, *, earliest: date | None, latest: date | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest
        self.error_messages["invalid"] = _("Enter a date and time such as 2027-03-31 14:00.")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value:
            check_day(timezone.localtime(value).date(), self.earliest, self.latest)


def check_day(day: date, earliest: date | None, latest: date | None) -> None:
    """Raises ValidationError, in words, for a day outside its limits (both included)."""
    if earliest and day < earliest:
        raise ValidationError(_("Enter a day from %(day)s on.") % {"day": day_words(earliest)})
    if latest and day > latest:
        raise ValidationError(_("Enter a day up to %(day)s.") % {"day": day_words(latest)})


def day_words(day: date) -> str:
    """``2 November 2026``, in the active language."""
    return dateformat.format(day, "j F Y")


def form_field(field: ItemField, around: Surroundings) -> forms.Field:
    """The form's field for a question, with its label and help."""
    made = _MAKERS[FieldKind(field.kind)](field, around)
    made.label, made.required = text_in(field, "label"), field.required
    made.widget.is_required = field.required
    made.help_text = " ".join(part for part in (text_in(field, "help"), str(made.help_text)) if part)
    return made


def _text(field: ItemField, around: Surroundings) -> forms.Field:
    validators = []
    if field.pattern:
        validators = [RegexValidator(rf"^(?:{field.pattern})\Z", text_in(field, "pattern_words"))]
    return forms.CharField(max_length=field.most or LONGEST_LINE, validators=validators)


def _long_text(field: ItemField, around: Surroundings) -> forms.Field:
    return ProseField(max_length=field.most or LONGEST_TEXT)


def _choice(field: ItemField, around: Surroundings) -> forms.Field:
    pairs = _pairs(options_of(field))
    messages = {"invalid_choice": NOT_LISTED}
    if field.required and len(pairs) <= FEW:
        return CardChoiceField(choices=pairs, error_messages=messages)
    return forms.ChoiceField(choices=[("", _first(field)), *pairs], error_messages=messages)


def _multi_choice(field: ItemField, around: Surroundings) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_pairs(options_of(field)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_LISTED, "invalid_list": NOT_LISTED},
    )


def _org_id(field: ItemField, around: Surroundings) -> forms.Field:
    if not around.org_ids:
        return forms.CharField(
            max_length=20, help_text=_("None is on file for your organization yet: type it.")
        )
    only = around.org_ids[0] if len(around.org_ids) == 1 and field.required else None
    pairs = [(code, code) for code in around.org_ids]
    return forms.ChoiceField(
        choices=[("", _first(field)), *pairs], initial=only, error_messages={"invalid_choice": NOT_LISTED}
    )


def _person(field: ItemField, around: Surroundings) -> forms.Field:
    return forms.ModelChoiceField(around.people, empty_label=_first(field), error_messages=STRANGER)


def _email(field: ItemField, around: Surroundings) -> forms.Field:
    return forms.EmailField(error_messages={"invalid": _("Write an address such as dana@utility.example.")})


def _emails(field: ItemField, around: Surroundings) -> forms.Field:
    most = field.most or MOST_EMAILS
    return LinesField(
        read=lambda text: read_emails(text, most),
        rows=3,
        help_text=_("One on a line, or with commas between."),
    )


def _sdp_list(field: ItemField, around: Surroundings) -> forms.Field:
    pattern, words = sdp_pattern(field)
    most = field.most or MOST_LINES
    note = _("Type or paste one on a line, or a column of a spreadsheet: up to %(most)s.")
    return LinesField(
        read=lambda text: read_lines(text, pattern, most, words=words),
        help_text=note % {"most": f"{most:,}".replace(",", "\N{NO-BREAK SPACE}")},
    )


def _table(field: ItemField, around: Surroundings) -> forms.Field:
    columns = read_columns(field.columns)
    return RowsField(columns=columns, most=field.most or MOST_ROWS, help_text=explain(columns))


def _date(field: ItemField, around: Surroundings) -> forms.Field:
    return DayField(**_limits(field, around.today), help_text=_("A day in %(zone)s.") % {"zone": _zone()})


def _datetime(field: ItemField, around: Surroundings) -> forms.Field:
    words = _("Date and time in %(zone)s.") % {"zone": _zone()}
    return LimitedMomentField(**_limits(field, around.today), help_text=words)


def _file(field: ItemField, around: Surroundings) -> forms.Field:
    return FilesField()


def _pairs(options: list[Option]) -> list[tuple[str, str]]:
    return [(option.value, text_in(option, "label")) for option in options]


def _first(field: ItemField) -> str:
    """What a list to choose from says before anything is chosen."""
    return _("Choose one") if field.required else _("Not stated")


def _limits(field: ItemField, today: date) -> dict[str, date | None]:
    days = {"earliest": field.earliest_days, "latest": field.latest_days}
    return {name: None if n is None else today + timedelta(days=n) for name, n in days.items()}


def _zone() -> str:
    return timezone.get_current_timezone_name()


_MAKERS: dict[FieldKind, Callable[[ItemField, Surroundings], forms.Field]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _long_text,
    FieldKind.CHOICE: _choice,
    FieldKind.MULTI_CHOICE: _multi_choice,
    FieldKind.DATE: _date,
    FieldKind.DATETIME: _datetime,
    FieldKind.ENVIRONMENT: _choice,
    FieldKind.ORG_ID: _org_id,
    FieldKind.PERSON: _person,
    FieldKind.EMAIL: _email,
    FieldKind.EMAILS: _emails,
    FieldKind.SDP_LIST: _sdp_list,
    FieldKind.FILE: _file,
    FieldKind.TABLE: _table,
}
