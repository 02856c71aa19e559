"""Lists of tickets: an organization's own, and the desk's queues."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, HttpResponseNotModified, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.decorators import signed_in
from accounts.policy import may
from accounts.requests import SignedInRequest
from accounts.roles import Permission
from servicedesk.records.keyset import paginate
from servicedesk.records.verdict import Verdict, no
from tickets.exports import csv_answer, in_order, ticket_lines, tickets_heading
from tickets.filters import TicketFilter
from tickets.list_tabs import Tabs
from tickets.models import BulkKind, Ticket
from tickets.queues import VIEWS, Board, Slice, board, tabs
from tickets.row_editors import triage_row
from tickets.rows import list_row, queue_row
from tickets.sla.chip import span
from tickets.workspace import parameters
from tickets.workspace.cells import Drawing, narrowing
from tickets.workspace.columns import COLUMNS, columns_of
from tickets.workspace.live import HEADER, Since, address_of, fingerprint, tag_of_page, without_since
from tickets.workspace.saved_views import KeptView, kept_query, may_edit_view, may_share

SIZE = 50
LATEST = ("-updated_at", "-id")
"""The latest movement first."""
NEXT_DUE_SAID = frozenset({"triage", "due"})
"""Queues that, when empty, say when the next promise falls due."""
NOT_FOR_LDCS: Verdict = no(
    gettext_lazy("Queues are for the Service Desk. Your tickets are under “Our tickets”.")
)


@require_safe
@signed_in
def tickets(request: SignedInRequest) -> HttpResponseBase:
    """Our tickets, the latest movement first: a page of them, or with ``format=csv`` all as a file."""
    parameters.check(request.GET, "view", "format", *parameters.FILTERS, *parameters.PAGES)
    view = request.GET.get("view", "open")
    for_desk = request.user.standing().sees_all
    chosen = VIEWS.get(view) or VIEWS["open"]
    found = TicketFilter(request.GET)
    rows = Ticket.objects.visible_to(request.user).filter(chosen.condition(request.user))
    if request.GET.get("format") == "csv":
        listed = in_order(found.apply(rows, request.user), *LATEST)
        lines = ticket_lines(listed, reader=request.user)
        return csv_answer("tickets", tickets_heading(for_desk=for_desk), lines, count=len(listed))
    # The desk's counts stand over its queues; narrowed down, a number of all of them would be another list's.
    tabs_over = Tabs(request.user, counted=not (for_desk or found or request.htmx))
    page = paginate(
        tabs_over.with_numbers(
            found.apply(rows.with_news(request.user), request.user).select_related(
                "organization", "contact", "assignee"
            )
        ),
        by=LATEST,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        size=SIZE,
    )
    tabs_over.read(page.rows)
    context = {
        "tabs": tabs_over.shown(chosen, len(page.rows) if not (page.newer or page.older) else None),
        "view": chosen,
        "filter": found,
        "rows": [list_row(ticket, for_desk=for_desk) for ticket in page.rows],
        "page": page,
        "several_organizations": for_desk or len(request.user.standing().organizations) > 1,
    }
    return _answer(request, "tickets/list.html", "tickets/_list.html", context)


@require_safe
@signed_in
def queue(request: SignedInRequest, name: str) -> HttpResponse:
    """One of the desk's queues, the next due first unless another order is asked for."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    parameters.check(request.GET, "sort", *parameters.FILTERS, *parameters.PAGES, "since")
    around = board(request.user)
    chosen = around.queue(name)
    if chosen is None:
        return redirect("tickets:queue_default")
    return show_queue(request, around, chosen, request.GET)


def show_queue(
    request: SignedInRequest, around: Board, chosen: Slice, query: QueryDict, view: KeptView | None = None
) -> HttpResponse:
    """A queue, narrowed down and ordered as the query says; under the name of a saved view if it is one.

    To a poll on which nothing is new, 304 (tickets/workspace/live.py).
    """
    since = Since.read(request.GET.get("since", ""))
    polled = "since" in request.GET
    # So that no link on the page repeats it.
    request.GET = without_since(request.GET)  # type: ignore[assignment]  # unchangeable all the same
    now = timezone.now()
    sort = parameters.sort_in(query)
    found = TicketFilter(query)
    open_ones = Ticket.objects.visible_to(request.user).unfinished()
    rows = chosen.of_queue(open_ones.with_news(request.user), request.user)
    page = paginate(
        parameters.ordered(found.apply(rows, request.user), sort).select_related(
            "organization", "assignee", "team"
        ),
        by=parameters.SORTS[sort][1],
        after=query.get("after", ""),
        before=query.get("before", ""),
        size=SIZE,
    )
    lines = [triage_row(ticket, request.user, now=now) for ticket in page.rows]
    session = fingerprint(request.session.session_key)
    present = Since(request.user.pk, session, address_of(request), now, tag_of_page(lines))
    if since and (since.person, since.address, since.tag) == (present.person, present.address, present.tag):
        return HttpResponseNotModified(headers={HEADER: present.token()})
    columns = columns_of(request.user, view.columns if view else ())
    drawing = Drawing(columns, narrowing(request.GET))
    context = {
        "queues": around.tabs,
        "queue": chosen,
        "saved": view,
        "saved_views": around.views,
        "may_edit_view": bool(view and may_edit_view(request.user, view)),
        "may_share": bool(may_share(request.user)),
        "kept_query": urlencode({**kept_query(query), "sort": sort}),
        "filter": found,
        "rows": [drawing.drawn(line) for line in lines],
        "page": page,
        "since": present.token(),
        "polled": polled,
        "sort": sort,
        "sorts": [(name, words) for name, (words, _columns) in parameters.SORTS.items()],
        "columns": columns,
        "all_columns": [(name, words, name in columns) for name, words in COLUMNS.items()],
        "heads": [(name, COLUMNS[name]) for name in columns if name != "severity"],
        "empty": _empty(chosen, around, now),
        "works": may(request.user, Permission.WORK_TICKETS),
        "bulk_kinds": BulkKind.choices,
    }
    return _answer(request, "tickets/queue.html", "tickets/_queue.html", context)


def _empty(chosen: Slice, around: Board, now: datetime) -> str:
    """Why a queue is empty, and what comes next (UX 5.15)."""
    words = str(chosen.empty)
    if chosen.name not in NEXT_DUE_SAID or not around.next_due_at or around.next_due_at <= now:
        return words
    return _("%(nothing)s Next SLA is due in %(span)s.") % {
        "nothing": words,
        "span": span(around.next_due_at - now),
    }


@require_safe
@signed_in
def queue_default(request: SignedInRequest) -> HttpResponse:
    """The queue an agent starts with."""
    return redirect("tickets:queue", "triage")


@require_safe
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
