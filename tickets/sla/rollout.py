"""What another calendar or policy version makes of the open tickets.

``look_ahead`` is the step of the job that foresees it. The step that does it is
tickets.actions.publishing.roll_out; both store a ``RolloutShift`` for each due time that moves.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import F, Min, QuerySet

from servicedesk.schedule.models import Job
from tickets.models import CalendarDay, CalendarVersion, PolicyRule, PolicyVersion, RolloutShift, Ticket
from tickets.sla import rulebook
from tickets.sla.clock import Clock, Moment, Pledge, Pledges, read
from tickets.sla.history import lasting, minded, moment_of, nothing_yet, terms_of
from tickets.sla.rulebook import Terms, Versions

PREVIEW, ROLLOUT = "sla.preview", "sla.rollout"
LOOKED_AT = 200
"""Tickets that one step of a preview reads."""

Version = CalendarVersion | PolicyVersion


@dataclass(frozen=True, slots=True)
class Shift:
    """A running clock whose due time moves. None: it stands, or is not there."""

    target: str
    was_due_at: datetime | None
    due_at: datetime | None
    newly_late: bool


def shifts(before: Iterable[Clock], after: Iterable[Clock], *, at: datetime) -> list[Shift]:
    """What moves between two readings of a ticket's running clocks, looked at then."""
    was = {clock.target: clock.due_at for clock in before}
    now = {clock.target: clock.due_at for clock in after}
    return [
        Shift(target.value, was.get(target), now.get(target), _late(now, target, at) > _late(was, target, at))
        for target in {**was, **now}
        if was.get(target) != now.get(target)
    ]


def _late(due: dict[Any, datetime | None], target: Any, at: datetime) -> bool:
    due_at = due.get(target)
    return due_at is not None and due_at < at


class Successor:
    """A version that open tickets are to go by, and by which of the other sort each of them goes then.

    With a calendar version, a ticket keeps its own policy version. With a policy version it keeps its
    own calendar version, unless that one is older than a calendar which the policy needs: then it
    goes by the latest.
    """

    def __init__(self, version: Version) -> None:
        self.version = version
        self._numbers: dict[int, int | None] = {}
        self._needed = 0
        if isinstance(version, PolicyVersion):
            self._numbers = dict(CalendarVersion.objects.values_list("pk", "number"))
            self._needed = first_number_with(calendars_of(version))

    def versions_for(self, ticket: Ticket) -> Versions:
        """What a ticket would go by."""
        if isinstance(self.version, CalendarVersion):
            return Versions(ticket.policy_version_id, self.version.pk)
        own = ticket.calendar_version_id
        knows = (self._numbers.get(own) or 0) >= self._needed
        return Versions(self.version.pk, own if knows else rulebook.current_versions().calendar)

    def open_tickets(self, after: int) -> QuerySet[Ticket]:
        """Open tickets that it may concern, beyond a primary key: those that go by nothing newer."""
        waiting = Ticket.objects.unfinished().filter(pk__gt=after)
        if self.version.number is None:
            return waiting
        field = "calendar_version" if isinstance(self.version, CalendarVersion) else "policy_version"
        return waiting.filter(**{f"{field}__number__lt": self.version.number})

    def next_tickets(self, job: Job, size: int) -> list[Ticket]:
        """The next tickets of a job, whose progress it keeps."""
        waiting = self.open_tickets(job.cursor or 0)
        job.total = job.done + waiting.count()
        # "+ 0": not by walking the primary key past six years of closed tickets
        chunk = list(waiting.order_by(F("pk") + 0)[:size])
        job.done += len(chunk)
        job.cursor = chunk[-1].pk if chunk else job.cursor
        return chunk


def calendars_of(version: PolicyVersion) -> set[int]:
    """The calendars (primary keys) that a policy version counts by."""
    fields = ("respond_calendar", "update_calendar", "finish_calendar")
    used = PolicyRule.objects.filter(version=version.pk).values_list(*fields)
    return {pk for pk in chain.from_iterable(used) if pk is not None}


