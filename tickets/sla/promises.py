"""What is promised to somebody who is about to file, and when a resolved ticket closes by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from servicedesk.records.models import Kind
from tickets.models import DeskRules, ServiceCalendar, SeverityRule
from tickets.sla import rulebook
from tickets.sla.clock import Clock, Moment, Target, read
from tickets.sla.rulebook import Terms, Versions
from tickets.transitions import Status


@dataclass(frozen=True, slots=True)
class Promise:
    """When a first answer and the restoration are due, and by which versions that is said."""

    respond_by: datetime
    finish_by: datetime
    versions: Versions


def severity_for(impact: str, urgency: str) -> int:
    """The severity that follows (DOMAIN: four levels from impact and urgency)."""
    return SeverityRule.objects.values_list("severity", flat=True).get(impact=impact, urgency=urgency)


def incident_terms(organization_id: int) -> Terms:
    """The terms of an organization's incidents."""
    return Terms(Kind.INCIDENT, organization_id)


def promise(severity: int, *, organization_id: int, start: datetime) -> Promise:
    """What an incident of that organization is promised whose clock starts then."""
    versions, terms = rulebook.current_versions(), incident_terms(organization_id)
    clocks = {one.target: one for one in fresh_clocks(terms, severity, Status.NEW, versions, start)}
    respond, finish = clocks[Target.RESPOND], clocks[Target.RESTORE]
    # nothing stands that has just begun
    return Promise(cast("datetime", respond.due_at), cast("datetime", finish.due_at), versions)


@dataclass(frozen=True, slots=True)
class RequestPromise:
    """When a request is fulfilled: by a moment, or within working time that counts once it is approved.

    ``within`` is counted by the calendar of that name; ``fulfil_by`` is None while it would wait for approval.
    """

    within: timedelta
    calendar: str
    fulfil_by: datetime | None
    versions: Versions


def request_terms(organization_id: int, item: str) -> Terms:
    """The terms of an organization's requests for a catalogue item (its slug)."""
    return Terms(Kind.REQUEST, organization_id, item)


def promise_request(item: str, status: str, *, organization_id: int, start: datetime) -> RequestPromise:
    """What a request is promised that is filed then, in that status."""
    versions, terms = rulebook.current_versions(), request_terms(organization_id, item)
    (fulfil,) = [
        one for one in fresh_clocks(terms, None, status, versions, start) if one.target is Target.FULFIL
    ]
    calendar = ServiceCalendar.objects.get(pk=rulebook.Source(*fulfil.pledge.source).calendar)
    return RequestPromise(fulfil.pledge.within, calendar.name, fulfil.due_at, versions)


def fresh_clocks(
    terms: Terms, severity: int | None, status: str, versions: Versions, start: datetime
) -> list[Clock]:
    """The clocks of a ticket that is filed then, in that status."""
    filed = Moment(start, status, severity or 0, begins=True, words=status)
    return read([filed], rulebook.pledges(versions, terms))


def closing_times(resolved_at: datetime) -> tuple[datetime, datetime]:
    """When a resolved incident's reporter is reminded, and when it closes by itself.

    Both at the close of business, so many working days after the day of the resolution.
    """
    rules = DeskRules.objects.get()
    calendar = rulebook.current_calendar(rules.calendar_id)
    return (
        calendar.end_of_day(resolved_at, rules.reopen_days - rules.remind_days),
        calendar.end_of_day(resolved_at, rules.reopen_days),
    )
