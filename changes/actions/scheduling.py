"""Giving a change its window, and moving it. Taken off the schedule it is by any move that leads away from there
(changes.actions.moving): "unschedule", "withdraw", "void".
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Person
from changes import policy
from changes.actions.booking import disputed_by, lock_schedule, occupy
from changes.actions.moving import append_event, lock, take_move, write_columns
from changes.actions.rechecking import named, recheck_around
from changes.conflicts import Conflict
from changes.models import RequestForChange, RiskAssessment, ScheduleOverride
from changes.occupancy import accepted_for, found_for
from changes.schedule_words import names_of, refusal_words
from changes.transitions import ChangeClass, ChangeStatus
from servicedesk.notifications.outbox import publish
from servicedesk.records.models import Event
from servicedesk.records.refusals import IllegalMove, Unusable
from servicedesk.ui import moments

FURTHEST = timedelta(days=2 * 366)
"""How far ahead anything is scheduled: a later year is a slip of the finger."""
LONGEST = timedelta(days=31)


class Conflicting(IllegalMove):
    """The window meets something that was not accepted. ``conflicts`` are those."""

    def __init__(self, conflicts: Collection[Conflict]) -> None:
        super().__init__(refusal_words(conflicts))
        self.conflicts = list(conflicts)


@transaction.atomic
def schedule(
    rfc: RequestForChange,
    starts_at: datetime,
    ends_at: datetime,
    *,
    overrides: Collection[str] = (),
    reason: str = "",
    by: Person,
    at: datetime,
    version: int,
) -> RequestForChange:
    """Give an approved RFC its window. ``overrides`` are tokens of conflicts that ``by`` accepts, for a ``reason``.

    Raises Conflicting for what is met and not accepted, Unusable for a window that is none or too soon,
    IllegalMove, Forbidden, Stale.
    """
    lock(rfc.pk)
    move = rfc.lifecycle.step("schedule", rfc.status)
    policy.may_move(by, rfc, move).or_refuse()
    check_window(rfc, starts_at, ends_at, at=at)
    lock_schedule()
    met = accept(rfc, starts_at, ends_at, overrides, reason, by=by, at=at)
    columns = {"starts_at": starts_at, "ends_at": ends_at, "sequence": rfc.sequence + 1}
    facts = window_facts(starts_at, ends_at) | {"sequence": columns["sequence"]}
    take_move(rfc, move, by=by, at=at, version=version, columns=columns, **facts)
    occupy(rfc, disputed=disputed_by(met))
    recheck_around((starts_at, ends_at), at=at)
    return rfc


@transaction.atomic
def move_window(
    rfc: RequestForChange,
    starts_at: datetime,
    ends_at: datetime,
    *,
    overrides: Collection[str] = (),
    reason: str = "",
    by: Person,
    at: datetime,
    version: int,
) -> RequestForChange:
    """Move a scheduled RFC to another window, or accept what its present one meets by now.

    Raises as ``schedule`` does.
    """
    policy.may_manage(by).or_refuse()
    if rfc.status != ChangeStatus.SCHEDULED or rfc.starts_at is None or rfc.ends_at is None:
        raise IllegalMove(_("Only what is on the schedule, and has not begun, can be moved."))
    lock(rfc.pk)
    was = (rfc.starts_at, rfc.ends_at)
    stays = was == (starts_at, ends_at)
    if not stays:
        check_window(rfc, starts_at, ends_at, at=at)
    elif not overrides:
        raise Unusable(_("That is its window already. Choose another one."))
    lock_schedule()
    met = accept(rfc, starts_at, ends_at, overrides, reason, by=by, at=at)
    rfc.amend(version=version, at=at)
    if not stays:
        sequence = rfc.sequence + 1
        write_columns(rfc, {"starts_at": starts_at, "ends_at": ends_at, "sequence": sequence})
        facts = window_facts(starts_at, ends_at) | window_facts(*was, prefix="was_") | {"sequence": sequence}
        publish(append_event(rfc, "moved_window", by=by, at=at, **facts))
    occupy(rfc, disputed=disputed_by(met))
    recheck_around(was, (starts_at, ends_at), at=at)
    return rfc


def accept(
    rfc: RequestForChange,
    starts_at: datetime,
    ends_at: datetime,
    overrides: Collection[str],
    reason: str,
    *,
    by: Person,
    at: datetime,
) -> list[Conflict]:
    """Write down which conflicts are accepted, and answer all that the window meets. Raises Conflicting, Unusable."""
    found = found_for(rfc, starts_at, ends_at)
    earlier = accepted_for(rfc, starts_at, ends_at) if found else frozenset()
    new = [one for one in found if one.token in set(overrides) - earlier]
    if left := [one for one in found if one.token not in {*overrides, *earlier}]:
        raise Conflicting(left)
    if not new:
        return found
    if not reason.strip():
        raise Unusable(_("Say why these conflicts are accepted."))
    ScheduleOverride.objects.bulk_create(
        ScheduleOverride(
            rfc=rfc,
            starts_at=starts_at,
            ends_at=ends_at,
            token=one.token,
            by=by,
            reason=reason,
            at=at,
            **named(one),
        )
        for one in new
    )
    names = names_of(new)
    met = [names[one] for one in new]
    publish(append_event(rfc, "override", by=by, at=at, internal=True, met=met, reason=reason))
    return found


def check_window(rfc: RequestForChange, starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Refuse a window that ends before it starts, is over or too soon, or is out of all proportion. Raises Unusable.

    An emergency may have begun; anything else leaves the lead time that its risk asks for.
    """
    if ends_at <= starts_at:
        raise Unusable(_("Choose an end that is after the start."))
    if ends_at - starts_at > LONGEST:
        raise Unusable(_("A window is at most %(days)d days long.") % {"days": LONGEST.days})
    if starts_at > at + FURTHEST:
        raise Unusable(_("Choose a start within the next two years."))
    if (ends_at if rfc.change_class == ChangeClass.EMERGENCY else starts_at) < at:
        raise Unusable(_("Choose a time that is still to come."))
    earliest, days = earliest_start(rfc, at=at)
    if days and starts_at < earliest:
        raise Unusable(
            _("At this risk a change starts no sooner than %(days)d days after its approval: %(earliest)s.")
            % {"days": days, "earliest": moments.absolute(earliest)}
        )