def first_number_with(calendars: Iterable[int]) -> int:
    """The first calendar version that knows all these calendars."""
    published = CalendarVersion.objects.published().filter(calendar__in=set(calendars))
    firsts = published.values("calendar").annotate(first=Min("number")).values_list("first", flat=True)
    return max(firsts, default=0)


def successor_of(job: Job) -> Successor:
    """What a job's payload names."""
    if "calendar_version" in job.payload:
        return Successor(CalendarVersion.objects.get(pk=job.payload["calendar_version"]))
    return Successor(PolicyVersion.objects.get(pk=job.payload["policy_version"]))


def look_ahead(job: Job) -> bool:
    """A step of "sla.preview". Answers whether it was the last."""
    successor, promises, at = successor_of(job), _Promises(), job.created_at
    chunk = successor.next_tickets(job, LOOKED_AT)
    events = events_of(chunk)
    found = {}
    for ticket in chunk:
        terms = terms_of(ticket)
        moments = [moment_of(event, terms) for event in lasting(events[ticket.pk])]
        newer = Moment(at, pledges=promises.of(successor.versions_for(ticket), terms))
        before, after = (_running(history) for history in (moments, [*moments, newer]))
        found[ticket.pk] = shifts(before, after, at=at)
    note(job, found)
    return len(chunk) < LOOKED_AT


def note(job: Job, found: dict[int, list[Shift]]) -> None:
    """Store what moves, by record, and add it to the job's counts."""
    RolloutShift.objects.bulk_create(
        RolloutShift(
            job=job,
            record_id=pk,
            target=one.target,
            was_due_at=one.was_due_at,
            due_at=one.due_at,
            newly_late=one.newly_late,
        )
        for pk, some in found.items()
        for one in some
    )
    counted = {
        "tickets": len(found),
        "moving": sum(bool(some) for some in found.values()),
        "newly_late": sum(any(one.newly_late for one in some) for some in found.values()),
    }
    job.result = {name: job.result.get(name, 0) + number for name, number in counted.items()}


@dataclass(slots=True)
class Seen:
    """As much of an event as a clock minds: a model's instance costs more than reading the clock."""

    name: str
    at: datetime
    internal: bool
    facts: dict[str, Any]
    comment_id: int | None
    actor_id: int | None

    @property
    def what(self) -> str:
        """As an Event's."""
        return self.name.partition(".")[2]


def events_of(tickets: Sequence[Ticket]) -> dict[int, list[Seen]]:
    """The events that clocks mind, by record: one query."""
    events: defaultdict[int, list[Seen]] = defaultdict(list)
    rows = minded([ticket.pk for ticket in tickets])
    for pk, *seen in rows.values_list("record", "name", "at", "internal", "facts", "comment", "actor"):
        events[pk].append(Seen(*seen))
    return events


def _running(history: Sequence[Moment]) -> list[Clock]:
    return [clock for clock in read(history, nothing_yet) if clock.ended_at is None]


class _Promises:
    """What is promised, each promise read once: the rulebook reads a draft anew whenever it is asked.

    All organizations that no rule and no day names are promised the same.
    """

    def __init__(self) -> None:
        self._named = {
            *CalendarDay.objects.exclude(organization=None).values_list("organization", flat=True).distinct(),
            *PolicyRule.objects.exclude(organization=None).values_list("organization", flat=True).distinct(),
        }
        self._known: dict[tuple[Versions, Terms, int], tuple[Pledge, ...]] = {}

    def of(self, versions: Versions, terms: Terms) -> Pledges:
        """What these versions promise on these terms, by severity."""
        whose = terms.organization_id if terms.organization_id in self._named else 0
        general = replace(terms, organization_id=whose)

        def promised(severity: int) -> Iterable[Pledge]:
            key = (versions, general, severity)
            if key not in self._known:
                self._known[key] = rulebook.pledges_for(versions, general, severity)
            return self._known[key]

        return promised
