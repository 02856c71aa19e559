"""What is kept only for a while, and for how long."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from servicedesk.records.models import Draft, Submission
from servicedesk.schedule.models import DueRow, Job

SENT_DRAFT_KEPT_FOR = timedelta(days=7)
UNSENT_DRAFT_KEPT_FOR = timedelta(days=30)
FIRED_ROW_KEPT_FOR = timedelta(days=90)
FINISHED_JOB_KEPT_FOR = timedelta(days=30)


def tidy_up(*, at: datetime) -> None:
    """Drop used idempotency keys (PROMISES P2: kept 72 h), sent drafts and forgotten ones, what was done.

    A job that failed stays for a person to see.
    """
    Submission.objects.filter(created_at__lt=at - settings.IDEMPOTENCY_KEPT_FOR).delete()
    Draft.objects.filter(sent_at__lt=at - SENT_DRAFT_KEPT_FOR).delete()
    # What fired for an open record stays: its key is why it does not fire again.
    over = Q(record=None) | Q(record__done_at__isnull=False)
    DueRow.objects.filter(over, fired_at__lt=at - FIRED_ROW_KEPT_FOR).delete()
    DueRow.objects.filter(cancelled_at__lt=at - FIRED_ROW_KEPT_FOR).delete()
    Draft.objects.filter(sent_at=None, updated_at__lt=at - UNSENT_DRAFT_KEPT_FOR).delete()
    Job.objects.filter(finished_at__lt=at - FINISHED_JOB_KEPT_FOR).delete()
