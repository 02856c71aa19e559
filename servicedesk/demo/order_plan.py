"""When what happens to requests: their stories become orders with moments, as timeline.py's do."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from accounts.models import Organization, Person
from servicedesk.demo.cast import Cast
from servicedesk.demo.order_script import OrderStory, Told, Typed
from servicedesk.demo.script import Step
from tickets.sla.calendar import Calendar

FRENCH_SPEAKER = "Chantal Lamoureux"
"""The agent who answers in French."""
IDS = 9
"""How many service delivery points a list has."""


class Days:
    """A day that texts count from: ``{day:+5}`` is five days later, and a Monday where that is a weekend."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __format__(self, spec: str) -> str:
        day = self.day + timedelta(days=int(spec or 0))
        ahead = int(spec or 0) > 0 and day.weekday() >= 5
        return (day + timedelta(days=7 - day.weekday()) if ahead else day).isoformat()


class Ids:
    """People's primary keys, as a form sends them: ``{pk:Dana Whitfield}``."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def __format__(self, spec: str) -> str:
        return str(self.cast.people[spec].pk)


@dataclass(slots=True)
class PlannedOrder:
    """One telling: who is in it, what fills its braces, and when each step is taken."""

    story: OrderStory
    organization: Organization
    requester: Person
    agent: Person
    sent_at: datetime
    fills: dict[str, object]
    steps: list[tuple[datetime, Step]] = field(default_factory=list)

    def say(self, text: str) -> str:
        """A text with its braces filled."""
        return text.format(**self.fills)

    def typed(self, answers: Typed) -> dict[str, list[str]]:
        """Answers with their braces filled, as lists."""
        return {
            name: [self.say(text) for text in ([value] if isinstance(value, str) else value)]
            for name, value in answers.items()
        }


@dataclass(frozen=True, slots=True)
class OrderPlanner:
    """Plans every telling of every story. Every choice comes from ``dice``."""

    cast: Cast
    stories: tuple[OrderStory, ...]
    hours: Calendar
    now: datetime
    dice: Random

    def orders(self) -> Iterator[PlannedOrder]:
        """All of them."""
        for story in self.stories:
            for telling in story.told:
                yield self._order(story, telling)

    def _order(self, story: OrderStory, telling: Told) -> PlannedOrder:
        cast, dice = self.cast, self.dice
        requester = cast.people[telling.who]
        organization = self._organization(telling, requester)
        sent_at = self.now - timedelta(days=telling.days)
        if telling.until is None:  # in business hours near that moment
            sent_at = self.hours.add(sent_at, timedelta(minutes=dice.randint(1, 500)))
        agent = cast.people[FRENCH_SPEAKER] if requester.language == "fr" else dice.choice(cast.agents)
        fills = self.particulars(organization, requester, sent_at) | dict(telling.fills)
        order = PlannedOrder(story, organization, requester, agent, sent_at, fills)
        steps = story.steps_of(telling)
        order.steps = list(
            self._in_their_time(sent_at, steps) if telling.until is None else self._squeezed(sent_at, steps)
        )
        return order

    def particulars(
        self, organization: Organization, requester: Person, sent_at: datetime
    ) -> dict[str, object]:
        """What a telling's texts may name."""
        dice = self.dice
        ids = [str(dice.randint(10**7, 10**8 - 1)) for _ in range(IDS)]
        return {
            "org": dice.choice(self.cast.org_ids[organization.pk]),
            "organization": organization.name,
            "domain": requester.email.partition("@")[2],
            "first": requester.name.split()[0],
            "name": requester.name,
            "mail": requester.email,
            "phone": requester.phone or organization.phone,
            "day": Days(sent_at.astimezone(self.hours.zone_on(sent_at.date())).date()),
            "pk": Ids(self.cast),
            "cycle": str(dice.randint(1, 21)),
            "count": str(dice.randint(12, 96)),
            "sdp": ids[0],
            "sdp2": ids[1],
            "sdps": "\n".join(ids),
            "meter": f"M-{dice.randint(100000, 999999)}",
            "meter2": f"M-{dice.randint(100000, 999999)}",
        }

    def _organization(self, telling: Told, requester: Person) -> Organization:
        """Where it is said, or the only one that the requester acts for."""
        return next(
            one
            for slug, one in self.cast.organizations.items()
            if requester in self.cast.reporters.get(one.pk, []) and telling.organization in {"", slug}
        )

    def _in_their_time(self, at: datetime, steps: tuple[Step, ...]) -> Iterator[tuple[datetime, Step]]:
        """The steps in working time. What would be in the future has not happened yet."""
        for step in steps:
            at = self.hours.add(
                at, timedelta(minutes=max(1, round(step.after * self.dice.uniform(0.6, 1.4))))
            )
            if at >= self.now:
                return
            yield at, step

    def _squeezed(self, at: datetime, steps: tuple[Step, ...]) -> Iterator[tuple[datetime, Step]]:
        """The steps, all of them before now."""
        room = (self.now - at) / (len(steps) + 1)
        for step in steps:
            at += min(room, timedelta(minutes=step.after)) * self.dice.uniform(0.7, 0.98)
            yield at, step
