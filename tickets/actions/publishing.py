"""New versions of calendars and of the service policy: drafted, looked at, published, brought to open tickets."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

import holidays
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Person
from servicedesk.records.models import Kind
from servicedesk.records.refusals import Unusable
from servicedesk.schedule.jobs import start_job
from servicedesk.schedule.models import Job
from tickets.actions.service_levels import move_to_versions
from tickets.models import (
    CalendarDay,
    CalendarVersion,
    EscalationStep,
    PolicyRule,
    PolicyVersion,
    ServiceCalendar,
    Severity,
)
from tickets.sla.bulk import lock_all
from tickets.sla.rollout import PREVIEW, ROLLOUT, Shift, Version, calendars_of, note, successor_of
from tickets.sla.rulebook import Terms, best_rule

MOVED_AT_ONCE = 20
"""Tickets that one step of a rollout moves. It holds their locks for that time."""
NOBODY = 0
"""The organization of a ticket for which only general rules can fit."""
CIVIC_HOLIDAY, EASTER_MONDAY = "Civic Holiday", "Easter Monday"


@transaction.atomic
def new_calendar_draft(calendar: ServiceCalendar, *, effective_on: date, note: str) -> CalendarVersion:
    """A draft with the hours and days of the calendar's latest version. Raises Unusable if it has none."""
    latest = CalendarVersion.objects.published().filter(calendar=calendar).order_by("-number").first()
    if latest is None:
        raise Unusable(_("%(calendar)s has no published version to begin from.") % {"calendar": calendar})
    draft = CalendarVersion.objects.create(
        calendar=calendar, effective_on=effective_on, zone=latest.zone, windows=latest.windows, note=note
    )
    _copy(CalendarDay.objects.filter(version=latest), draft)
    return draft


@transaction.atomic
def new_policy_draft(note: str) -> PolicyVersion:
    """A draft with the promises and the ladder of the latest version. Raises Unusable if there is none."""
    latest = PolicyVersion.objects.published().order_by("-number").first()
    if latest is None:
        raise Unusable(_("No service policy is published yet, so there is none to begin from."))
    draft = PolicyVersion.objects.create(note=note)
    _copy(PolicyRule.objects.filter(version=latest), draft)
    _copy(EscalationStep.objects.filter(version=latest), draft)
    return draft


def propose_holidays(
    version: CalendarVersion, year: int, *, civic_holiday: bool = False, easter_monday: bool = False
) -> int:
    """Add Ontario's public holidays of a year to a draft, observed days included, those there passed over.

    The Civic Holiday and Easter Monday are no public holidays; many offices close all the same.
    Answers how many days were added. Raises Unusable for what is no draft.
    """
    check_draft(version)
    optional = {CIVIC_HOLIDAY: civic_holiday, EASTER_MONDAY: easter_monday}
    days = _ontario(year, holidays.PUBLIC)
    days |= {
        day: name for day, name in _ontario(year, holidays.OPTIONAL).items() if optional.get(name, False)
    }
    there = set(
        CalendarDay.objects.filter(version=version, organization=None, day__in=days).values_list(
            "day", flat=True
        )
    )
    missing = [
        CalendarDay(version=version, day=day, name=name)
        for day, name in sorted(days.items())
        if day not in there
    ]
    CalendarDay.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


@transaction.atomic
def foresee(version: Version, *, by: Person, at: datetime) -> Job:
    """Start the job that finds what publishing a draft would do to the open tickets, as of that moment.

    Its ``result`` counts ``tickets``, ``moving`` and ``newly_late`` ones; its ``shifts`` are the due
    times that move. Raises Unusable.
    """
    check_draft(version)
    _check_promises(version)
    return start_job(PREVIEW, by=by, at=at, payload=_payload(version))


@transaction.atomic
def publish_calendar(
    version: CalendarVersion, *, by: Person, at: datetime, move_open: bool = True
) -> Job | None:
    """Publish a draft of a calendar. Open tickets go by it, unless ``move_open`` is off.

    Answers the job that moves them. Raises Unusable.
    """
    return _publish(version, by=by, at=at, move_open=move_open)


@transaction.atomic
def publish_policy(
    version: PolicyVersion, *, by: Person, at: datetime, move_open: bool = False
) -> Job | None:
    """Publish a draft of the service policy. Open tickets keep theirs, unless ``move_open`` is on.

    Answers the job that moves them. Raises Unusable, too when it does not promise something to
    every ticket.
    """
    return _publish(version, by=by, at=at, move_open=move_open)


