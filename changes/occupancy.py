"""What stored changes, freezes and other calendars occupy, read with SQL and judged by changes.conflicts."""

from collections import defaultdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from changes.conflicts import (
    Conflict,
    Frozen,
    Sort,
    Window,
    conflicts,
    on_other_calendars,
    resources_of,
    token_of,
)
from changes.models import Booking, Freeze, RequestForChange, ScheduleOverride, ScheduleRules
from changes.slots import Hours, next_free


def resources(rfc: RequestForChange) -> frozenset[str]:
    """What an RFC would occupy, as it stands."""
    return resources_of(rfc.environments, rfc.interfaces)


def found_for(rfc: RequestForChange, start: datetime, end: datetime) -> list[Conflict]:
    """What an RFC would meet in this window, accepted or not."""
    window = Window(rfc.pk, start, end, resources(rfc))
    there = (start, end, window.resources)
    return conflicts(window, occupied(*there), frozen(*there), on_other_calendars(*there))


def unaccepted(rfc: RequestForChange, start: datetime, end: datetime) -> list[Conflict]:
    """What it would meet in this window and nobody accepted, on either side."""
    found = found_for(rfc, start, end)
    accepted = accepted_for(rfc, start, end) if found else frozenset()
    return [one for one in found if one.token not in accepted]


def accepted_for(rfc: RequestForChange, start: datetime, end: datetime) -> frozenset[str]:
    """Tokens of the conflicts of this window that somebody accepted: from this side, or from the other change's."""
    own = ScheduleOverride.objects.filter(rfc=rfc.pk, starts_at=start, ends_at=end)
    mirrored = ScheduleOverride.objects.filter(
        other=rfc.pk, token=token_of(Sort.CHANGE, str(rfc.pk), start, end)
    )
    return frozenset(own.values_list("token", flat=True)) | {
        token_of(Sort.CHANGE, str(one.rfc_id), one.starts_at, one.ends_at) for one in mirrored
    }


def occupied(start: datetime, end: datetime, wanted: frozenset[str]) -> list[Window]:
    """Changes on the schedule that occupy any of these resources in a span, with what they share."""
    rows = Booking.objects.active().filter(span__overlap=(start, end), resource__in=wanted)
    shared: defaultdict[tuple[int, datetime, datetime], set[str]] = defaultdict(set)
    for rfc_id, resource, span in rows.values_list("rfc_id", "resource", "span"):
        shared[rfc_id, span.lower, span.upper].add(resource)
    return [Window(*what, frozenset(on)) for what, on in shared.items()]


def frozen(start: datetime, end: datetime, wanted: frozenset[str]) -> list[Frozen]:
    """Freezes in a span on any of these resources."""
    environments = [name for kind, _, name in (one.partition(":") for one in wanted) if kind == "env"]
    rows = Freeze.objects.filter(starts_at__lt=end, ends_at__gt=start, environments__overlap=environments)
    return [
        Frozen(one.pk, one.starts_at, one.ends_at, resources_of(one.environments, []), one.hard)
        for one in rows
    ]


def next_slot(
    rfc: RequestForChange, duration: timedelta, *, after: datetime, rules: ScheduleRules
) -> datetime | None:
    """The next start at which an RFC meets nothing, within the maintenance hours. What it occupies itself is free."""
    until = after + timedelta(days=rules.horizon)
    found = found_for(rfc, after, until)
    return next_free(
        duration,
        [(one.start, one.end) for one in found],
        after=after,
        until=until,
        hours=Hours(ZoneInfo(rules.zone), rules.opens, rules.closes),
    )
