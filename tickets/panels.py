"""What this app shows on other pages."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from accounts.requests import SignedInRequest
from servicedesk.ui.panels import panel
from tickets.models import Ticket
from tickets.queues import VIEWS
from tickets.rows import list_row

SHOWN = 5


@panel("home.ldc", order=10)
def waiting_for_you(request: SignedInRequest) -> SafeString:
    """Tickets where it is the LDC's turn, the oldest first."""
    waiting = Ticket.objects.visible_to(request.user).filter(VIEWS["waiting"].condition(request.user))
    rows = [list_row(ticket, for_desk=False) for ticket in waiting.order_by("updated_at")[:SHOWN]]
    return render_to_string("tickets/panels/waiting.html", {"rows": rows}, request)


@panel("home.ldc", order=20)
def latest(request: SignedInRequest) -> SafeString:
    """The organization's open tickets that moved last."""
    moved = Ticket.objects.visible_to(request.user).unfinished().order_by("-updated_at", "-id")
    rows = [list_row(ticket, for_desk=False) for ticket in moved[:SHOWN]]
    return render_to_string("tickets/panels/latest.html", {"rows": rows}, request)
