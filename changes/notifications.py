"""Telling people of an RFC: a notice under the bell, and a letter at once or in the day's digest.

Who hears is changes.rules' business. Each letter is written when it is sent, after asking once more
whether its reader may see what it says.
"""

from datetime import datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person
from changes.ics import event_ics
from changes.models import RequestForChange
from changes.rules import RULES, who_hears
from changes.sentences import headline
from changes.timeline import may_read, told
from changes.wording import status_words, turn
from servicedesk.notifications.bundles import bundle, bundled
from servicedesk.notifications.effects import effect
from servicedesk.notifications.mail import Enclosure, Letter, send
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import message, put
from servicedesk.notifications.wording import describes, leads
from servicedesk.records.models import Event, Kind

TOLD = tuple(f"{Kind.RFC.value}.{what}" for what, parties in RULES.items() if parties)
CALENDAR_EVENTS = frozenset({"schedule", "moved_window", "unschedule", "withdraw", "void"})
"""What changes an RFC's place in a calendar."""
DIGEST = "rfc.digest"
DIGEST_LEAVES = time(8)
"""On the reader's clock."""

describes(Kind.RFC)(headline)


@leads(Kind.RFC)
def where_to(event: Event) -> str:
    """Where a notice leads: to the RFC's page."""
    return reverse("changes:detail", args=[event.record.reference])


@effect("rfc.fan_out", atomic=True, on=TOLD)
def fan_out(row: OutboxMessage) -> str:
    """Write a notice and a letter for everybody who hears of an event; a daily letter waits for the morning."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    rfc = RequestForChange.objects.get(pk=event.record_id)
    hearers = who_hears(event, rfc)
    Notice.objects.bulk_create(
        [Notice(person_id=one.person_id, event=event, at=event.at) for one in hearers], ignore_conflicts=True
    )
    put(
        message(
            effect="rfc.mail",
            key=f"mail:{event.pk}:{one.person_id}",
            at=row.created_at,
            event_id=event.pk,
            recipient_id=one.person_id,
        )
        for one in hearers
        if not one.digest
    )
    daily = [one for one in hearers if one.digest]
    bundle(
        DIGEST,
        [(one.person_id, event.pk) for one in daily],
        at=row.claimed_at,
        leaves_at={one.person_id: next_morning(one.time_zone, row.claimed_at) for one in daily},
    )
    return f"{len(hearers)} told"


def next_morning(zone: str, after: datetime) -> datetime:
    """The next time that it is 08:00 on somebody's clock."""
    local = after.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < DIGEST_LEAVES else local.date() + timedelta(days=1)
    return datetime.combine(day, DIGEST_LEAVES, tzinfo=ZoneInfo(zone))


@effect("rfc.mail")
def deliver_mail(row: OutboxMessage) -> str:
    """Send one person the letter about one event, if they may still read it."""
    person = Person.objects.get(pk=row.recipient_id)
    readable = _readable([cast("int", row.event_id)], person)
    if not readable:
        return "not sent: may not see it any more"
    event, rfc = readable[0]
    with translation.override(person.language), timezone.override(person.time_zone):
        context = _line(event, rfc, person) | _desk_lines(person)
        send(
            Letter(
                to=person.email,
                subject=f"[{rfc.reference}] {rfc.title} — {headline(event)}",
                text=render_to_string("changes/mail/event.txt", context),
                html=render_to_string("changes/mail/event.html", context),
                thread=rfc.reference,
                enclosures=_enclosures(event, rfc),
            ),
            key=row.key,
        )
    return "sent"


@bundled(DIGEST)
def deliver_digest(row: OutboxMessage, events: list[Event]) -> str:
    """Send one person one letter about all that happened since the last one."""
    person = Person.objects.get(pk=row.recipient_id)
    readable = _readable([event.pk for event in events], person)
    if not readable:
        return "not sent: may not see it any more"
    with translation.override(person.language), timezone.override(person.time_zone):
        lines = [_line(event, rfc, person) for event, rfc in readable]
        context = {"lines": lines} | _desk_lines(person)
        send(
            Letter(
                to=person.email,
                subject=_("Changes: what is new"),
                text=render_to_string("changes/mail/digest.txt", context),
                html=render_to_string("changes/mail/digest.html", context),
            ),
            key=row.key,
        )
    return "sent"


def _enclosures(event: Event, rfc: RequestForChange) -> tuple[Enclosure, ...]:
    """What changes a window brings it along for the reader's calendar: as it is now, not as it was then."""
    text = event_ics(rfc) if event.what in CALENDAR_EVENTS else ""
    return (Enclosure(f"{rfc.reference}.ics", text, "text/calendar"),) if text else ()


def _readable(pks: list[int], person: Person) -> list[tuple[Event, RequestForChange]]:
    """Those events that this person may read now, oldest first; none once they cannot sign in."""
    if not person.is_active:
        return []
    events = Event.objects.visible_to(person).filter(pk__in=pks).select_related("actor", "comment")
    found = list(events.order_by("at", "pk"))
    rfcs = RequestForChange.objects.visible_to(person).in_bulk([event.record_id for event in found])
    pairs = [(event, rfcs[event.record_id]) for event in found]
    return [(event, rfc) for event, rfc in pairs if may_read(event, rfc, person)]


def _line(event: Event, rfc: RequestForChange, person: Person) -> dict[str, Any]:
    """One event as a letter tells it."""
    return {
        "rfc": rfc,
        "event": event,
        "headline": headline(event),
        "told": told(event, rfc, person),
        "turn": turn(rfc),
        "status": status_words(rfc),
        "link": f"{settings.BASE_URL}{rfc.get_absolute_url()}",
    }


def _desk_lines(person: Person) -> dict[str, Any]:
    return {
        "desk_phone": settings.DESK_PHONE,
        "desk_email": settings.DESK_EMAIL,
        "language": person.language,
        "subscriptions": f"{settings.BASE_URL}{reverse('changes:subscriptions')}",
    }
