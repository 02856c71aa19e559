"""Why a ticket is due when it is: every stretch of each clock's time, counted or not, with the rule that says so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from servicedesk.records.models import Event
from tickets.models import PolicyVersion, ServiceCalendar, TargetName, Ticket
from tickets.sla.chip import Chip, chip_of
from tickets.sla.clock import NOTHING, Clock, Span
from tickets.sla.history import Excuse, adjusted, clocks_of, excuses_in, terms_of
from tickets.sla.rulebook import Source
from tickets.wording import status_word


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch. ``so_far`` is what was counted by its end; ``ahead`` is still to come."""

    start: datetime
    end: datetime
    length: timedelta
    counts: bool
    ahead: bool
    why: str
    so_far: timedelta


@dataclass(frozen=True, slots=True)
class Proof:
    """One clock, with all that adds up to its numbers."""

    label: str
    cycle: int
    leg: int
    severity: int
    policy: str
    calendar: str
    chip: Chip
    within: timedelta
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    paused_since: datetime | None
    elapsed: timedelta
    left: timedelta
    over: timedelta
    lines: list[Line]
    excused: "Proof | None" = None


def proofs(ticket: Ticket, events: Iterable[Event], *, now: datetime, for_desk: bool) -> list[Proof]:
    """The proofs of all of a ticket's clocks, the latest cycle first. Two queries, for the names."""
    history = list(events)
    names = _Names(
        dict(ServiceCalendar.objects.values_list("pk", "name")),
        {version.pk: str(version) for version in PolicyVersion.objects.published()},
        for_desk,
    )
    excuses = excuses_in(history)
    clocks = clocks_of(history, terms_of(ticket))
    ordered = sorted(
        clocks, key=lambda clock: (-clock.cycle, list(TargetName.values).index(clock.target), clock.leg)
    )
    return [_proof(clock, excuses, now, names) for clock in ordered]


@dataclass(frozen=True, slots=True)
class _Names:
    calendars: dict[int, str]
    policies: dict[int, str]
    for_desk: bool

    def why(self, span: Span, calendar: str) -> str:
        """The rule that counted a stretch, or did not."""
        if span.cause == "paused":
            return _("Paused: %(status)s") % {"status": status_word(span.words, for_desk=self.for_desk)}
        if span.cause == "excused":
            return _("Excused: %(reason)s") % {"reason": span.words}
        if span.counts:
            hours = _("Hours of “%(calendar)s”") % {"calendar": calendar}
            return f"{hours} ({span.words})" if span.words else hours
        return span.words or _("Outside the hours of “%(calendar)s”") % {"calendar": calendar}


def _proof(clock: Clock, excuses: list[Excuse], now: datetime, names: _Names) -> Proof:
    source = Source(*clock.pledge.source)
    calendar = names.calendars[source.calendar]
    elapsed = clock.elapsed(now)
    excused = adjusted(clock, excuses)
    return Proof(
        label=str(TargetName(clock.target.value).label),
        cycle=clock.cycle,
        leg=clock.leg,
        severity=clock.severity,
        policy=names.policies[source.policy_version],
        calendar=calendar,
        chip=chip_of(clock, now=now, for_desk=names.for_desk),
        within=clock.pledge.within,
        started_at=clock.started_at,
        ended_at=clock.ended_at,
        due_at=clock.due_at,
        paused_since=clock.pauses[-1].start if clock.stands else None,
        elapsed=elapsed,
        left=max(clock.pledge.within - elapsed, NOTHING),
        over=max(elapsed - clock.pledge.within, NOTHING),
        lines=list(_lines(clock, now, names, calendar)),
        excused=_proof(excused, [], now, names) if excused else None,
    )


def _lines(clock: Clock, now: datetime, names: _Names, calendar: str) -> Iterator[Line]:
    """Its stretches until it ended, or until now and then on to when it is due, cut at those moments."""
    until = clock.ended_at or max(now, clock.due_at or now)
    so_far = NOTHING
    for span in _cut(clock.spans(until), [now, clock.due_at or now]):
        so_far += span.length if span.counts else NOTHING
        ahead = clock.ended_at is None and span.start >= now
        yield Line(span.start, span.end, span.length, span.counts, ahead, names.why(span, calendar), so_far)


def _cut(spans: Iterable[Span], moments: list[datetime]) -> Iterator[Span]:
    for span in spans:
        start = span.start
        for moment in sorted(set(moments)):
            if start < moment < span.end:
                yield Span(start, moment, span.cause, span.words)
                start = moment
        yield Span(start, span.end, span.cause, span.words)
