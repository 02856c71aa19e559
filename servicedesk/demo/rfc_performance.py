"""Playing the requests for change through the real actions: each of their turns a deed (performance.py)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import Organization, Person
from accounts.roles import Role
from changes.actions.consulting import answer, open_consultation
from changes.actions.deciding import vote, write_minutes
from changes.actions.editing import documents_of, edit_change
from changes.actions.filing import Document, Proposal, submit_change
from changes.actions.moving import move_change
from changes.actions.planning import plan_change
from changes.actions.publishing import publish_change
from changes.actions.rating import rate_change
from changes.actions.reviewing import review
from changes.actions.scheduling import Conflicting, move_window, schedule
from changes.actions.talking import add_note, reply, set_following, subscribe
from changes.models import BoardMember, ChangeTemplate, Release, RequestForChange
from servicedesk.demo.cast import Cast
from servicedesk.demo.performance import Deed, begin_draft
from servicedesk.demo.rfc_script import Act, RfcStory
from servicedesk.demo.rfc_stories import BOARD, RELEASES, STORIES, SUBSCRIBERS, TEMPLATES
from tickets.approving import day_of

AFTER_PROBLEMS = 30_000
"""Where the numbers of changes' deeds begin."""
CONFIGURED = timedelta(days=150)
"""How long before now the board, the templates and the releases are there."""
DRAFT, MINUTE = "change", timedelta(minutes=1)


def deeds_of_changes(cast: Cast, at: datetime, dice: Random) -> Iterator[Deed]:
    """Everything that happens to the RFCs up to a moment, in no order."""
    yield Deed(at - CONFIGURED, AFTER_PROBLEMS, partial(_configure, cast, at))
    for number, story in enumerate(STORIES, start=AFTER_PROBLEMS + 1):
        actor = RfcActor(story, cast, at, dice)
        before = at - timedelta(days=story.days)
        yield Deed(before, number, actor.ask)
        for one in story.acts:  # an hour of the day may lie before what comes before it
            before = max(actor.moment(one.days, one.hour), before + MINUTE)
            yield Deed(before, number, partial(actor.act, one))


def _configure(cast: Cast, now: datetime, at: datetime) -> None:
    """The board's seats, templates, releases, and who subscribed."""
    manager = cast.managers[Role.CHANGE_MANAGER]
    for name in BOARD:
        BoardMember.objects.create(person=cast.people[name], starts_on=day_of(at))
    for stated in TEMPLATES:
        fields = {name: value for name, value in stated.items() if name != "days"}
        expires_on = day_of(now) + timedelta(days=int(str(stated["days"])))
        ChangeTemplate.objects.create(
            approved_by=manager, approved_on=day_of(at), expires_on=expires_on, **fields
        )
    for name, days, summary in RELEASES:
        planned_on = day_of(now) + timedelta(days=days)
        Release.objects.create(
            name=name, planned_on=planned_on, summary=summary, published_at=at if days < 0 else None
        )
    for name, scopes, digest in SUBSCRIBERS:
        subscribe(scopes, digest=digest, by=cast.people[name], at=at)


