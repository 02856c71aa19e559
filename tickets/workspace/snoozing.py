"""When a ticket that sleeps wakes, and the moments that can be chosen.

It sleeps for one person (tickets.models.Snooze) and comes back into their queues at its time, or as soon as
somebody of the other side does anything to it. Both are conditions that each list asks, not a due row that
has to be fired: so it is back to the second, with the workers down too, and no act of an LDC's has to
write into what belongs to an agent. The price is a look at the person's few sleeping tickets in each list.
"""

from datetime import datetime, timedelta, tzinfo

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from tickets.models import Snooze

MORNING = 8
"""The hour at which a day begins, in the person's zone."""
CHOICES = (
    ("hours", _("In 3 hours")),
    ("tomorrow", _("Tomorrow morning")),
    ("monday", _("Next Monday")),
    ("moment", _("At a time of my choice")),
)
WAKE = ("wake", _("Not any longer: wake it now"))


def asleep(person: Person, at: datetime) -> Q:
    """The tickets that sleep for this person at a moment."""
    return Q(pk__in=Snooze.objects.filter(person=person).asleep(at).values("record"))


def moment_of(choice: str, now: datetime, zone: tzinfo) -> datetime:
    """What a choice means. Mornings are the person's own. Raises KeyError for one that needs a moment."""
    if choice == "hours":
        return now + timedelta(hours=3)
    days = {"tomorrow": 1, "monday": 7 - now.astimezone(zone).weekday()}[choice]
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=zone)
