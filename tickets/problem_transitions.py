"""The life of a problem, on one screen (DOMAIN). Buttons, refusals, docs and tests are derived from the table.

``agent`` is whoever works at the desk, ``manager`` a problem manager. What the system does follows from
what becomes of the RFC that mends the problem (tickets.actions.problems).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from servicedesk.records.transitions import Lifecycle, Move

DESK = frozenset({"agent", "manager"})
MANAGER = frozenset({"manager"})
FIXER = frozenset({"manager", "system"})
WORDS = frozenset({"message"})
PLAN = frozenset({"fix"})
TWIN = frozenset({"duplicate_of", "message"})


class ProblemStatus(TextChoices):
    """Where a problem stands."""

    LOGGED = "logged", _("Logged")
    INVESTIGATING = "investigating", _("Under investigation")
    ROOT_CAUSE_KNOWN = "root_cause_known", _("Root cause known")
    KNOWN_ERROR = "known_error", _("Known error")
    FIX_SCHEDULED = "fix_scheduled", _("Fix scheduled")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")
    DUPLICATE = "duplicate", _("Duplicate")
    REJECTED = "rejected", _("Rejected")


_LOGGED, _LOOKING = ProblemStatus.LOGGED, ProblemStatus.INVESTIGATING
_CAUSE, _ERROR = ProblemStatus.ROOT_CAUSE_KNOWN, ProblemStatus.KNOWN_ERROR
_PLANNED, _RESOLVED = ProblemStatus.FIX_SCHEDULED, ProblemStatus.RESOLVED

OVER = frozenset({ProblemStatus.CLOSED, ProblemStatus.DUPLICATE, ProblemStatus.REJECTED})
UNSOLVED = frozenset(ProblemStatus) - OVER - {_RESOLVED}
"""People still suffer from it."""
FIXED = frozenset({_RESOLVED, ProblemStatus.CLOSED})

PROBLEM_LIFECYCLE = Lifecycle(
    Move("investigate", _("Start to investigate"), {_LOGGED}, _LOOKING, DESK),
    Move("identify", _("Root cause is known"), {_LOGGED, _LOOKING}, _CAUSE, DESK),
    Move("declare", _("Declare a known error"), {_CAUSE}, _ERROR, MANAGER),
    Move("schedule", _("Schedule the fix"), {_CAUSE, _ERROR}, _PLANNED, FIXER, PLAN),
    Move("call_off", _("Call the fix off"), {_PLANNED}, _CAUSE, FIXER),
    Move("resolve", _("The fix is in"), {_CAUSE, _ERROR, _PLANNED}, _RESOLVED, FIXER),
    Move("reopen", _("It is not fixed"), {_RESOLVED}, _LOOKING, MANAGER, WORDS),
    Move("close", _("Close"), {_RESOLVED}, ProblemStatus.CLOSED, MANAGER),
    Move("merge", _("It is a duplicate"), UNSOLVED, ProblemStatus.DUPLICATE, MANAGER, TWIN),
    Move("reject", _("Reject"), {_LOGGED, _LOOKING, _CAUSE}, ProblemStatus.REJECTED, MANAGER, WORDS),
    done=OVER,
    labels=dict(ProblemStatus.choices),
)
"""A problem's life. What else a move asks for (a root cause, a workaround, a verified fix) is policy."""
