"""Playing the planned requests through the real actions: each of their steps is a deed (performance.py)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from random import Random

from django.utils.datastructures import MultiValueDict

from accounts.models import Person
from servicedesk.demo.cast import Cast
from servicedesk.demo.order_plan import PlannedOrder
from servicedesk.demo.performance import Deed, begin_draft
from servicedesk.demo.script import Step
from servicedesk.records.models import Draft
from tickets.actions import (
    Order,
    add_note,
    assign,
    decide,
    edit_request,
    move_request,
    move_ticket,
    reply,
    submit_request,
)
from tickets.actions.conversion import convert_request, convert_to_incident
from tickets.actions.fulfilment import tick
from tickets.approving import bench_of, day_of
from tickets.catalogue.definitions import PREFIX
from tickets.catalogue.forms import RequestForm
from tickets.catalogue.offers import current_version
from tickets.drafts import order_form
from tickets.models import ApprovalState, FulfilmentTask, ItemVersion, ServiceRequest

AFTER_INCIDENTS = 10_000
"""Where the numbers of requests' deeds begin."""


def deeds_of_orders(orders: Iterable[PlannedOrder], cast: Cast, dice: Random) -> Iterator[Deed]:
    """Everything that happens to the requests, in no order."""
    for number, order in enumerate(orders, start=AFTER_INCIDENTS):
        actor = OrderActor(order, cast, dice)
        yield Deed(order.sent_at, number, actor.send)
        for at, step in order.steps:
            yield Deed(at, number, partial(actor.take_step, step))