@dataclass(slots=True)
class RfcActor:
    """Plays one RFC."""

    story: RfcStory
    cast: Cast
    now: datetime
    dice: Random
    pk: int = field(init=False)

    @property
    def manager(self) -> Person:
        """The change manager."""
        return self.cast.managers[Role.CHANGE_MANAGER]

    @property
    def rfc(self) -> RequestForChange:
        """As it is by now."""
        found: RequestForChange = RequestForChange.objects.get(pk=self.pk)
        return found

    def moment(self, days: float, hour: int | None) -> datetime:
        """So many days before now; with an hour that day's, on the desk's clock, and never later than now."""
        if hour is None:
            return self.now - timedelta(days=days)
        day = day_of(self.now - timedelta(days=days))
        at = datetime.combine(day, time(hour), timezone.get_default_timezone())
        return min(at, self.now) if days > 0 else at

    def ask(self, at: datetime) -> None:
        """Fill in the form and send it."""
        story = self.story
        by = self.cast.people[story.who]
        wanted = day_of(self.now) + timedelta(days=story.wanted_in) if story.wanted_in else None
        proposal = Proposal(
            organization_id=min(by.standing().organizations),
            title=story.title,
            category=story.category,
            description=story.description,
            reason=story.reason,
            environments=list(story.environments),
            interfaces=list(story.interfaces),
            affected=story.affected,
            desired_on=wanted,
            documents=[Document(*one) for one in story.documents],
            template=ChangeTemplate.objects.get(title=story.template) if story.template else None,
            emergency=story.emergency,
        )
        draft = begin_draft(by, DRAFT, [story.file] if story.file else [], self.dice, at=at)
        self.pk = submit_change(proposal, draft=draft, by=by, at=at).pk

    def act(self, one: Act, at: datetime) -> None:
        """Do one thing, on the RFC as it is by now."""
        by = self.cast.people[one.who] if one.who else self.manager
        deeds: dict[str, Callable[[Act, Person, datetime], Any]] = {
            "reply": lambda one, by, at: reply(self.rfc, one.text, by=by, at=at),
            "note": lambda one, by, at: add_note(self.rfc, one.text, by=by, at=at),
            "follow": lambda one, by, at: set_following(self.rfc, True, by=by, at=at),
            "rate": self._rate,
            "write_plans": self._write_plans,
            "publish": self._publish,
            "plan": self._plan,
            "consult": self._consult,
            "answer": self._answer,
            "vote": self._vote,
            "minutes": self._minutes,
            "schedule": partial(self._give_window, schedule),
            "move_window": partial(self._give_window, move_window),
            "review": self._review,
        }
        deeds.get(one.does, self._move)(one, by, at)

    def _move(self, one: Act, by: Person, at: datetime) -> None:
        rfc = self.rfc
        move_change(rfc, one.does, by=by, at=at, version=rfc.version, message=one.text, **one.facts)

    def _rate(self, one: Act, by: Person, at: datetime) -> None:
        rfc = self.rfc
        rate_change(rfc, one.facts["facts_of"], by=by, at=at, version=rfc.version)

    def _write_plans(self, one: Act, by: Person, at: datetime) -> None:
        rfc = self.rfc
        edit_change(rfc, one.facts["facts_of"], documents_of(rfc), by=by, at=at, version=rfc.version)

    def _publish(self, one: Act, by: Person, at: datetime) -> None:
        rfc = self.rfc
        publish_change(rfc, by=by, at=at, version=rfc.version)

    def _plan(self, one: Act, by: Person, at: datetime) -> None:
        rfc, implementer, release = self.rfc, one.facts.get("implementer"), one.facts.get("release")
        plan_change(
            rfc,
            change_class=rfc.change_class,
            template=rfc.template,
            implementer=self.cast.people[implementer] if implementer else rfc.implementer,
            release=Release.objects.get(name=release) if release else rfc.release,
            by=by,
            at=at,
            version=rfc.version,
        )

    def _consult(self, one: Act, by: Person, at: datetime) -> None:
        rfc = self.rfc
        closes_at = at + timedelta(days=one.facts["closes_in"])
        open_consultation(rfc, closes_at, by=by, at=at, version=rfc.version, message=one.text)

    def _answer(self, one: Act, by: Person, at: datetime) -> None:
        organization = Organization.objects.get(pk=min(by.standing().organizations))
        consultation = self.rfc.consultations.select_related("rfc").latest("pk")
        answer(consultation, organization, one.facts["stance"], one.text, by=by, at=at)

    def _vote(self, one: Act, by: Person, at: datetime) -> None:
        decision = self.rfc.decisions.select_related("rfc__organization").latest("pk")
        if decision.state == "open":  # the others may have decided it already
            vote(decision, one.facts["choice"], one.text, by=by, at=at)

    def _minutes(self, one: Act, by: Person, at: datetime) -> None:
        decision = self.rfc.decisions.select_related("rfc__organization").latest("pk")
        write_minutes(decision, one.text, by=by, at=at)

    def _give_window(self, act: Callable[..., RequestForChange], one: Act, by: Person, at: datetime) -> None:
        """Take the window of the story. What it meets on the day that the demo is loaded is accepted by name."""
        days, hour, minutes = one.facts["window"]
        start = self.moment(days, hour)
        said: dict[str, Any] = {"by": by, "at": at}
        try:
            act(self.rfc, start, start + timedelta(minutes=minutes), version=self.rfc.version, **said)
        except Conflicting as refusal:
            said |= {
                "overrides": [one.token for one in refusal.conflicts],
                "reason": "Agreed with the LDCs that it touches.",
            }
            act(self.rfc, start, start + timedelta(minutes=minutes), version=self.rfc.version, **said)

    def _review(self, one: Act, by: Person, at: datetime) -> None:
        rfc = self.rfc
        review(rfc, one.text, one.facts["outcome"], by=by, at=at, version=rfc.version)
