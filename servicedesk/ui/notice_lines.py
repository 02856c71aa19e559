"""What the notifications centre shows: one entry for each record and day, which says what happened last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _

from servicedesk.notifications.models import MOST_FOLDED, Notice, NoticeQuerySet
from servicedesk.notifications.wording import address, describe

YESTERDAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One notice: what happened, by whom, and where it leads."""

    notice: Notice
    headline: str
    url: str
    actor: str

    @classmethod
    def of(cls, notice: Notice) -> "Line":
        """Put a notice into words."""
        event = notice.event
        return cls(notice, describe(event), address(event), str(event.actor or ""))


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person was told of one record on one day: the last of it, and the rest below.

    ``unread`` says how many of these are; ``cut`` that there was more than is shown.
    """

    last: Line
    earlier: list[Line]
    unread: int
    cut: bool

    @property
    def at(self) -> datetime:
        """When the last of it happened."""
        return self.last.notice.at


@dataclass(frozen=True, slots=True)
class Day:
    """The entries of one day."""

    date: date
    words: str
    entries: list[Entry]


def entries(latest: Sequence[Notice], mine: NoticeQuerySet) -> list[Entry]:
    """An entry for each of the notices that ``latest_of_a_day`` found. One query: ``mine`` holds them all."""
    wanted = {pk for last in latest for pk in (last.pk, *last.earlier_ids)}
    known = mine.select_related("event__record", "event__actor").in_bulk(wanted)
    return [_entry([known[pk] for pk in (last.pk, *last.earlier_ids) if pk in known]) for last in latest]


def by_day(found: Sequence[Entry]) -> Iterator[Day]:
    """The entries under the day in the zone in force on which they happened."""
    today = timezone.localdate()
    for day, some in groupby(found, key=lambda entry: timezone.localdate(entry.at)):
        yield Day(day, _day(day, today), list(some))


def _entry(notices: list[Notice]) -> Entry:
    shown = notices[: MOST_FOLDED + 1]
    last, *earlier = [Line.of(notice) for notice in shown]
    return Entry(last, earlier, sum(not notice.read_at for notice in shown), cut=len(shown) < len(notices))


def _day(day: date, today: date) -> str:
    if day == today:
        return _("Today")
    if day == today - YESTERDAY:
        return _("Yesterday")
    return dateformat.format(day, "l j F Y")
