"""Who is told of a problem's news, and in which words: its public face, whoever reads it.

A fan-out writes one row for each person, as tickets.notifications does for tickets.
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
from servicedesk.notifications.wording import describes, leads
from servicedesk.records.markup import to_html
from servicedesk.records.models import Event, Kind
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
    """Write a notice and a letter for everybody who hears of an event."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    problem = Problem.objects.get(pk=event.record_id)
    people = list(who_hears(event, problem).values_list("pk", flat=True)) if problem.is_published else []
    Notice.objects.bulk_create(
        [Notice(person_id=pk, event=event, at=event.at) for pk in people], ignore_conflicts=True
    )
    put(
        message(
            effect="problem.mail",
            key=f"problem-mail:{event.pk}:{pk}",
            at=row.created_at,
            event_id=event.pk,
            recipient_id=pk,
        )
        for pk in people
    )
    return f"{len(people)} told"


@effect("problem.mail")
def deliver_mail(row: OutboxMessage) -> str:
    """Send one person the letter about one event, if they may still see it."""
    event = Event.objects.select_related("actor").get(pk=row.event_id)
    person = Person.objects.get(pk=row.recipient_id)
    problem = Problem.objects.visible_to(person).published().filter(pk=event.record_id).first()
    still_hears = Person.objects.filter(pk=person.pk) & who_hears(event, problem) if problem else None
    if problem is None or not still_hears:
        return "not sent: does not hear of it any more"
    send(_letter(event, problem, person), key=row.key)
    return "sent"


def _letter(event: Event, problem: Problem, person: Person) -> Letter:
    with translation.override(person.language), timezone.override(person.time_zone):
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
        }
        return Letter(
            to=person.email,
            subject=f"[{problem.reference}] {problem.title} — {headline(event)}",
            text=render_to_string("tickets/problems/mail/news.txt", context),
            html=render_to_string("tickets/problems/mail/news.html", context),
            thread=problem.reference,
        )
