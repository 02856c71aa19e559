"""Playing the planned tickets through the real actions, in the order of time."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import NamedTuple

from accounts.models import Person
from accounts.roles import Role
from servicedesk.demo.cast import Cast
from servicedesk.demo.evidence import evidence
from servicedesk.demo.script import Step
from servicedesk.demo.timeline import Ticket
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Draft
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.sweep import sweep
from tickets.actions import (
    Report,
    add_note,
    assign,
    change_contact,
    change_severity,
    move_ticket,
    reply,
    say_how_it_went,
    set_following,
    submit_incident,
)
from tickets.models import Incident, Satisfaction
from tickets.transitions import Status

HOW_IT_WENT = [
    (Satisfaction.VERY_GOOD, "Quick, and I knew at each step what happens next."),
    (Satisfaction.VERY_GOOD, ""),
    (Satisfaction.GOOD, "Solved well. The first answer could have said when to expect the second."),
    (Satisfaction.GOOD, ""),
    (Satisfaction.FAIR, "The workaround held, but we had to ask twice whether the fix is in."),
    (Satisfaction.POOR, "It took three messages until somebody opened the file that we had attached."),
]


class Deed(NamedTuple):
    """Something that somebody does at a moment. The number decides between two of the same moment."""

    at: datetime
    number: int
    do: Callable[[datetime], None]


def play(deeds: Iterable[Deed]) -> None:
    """Do everything, earliest first, and what falls due in between in its time.

    A rate limit and a reference number both look at what was before.
    """
    for deed in sorted(deeds, key=lambda deed: (deed.at, deed.number)):
        if DueRow.objects.due(deed.at).exists():  # mostly nothing is, and a sweep asks more than this
            sweep(at=deed.at)
        deed.do(deed.at)


def deeds_of(tickets: Iterable[Ticket], cast: Cast, dice: Random) -> Iterator[Deed]:
    """Everything that happens to the incidents, in no order."""
    for number, ticket in enumerate(tickets):
        actor = Actor(ticket, cast, dice)
        yield Deed(ticket.filed_at, number, actor.file)
        for at, step in ticket.steps:
            yield Deed(at, number, partial(actor.take_step, step))


def begin_draft(person: Person, form: str, files: Iterable[str], dice: Random, *, at: datetime) -> Draft:
    """A draft with the files of these names."""
    draft: Draft = Draft.objects.create(person=person, form=form, created_at=at, updated_at=at)
    for name in files:
        attach_to_draft(evidence(name, dice), draft, by=person, at=at)
    return draft


class Actor:
    """Plays one ticket."""

    def __init__(self, ticket: Ticket, cast: Cast, dice: Random) -> None:
        self.ticket = ticket
        self.cast = cast
        self.dice = dice
        self.agent = ticket.agent
        self.incident: Incident

    def file(self, at: datetime) -> None:
        """Report the incident, with its file; some colleagues follow it."""
        ticket, story = self.ticket, self.ticket.story
        contact, backup = self._contacts()
        occurred = at - timedelta(minutes=self.dice.randint(10, 300)) if self.dice.random() < 0.5 else None
        report = Report(
            organization_id=ticket.organization.pk,
            title=ticket.say(story.title),
            description=ticket.say(story.description),
            environment=story.environment,
            impact=story.impact,
            urgency=story.urgency,
            visibility="restricted" if story.restricted else "organization",
            occurred_at=occurred,
            references=ticket.say(story.references),
            phone=ticket.reporter.phone or ticket.organization.phone,
            contact=contact,
            backup_contact=backup,
        )
        draft = self._draft(ticket.reporter, "incident", story.file, at)
        self.incident = submit_incident(report, draft=draft, by=ticket.reporter, at=at)
        if not story.restricted and self.dice.random() < 0.3:
            set_following(self.incident, True, by=ticket.colleague, at=at)
        if self.dice.random() < 0.15:
            set_following(self.incident, True, by=self.cast.managers[Role.PROBLEM_MANAGER], at=at)

    def take_step(self, step: Step, at: datetime) -> None:
        """Do one step of the story."""
        deeds: dict[str, Callable[[Step, datetime], Incident]] = {
            "reply": self._reply,
            "note": self._note,
            "take": self._take,
            "assign": self._pass_on,
            "rate": self._rate,
            "contact": self._change_contact,
        }
        self.incident = deeds.get(step.does, self._move)(step, at)
        if step.does == "close" and step.who == "reporter":
            self._say_how_it_went(at)

    def _say_how_it_went(self, at: datetime) -> None:
        """Most who close a ticket themselves say so; its own dice, so that nothing else comes out differently."""
        dice = Random(self.incident.reference)  # nosec B311 - a demo
        if dice.random() < 0.8:
            satisfaction, words = dice.choice(HOW_IT_WENT)
            version = self.incident.version
            by = self.ticket.reporter
            self.incident = say_how_it_went(self.incident, satisfaction, words, by=by, at=at, version=version)

    def _move(self, step: Step, at: datetime) -> Incident:
        if step.does == "start" and self.incident.assignee_id is None and self.dice.random() < 0.7:
            self._assign(at)
        who = self._who(step)
        return move_ticket(
            self.incident,
            step.does,
            by=who,
            at=at,
            version=self.incident.version,
            message=self.ticket.say(step.text),
            resolution=step.value,
            draft=self._draft(who, "message", step.file, at) if step.file else None,
        )

    def _reply(self, step: Step, at: datetime) -> Incident:
        who = self._who(step)
        draft = self._draft(who, "message", step.file, at) if step.file else None
        return reply(self.incident, self.ticket.say(step.text), by=who, at=at, draft=draft)

    def _note(self, step: Step, at: datetime) -> Incident:
        who = self._who(step)
        draft = self._draft(who, "message", step.file, at) if step.file else None
        return add_note(self.incident, self.ticket.say(step.text), by=who, at=at, draft=draft)

    def _take(self, step: Step, at: datetime) -> Incident:
        self._assign(at)
        if self.incident.status == Status.NEW:
            return self._move(Step(0, "agent", "acknowledge", step.text), at)
        return self._reply(step, at) if step.text else self.incident

    def _pass_on(self, step: Step, at: datetime) -> Incident:
        others = [agent for agent in self.cast.agents if agent != self.agent]
        giver, self.agent = self.agent, self.dice.choice(others)
        return assign(self.incident, self.agent, by=giver, at=at, version=self.incident.version)

    def _rate(self, step: Step, at: datetime) -> Incident:
        severity = int(step.value)
        version = self.incident.version
        return change_severity(
            self.incident, severity, step.text, by=self.agent, at=at, version=version, accept_late=True
        )

    def _change_contact(self, step: Step, at: datetime) -> Incident:
        reporter, colleague = self.ticket.reporter, self.ticket.colleague
        return change_contact(
            self.incident, colleague, reporter, by=reporter, at=at, version=self.incident.version
        )

    def _assign(self, at: datetime) -> None:
        self.incident = assign(self.incident, self.agent, by=self.agent, at=at, version=self.incident.version)

    def _who(self, step: Step) -> Person:
        return {
            "reporter": self.ticket.reporter,
            "colleague": self.ticket.colleague,
            "agent": self.agent,
            "manager": self.cast.managers[Role.CRITICAL_INCIDENT_MANAGER],
        }[step.who]

    def _contacts(self) -> tuple[Person | None, Person | None]:
        """Severe and restricted tickets name a contact and a back-up; half of the others do."""
        ticket = self.ticket
        if ticket.severe or ticket.story.restricted or self.dice.random() < 0.5:
            return ticket.reporter, ticket.colleague
        return None, None

    def _draft(self, person: Person, form: str, file: str, at: datetime) -> Draft:
        return begin_draft(person, form, [self.ticket.say(file)] if file else [], self.dice, at=at)
