"""Who hears about an incident, and in which words.

An event's fan-out writes one row for each person: a notice under the bell, and a letter. The
letter is written when it is sent, after asking once more whether its reader may see it.
"""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.bundles import bundle, bundled
from servicedesk.notifications.effects import effect
from servicedesk.notifications.mail import Letter, send
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import message, put
from servicedesk.notifications.wording import describes
from servicedesk.records.models import Event
from tickets import escalation, policy
from tickets.actions.service_levels import TELL
from tickets.models import EscalationStep, Incident
from tickets.wording import HEADLINES, actor_of, headline, sentence, severity_word, status_words, turn

describes("incident")(headline)

QUIET = frozenset({"incident.escalated", "incident.moved_to_versions"})
"""News that is not told like the others: steps of the ladder have their own listeners, recalculations none."""


BURST = timedelta(seconds=30)
"""How long a letter about the ladder waits for more of the same."""


@effect("incident.fan_out", atomic=True, on=tuple(HEADLINES.keys() - QUIET))
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


@effect(TELL, atomic=True)
def tell_of_steps(row: OutboxMessage) -> str:
    """Ring the bells of those who hear of steps that were reached, and bundle their mail: one for a burst."""
    steps = EscalationStep.objects.in_bulk()
    events = list(Event.objects.filter(pk__in=row.payload["events"]).order_by("at", "pk"))
    assignees = dict(
        Incident.objects.filter(pk__in={event.record_id for event in events}).values_list("pk", "assignee")
    )
    told = escalation.who_hears([(event, steps[event.facts["step"]]) for event in events], assignees)
    at_of = {event.pk: event.at for event in events}
    Notice.objects.bulk_create(
        [Notice(person_id=one.person_id, event_id=one.event_id, at=at_of[one.event_id]) for one in told],
        ignore_conflicts=True,
    )
    now = row.claimed_at
    opens = {one.step.pk: escalation.quiet_until(one.step, at=now) for one in told if one.step.by_mail}
    at_once = [(one.person_id, one.event_id) for one in told if one.step.by_mail and not opens[one.step.pk]]
    later = [one for one in told if one.step.by_mail and opens[one.step.pk]]
    bundle("sla.mail", at_once, at=now, leaves_at=now + BURST)
    bundle(
        "sla.quiet_mail",
        [(one.person_id, one.event_id) for one in later],
        at=now,
        leaves_at={one.person_id: cast("datetime", opens[one.step.pk]) for one in later},
    )
    return f"{len(told)} told"


@bundled("sla.quiet_mail")
@bundled("sla.mail")
def deliver_steps(row: OutboxMessage, events: list[Event]) -> str:
    """Send one person one letter about all the steps that were reached, if they still work at the desk."""
    person = Person.objects.get(pk=row.recipient_id)
    incidents = Incident.objects.visible_to(person).in_bulk([event.record_id for event in events])
    if not person.is_active or not person.standing().sees_all or not incidents:
        return "not sent: may not see it any more"
    send(_digest(events, incidents, person), key=row.key)
    return "sent"


def _digest(events: list[Event], incidents: dict[int, Incident], person: Person) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
        told = [(incidents[event.record_id], event) for event in events if event.record_id in incidents]
        lines = [
            {
                "incident": incident,
                "sentence": sentence(event),
                "link": f"{settings.BASE_URL}{incident.get_absolute_url()}",
            }
            for incident, event in told
        ]
        first, latest = told[0][0], told[-1][1]
        alone = len({incident.pk for incident, _event in told}) == 1
        subject = (
            f"[{first.reference}] {first.title} — {headline(latest)}"
            if alone
            else _("%(number)d escalations") % {"number": len(told)}
        )
        context = {
            "lines": lines,
            "desk_phone": settings.DESK_PHONE,
            "desk_email": settings.DESK_EMAIL,
            "language": person.language,
        }
        return Letter(
            to=person.email,
            subject=subject,
            text=render_to_string("tickets/mail/steps.txt", context),
            html=render_to_string("tickets/mail/steps.html", context),
            thread=first.reference if alone else "",
        )


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
