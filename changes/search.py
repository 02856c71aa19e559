"""How RFCs are shown among what a search finds."""

from django.urls import reverse

from changes.models import RequestForChange
from changes.transitions import ChangeStatus
from changes.wording import TONES
from servicedesk.records.models import Kind, Record
from servicedesk.ui.search import Shown, searchable


@searchable(Kind.RFC, RequestForChange)
def rfc(record: Record, for_desk: bool) -> Shown:
    """An RFC: one page for everyone."""
    status = ChangeStatus(record.status)
    return Shown(reverse("changes:detail", args=[record.reference]), str(status.label), TONES[status])
