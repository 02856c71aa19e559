"""How an instant is written for people: relative when it is near, absolute with its zone otherwise."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.translation import get_language, gettext, ngettext

NEAR = timedelta(days=7)

# What Canadians call their zones in French. Python only knows the English abbreviations.
FRENCH_ZONES = {
    "NST": "HNT", "NDT": "HAT", "AST": "HNA", "ADT": "HAA", "EST": "HNE", "EDT": "HAE",
    "CST": "HNC", "CDT": "HAC", "MST": "HNR", "MDT": "HAR", "PST": "HNP", "PDT": "HAP",
}  # fmt: skip


def absolute(instant: datetime | None) -> str:
    """``Mon 15 Mar 2027, 08:30 EDT`` in the active zone and language (fr ``lun. 15 mars 2027, 8 h 30 HAE``)."""
    if instant is None:
        return gettext("not set")
    return _absolute(instant, timezone.get_current_timezone(), get_language() or "")


@lru_cache(maxsize=4096)
def _absolute(instant: datetime, zone: tzinfo, language: str) -> str:
    local = instant.astimezone(zone)
    if _french():
        name = FRENCH_ZONES.get(local.strftime("%Z"), local.strftime("%Z"))
        return f"{dateformat.format(local, 'D')}. {dateformat.format(local, 'j F Y, G')} h {local:%M} {name}"
    return f"{dateformat.format(local, 'D j M Y, H:i')} {local.tzname()}"  # "T" is silent in a repeated hour


def deadline(instant: datetime, now: datetime) -> str:
    """A promised moment with the city of its clock: ``Thu 14:00 (Toronto)``; with the date once it is not near."""
    local = timezone.localtime(instant)
    hour = f"{local:%H} h {local:%M}" if _french() else f"{local:%H:%M}"
    zone = timezone.get_current_timezone_name().rpartition("/")[2].replace("_", " ")
    if local.date() == timezone.localtime(now).date():
        words = gettext("%(hour)s today") % {"hour": hour}
    elif is_near(instant, now):
        words = f"{dateformat.format(local, 'D')}{'.' if _french() else ''} {hour}"
    else:
        words = f"{dateformat.format(local, 'j M Y')}, {hour}"
    return f"{words} ({zone})"


def day(instant: datetime) -> str:
    """``2 Nov 2026``, for a narrow column."""
    return _day(instant, timezone.get_current_timezone(), get_language() or "")


@lru_cache(maxsize=4096)
def _day(instant: datetime, zone: tzinfo, _language: str) -> str:
    return dateformat.format(instant.astimezone(zone), "j M Y")


def relative(instant: datetime, now: datetime) -> str:
    """``in 42 min``, ``3 h ago``, ``2 days ago``: one unit, rounded down."""
    minutes = int(abs(instant - now).total_seconds()) // 60
    return _relative(minutes, instant > now, get_language() or "")


@lru_cache(maxsize=4096)
def _relative(minutes: int, ahead: bool, _language: str) -> str:
    if minutes == 0:
        return gettext("in less than a minute") if ahead else gettext("just now")
    span = _span(minutes)
    return gettext("in %(span)s") % {"span": span} if ahead else gettext("%(span)s ago") % {"span": span}


def length(duration: timedelta) -> str:
    """A length of time, exact: ``45 h 00 min``, with seconds where there are some."""
    seconds = int(duration.total_seconds())
    words = gettext("%(h)d h %(m)02d min") % {"h": seconds // 3600, "m": seconds % 3600 // 60}
    return words + (gettext(" %(s)02d s") % {"s": seconds % 60} if seconds % 60 else "")


def is_near(instant: datetime, now: datetime) -> bool:
    """Whether people think of this moment as so long ago rather than as a date."""
    return abs(instant - now) < NEAR


@lru_cache(maxsize=4096)
def machine(instant: datetime) -> str:
    """ISO 8601 in UTC, to the second, for ``datetime=`` and scripts."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _span(minutes: int) -> str:
    if minutes < 60:
        return gettext("%(n)d min") % {"n": minutes}
    if minutes < 24 * 60:
        return gettext("%(n)d h") % {"n": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def _french() -> bool:
    return (get_language() or "").startswith("fr")