@dataclass(slots=True)
class OrderActor:
    """Plays one request."""

    order: PlannedOrder
    cast: Cast
    dice: Random
    agent: Person = field(init=False)
    request: ServiceRequest = field(init=False)

    def __post_init__(self) -> None:
        self.agent = self.order.agent

    def send(self, at: datetime) -> None:
        """Fill in the item's form as it is now, and send it."""
        order, story = self.order, self.order.story
        version = _offered(story.item)
        form = self._filled_in(version, order.typed(story.answers), order.say(story.title), at)
        by = self.agent if story.on_behalf else order.requester
        ordered = Order(
            organization_id=order.organization.pk,
            version=version,
            title=form.cleaned_data["title"],
            answers=form.answers(),
            requester=order.requester,
            phone=order.requester.phone or order.organization.phone,
        )
        draft = begin_draft(by, order_form(story.item), self._files(story.files), self.dice, at=at)
        self.request = submit_request(ordered, draft=draft, by=by, at=at)

    def take_step(self, step: Step, at: datetime) -> None:
        """Do one step of the story, on the request as it is by now."""
        self.request = ServiceRequest.objects.get(pk=self.request.pk)
        deeds: dict[str, Callable[[Step, datetime], None]] = {
            "approve": self._decide,
            "decline": self._decline,
            "take": self._take,
            "assign": self._pass_on,
            "reply": self._reply,
            "note": self._note,
            "tick": self._tick,
            "tick_all": self._tick_all,
            "fulfil": self._fulfil,
            "edit": self._edit,
            "convert": self._convert,
            "become": self._become,
        }
        deeds.get(step.does, self._move)(step, at)

    def _decide(self, step: Step, at: datetime) -> None:
        """Somebody decides whom the rules leave: one's own word, or in another's place where a deputy does."""
        approval = self.request.approvals.select_related("request").get(state=ApprovalState.WAITING)
        bench = bench_of(approval, on=day_of(at))
        deputies = bench.hands - bench.seats.keys()
        who = deputies if step.who == "deputy" and deputies else set(bench.awaited)
        decide(approval, step.does == "approve", self._say(step), by=Person.objects.get(pk=min(who)), at=at)

    def _decline(self, step: Step, at: datetime) -> None:
        """An approver declines, or the desk does what nobody has to approve."""
        (self._move if step.who == "agent" else self._decide)(step, at)

    def _take(self, step: Step, at: datetime) -> None:
        self.request = assign(self.request, self.agent, by=self.agent, at=at, version=self.request.version)
        if step.text:
            self._reply(step, at)

    def _pass_on(self, step: Step, at: datetime) -> None:
        others = [agent for agent in self.cast.agents if agent != self.agent]
        giver, self.agent = self.agent, self.dice.choice(others)
        assign(self.request, self.agent, by=giver, at=at, version=self.request.version)

    def _move(self, step: Step, at: datetime) -> None:
        if step.does == "start" and self.request.assignee_id is None:
            self._take(Step(0, "agent", "take"), at)
        who = self._who(step)
        draft = self._draft(who, step, at) if step.file else None
        move_request(
            self.request,
            step.does,
            by=who,
            at=at,
            version=self.request.version,
            message=self._say(step),
            draft=draft,
        )

    def _reply(self, step: Step, at: datetime) -> None:
        who = self._who(step)
        draft = self._draft(who, step, at) if step.file else None
        reply(self.request, self._say(step), by=who, at=at, draft=draft)

    def _note(self, step: Step, at: datetime) -> None:
        add_note(self.request, self._say(step), by=self.agent, at=at)

    def _tick(self, step: Step, at: datetime) -> None:
        for task in self._open_tasks()[:1]:
            tick(task, True, by=self.agent, at=at)

    def _tick_all(self, step: Step, at: datetime) -> None:
        for task in self._open_tasks():
            tick(task, True, by=self.agent, at=at)

    def _fulfil(self, step: Step, at: datetime) -> None:
        self._tick_all(step, at)
        self.request.refresh_from_db()
        self._move(step, at)

    def _edit(self, step: Step, at: datetime) -> None:
        order, version = self.order, _in_use(self.request)
        typed = order.typed({**order.story.answers, **order.story.edited})
        form = self._filled_in(version, typed, self.request.title, at)
        self.request.item_version = version
        edit_request(
            self.request,
            form.answers(),
            form.cleaned_data["title"],
            by=order.requester,
            at=at,
            version=self.request.version,
        )

    def _convert(self, step: Step, at: datetime) -> None:
        self.request.item_version = _in_use(self.request)
        convert_request(
            self.request,
            _offered(step.value),
            by=self.agent,
            at=at,
            version_seen=self.request.version,
            message=self._say(step),
        )

    def _become(self, step: Step, at: datetime) -> None:
        impact, urgency = step.value.split()
        self.request.item_version = _in_use(self.request)
        incident = convert_to_incident(
            self.request,
            impact,
            urgency,
            self.request.environment,
            by=self.agent,
            at=at,
            version_seen=self.request.version,
        )
        incident = assign(incident, self.agent, by=self.agent, at=at, version=incident.version)
        move_ticket(incident, "acknowledge", by=self.agent, at=at, version=incident.version)

    def _filled_in(
        self, version: ItemVersion, typed: dict[str, list[str]], title: str, at: datetime
    ) -> RequestForm:
        """The item's form with these answers. Raises ValueError for a story that does not fit it any more."""
        form = RequestForm(
            MultiValueDict({"title": [title]} | {f"{PREFIX}{name}": told for name, told in typed.items()}),
            version=version,
            organization=self.order.organization,
            reader=self.order.requester,
            has_files=bool(self.order.story.files),
            today=day_of(at),
        )
        unknown = set(typed) - {field.name for field in form.questions}
        if unknown or not form.is_valid():
            raise ValueError(
                f"The story “{title}” does not fit the form {version.item.slug}:"
                f" correct its answers. {form.errors.as_json()} {sorted(unknown)}"
            )
        return form

    def _open_tasks(self) -> list[FulfilmentTask]:
        tasks = self.request.tasks.filter(done_at=None).select_related("request", "template")
        return list(tasks.order_by("position", "pk"))

    def _draft(self, person: Person, step: Step, at: datetime) -> Draft:
        return begin_draft(person, "message", self._files((step.file,)), self.dice, at=at)

    def _files(self, names: Iterable[str]) -> list[str]:
        return [self.order.say(name) for name in names]

    def _say(self, step: Step) -> str:
        return self.order.say(step.text)

    def _who(self, step: Step) -> Person:
        return self.agent if step.who == "agent" else self.order.requester


def _offered(slug: str) -> ItemVersion:
    """An item as it is offered. Raises ValueError where it is not."""
    version = current_version(slug)
    if version is None:
        raise ValueError(f"The catalogue does not offer {slug}: take it out of the demo's stories.")
    return version


def _in_use(request: ServiceRequest) -> ItemVersion:
    """The version that a request was filled in with, with its form."""
    version: ItemVersion = ItemVersion.objects.with_form().get(pk=request.item_version_id)
    return version
