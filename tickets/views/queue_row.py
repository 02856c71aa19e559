"""A ticket's line in a queue, or the pane beside it, as the answer to what was done there."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.requests import SignedInRequest
from servicedesk.records.refusals import Refused
from tickets.models import Ticket
from tickets.row_editors import editor_for, parts, triage_row
from tickets.workspace.cells import Drawing, narrowing
from tickets.workspace.columns import columns_of

CAME_BACK = {
    "assign_form": "assign",
    "severity_form": "rate",
    "link_form": "duplicate",
    "failed_form": "let_go",
    "snooze_form": "snooze",
}
"""Under which name a form comes back to be shown again, and in which part of a row."""


def in_row(request: SignedInRequest) -> bool:
    """Was this sent from a row of a queue, so that the row is the answer?"""
    return bool(request.htmx) and request.POST.get("row") == "1" and request.user.standing().sees_all


def in_pane(request: SignedInRequest) -> bool:
    """Is this the pane beside a queue, so that the pane is the answer?"""
    asked = request.POST.get("pane") or request.GET.get("pane")
    return bool(request.htmx) and asked == "1" and request.user.standing().sees_all


def show_row(
    request: SignedInRequest,
    ticket: Ticket,
    status: int = 200,
    *,
    part: str = "",
    said: str = "",
    **typed: Any,
) -> HttpResponse:
    """The row with what there is to say about it: an editor, what was saved, or a refusal.

    ``typed`` is what a ticket's page would be shown with again.
    """
    form: forms.Form | None = None
    for name in CAME_BACK.keys() & typed.keys():
        part, form = CAME_BACK[name], typed[name]
    refusal: Refused | None = typed.get("refusal")
    row = triage_row(ticket, request.user, now=timezone.now())
    if part in parts(ticket, request.user) and part in CAME_BACK.values():
        row["editor"] = editor_for(part, ticket, form)
    row["address"] = reverse("tickets:row", args=[ticket.reference])
    row["said"], row["refusal"] = said, str(refusal or "")
    rows = [Drawing(columns_of(request.user), narrowing(request.GET)).drawn(row)]
    response = render(request, "tickets/_queue_rows.html", {"rows": rows}, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = f"#row-{ticket.reference}", "outerHTML"
    return response
