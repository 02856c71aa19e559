"""RFCs as iCalendar events (RFC 5545): one UID for life, a SEQUENCE that rises, cancelled when taken off the schedule.

Times are in UTC, so that an event of a weekend on which clocks change is where it was put, whatever a
calendar program knows of zones. Written here, line by line, and read back in tests with another library.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from changes.conflicts import resources_of
from changes.models import RequestForChange, Risk
from changes.schedule_words import resource_words
from changes.transitions import ON_CALENDAR

CONTENT_TYPE = "text/calendar; charset=utf-8"
_LINE = 75
"""Octets of a line before it is folded (RFC 5545, 3.1)."""


def calendar_of(changes: Iterable[RequestForChange], *, name: str, method: str = "PUBLISH") -> str:
    """A calendar of all of these that have a window. ``name`` is what programs call it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{_text(settings.MAIL_DOMAIN)}//MDM/R Service Desk//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for rfc in changes:
        lines += _event(rfc)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) for line in lines)


def event_ics(rfc: RequestForChange) -> str:
    """The one event of an RFC, for a mail that says it was scheduled, moved or called off. Empty without a window."""
    if rfc.starts_at is None:
        return ""
    method = "PUBLISH" if rfc.status in ON_CALENDAR else "CANCEL"
    return calendar_of([rfc], name=rfc.reference, method=method)


def uid_of(rfc: RequestForChange) -> str:
    """The same for the RFC's whole life, in every feed and mail."""
    return f"{rfc.reference}@{settings.MAIL_DOMAIN}"


def _event(rfc: RequestForChange) -> Iterator[str]:
    if rfc.starts_at is None or rfc.ends_at is None:
        return
    yield "BEGIN:VEVENT"
    yield f"UID:{uid_of(rfc)}"
    yield f"SEQUENCE:{rfc.sequence}"
    yield f"DTSTAMP:{_utc(rfc.updated_at)}"
    yield f"LAST-MODIFIED:{_utc(rfc.updated_at)}"
    yield f"DTSTART:{_utc(rfc.starts_at)}"
    yield f"DTEND:{_utc(rfc.ends_at)}"
    yield f"SUMMARY:{_text(f'{rfc.reference} {rfc.title}')}"
    yield f"DESCRIPTION:{_text(_description(rfc))}"
    yield f"URL:{settings.BASE_URL}{rfc.get_absolute_url()}"
    yield f"STATUS:{'CONFIRMED' if rfc.status in ON_CALENDAR else 'CANCELLED'}"
    yield "TRANSP:TRANSPARENT"  # it takes nobody's time but the systems'
    yield "END:VEVENT"


def _description(rfc: RequestForChange) -> str:
    """What everybody may read who may read the RFC."""
    touched = resource_words(sorted(resources_of(rfc.environments, rfc.interfaces)))
    lines = [touched] if touched else []
    if rfc.downtime:
        lines.append(_("Downtime: %(minutes)d minutes") % {"minutes": rfc.downtime})
    if rfc.risk:
        lines.append(_("Risk: %(risk)s") % {"risk": Risk(rfc.risk).label})
    return "\n".join(lines)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    """TEXT of RFC 5545, 3.3.11: control characters have no place in it."""
    value = "".join(one for one in value.replace("\r\n", "\n") if one >= " " or one in "\n\t")
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(plain, escaped)
    return value


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, never within a character."""
    pieces, piece, size = [], "", 0
    for one in line:
        octets = len(one.encode())
        if size + octets > _LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += one
        size += octets
    return "\r\n".join([*pieces, piece]) + "\r\n"
