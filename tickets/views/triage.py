"""Triage without leaving the queue: a ticket is taken on, and its row answers."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import once
from tickets import actions
from tickets.forms import MoveForm
from tickets.views.queue_row import show_row
from tickets.views.ticket import act_on, load_ticket, show_ticket


@require_POST
@signed_in(form_on="tickets:detail")
@once
def accept(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Take it on: it is mine, and work starts."""
    ticket = load_ticket(request, reference)
    form = MoveForm(request.POST, needs=frozenset())
    if not form.is_valid():
        return show_ticket(request, ticket, status=422)
    return act_on(
        request,
        ticket,
        lambda: actions.accept(ticket, by=request.user, at=timezone.now(), **form.cleaned_data),
    )


@require_safe
@signed_in
def row(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Its line in a queue, for htmx; ``edit`` opens an editor in it. Everyone else is led to its page."""
    ticket = load_ticket(request, reference)
    if not request.htmx or not request.user.standing().sees_all:
        return redirect("tickets:detail", reference)
    said = _("Saved") if "saved" in request.GET else ""
    return show_row(request, ticket, part=request.GET.get("edit", ""), said=said)
