"""Who hears about a ticket, and in which words.

An event's fan-out tells each person as they wish (servicedesk.notifications.telling): a notice under
the bell, and a letter. The letter is written when it is sent, after asking once more whether its
reader may see it.
"""

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.notifications.bundles import bundle, bundled, groups_of
from servicedesk.notifications.effects import effect
from servicedesk.notifications.groups import How
from servicedesk.notifications.mail import Letter, send
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.telling import (
    Hearer,
    keep_for_later,
    ring,
    sort_out,
    still_by_mail,
    still_mailed,
    tell,
)
from servicedesk.notifications.unsubscribing import foot
from servicedesk.notifications.wording import Item, describes, leads, retells
from servicedesk.records.models import Event
from tickets import escalation
from tickets.actions.holding import RELEASE, release
from tickets.actions.service_levels import TELL
from tickets.groups import GRAVEST, ON_DUTY, STEPS, hearers
from tickets.models import EscalationStep, Ticket
from tickets.sentences import HEADLINES, actor_of, headline, sentence
from tickets.transitions import LIFECYCLES
from tickets.wording import severity_word, status_words, turn

QUIET = frozenset(
    {
        "escalated", "moved_to_versions", "task_done", "task_reopened", "linked", "unlinked", "routed",
        "split", "split_undone",
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
    if event.what == "not_sent":
        return reverse("tickets:desk_detail", args=[reference], query={"back": event.facts["message"]})
    return reverse("tickets:detail", args=[reference])


for kind in LIFECYCLES:
    describes(kind)(headline)
    leads(kind)(where_to)


@effect("ticket.fan_out", atomic=True, on=TOLD)
def fan_out(row: OutboxMessage) -> str:
    """Tell everybody who hears of an event, as they wish."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    ticket = Ticket.objects.get(pk=event.record_id)
    return tell(hearers(event, ticket), letter="ticket.mail", at=row.created_at, now=row.claimed_at)


@effect(RELEASE, atomic=True)
def release_message(row: OutboxMessage) -> str:
    """Send a message that was held, unless its author took it back."""
    return release(row.payload["message"], now=row.claimed_at)


@effect("ticket.mail")
def deliver_mail(row: OutboxMessage) -> str:
    """Send one person the letter about one event, if they may still see it."""
    event = Event.objects.select_related("actor", "comment").get(pk=row.event_id)
    person = Person.objects.get(pk=row.recipient_id)
    ticket = Ticket.objects.visible_to(person).filter(pk=event.record_id).first()
    if ticket is None or not person.is_active or (event.internal and not person.standing().sees_all):
        return "not sent: may not see it any more"
    if not still_by_mail(row):
        return "not sent: turned off meanwhile"
    send(_letter(event, ticket, person, row.groups), key=row.key)
    return "sent"


def items(person: Person, events: list[Event]) -> list[Item]:
    """Those of the events that a person may read now, for a mail about many things."""
    sees_all = person.standing().sees_all
    seen = Ticket.objects.visible_to(person).in_bulk([event.record_id for event in events])
    return [
        Item(
            event,
            ticket.reference,
            ticket.title,
            f"{settings.BASE_URL}{where_to(event, ticket)}",
            headline(event),
            actor_of(event),
            sentence(event),
            event.comment.body if event.comment else "",
            event.comment.html() if event.comment else "",
        )
        for event in events
        if (ticket := seen.get(event.record_id)) and (sees_all or not event.internal)
    ]


for kind in LIFECYCLES:
    retells(kind)(items)


@effect(TELL, atomic=True)
def tell_of_steps(row: OutboxMessage) -> str:
    """Ring the bells of those who hear of steps that were reached, and bundle their mail: one for a burst."""
    steps = EscalationStep.objects.in_bulk()
    events = {
        event.pk: event for event in Event.objects.filter(pk__in=row.payload["events"]).order_by("at", "pk")
    }
    tickets = {
        ticket.pk: ticket
        for ticket in Ticket.objects.filter(pk__in={event.record_id for event in events.values()})
    }
    told = escalation.who_hears(
        [(event, steps[event.facts["step"]]) for event in events.values()],
        {pk: ticket.assignee_id for pk, ticket in tickets.items()},
    )
    now = row.claimed_at
    opens = {step.pk: escalation.quiet_until(step, at=now) for step in {one.step for one in told}}
    ways = sort_out(
        [
            Hearer(
                one.person_id,
                event,
                ON_DUTY if tickets[event.record_id].severity == GRAVEST else STEPS,
                at_most=How.NOW if one.step.by_mail else How.BELL,
                not_before=opens[one.step.pk],
            )
            for one in told
            for event in [events[one.event_id]]
        ],
        at=now,
    )
    ring(ways.bell)
    bundle(
        "sla.mail",
        [(one.person_id, one.event.pk) for one in ways.at_once],
        at=now,
        leaves_at=now + BURST,
        groups={(one.person_id, one.event.pk): one.group for one in ways.at_once},
    )
    by_calendar = [(one, leaves_at) for one, leaves_at in ways.held if one.not_before]
    bundle(
        "sla.quiet_mail",
        [(one.person_id, one.event.pk) for one, _leaves_at in by_calendar],
        at=now,
        leaves_at={one.person_id: leaves_at for one, leaves_at in by_calendar},
        groups={(one.person_id, one.event.pk): one.group for one, _leaves_at in by_calendar},
    )
    ways.held = [(one, leaves_at) for one, leaves_at in ways.held if not one.not_before]
    keep_for_later(ways, at=now)
    return f"{len(ways.bell)} told"


@bundled("sla.quiet_mail")
@bundled("sla.mail")
def deliver_steps(row: OutboxMessage, events: list[Event]) -> str:
    """Send one person one letter about all the steps that were reached, if they still work at the desk."""
    person = Person.objects.get(pk=row.recipient_id)
    tickets = Ticket.objects.visible_to(person).in_bulk([event.record_id for event in events])
    if not person.is_active or not person.standing().sees_all or not tickets:
        return "not sent: may not see it any more"
    groups = groups_of(cast("int", row.bundle_id))
    mailed = still_mailed(person.pk, groups.values())
    wanted = [event for event in events if groups[event.pk] in mailed]
    if not wanted:
        return "not sent: turned off meanwhile"
    about = {groups[event.pk] for event in wanted} - {""}
    send(_digest(wanted, tickets, person, about), key=row.key)
    return "sent"


def _digest(events: list[Event], tickets: dict[int, Ticket], person: Person, groups: set[str]) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
        last = foot(person.pk, groups)
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
            "foot": last,
        }
        return Letter(
            to=person.email,
            subject=subject,
            text=render_to_string("tickets/mail/steps.txt", context),
            html=render_to_string("tickets/mail/steps.html", context),
            thread=first.reference if alone else "",
            unsubscribe=last.stop,
        )


def _letter(event: Event, ticket: Ticket, person: Person, groups: list[str]) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
        last = foot(person.pk, groups)
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
            "foot": last,
        }
        return Letter(
            to=person.email,
            subject=f"[{ticket.reference}] {ticket.title} — {headline(event)}",
            text=render_to_string("tickets/mail/event.txt", context),
            html=render_to_string("tickets/mail/event.html", context),
            thread=ticket.reference,
            unsubscribe=last.stop,
        )
