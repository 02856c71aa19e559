"""Who hears about an incident, and in which words.

An event's fan-out writes one row for each person: a notice under the bell, and a letter. The
letter is written when it is sent, after asking once more whether its reader may see it.
"""

from typing import cast

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Person
from servicedesk.notifications.effects import effect
from servicedesk.notifications.mail import Letter, send
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import message, put
from servicedesk.notifications.wording import describes
from servicedesk.records.models import Event
from tickets import policy
from tickets.models import Incident
from tickets.wording import HEADLINES, actor_of, headline, sentence, severity_word, status_words, turn

describes("incident")(headline)


@effect("incident.fan_out", atomic=True, on=tuple(HEADLINES))
def fan_out(row: OutboxMessage) -> str:
    """Write a notice and a letter for everybody who hears of an event."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    incident = Incident.objects.get(pk=event.record_id)
    people = list(policy.who_hears(event, incident).values_list("pk", flat=True))
    Notice.objects.bulk_create(
        [Notice(person_id=pk, event=event, at=event.at) for pk in people], ignore_conflicts=True
    )
    put(
        message(
            effect="incident.mail",
            key=f"mail:{event.pk}:{pk}",
            at=row.created_at,
            event_id=event.pk,
            recipient_id=pk,
        )
        for pk in people
    )
    return f"{len(people)} told"


@effect("incident.mail")
def deliver_mail(row: OutboxMessage) -> str:
    """Send one person the letter about one event, if they may still see it."""
    event = Event.objects.select_related("actor", "comment").get(pk=row.event_id)
    person = Person.objects.get(pk=row.recipient_id)
    incident = Incident.objects.visible_to(person).filter(pk=event.record_id).first()
    if incident is None or not person.is_active or (event.internal and not person.standing().sees_all):
        return "not sent: may not see it any more"
    send(_letter(event, incident, person), key=row.key)
    return "sent"


def _letter(event: Event, incident: Incident, person: Person) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
        context = {
            "incident": incident,
            "event": event,
            "actor": actor_of(event),
            "sentence": sentence(event),
            "turn": turn(incident),
            "status": status_words(incident, for_desk=person.standing().sees_all),
            "severity": severity_word(incident.severity),
            "link": f"{settings.BASE_URL}{incident.get_absolute_url()}",
            "desk_phone": settings.DESK_PHONE,
            "desk_email": settings.DESK_EMAIL,
            "language": person.language,
            "for_the_desk": person.standing().sees_all,
        }
        return Letter(
            to=person.email,
            subject=f"[{incident.reference}] {incident.title} — {headline(event)}",
            text=render_to_string("tickets/mail/event.txt", context),
            html=render_to_string("tickets/mail/event.html", context),
            thread=incident.reference,
        )
