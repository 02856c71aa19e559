"""When what happens: stories become tickets with moments, always the same for the same dice.

Two parts. History: filed in business hours over six months, running its course. And the latest
days, laid out backwards from now, so that every queue has something at whatever hour the demo
starts.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from accounts.models import Organization, Person
from accounts.roles import Role
from servicedesk.demo.cast import Cast
from servicedesk.demo.script import Step, Story
from tickets.models.severity import SEVERE
from tickets.sla.calendar import Calendar

HISTORY = 164
REACHES_BACK = timedelta(days=182)
LATEST_BEGIN = timedelta(days=7)
STUCK_SINCE = timedelta(days=36)
STUCK = ("ask", "wait_for_vendor", "start", "ask", "wait_for_vendor")

# Minutes ago, the last step taken ("" for none), whether it is a severe one.
LATEST = [
    (6, "", True), (18, "", True), (33, "take", True), (49, "", False), (71, "", False),
    (96, "acknowledge", False), (128, "start", True), (162, "", False), (201, "ask", False),
    (244, "start", False), (297, "take", False), (352, "wait_for_vendor", False), (421, "ask", False),
    (508, "start", False), (603, "", False), (711, "resolve", False), (822, "reply", False),
    (934, "wait_for_vendor", False), (1040, "resolve", False), (1213, "start", False),
    (1330, "ask", False), (1441, "cancel", False), (1605, "reopen", False), (1822, "resolve", True),
    (2010, "wait_for_vendor", False), (2250, "start", True), (2504, "ask", False),
    (2760, "close", False), (3105, "start", False), (3560, "wait_for_vendor", False),
    (4080, "reopen", False), (4530, "ask", False), (5100, "", False), (6035, "start", False),
    (7510, "resolve", False), (9120, "ask", False),
]  # fmt: skip

THEIR_TURN = {"ask", "resolve"}
HOMES = ("lakeshore-hydro", "pine-ridge-power", "rideau-valley")
"""Whose first page the sign-in page leads to: something always waits for them."""

Rules = dict[tuple[str, str], int]
"""The severity matrix: (impact, urgency) → severity."""


@dataclass(slots=True)
class Ticket:
    """One telling of a story: who is in it, what fills its braces, and when each step is taken."""

    story: Story
    organization: Organization
    reporter: Person
    colleague: Person
    agent: Person
    severe: bool
    filed_at: datetime
    fills: dict[str, str]
    steps: list[tuple[datetime, Step]] = field(default_factory=list)

    def say(self, text: str) -> str:
        """A text with its braces filled."""
        return text.format(**self.fills)


@dataclass(slots=True)
class Planner:
    """Draws tickets. Every choice comes from ``dice``."""

    cast: Cast
    stories: tuple[Story, ...]
    rules: Rules
    hours: Calendar
    now: datetime
    dice: Random
    bag: list[Story] = field(default_factory=list)

    def tickets(self) -> list[Ticket]:
        """All of them, those in the past first."""
        return [*self._history(), *self._latest()]

    def is_severe(self, story: Story) -> bool:
        """Does it count around the clock?"""
        return self.rules[story.impact, story.urgency] in SEVERE

    def _history(self) -> list[Ticket]:
        span = REACHES_BACK - LATEST_BEGIN
        made, stuck = [], list(STUCK) * 2
        for number in range(HISTORY):
            rough = self.now - REACHES_BACK + span * (number + self.dice.random()) / HISTORY
            story = self._draw()
            if self.now - rough < STUCK_SINCE and stuck and self.dice.random() < 0.5:
                story = story.until(stuck.pop())
            ticket = self._ticket(story, self._working_moment(rough))
            self._run_its_course(ticket)
            made.append(ticket)
        return made

    def _latest(self) -> list[Ticket]:
        made, homes = [], cycle(HOMES)
        slugs = [slug for slug, one in self.cast.organizations.items() if one.pk in self.cast.reporters]
        for number, (minutes, last, severe) in enumerate(LATEST):
            story = self._draw(having=last, severe=severe, open_to_all=last in THEIR_TURN)
            slug = slugs[0] if number % 4 == 0 else slugs[1 + number % (len(slugs) - 1)]
            if last in THEIR_TURN:
                slug = next(homes)
            filed_at = self.now - timedelta(minutes=minutes)
            ticket = self._ticket(story, filed_at, slug)
            if severe:
                ticket.agent = self.cast.managers[Role.CRITICAL_INCIDENT_MANAGER]
            self._squeeze(ticket, last)
            made.append(ticket)
        return made

    def _draw(self, having: str = "", severe: bool | None = None, open_to_all: bool = False) -> Story:
        """The next story from a shuffled bag that fits what is asked for."""
        while True:
            fitting = [
                story
                for story in self.bag
                if (severe is None or self.is_severe(story) == severe)
                and (not having or any(step.does == having for step in story.steps))
                and (severe is None or story.language == "en")
                and not (open_to_all and story.restricted)
            ]
            if fitting:
                self.bag.remove(fitting[0])
                return fitting[0]
            fresh = [story for story in self.stories for _ in range(story.told)]
            self.dice.shuffle(fresh)
            self.bag += fresh

    def _ticket(self, story: Story, filed_at: datetime, slug: str = "") -> Ticket:
        organization = self._organization(story, slug)
        reporters = [one for one in self.cast.reporters[organization.pk] if one.language == story.language]
        reporter = self.dice.choice(reporters[:1] * 2 + reporters)  # the first of each is its busiest
        colleagues = [one for one in self.cast.employees[organization.pk] if one != reporter]
        agents = self.cast.agents
        return Ticket(
            story=story,
            organization=organization,
            reporter=reporter,
            colleague=self.dice.choice(colleagues),
            agent=self.dice.choice(agents[:1] + agents),
            severe=self.is_severe(story),
            filed_at=filed_at,
            fills=self._particulars(organization, reporter, filed_at),
        )

    def _organization(self, story: Story, slug: str) -> Organization:
        if slug := story.only or slug:
            return self.cast.organizations[slug]
        served = [one for one in self.cast.organizations.values() if one.pk in self.cast.reporters]
        speakers = [
            one
            for one in served
            if any(person.language == story.language for person in self.cast.reporters[one.pk])
        ]
        return self.dice.choice(speakers[:1] * 2 + speakers[1:2] + speakers)

    def _particulars(
        self, organization: Organization, reporter: Person, filed_at: datetime
    ) -> dict[str, str]:
        """What a telling's texts may name."""
        dice, code = self.dice, self.dice.choice(self.cast.org_ids[organization.pk])
        day = filed_at.astimezone(self.hours.zone_on(filed_at.date())) - timedelta(days=1)
        sequence = dice.randint(1, 40)
        total = dice.randint(300, 4800)
        return {
            "org": code,
            "first": reporter.name.split()[0],
            "cycle": str(dice.randint(1, 21)),
            "hour": str(dice.randint(5, 9)),
            "count": str(dice.randint(3, 96)),
            "total": f"{total}",
            "date": f"{day:%Y-%m-%d}",
            "release": dice.choice(["8.1", "8.2", "8.3"]),
            "usdp": str(dice.randint(10**9, 10**10 - 1)),
            "usdp2": str(dice.randint(10**9, 10**10 - 1)),
            "bq_file": f"{code}_BQREQ_{day:%Y%m%d}_{sequence:03}.xml",
            "sync_file": f"{code}_SYNC_{day:%Y%m%d}_{sequence:03}.xml",
            "read_file": f"{code}_READS_{day:%Y%m%d}_{sequence:03}.csv",
            "exception_file": f"{code}_EXC_{day:%Y%m%d}_{sequence:03}.txt",
        }

    def _working_moment(self, rough: datetime) -> datetime:
        """A moment in business hours near a rough one."""
        return self.hours.add(rough, timedelta(minutes=self.dice.randint(1, 500)))

    def _run_its_course(self, ticket: Ticket) -> None:
        """Take the steps in their time. What would be in the future has not happened yet."""
        at = ticket.filed_at
        for step in ticket.story.steps:
            after = timedelta(minutes=max(1, round(step.after * self.dice.uniform(0.6, 1.4))))
            at = at + after if ticket.severe else self.hours.add(at, after)
            if at >= self.now:
                return
            ticket.steps.append((at, step))

    def _squeeze(self, ticket: Ticket, last: str) -> None:
        """Take the steps up to the last one, all of them before now."""
        steps = ticket.story.until(last).steps if last else ()
        room = (self.now - ticket.filed_at) / (len(steps) + 1)
        at = ticket.filed_at
        for step in steps:
            at += min(room, timedelta(minutes=step.after)) * self.dice.uniform(0.7, 0.98)
            ticket.steps.append((at, step))
