"""One ticket of an action on many, and everything that the action's terms name: read once, for all of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Event
from servicedesk.records.refusals import Unusable
from tickets.actions.problems import problem_named
from tickets.bulk.chosen import tickets_with
from tickets.bulk.letters import Letter, letter_for
from tickets.models import (
    BulkRow,
    BulkRun,
    HeldMessage,
    Problem,
    ReplyTemplate,
    Snooze,
    Team,
    Ticket,
)
from tickets.naming import NamesOfLdcs

Terms = Mapping[str, Any]
"""What is to be done. Empty while nobody has said."""


class Means:
    """What the terms of an action, and of its rows where it undoes one, name. Each is read when it is asked for."""

    def __init__(self, run: BulkRun, terms: Terms, rows: Collection[BulkRow] = ()) -> None:
        self.run, self.terms = run, terms
        self._pks = [row.record_id for row in rows]
        self._said = [terms, *(row.was for row in rows if run.undoes_id)]
        self._letters: dict[int, Letter] = {}

    def check(self) -> None:
        """Raise Unusable where the terms name none."""
        for name, what in (("problem", "problem"), ("template", "template"), ("into", "survivor")):
            if name in self.terms:
                getattr(self, what)

    @cached_property
    def people(self) -> dict[int, Person]:
        """Whom they can be assigned to."""
        return Person.objects.in_bulk(self._named("assignee"))

    @cached_property
    def teams(self) -> dict[int, Team]:
        """Whose queue they can wait in."""
        return Team.objects.in_bulk(self._named("team"))

    @cached_property
    def problem(self) -> Problem:
        """The problem that causes them. Raises Unusable."""
        return problem_named(self.terms["problem"], by=self.run.by)

    @cached_property
    def template(self) -> ReplyTemplate:
        """What they are answered with. Raises Unusable."""
        offered = ReplyTemplate.objects.visible_to(self.run.by).offered_to(self.run.by.pk)
        public = offered.filter(audience=ReplyTemplate.Audience.PUBLIC)
        found: ReplyTemplate | None = public.filter(pk=self.terms["template"]).first()
        if found is None:
            raise Unusable(_("This template is no longer there. Choose another one."))
        return found

    @cached_property
    def survivor(self) -> Ticket:
        """The ticket that they go on in. Raises Unusable."""
        found = tickets_with([self.terms["into"]], self.run.by).get(self.terms["into"])
        if found is None:
            raise Unusable(_("Choose which of them goes on."))
        return found

    @cached_property
    def slept(self) -> dict[int, Snooze]:
        """What sleeps for whoever does this, by ticket."""
        mine = Snooze.objects.visible_to(self.run.by).filter(record__in=self._pks)
        return {one.record_id: one for one in mine}

    @cached_property
    def held(self) -> dict[int, HeldMessage]:
        """The messages that rows speak of."""
        return HeldMessage.objects.visible_to(self.run.by).in_bulk(self._named("held"))

    @cached_property
    def names(self) -> NamesOfLdcs:
        """What other LDCs are called, which no message to one of them may say."""
        return NamesOfLdcs()

    @cached_property
    def wrote(self) -> dict[int, str]:
        """Who else wrote on a ticket since it was chosen, by name."""
        since = Event.objects.filter(
            record__in=self._pks, at__gt=self.run.made_at, comment__isnull=False
        ).exclude(actor=self.run.by)
        return dict(since.order_by("pk").values_list("record", "actor__name"))

    def letter(self, ticket: Ticket, *, at: datetime) -> Letter:
        """What this ticket would be answered: made once."""
        if ticket.pk not in self._letters:
            self._letters[ticket.pk] = letter_for(
                ticket, self.template, by=self.run.by, at=at, wrote=self.wrote.get(ticket.pk, "")
            )
        return self._letters[ticket.pk]

    def _named(self, name: str) -> set[int]:
        return {one[name] for one in self._said if one.get(name)}


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be done with one ticket, or undone. ``version`` is the ticket's that was looked at."""

    terms: Terms
    means: Means
    by: Person
    at: datetime
    version: int = 0
    undoes: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        """What goes into its event."""
        return {"undo": True} if self.undoes else {}
