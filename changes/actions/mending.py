"""Problems that an RFC fixes follow it: planned, moved, called off, in place.

They are those that name it as their fix, or are linked to it as fixed by it and name no other.
"""

from datetime import datetime
from typing import Any

from django.db.models import Q

from changes.models import Outcome, RequestForChange
from servicedesk.records.models import Event, Kind, Relation
from tickets.actions.problems import fix_implemented, fix_moved, fix_scheduled
from tickets.models import Problem

PLANNED, MOVED, IN_PLACE = "schedule", "moved_window", "finish"
NO_DAY = frozenset({"unschedule", "void"})
"""It has no day any more, and its release still stands."""
CALLED_OFF = frozenset({"decline", "turn_away", "withdraw", "back_out"})
FOLLOWED = frozenset({PLANNED, MOVED, IN_PLACE}) | NO_DAY | CALLED_OFF


def mend(rfc: RequestForChange, event: Event, *, at: datetime) -> int:
    """Take the problems that an RFC fixes along with what happened to it. Answers how many there are.

    The last news counts: a row that waited while others went ahead of it changes nothing any more.
    Whether a fix really holds is looked at afterwards: a problem closes only once that was verified, so
    one whose change was backed out after it had been called implemented is reopened there.
    """
    if _is_outdated(event):
        return 0
    named = Q(fix_rfc_reference=rfc.reference)
    linked = Q(fix_rfc_reference="", links_out__target=rfc.pk, links_out__relation=Relation.FIXED_BY)
    problems = list(Problem.objects.filter(named | linked).distinct().order_by("pk"))
    release = rfc.release.name if rfc.release else ""
    stated = event.facts.get("starts_at")
    starts_at = datetime.fromisoformat(stated) if stated else None
    for problem in problems:
        plan: dict[str, Any] = {"rfc_reference": rfc.reference, "release": release, "planned_at": starts_at}
        if event.what == IN_PLACE:
            if event.facts.get("outcome") != Outcome.BACKED_OUT:
                fix_implemented(problem, rfc_reference=rfc.reference, by=None, at=at)
        elif event.what in {PLANNED, MOVED}:  # to one that is planned already, both are another day
            fix_scheduled(problem, **plan, by=None, at=at)
        elif problem.fix_rfc_reference != rfc.reference:
            continue  # nothing was planned by it yet
        elif event.what in CALLED_OFF:
            fix_moved(problem, rfc_reference=rfc.reference, release="", planned_at=None, by=None, at=at)
        else:
            fix_moved(problem, **plan, by=None, at=at)
    return len(problems)


def _is_outdated(event: Event) -> bool:
    """Has something happened to the RFC since that counts instead?"""
    names = [f"{Kind.RFC.value}.{what}" for what in FOLLOWED]
    return Event.objects.filter(record=event.record_id, pk__gt=event.pk, name__in=names).exists()