def earliest_start(rfc: RequestForChange, *, at: datetime) -> tuple[datetime, int]:
    """From when on it may start, and the days after its approval which that is (by the formula of its rating).

    Days are calendar days in the desk's zone: the first instant of the last of them.
    """
    if rfc.change_class == ChangeClass.EMERGENCY:
        return at, 0
    rating = RiskAssessment.objects.filter(rfc=rfc).select_related("formula").order_by("-at", "-pk").first()
    days = int(rating.formula.lead_days.get(rfc.risk, 0)) if rating else 0
    approved = (
        Event.objects.filter(record=rfc.pk, name__in=("rfc.approve", "rfc.accept")).order_by("-at").first()
    )
    if not days or approved is None:
        return at, 0
    zone = timezone.get_default_timezone()
    day = timezone.localdate(approved.at, zone) + timedelta(days=days)
    return max(at, datetime.combine(day, time(), zone)), days


def window_facts(starts_at: datetime, ends_at: datetime, *, prefix: str = "") -> dict[str, Any]:
    """A window as an event tells it: instants in UTC, and the zone whose wall time was meant."""
    zone = {} if prefix else {"zone": timezone.get_current_timezone_name()}
    ends: Iterable[tuple[str, datetime]] = (("starts_at", starts_at), ("ends_at", ends_at))
    return {f"{prefix}{name}": moments.machine(instant) for name, instant in ends} | zone
