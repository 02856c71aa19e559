"""The SLA chip (UX §6.1): which clock is shown, in which state, in which words for which side."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from servicedesk.ui.moments import deadline
from tickets.models import TargetName, Ticket
from tickets.sla import rulebook
from tickets.sla.calendar import Calendar
from tickets.sla.clock import Clock, State
from tickets.sla.history import terms_of
from tickets.sla.rulebook import Versions
from tickets.sla.standing import left, soon_from, urgent_from
from tickets.transitions import LET_GO, RequestStatus


@dataclass(frozen=True, slots=True)
class Chip:
    """What the ``sla_chip`` tag draws. ``due_at`` is None when nothing runs that a script could tick on."""

    state: str
    text: str
    label: str
    due_at: datetime | None


def chip_for(ticket: Ticket, *, now: datetime, for_desk: bool = True) -> Chip:
    """The chip of a ticket: its next due clock, from what is stored."""
    if ticket.status in LET_GO:
        return Chip("paused", _("withdrawn") if for_desk else _("Withdrawn"), "", None)
    if ticket.done_at:
        return Chip("met", _("done") if for_desk else _("Done"), "", None)
    if ticket.due_at is None:
        return _paused(ticket, for_desk=for_desk)
    label = str(TargetName(ticket.due_target).label)
    if for_desk and ticket.due_at >= now and (calendar := _calendar(ticket)).next_open(now) != now:
        counted = calendar.between(now, ticket.due_at)
        closed = _("%(target)s, outside business hours") % {"target": label}
        return Chip("paused", _("paused, %(span)s left") % {"span": span(counted)}, closed, None)
    return _running(label, ticket.due_at, ticket.soon_at, ticket.urgent_at, now, for_desk=for_desk)


def chip_of(clock: Clock, *, now: datetime, for_desk: bool = True) -> Chip:
    """The chip of one clock."""
    label = str(TargetName(clock.target.value).label)
    state = clock.state(now)
    if clock.ended_at is not None and clock.due_at is not None:
        return _ended(label, clock, state, now, for_desk=for_desk)
    if state is State.PAUSED or clock.due_at is None:
        left_over = _("paused, %(span)s left") % {"span": span(left(clock))}
        return Chip("paused", left_over if for_desk else _waits_for(clock.pauses[-1].words), label, None)
    return _running(label, clock.due_at, soon_from(clock), urgent_from(clock), now, for_desk=for_desk)


def span(duration: timedelta) -> str:
    """A duration in at most two units: 3 d 4 h, 5 h 10 min, 42 min."""
    return _span(int(duration.total_seconds() // 60), get_language() or "")


@lru_cache(maxsize=4096)
def _span(minutes: int, _language: str) -> str:
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = [
        (days, ngettext("%(n)d d", "%(n)d d", days)),
        (hours, ngettext("%(n)d h", "%(n)d h", hours)),
        (minutes, ngettext("%(n)d min", "%(n)d min", minutes)),
    ]
    shown = [words % {"n": number} for number, words in parts if number]
    return " ".join(shown[:2]) or ngettext("%(n)d min", "%(n)d min", 0) % {"n": 0}


def _running(
    label: str,
    due_at: datetime,
    soon_at: datetime | None,
    urgent_at: datetime | None,
    now: datetime,
    *,
    for_desk: bool,
) -> Chip:
    if due_at < now:
        late = (
            _("%(span)s late") % {"span": span(now - due_at)}
            if for_desk
            else _("Was due %(when)s. We are late.") % {"when": deadline(due_at, now)}
        )
        return Chip("breached", late, label, due_at if for_desk else None)
    state = "urgent" if urgent_at and urgent_at <= now else "soon" if soon_at and soon_at <= now else "ok"
    if for_desk:
        return Chip(state, _("in %(span)s") % {"span": span(due_at - now)}, label, due_at)
    return Chip(state, _("by %(when)s") % {"when": deadline(due_at, now)}, label, None)


def _paused(ticket: Ticket, *, for_desk: bool) -> Chip:
    label = _("Clock")
    if not for_desk:
        return Chip("paused", _waits_for(ticket.status), label, None)
    if ticket.paused_left is None:
        return Chip("paused", _("paused"), label, None)
    return Chip("paused", _("paused, %(span)s left") % {"span": span(ticket.paused_left)}, label, None)


def _waits_for(status: str) -> str:
    """Why a clock stands, as the LDC reads it."""
    if status == RequestStatus.WAITING_APPROVAL:
        return _("Paused – waiting for approval")
    return _("Paused – waiting for you")


def _ended(label: str, clock: Clock, state: State, now: datetime, *, for_desk: bool) -> Chip:
    ended_at, due_at = cast("datetime", clock.ended_at), cast("datetime", clock.due_at)
    if state is State.WITHDRAWN:
        return Chip("paused", _("withdrawn"), label, None)
    if not for_desk:
        return Chip(state.value, _("Done %(when)s") % {"when": deadline(ended_at, now)}, label, None)
    if state is State.MET:
        spare = clock.pledge.calendar.between(ended_at, due_at)
        return Chip("met", _("met, %(span)s spare") % {"span": span(spare)}, label, None)
    over = clock.pledge.calendar.between(due_at, ended_at)
    return Chip("missed", _("missed by %(span)s") % {"span": span(over)}, label, None)


def _calendar(ticket: Ticket) -> Calendar:
    """The calendar of the clock that is due next."""
    versions = Versions(ticket.policy_version_id, ticket.calendar_version_id)
    pledges = rulebook.pledges_for(versions, terms_of(ticket), ticket.severity or 0)
    return next(one for one in pledges if one.target.value == ticket.due_target).calendar
