"""What the demo's people keep for themselves: what they have read, what sleeps, their views of queues."""

from datetime import datetime, timedelta

from accounts.models import Person
from servicedesk.demo.cast import Cast
from tickets.actions import save_view, snooze
from tickets.actions.saved_views import Look
from tickets.models import ReadMark, Ticket

NEWS_OF = timedelta(hours=20)
"""What happened since is unread to whoever had no part in it."""
AGENT = "Alison Brightwater"
VIEWS = [
    (AGENT, "Lakeshore, mine to watch", "all", {"organization": "lakeshore-hydro"}, "updated", False),
    (AGENT, "Production by severity", "all", {"environment": "production"}, "severity", True),
    ("Robert Okafor-Lane", "Waiting longest", "waiting", {}, "due", True),
]
"""Whose, its name, the queue, its filters, its order, and whether the desk sees it."""


def furnish(cast: Cast, at: datetime) -> None:
    """Leave the desk as its people would: mostly read, a few tickets put off, some views kept."""
    for owner, name, queue, filters, sort, shared in VIEWS:
        look = Look(name=name, queue=queue, filters=filters, sort=sort, columns=[], shared=shared)
        save_view(look, by=cast.people[owner], at=at - timedelta(days=20))
    tickets = list(Ticket.objects.order_by("pk"))
    ReadMark.objects.bulk_create(
        [
            ReadMark(person=person, record_id=ticket.pk, seen_at=at - NEWS_OF)
            for ticket in tickets
            for person in _readers(cast, ticket)
            if ticket.created_at < at - NEWS_OF
        ],
        ignore_conflicts=True,  # whoever acted on it has read up to then
    )
    ReadMark.objects.filter(seen_at__lt=at - NEWS_OF).update(seen_at=at - NEWS_OF)
    agent = cast.people[AGENT]
    waiting = Ticket.objects.unfinished().exclude(assignee=None).order_by("-due_at", "pk")
    for days, ticket in enumerate(waiting.filter(updated_at__lt=at - NEWS_OF)[:2], start=1):
        snooze(ticket, at + timedelta(days=days, hours=3), by=agent, at=at - timedelta(hours=2))


def _readers(cast: Cast, ticket: Ticket) -> list[Person]:
    """The agents, if it is open, and the people of its organization."""
    agents = [] if ticket.done_at else cast.agents
    return [*agents, *cast.reporters.get(ticket.organization_id, [])]
