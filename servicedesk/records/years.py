"""The years that forms take: every zone, calendar and reckoning of days copes with all of them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FIRST, LAST = 2000, 2099


def is_near(day: date) -> bool:
    """Is a day, or a date and time, in one of those years?"""
    return FIRST <= day.year <= LAST


def check_year(day: date) -> None:
    """Raise ValidationError for a day of any other year."""
    if not is_near(day):
        raise ValidationError(
            _("Choose a year from %(first)d to %(last)d.") % {"first": FIRST, "last": LAST}, code="year"
        )