def roll_out(job: Job) -> bool:
    """A step of "sla.rollout": move some open tickets to what was published. Answers whether it was the last.

    Tickets that go by it already, or by something newer, are left alone.
    """
    successor = successor_of(job)
    pks = [ticket.pk for ticket in successor.next_tickets(job, MOVED_AT_ONCE)]
    # Nobody changes them from here on, another rollout neither: its half of the versions is kept.
    lock_all(pks)
    found: dict[int, list[Shift]] = {}
    for ticket in successor.open_tickets(0).filter(pk__in=pks).order_by("pk"):
        moved = move_to_versions(
            ticket,
            successor.versions_for(ticket),
            job.payload["why"],
            by=job.created_by,
            at=cast("datetime", job.stepped_at),
        )
        if moved is not None:
            found[ticket.pk] = moved
    note(job, found)
    return len(pks) < MOVED_AT_ONCE


def check_draft(version: Version) -> None:
    """Raises Unusable for what is published."""
    if version.number is not None:
        raise Unusable(
            _("%(version)s is published, so it never changes. Make a new draft from it.")
            % {"version": version}
        )


def _publish(version: Version, *, by: Person, at: datetime, move_open: bool) -> Job | None:
    check_draft(version)
    _check_promises(version)
    number = _next_number(version)
    type(version).objects.filter(pk=version.pk).update(number=number, published_at=at, published_by=by)
    version.refresh_from_db()
    return start_job(ROLLOUT, by=by, at=at, payload=_payload(version)) if move_open else None


def _next_number(version: Version) -> int:
    """Draw a number, holding off everybody else who wants one. Raises Unusable for what is no draft any more."""
    rows = type(version).objects.order_by("pk")
    numbers = dict(rows.select_for_update(no_key=True).values_list("pk", "number"))
    if version.pk not in numbers:
        raise Unusable(_("Somebody deleted this draft while you were looking at it."))
    if numbers[version.pk] is not None:
        raise Unusable(_("Somebody published this draft while you were looking at it."))
    latest = rows.exclude(number=None).order_by("-number").values_list("number", flat=True).first()
    return (latest or 0) + 1  # asked after the locks were won


def _check_promises(version: Version) -> None:
    """Raises Unusable for a policy that promises some tickets nothing, or by a calendar nobody published."""
    if not isinstance(version, PolicyVersion):
        return
    rules = list(PolicyRule.objects.filter(version=version.pk))
    incidents, requests = Terms(Kind.INCIDENT, NOBODY), Terms(Kind.REQUEST, NOBODY)
    uncovered = [str(Severity(level).label) for level in Severity if not _covers(rules, incidents, level)]
    if uncovered:
        raise Unusable(
            _("Nothing is promised to incidents of %(severities)s. Add a promise for every organization.")
            % {"severities": ", ".join(uncovered)}
        )
    if not _covers(rules, requests, 0):
        raise Unusable(
            _("Nothing is promised to requests. Add a promise for every item and every organization.")
        )
    used = ServiceCalendar.objects.filter(pk__in=calendars_of(version))
    unpublished = used.exclude(versions__in=CalendarVersion.objects.published()).order_by("name")
    if unpublished:
        raise Unusable(
            _("Publish %(calendars)s first: the policy counts by it.")
            % {"calendars": ", ".join(str(one) for one in unpublished)}
        )


def _covers(rules: Iterable[PolicyRule], terms: Terms, severity: int) -> bool:
    try:
        best_rule(rules, terms, severity)
    except LookupError:
        return False
    return True


def _payload(version: Version) -> dict[str, Any]:
    field = "calendar_version" if isinstance(version, CalendarVersion) else "policy_version"
    return {field: version.pk, "why": version.note or str(version)}


def _copy(rows: Iterable[CalendarDay | PolicyRule | EscalationStep], draft: Version) -> None:
    """Write rows again, for another version."""
    for one in rows:
        one.pk, one.version_id = None, draft.pk
        one.save(force_insert=True)


def _ontario(year: int, category: str) -> dict[date, str]:
    return dict(
        holidays.country_holidays("CA", subdiv="ON", years=year, language="en_CA", categories=category)
    )
