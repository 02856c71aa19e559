"""What happens to RFCs by itself."""

from datetime import datetime
from typing import cast

from changes.actions import consequences, consulting, deciding, mending, reviewing
from changes.actions.booking import RECHECK
from changes.actions.rechecking import recheck, recheck_around
from changes.models import Ballot, Consultation, ConsultationAnswer, Decision, RequestForChange
from servicedesk.notifications.effects import effect
from servicedesk.notifications.models import OutboxMessage
from servicedesk.records.models import Event, Kind
from servicedesk.schedule.models import DueRow
from servicedesk.schedule.planning import when_due

# --- Decisions, consultation, review --------------------------------------------------------


@when_due(consequences.REMINDER)
def remind_of_decision(row: DueRow) -> None:
    """Tell those whose vote is still out."""
    deciding.remind(Decision.objects.get(pk=row.payload["decision"]), at=row.due_at)


@when_due(consequences.DEADLINE)
def decision_is_due(row: DueRow) -> None:
    """Close the voting; or say that a quorum is missing."""
    deciding.deadline(Decision.objects.get(pk=row.payload["decision"]), at=row.due_at)


@when_due(deciding.HEARD)
def count_ballot(row: DueRow) -> None:
    """Count the vote of an LDC's member of the board."""
    ballot = Ballot.objects.select_related("decision__rfc", "person").get(pk=row.payload["ballot"])
    deciding.hear(ballot, at=row.due_at)


@when_due(consequences.CLOSES)
def consultation_closes(row: DueRow) -> None:
    """End a consultation whose time is over."""
    asked = Consultation.objects.select_related("rfc").get(pk=row.payload["consultation"])
    if asked.closed_at is None:
        consulting.end_consultation(asked.rfc, by=None, at=row.due_at, version=asked.rfc.version)


@when_due(consulting.ANSWERED)
def consultation_answered(row: DueRow) -> None:
    """Tell the desk what an LDC answered."""
    answers = ConsultationAnswer.objects.select_related("consultation__rfc", "organization", "person")
    consulting.hear_answer(answers.get(pk=row.payload["answer"]))


@when_due(consequences.REVIEW_OPENS)
def review_opens(row: DueRow) -> None:
    """Put an emergency's review to the board."""
    reviewing.open_review(RequestForChange.objects.get(pk=cast("int", row.record_id)), at=row.due_at)


# --- The schedule --------------------------------------------------------------------------------


@when_due(RECHECK)
def look_for_conflicts(row: DueRow) -> None:
    """Look for conflicts anew around a window that was edited or given back: its own, and its neighbours'."""
    start, end = (datetime.fromisoformat(row.payload[name]) for name in ("starts_at", "ends_at"))
    recheck_around((start, end), at=row.due_at)
    recheck(RequestForChange.objects.get(pk=cast("int", row.record_id)), at=row.due_at)


# --- Problems that an RFC fixes ---------------------------------------------------------------


@effect("rfc.mend", atomic=True, on=tuple(f"{Kind.RFC.value}.{what}" for what in sorted(mending.FOLLOWED)))
def mend_problems(row: OutboxMessage) -> str:
    """Take them along with what happened to the RFC."""
    event = Event.objects.get(pk=cast("int", row.event_id))
    rfc = RequestForChange.objects.select_related("release").get(pk=event.record_id)
    return f"{mending.mend(rfc, event, at=event.at)} problems"
