"""What happens to RFCs by itself."""

from datetime import datetime
from typing import cast

from changes.actions.booking import RECHECK
from changes.actions.rechecking import recheck, recheck_around
from changes.models import RequestForChange
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.planning import when_due

# --- The schedule --------------------------------------------------------------------------------


@when_due(RECHECK)
def look_for_conflicts(row: DueRow) -> None:
    """Look for conflicts anew around a window that was edited or given back: its own, and its neighbours'."""
    start, end = (datetime.fromisoformat(row.payload[name]) for name in ("starts_at", "ends_at"))
    recheck_around((start, end), at=row.due_at)
    recheck(RequestForChange.objects.get(pk=cast("int", row.record_id)), at=row.due_at)
