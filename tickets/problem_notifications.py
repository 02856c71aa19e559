"""Who is told of a problem's news, and in which words: its public face, whoever reads it.

A fan-out tells them as they wish, as tickets.notifications does for tickets.
"""

from typing import cast

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts.models import Person
from servicedesk.notifications.effects import effect
from servicedesk.notifications.mail import Letter, send
from servicedesk.notifications.models import OutboxMessage
from servicedesk.notifications.telling import Hearer, still_by_mail, tell
from servicedesk.notifications.unsubscribing import foot
from servicedesk.notifications.wording import Item, describes, leads, retells
from servicedesk.records.markup import to_html
from servicedesk.records.models import Event, Kind
from tickets.groups import PROBLEMS
from tickets.models import Problem
from tickets.problem_news import MOVES, News, who_hears
from tickets.problem_sentences import headline, sentence
from tickets.problem_wording import status_of
from tickets.sentences import actor_of

TOLD = tuple(f"problem.{what}" for what in (*MOVES, "edited"))
"""Events that may be news; those that are carry it."""

describes(Kind.PROBLEM)(headline)


@leads(Kind.PROBLEM)
def where_to(event: Event) -> str:
    """Where news of a problem lead."""
    return Problem(reference=event.record.reference).get_absolute_url()


@effect("problem.fan_out", atomic=True, on=TOLD)
def fan_out(row: OutboxMessage) -> str:
    """Tell everybody who hears of an event, as they wish."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    problem = Problem.objects.get(pk=event.record_id)
    people = who_hears(event, problem).values_list("pk", flat=True) if problem.is_published else []
    return tell(
        [Hearer(pk, event, PROBLEMS) for pk in people],
        letter="problem.mail",
        at=row.created_at,
        now=row.claimed_at,
    )


@effect("problem.mail")
def deliver_mail(row: OutboxMessage) -> str:
    """Send one person the letter about one event, if they may still see it."""
    event = Event.objects.select_related("actor").get(pk=row.event_id)
    person = Person.objects.get(pk=row.recipient_id)
    problem = Problem.objects.visible_to(person).published().filter(pk=event.record_id).first()
    if problem is None or not _still_hears(event, problem, person):
        return "not sent: does not hear of it any more"
    if not still_by_mail(row):
        return "not sent: turned off meanwhile"
    send(_letter(event, problem, person, row.groups), key=row.key)
    return "sent"


@retells(Kind.PROBLEM)
def items(person: Person, events: list[Event]) -> list[Item]:
    """Those of the events that a person hears of now, for a mail about many things."""
    seen = Problem.objects.visible_to(person).published().in_bulk([event.record_id for event in events])
    return [
        Item(
            event,
            problem.reference,
            problem.title,
            f"{settings.BASE_URL}{problem.get_absolute_url()}",
            headline(event),
            actor_of(event),
            sentence(event),
        )
        for event in events
        if (problem := seen.get(event.record_id)) and _still_hears(event, problem, person)
    ]


def _still_hears(event: Event, problem: Problem, person: Person) -> bool:
    return (Person.objects.filter(pk=person.pk) & who_hears(event, problem)).exists()


def _letter(event: Event, problem: Problem, person: Person, groups: list[str]) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
        last = foot(person.pk, groups)
        news = event.facts.get("news", [])
        context = {
            "problem": problem,
            "actor": actor_of(event),
            "sentence": sentence(event),
            "status": status_of(problem, for_desk=False)[0],
            "workaround": to_html(problem.workaround),
            "with_workaround": bool(problem.workaround)
            and bool({News.PUBLISHED.value, News.WORKAROUND.value}.intersection(news)),
            "link": f"{settings.BASE_URL}{problem.get_absolute_url()}",
            "desk_phone": settings.DESK_PHONE,
            "desk_email": settings.DESK_EMAIL,
            "language": person.language,
            "foot": last,
        }
        return Letter(
            to=person.email,
            subject=f"[{problem.reference}] {problem.title} — {headline(event)}",
            text=render_to_string("tickets/problems/mail/news.txt", context),
            html=render_to_string("tickets/problems/mail/news.html", context),
            thread=problem.reference,
            unsubscribe=last.stop,
        )
