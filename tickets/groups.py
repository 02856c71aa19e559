"""What one hears of tickets and problems, by groups of preferences, and which one an event falls under."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Person
from accounts.roles import Permission
from servicedesk.notifications.groups import DECISIONS, DESK, LDC, Group, declare
from servicedesk.notifications.telling import Hearer
from servicedesk.records.models import Event
from tickets import policy
from tickets.models import Ticket
from tickets.policy import APPROVAL_NEWS

MINE, MESSAGES, FOLLOWED = "ticket.mine", "ticket.messages", "ticket.followed"
ORGANIZATION, QUEUE, STEPS = "ticket.organization", "ticket.queue", "sla.steps"
PROBLEMS, CRITICAL, ON_DUTY = "problem.followed", "ticket.critical", "ticket.on_duty"
NOT_SENT = "ticket.not_sent"

_TICKETS = _("Tickets")
declare(
    Group(
        MINE,
        _TICKETS,
        _("A ticket of mine moves"),
        _("You reported it, are its contact, or work on it."),
    ),
    Group(
        MESSAGES,
        _TICKETS,
        _("A message on a ticket of mine, or one I follow"),
        _("Replies and answers; also one that names you on any other ticket."),
    ),
    Group(FOLLOWED, _TICKETS, _("A ticket I follow moves")),
    Group(
        ORGANIZATION,
        _TICKETS,
        _("My organization’s other tickets"),
        _("Where no contact is named, all colleagues hear."),
        sides=frozenset({LDC}),
    ),
    Group(
        QUEUE,
        _TICKETS,
        _("Tickets that nobody took yet"),
        _("New ones, and what LDCs write on them."),
        sides=frozenset({DESK}),
    ),
    Group(
        STEPS,
        _TICKETS,
        _("Service levels"),
        _("Steps of the escalation ladder that name you."),
        sides=frozenset({DESK}),
    ),
    Group(PROBLEMS, _("Known problems"), _("Known problems I follow"), _("One by one, or a service area.")),
    Group(
        CRITICAL,
        _("Always sent"),
        _("Severity 1 where you are the contact"),
        _("Whatever happens on it. Where no contact is named, whoever reported it."),
        locked=_("Billing may stand still, and we may need you."),
        sides=frozenset({LDC}),
    ),
    Group(
        ON_DUTY,
        _("Always sent"),
        _("Severity 1 that arrives or is late"),
        _("As far as you hear of it."),
        locked=_("Billing may stand still: whoever is on duty has to know."),
        sides=frozenset({DESK}),
    ),
    Group(
        NOT_SENT,
        _("Always sent"),
        _("A message of mine that was not sent"),
        _("Because something changed before it left."),
        locked=_("Somebody waits for your words."),
        sides=frozenset({DESK}),
    ),
)

SAID = frozenset({"replied", "noted", "answer"})
"""Events that are a message and no more."""
GRAVEST = 1


def hearers(event: Event, ticket: Ticket) -> list[Hearer]:
    """Everybody who hears of an event (tickets.policy), each under the group that fits best. One query."""
    people = policy.who_hears(event, ticket).annotate(
        follows=Exists(ticket.followers.filter(person=OuterRef("pk"))),
        at_desk=Exists(Person.objects.holding(Permission.SEE_ALL).filter(pk=OuterRef("pk"))),
    )
    return [
        Hearer(pk, event, group_for(event, ticket, pk, follows=follows, at_desk=at_desk))
        for pk, follows, at_desk in people.values_list("pk", "follows", "at_desk")
    ]


def group_for(event: Event, ticket: Ticket, person_id: int, *, follows: bool, at_desk: bool) -> str:
    """The most telling group under which somebody hears of an event."""
    if event.what in APPROVAL_NEWS:
        return DECISIONS
    if event.what == "not_sent":
        return NOT_SENT
    contacts = {ticket.contact_id, ticket.backup_contact_id} - {None} or {ticket.reporter_id}
    arrives = event.what == "submitted" or bool(event.facts.get("raised"))
    if ticket.severity == GRAVEST and (arrives if at_desk else person_id in contacts):
        return ON_DUTY if at_desk else CRITICAL
    if person_id in contacts | {ticket.reporter_id, ticket.assignee_id}:
        return MESSAGES if event.what in SAID else MINE
    if person_id in event.facts.get("mentioned", ()):
        return MESSAGES
    if follows:
        return MESSAGES if event.what in SAID else FOLLOWED
    return QUEUE if at_desk else ORGANIZATION
