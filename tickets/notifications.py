"""Who hears about a ticket, and in which words.

An event's fan-out writes one row for each person: a notice under the bell, and a letter. The
letter is written when it is sent, after asking once more whether its reader may see it.
"""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.bundles import bundle, bundled
from servicedesk.notifications.effects import effect
from servicedesk.notifications.mail import Letter, send
from servicedesk.notifications.models import Notice, OutboxMessage
from servicedesk.notifications.outbox import message, put
from servicedesk.notifications.wording import describes, leads
from servicedesk.records.models import Event
from tickets import escalation, policy
from tickets.actions.service_levels import TELL
from tickets.models import EscalationStep, Ticket
from tickets.sentences import HEADLINES, actor_of, headline, sentence
from tickets.transitions import LIFECYCLES
from tickets.wording import severity_word, status_words, turn

QUIET = frozenset(
    {
        "escalated", "moved_to_versions", "task_done", "task_reopened", "linked", "unlinked", "split", "split_undone",
    }
)  # fmt: skip
"""News that is not told like the others: steps of the ladder have their own listeners, the rest none."""
DECISIONS = frozenset({"approval_asked", "approval_reminded"})
"""News that ask for a decision, and lead to the page where it is made."""
TOLD = tuple(f"{kind}.{what}" for kind in LIFECYCLES for what in HEADLINES.keys() - QUIET if "." not in what)
BURST = timedelta(seconds=30)
"""How long a letter about the ladder waits for more of the same."""


def where_to(event: Event, ticket: Ticket | None = None) -> str:
    """Where news of an event lead: to the ticket, or to the decision that is asked for."""
    reference = (ticket or event.record).reference
    if event.what in DECISIONS:
        return reverse("tickets:approval", args=[reference, event.facts["approval"]])
    return reverse("tickets:detail", args=[reference])


for kind in LIFECYCLES:
    describes(kind)(headline)
    leads(kind)(where_to)


@effect("ticket.fan_out", atomic=True, on=TOLD)
def fan_out(row: OutboxMessage) -> str:
    """Write a notice and a letter for everybody who hears of an event."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    ticket = Ticket.objects.get(pk=event.record_id)
    people = list(policy.who_hears(event, ticket).values_list("pk", flat=True))
    Notice.objects.bulk_create(
        [Notice(person_id=pk, event=event, at=event.at) for pk in people], ignore_conflicts=True
    )
    put(
        message(
            effect="ticket.mail",
            key=f"mail:{event.pk}:{pk}",
            at=row.created_at,
            event_id=event.pk,
            recipient_id=pk,
        )
        for pk in people
    )
    return f"{len(people)} told"


@effect("ticket.mail")
def deliver_mail(row: OutboxMessage) -> str:
    """Send one person the letter about one event, if they may still see it."""
    event = Event.objects.select_related("actor", "comment").get(pk=row.event_id)
    person = Person.objects.get(pk=row.recipient_id)
    ticket = Ticket.objects.visible_to(person).filter(pk=event.record_id).first()
    if ticket is None or not person.is_active or (event.internal and not person.standing().sees_all):
        return "not sent: may not see it any more"
    send(_letter(event, ticket, person), key=row.key)
    return "sent"


@effect(TELL, atomic=True)
def tell_of_steps(row: OutboxMessage) -> str:
    """Ring the bells of those who hear of steps that were reached, and bundle their mail: one for a burst."""
    steps = EscalationStep.objects.in_bulk()
    events = list(Event.objects.filter(pk__in=row.payload["events"]).order_by("at", "pk"))
    assignees = dict(
        Ticket.objects.filter(pk__in={event.record_id for event in events}).values_list("pk", "assignee")
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
    tickets = Ticket.objects.visible_to(person).in_bulk([event.record_id for event in events])
    if not person.is_active or not person.standing().sees_all or not tickets:
        return "not sent: may not see it any more"
    send(_digest(events, tickets, person), key=row.key)
    return "sent"


def _digest(events: list[Event], tickets: dict[int, Ticket], person: Person) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
        told = [(tickets[event.record_id], event) for event in events if event.record_id in tickets]
        lines = [
            {
                "ticket": ticket,
                "sentence": sentence(event),
                "link": f"{settings.BASE_URL}{ticket.get_absolute_url()}",
            }
            for ticket, event in told
        ]
        first, latest = told[0][0], told[-1][1]
        alone = len({ticket.pk for ticket, _event in told}) == 1
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


def _letter(event: Event, ticket: Ticket, person: Person) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
        context = {
            "ticket": ticket,
            "event": event,
            "actor": actor_of(event),
            "sentence": sentence(event),
            "turn": turn(ticket),
            "status": status_words(ticket, for_desk=person.standing().sees_all),
            "severity": severity_word(ticket.severity),
            "link": f"{settings.BASE_URL}{where_to(event, ticket)}",
            "asked_to_decide": event.what in DECISIONS,
            "desk_phone": settings.DESK_PHONE,
            "desk_email": settings.DESK_EMAIL,
            "language": person.language,
            "for_the_desk": person.standing().sees_all,
        }
        return Letter(
            to=person.email,
            subject=f"[{ticket.reference}] {ticket.title} — {headline(event)}",
            text=render_to_string("tickets/mail/event.txt", context),
            html=render_to_string("tickets/mail/event.html", context),
            thread=ticket.reference,
        )
