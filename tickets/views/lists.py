"""Lists of tickets: an organization's own, and the desk's queues."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.decorators import signed_in
from accounts.policy import may
from accounts.requests import SignedInRequest
from accounts.roles import Permission
from servicedesk.records.keyset import paginate
from servicedesk.records.verdict import Verdict, no
from tickets.filters import TicketFilter
from tickets.models import BulkKind, Ticket
from tickets.queues import VIEWS, tabs
from tickets.row_editors import triage_row
from tickets.rows import list_row, queue_row

SIZE = 50
NOT_FOR_LDCS: Verdict = no(_("Queues are for the Service Desk. Your tickets are under “Our tickets”."))


@require_GET
@signed_in
def tickets(request: SignedInRequest) -> HttpResponse:
    """Our tickets, the latest movement first."""
    view = request.GET.get("view", "open")
    for_desk = request.user.standing().sees_all
    chosen = VIEWS.get(view) or VIEWS["open"]
    found = TicketFilter(request.GET)
    rows = Ticket.objects.visible_to(request.user).filter(chosen.condition(request.user))
    page = paginate(
        found.apply(rows).select_related("organization", "contact", "assignee"),
        by=("-updated_at", "-id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    context = {
        "views": VIEWS,
        "view": chosen,
        "filter": found,
        "rows": [list_row(ticket, for_desk=for_desk) for ticket in page.rows],
        "page": page,
        "several_organizations": for_desk or len(request.user.standing().organizations) > 1,
    }
    return _answer(request, "tickets/list.html", "tickets/_list.html", context)


@require_GET
@signed_in
def queue(request: SignedInRequest, name: str) -> HttpResponse:
    """One of the desk's queues, the next due first."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    queues = tabs(request.user)
    chosen = next((one for one, _number in queues if one.name == name), None)
    if chosen is None:
        return redirect("tickets:queue_default")
    found = TicketFilter(request.GET)
    rows = Ticket.objects.visible_to(request.user).unfinished().filter(chosen.condition(request.user))
    page = paginate(
        found.apply(rows).select_related("organization", "assignee"),
        by=("queue_at", "id"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    now = timezone.now()
    context = {
        "queues": queues,
        "queue": chosen,
        "filter": found,
        "rows": [triage_row(ticket, request.user, now=now) for ticket in page.rows],
        "page": page,
        "works": may(request.user, Permission.WORK_TICKETS),
        "bulk_kinds": BulkKind.choices,
    }
    return _answer(request, "tickets/queue.html", "tickets/_queue.html", context)


@require_GET
@signed_in
def queue_default(request: SignedInRequest) -> HttpResponse:
    """The queue an agent starts with."""
    return redirect("tickets:queue", "triage")


@require_GET
@signed_in
def desk(request: SignedInRequest) -> HttpResponse:
    """The desk's own home: what is late, what is mine, what is new."""
    if not request.user.standing().sees_all:
        return redirect("home")
    open_ones = (
        Ticket.objects.visible_to(request.user).unfinished().select_related("organization", "assignee")
    )
    due = list(open_ones.order_by("queue_at", "id")[:8])
    mine = list(open_ones.filter(assignee=request.user).order_by("queue_at", "id")[:8])
    now = timezone.now()
    context = {
        "queues": tabs(request.user),
        "due": [queue_row(ticket, now=now) for ticket in due],
        "mine": [queue_row(ticket, now=now) for ticket in mine],
    }
    return render(request, "tickets/desk.html", context)


def _answer(request: SignedInRequest, page: str, fragment: str, context: dict[str, Any]) -> HttpResponse:
    """The list to htmx, the whole page to everyone else."""
    return render(request, fragment if request.htmx else page, context)
