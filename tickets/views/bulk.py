"""Doing something to many tickets: choose, look, do, and take back.

One address for each action shows what will change, how far it is, and what came of each.
"""

import uuid
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused
from tickets.actions.bulk import MOST, choose, run_bulk, undo_bulk
from tickets.bulk.chosen import Chosen, chosen_of
from tickets.bulk.forms import FIRST, FORMS, TermsForm
from tickets.bulk.merges import likely_survivor
from tickets.bulk.page import preview_of, result_of
from tickets.bulk.verdicts import may_act_on_many
from tickets.exports import TICKET_PARTS, csv_answer, ticket_rows, tickets_heading
from tickets.filters import TicketFilter
from tickets.models import BulkKind, BulkRun, Ticket
from tickets.queues import board
from tickets.workspace import parameters

LONGEST_NUMBER = 9
"""Digits of an id or a version that can be one."""
LONGEST_ADDRESS = 1000


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(form_on="tickets:queue_default")
@once
def choices(request: SignedInRequest) -> HttpResponseBase:
    """The rows that were chosen in a queue, and what to do with them. There is nothing to see here by itself."""
    may_act_on_many(request.user).or_refuse()
    if request.method != "POST":
        return redirect("tickets:queue_default")
    kind = request.POST.get("kind", "")
    if kind not in BulkKind:
        raise Http404
    everything = request.POST.get("all") == "1"
    chosen = _whole_queue(request) if everything else _ticked(request)
    run = choose(
        BulkKind(kind),
        dict(list(chosen.items())[:MOST]) if everything else chosen,
        by=request.user,
        at=timezone.now(),
        back=_back(request),
        is_cut=everything and len(chosen) > MOST,
    )
    return SeeOther(_address(run))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(form_on="tickets:queue_default")
@once
def run(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """What will change; then it is done, and this is what came of each."""
    one = _load(request, public_id)
    if request.method != "POST":
        return _show(request, one)
    if one.started_at:
        return SeeOther(_address(one))
    form = FORMS[one.kind](request.POST, person=request.user, tickets=chosen_of(one, request.user).tickets)
    if not form.is_valid():
        return _show(request, one, form, status=422)
    try:
        run_bulk(one, form.terms(), by=request.user, at=timezone.now())
    except Refused as refusal:
        return _show(request, one, form, refusal, status=refusal.http_status)
    return SeeOther(_address(one))


@require_POST
@signed_in(form_on="tickets:queue_default")
@once
def undo(request: SignedInRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """Take it back, where nobody has touched a ticket since."""
    one = _load(request, public_id)
    return SeeOther(_address(undo_bulk(one, by=request.user, at=timezone.now())))


@require_safe
@signed_in
def export(request: SignedInRequest, public_id: uuid.UUID) -> StreamingHttpResponse:
    """The chosen tickets as CSV."""
    one = _load(request, public_id)
    seen = Ticket.objects.visible_to(request.user).filter(pk__in=one.rows.values("record"))
    found = list(seen.select_related(*TICKET_PARTS).order_by("pk"))
    return csv_answer(
        "tickets", tickets_heading(for_desk=True), ticket_rows(found, for_desk=True), count=len(found)
    )


def _load(request: SignedInRequest, public_id: uuid.UUID) -> BulkRun:
    may_act_on_many(request.user).or_refuse()
    seen = BulkRun.objects.visible_to(request.user).select_related("by", "undoes")
    found: BulkRun = get_object_or_404(seen, public_id=public_id)
    return found


def _show(
    request: SignedInRequest,
    one: BulkRun,
    form: TermsForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or to htmx, which asks how far it is, the part that changes."""
    now = timezone.now()
    back = one.back or reverse("tickets:queue_default")
    context: dict[str, Any] = {"run": one, "back": back, "refusal": refusal, "most": MOST}
    if one.started_at:
        context["result"] = result_of(one, request.user, now=now)
        template = "tickets/bulk/_result.html" if request.htmx else "tickets/bulk/result.html"
        return render(request, template, context, status=status)
    chosen = chosen_of(one, request.user)
    first = _first_question(request, one, chosen)
    said: dict[str, Any] | None = {}
    if first:
        said = first.carried() if first.is_bound and first.is_valid() else None
    context["first"] = first
    context["preview"] = preview_of(one, chosen, request.user, said, now=now)
    if said is not None:
        context["form"] = form or _fresh_form(request, one, chosen, said)
    return render(request, "tickets/bulk/preview.html", context, status=status)


def _first_question(request: SignedInRequest, one: BulkRun, chosen: Chosen) -> TermsForm | None:
    """What has to be said before there is something to look at; its answer is in the address, or in the form."""
    if one.kind not in FIRST:
        return None
    kind = FIRST[one.kind]
    said: Any = request.POST if request.method == "POST" else request.GET
    if not kind.base_fields.keys() & said.keys():
        said = (
            {"into": likely_survivor(chosen.tickets)}
            if one.kind == BulkKind.MERGE and chosen.tickets
            else None
        )
    return kind(said, person=request.user, tickets=chosen.tickets, auto_id="first_%s")


def _fresh_form(request: SignedInRequest, one: BulkRun, chosen: Chosen, said: dict[str, Any]) -> TermsForm:
    form = FORMS[one.kind](initial=said, person=request.user, tickets=chosen.tickets)
    for field in form.visible_fields()[:1]:
        field.field.widget.attrs["autofocus"] = True  # the page is there to say this
    return form


def _ticked(request: SignedInRequest) -> dict[int, int]:
    """The ticked rows, each with the version that was looked at."""
    pairs = (one.partition(":") for one in request.POST.getlist("row"))
    return {int(pk): int(version) for pk, _colon, version in pairs if _is_number(pk) and _is_number(version)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER


def _whole_queue(request: SignedInRequest) -> dict[int, int]:
    """Everything in the queue that the form stood in, filters kept, the next due first; as it is now."""
    chosen = board(request.user).queue(request.POST.get("queue", ""))
    if chosen is None:
        raise Http404
    rows = chosen.of_queue(Ticket.objects.visible_to(request.user).unfinished(), request.user)
    query = QueryDict(request.POST.get("query", ""))
    parameters.check(query, "sort", *parameters.FILTERS)
    found = TicketFilter(query).apply(rows, request.user)
    return dict(found.order_by("queue_at", "id").values_list("pk", "version")[: MOST + 1])


def _back(request: SignedInRequest) -> str:
    """The address of the list that the form stood in; nothing if it is none of the desk's."""
    address = request.POST.get("back", "")
    known = address.startswith("/desk/") and address.isprintable() and len(address) <= LONGEST_ADDRESS
    return address if known else ""


def _address(one: BulkRun) -> str:
    return reverse("tickets:bulk_run", args=[one.public_id])
