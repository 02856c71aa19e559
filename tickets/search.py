"""How tickets are shown among what a search finds."""

from django.urls import reverse

from servicedesk.records.models import Kind, Record
from servicedesk.ui.search import Shown, searchable
from tickets.models import Incident, ServiceRequest
from tickets.wording import TONES, status_word


@searchable(Kind.REQUEST, ServiceRequest)
@searchable(Kind.INCIDENT, Incident)
def ticket(record: Record, for_desk: bool) -> Shown:
    """A ticket: its page is each side's own."""
    page = "tickets:desk_detail" if for_desk else "tickets:detail"
    status = status_word(record.status, for_desk=for_desk)
    return Shown(reverse(page, args=[record.reference]), status, TONES[record.status])
