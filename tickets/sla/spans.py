"""How long something usually takes, in the words of people: ``2 business days``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.sla import rulebook
from tickets.sla.calendar import Calendar
from tickets.sla.clock import Target
from tickets.sla.rulebook import Terms, Versions

HOUR = timedelta(hours=1)
LOOKED_AT = 28
"""Days among which an ordinary working day is found, holidays or not."""


@dataclass(frozen=True, slots=True, order=True)
class BusinessTime:
    """A length of counted time, on a calendar whose working day has so many hours."""

    within: timedelta
    day: timedelta

    @property
    def in_days(self) -> int:
        """So many whole working days; 0 where it is not in whole ones."""
        return self.within // self.day if self.day and not self.within % self.day else 0

    def words(self) -> str:
        """In whole days, else in hours, else in minutes."""
        if n := self.in_days:
            return ngettext("%(n)d business day", "%(n)d business days", n) % {"n": n}
        if not self.within % HOUR:
            n = self.within // HOUR
            return ngettext("%(n)d business hour", "%(n)d business hours", n) % {"n": n}
        return _("%(n)d business minutes") % {"n": self.within // timedelta(minutes=1)}


def fulfilment_time(versions: Versions, terms: Terms, *, on: date) -> BusinessTime:
    """What these versions promise for a request, before anything is known of when it is sent."""
    (fulfil,) = [one for one in rulebook.pledges_for(versions, terms, 0) if one.target is Target.FULFIL]
    return BusinessTime(fulfil.within, working_day(fulfil.calendar, on))


def usually(times: Iterable[BusinessTime]) -> str:
    """``usually 2 business days``, or from the shortest to the longest of several. Nothing for none."""
    found = sorted(set(times))
    if not found:
        return ""
    shortest, longest = found[0], found[-1]
    if shortest == longest:
        return _("usually %(time)s") % {"time": shortest.words()}
    if shortest.in_days and longest.in_days:
        return _("usually %(a)d to %(b)d business days") % {"a": shortest.in_days, "b": longest.in_days}
    return _("usually %(shortest)s to %(longest)s") % {
        "shortest": shortest.words(),
        "longest": longest.words(),
    }


def working_day(calendar: Calendar, on: date) -> timedelta:
    """The counted time of an ordinary working day around then: the longest of some weeks."""
    days = (on + timedelta(days=n) for n in range(LOOKED_AT))
    minutes = (sum(end - begin for begin, end in calendar.windows_on(day)) for day in days)
    return timedelta(minutes=max(minutes))
