"""Telling people of an RFC: a notice under the bell, and a letter, as each of them wishes.

Who hears is changes.rules' business. Each letter is written when it is sent, after asking once more
whether its reader may see what it says.
"""

from typing import Any, cast

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from changes.groups import GROUP_OF
from changes.ics import event_ics
from changes.models import RequestForChange
from changes.rules import RULES, who_hears
from changes.sentences import headline
from changes.timeline import may_read, told
from changes.wording import status_words, turn
from servicedesk.notifications.effects import effect
from servicedesk.notifications.groups import How
from servicedesk.notifications.mail import Enclosure, Letter, send
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.telling import Hearer, still_by_mail, tell
from servicedesk.notifications.unsubscribing import Foot, foot
from servicedesk.notifications.wording import Item, describes, leads, retells
from servicedesk.records.models import Event, Kind

TOLD = tuple(f"{Kind.RFC.value}.{what}" for what, parties in RULES.items() if parties)
CALENDAR_EVENTS = frozenset({"schedule", "moved_window", "unschedule", "withdraw", "void"})
"""What changes an RFC's place in a calendar."""

describes(Kind.RFC)(headline)


@leads(Kind.RFC)
def where_to(event: Event) -> str:
    """Where a notice leads: to the RFC's page."""
    return reverse("changes:detail", args=[event.record.reference])


@effect("rfc.fan_out", atomic=True, on=TOLD)
def fan_out(row: OutboxMessage) -> str:
    """Tell everybody who hears of an event; whose subscription is daily, no louder than that."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    rfc = RequestForChange.objects.get(pk=event.record_id)
    return tell(
        [
            Hearer(one.person_id, event, GROUP_OF[one.party], How.DAILY if one.daily else How.NOW)
            for one in who_hears(event, rfc)
        ],
        letter="rfc.mail",
        at=row.created_at,
        now=row.claimed_at,
    )


@effect("rfc.mail")
def deliver_mail(row: OutboxMessage) -> str:
    """Send one person the letter about one event, if they may still read it."""
    person = Person.objects.get(pk=row.recipient_id)
    readable = _readable([cast("int", row.event_id)], person)
    if not readable:
        return "not sent: may not see it any more"
    if not still_by_mail(row):
        return "not sent: turned off meanwhile"
    event, rfc = readable[0]
    with translation.override(person.language), timezone.override(person.time_zone):
        last = foot(person.pk, row.groups)
        context = _line(event, rfc, person) | _desk_lines(person, last)
        send(
            Letter(
                to=person.email,
                subject=f"[{rfc.reference}] {rfc.title} — {headline(event)}",
                text=render_to_string("changes/mail/event.txt", context),
                html=render_to_string("changes/mail/event.html", context),
                thread=rfc.reference,
                enclosures=_enclosures(event, rfc),
                unsubscribe=last.stop,
            ),
            key=row.key,
        )
    return "sent"


@retells(Kind.RFC)
def items(person: Person, events: list[Event]) -> list[Item]:
    """Those of the events that a person may read now, for a mail about many things."""
    return [
        Item(
            event,
            rfc.reference,
            rfc.title,
            f"{settings.BASE_URL}{rfc.get_absolute_url()}",
            headline(event),
            entry.actor,
            entry.sentence,
            entry.text,
            entry.html,
        )
        for event, rfc in _readable([event.pk for event in events], person)
        for entry in [told(event, rfc, person)]
    ]


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


def _desk_lines(person: Person, last: Foot) -> dict[str, Any]:
    return {
        "foot": last,
        "desk_phone": settings.DESK_PHONE,
        "desk_email": settings.DESK_EMAIL,
        "language": person.language,
    }
