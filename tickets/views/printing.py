"""A ticket on paper: what its page shows this reader, without anything to press."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from tickets.page import ticket_page
from tickets.views.ticket import load_ticket, page_of


@require_safe
@signed_in
def printed(request: SignedInRequest, reference: str) -> HttpResponse:
    """The ticket to print. Internal notes only for the desk, and only when asked for (``notes=yes``)."""
    now = timezone.now()
    ticket = load_ticket(request, reference)
    page = ticket_page(ticket, request.user, now=now, whole=True)
    with_notes = page.for_desk and request.GET.get("notes") == "yes"
    context = {
        "page": page,
        "entries": [entry for entry in page.entries if with_notes or not entry.internal],
        "files": [file for file in page.all_files if with_notes or not file.internal],
        "with_notes": with_notes,
        "now": now,
        "site": settings.BASE_URL,
        "back": page_of(request, ticket.reference),
    }
    return render(request, "tickets/print.html", context)
