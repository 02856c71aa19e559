"""What is promised, read from the policies and calendars.

Published versions never change, so what was read of them once is kept for good, in this process;
drafts are read anew each time. A pair of versions (``Versions``) says by which edition of each a
ticket goes.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar, cast

from django.db.models import Q, Subquery

from servicedesk.records.models import Kind
from tickets.models import CalendarDay, CalendarVersion, EscalationStep, PolicyRule, PolicyVersion
from tickets.sla.calendar import DatedCalendar, WorkingCalendar
from tickets.sla.clock import Pledge, Pledges, Target

T = TypeVar("T")
KEPT = 20_000

_kept: dict[Hashable, Any] = {}


class Versions(NamedTuple):
    """Which policy version and which calendar version (primary keys) a ticket goes by."""

    policy: int
    calendar: int


class Source(NamedTuple):
    """Where a pledge comes from (primary keys)."""

    policy_version: int
    calendar_version: int
    calendar: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides which promise holds for a ticket, its severity apart."""

    kind: str
    organization_id: int
    item: str = ""


def current_versions() -> Versions:
    """The latest published policy and calendar versions: what a new ticket goes by."""
    latest = CalendarVersion.objects.published().order_by("-number").values("pk")[:1]
    policies = PolicyVersion.objects.published().order_by("-number")
    return Versions(*policies.values_list("pk", Subquery(latest))[:1].get())


def pledges(versions: Versions, terms: Terms) -> Pledges:
    """What these versions promise on these terms, by severity."""

    def promised(severity: int) -> Iterable[Pledge]:
        return pledges_for(versions, terms, severity)

    return promised


def pledges_for(versions: Versions, terms: Terms, severity: int) -> tuple[Pledge, ...]:
    """The targets of the most specific rule that fits. Raises LookupError when none does."""

    def make() -> tuple[Pledge, ...]:
        rule = best_rule(_policy(versions.policy).rules, terms, severity)
        finish = Target.RESTORE if terms.kind == Kind.INCIDENT else Target.FULFIL
        targets = [
            (Target.RESPOND, rule.respond_minutes, rule.respond_calendar_id, frozenset[str]()),
            (Target.UPDATE, rule.update_minutes, rule.update_calendar_id, frozenset(rule.pauses)),
            (finish, rule.finish_minutes, rule.finish_calendar_id, frozenset(rule.pauses)),
        ]
        return tuple(
            Pledge(
                target,
                timedelta(minutes=minutes),
                calendar_for(versions.calendar, calendar_id, terms.organization_id),
                pauses,
                Source(*versions, calendar_id),
            )
            for target, minutes, calendar_id, pauses in targets
            if minutes is not None and calendar_id is not None
        )

    final = _policy(versions.policy).published and _shelf(versions.calendar).published
    return _keep(("pledges", versions, terms, severity), make, final=final)


def best_rule(rules: Iterable[PolicyRule], terms: Terms, severity: int) -> PolicyRule:
    """The most specific of the rules that fit. Raises LookupError."""
    fitting = [
        rule
        for rule in rules
        if rule.kind == terms.kind
        and rule.severity in {None, severity}
        and rule.item in {"", terms.item}
        and rule.organization_id in {None, terms.organization_id}
    ]
    if not fitting:
        raise LookupError(f"The policy promises nothing for {terms} at severity {severity}.")
    return max(fitting, key=PolicyRule.rank)


def ladder_of(policy: int) -> tuple[EscalationStep, ...]:
    """The escalation steps of a policy version."""
    return _policy(policy).steps


def calendar_for(version: int, calendar_id: int, organization_id: int | None = None) -> DatedCalendar:
    """A calendar as a version knows it, with the days on which that organization is closed."""
    shelf = _shelf(version)
    whose = organization_id if organization_id in shelf.with_own_days else None
    return _keep(
        ("calendar", version, calendar_id, whose),
        lambda: dated(shelf.versions[calendar_id], shelf.days, whose),
        final=shelf.published,
    )


def current_calendar(calendar_id: int) -> DatedCalendar:
    """A calendar as it is published now."""
    return calendar_for(current_versions().calendar, calendar_id)


def dated(
    versions: Iterable[CalendarVersion], days: Iterable[CalendarDay], organization_id: int | None = None
) -> DatedCalendar:
    """The calendar that some of its versions make, a draft coming after all that are published.

    A version replaces whatever was said before it for its own day and later. The earliest also counts
    for all time before its day.
    """
    by_version: defaultdict[int, list[CalendarDay]] = defaultdict(list)
    for day in sorted(days, key=lambda one: one.organization_id is not None):  # an organization's own last
        if day.organization_id in {None, organization_id}:
            by_version[day.version_id].append(day)
    told: dict[date, WorkingCalendar] = {}
    for version in sorted(versions, key=lambda one: (one.number is None, one.number or 0)):
        told = {since: one for since, one in told.items() if since < version.effective_on}
        told[version.effective_on] = version.working(by_version[version.pk])
    first, *later = told.items()
    return DatedCalendar(((date.min, first[1]), *later))


def forget() -> None:
    """Read everything again: for tests, and for a process that was given another database."""
    _kept.clear()


@dataclass(frozen=True, slots=True)
class _Policy:
    published: bool
    rules: tuple[PolicyRule, ...]
    steps: tuple[EscalationStep, ...]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The calendar versions that one of them knows: all published up to it, and itself."""

    published: bool
    versions: dict[int, list[CalendarVersion]]
    days: list[CalendarDay]
    with_own_days: frozenset[int]


def _policy(pk: int) -> _Policy:
    if (known := _kept.get(("policy", pk))) is not None:
        return cast("_Policy", known)
    version = PolicyVersion.objects.get(pk=pk)
    read = _Policy(
        version.number is not None,
        tuple(PolicyRule.objects.filter(version=pk).order_by("pk")),
        tuple(EscalationStep.objects.filter(version=pk).order_by("pk")),
    )
    return _keep(("policy", pk), lambda: read, final=read.published)


def _shelf(pk: int) -> _Shelf:
    if (known := _kept.get(("shelf", pk))) is not None:
        return cast("_Shelf", known)
    newest = CalendarVersion.objects.get(pk=pk)
    until = Q(number__isnull=False) if newest.number is None else Q(number__lte=newest.number)
    versions: defaultdict[int, list[CalendarVersion]] = defaultdict(list)
    for one in CalendarVersion.objects.filter(until | Q(pk=pk)):
        versions[one.calendar_id].append(one)
    days = list(CalendarDay.objects.filter(version__in=[one for some in versions.values() for one in some]))
    own = frozenset(day.organization_id for day in days if day.organization_id is not None)
    read = _Shelf(newest.number is not None, dict(versions), days, own)
    return _keep(("shelf", pk), lambda: read, final=read.published)


def _keep(key: Hashable, make: Callable[[], T], *, final: bool) -> T:
    """What is kept under a key; made if it is not there, and kept if it will never change."""
    if key in _kept:
        return cast("T", _kept[key])
    made = make()
    if final:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[key] = made
    return made
