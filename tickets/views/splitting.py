"""Making another incident of some messages of a ticket, and taking it back."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.models import Event
from servicedesk.records.refusals import Refused
from servicedesk.ui.moments import absolute
from tickets.actions.splitting import messages_of, undo_split
from tickets.actions.splitting import split as split_ticket
from tickets.merging.forms import SplitForm
from tickets.merging.rules import may_split
from tickets.merging.split_off import gone_from
from tickets.models import Incident, Split, Ticket
from tickets.sentences import actor_of
from tickets.views.ticket import load_ticket, page_of, show_ticket

BEGINNING = 140
"""Characters of a message that the choice shows."""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def split(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Which messages, and what the new ticket is about."""
    ticket = load_ticket(request, reference)
    may_split(request.user, ticket).or_refuse()
    said = _not_gone(ticket)
    form = SplitForm(
        request.POST or None, messages=[(one.pk, _label(one)) for one in said], initial=_initial(ticket)
    )
    if request.method != "POST" or not form.is_valid():
        return _show(request, ticket, form, said, status=422 if form.errors else 200)
    stated = dict(form.cleaned_data)
    numbers = set(stated.pop("messages"))
    chosen = [one for one in said if one.pk in numbers]
    try:
        made = split_ticket(ticket, chosen, **stated, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _show(request, ticket, form, said, status=refusal.http_status, refusal=refusal)
    return SeeOther(page_of(request, made.reference))


@require_POST
@signed_in(form_on="tickets:detail")
@once
def unsplit(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Take back what was made of another ticket's messages."""
    ticket = load_ticket(request, reference)
    may_split(request.user, ticket).or_refuse()
    rows = Split.objects.visible_to(request.user).select_related("source")
    made = get_object_or_404(rows, made=ticket.pk, undone_at=None)
    try:
        source = undo_split(made, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_ticket(request, ticket, status=refusal.http_status, refusal=refusal)
    return SeeOther(page_of(request, source.reference))


def _not_gone(ticket: Ticket) -> list[Event]:
    """The messages that are not another ticket's already."""
    gone = gone_from(ticket)
    return [one for one in messages_of(ticket) if one.pk not in gone]


def _label(event: Event) -> str:
    body = " ".join(event.comment.body.split()) if event.comment else ""
    shown = body if len(body) <= BEGINNING else f"{body[:BEGINNING].rstrip()}…"
    return f"{actor_of(event)}, {absolute(event.at)}: {shown}"


def _initial(ticket: Ticket) -> dict[str, str]:
    if not isinstance(ticket, Incident):
        return {"environment": ticket.environment}
    return {"environment": ticket.environment, "impact": ticket.impact, "urgency": ticket.urgency}


def _show(
    request: SignedInRequest,
    ticket: Ticket,
    form: SplitForm,
    said: list[Event],
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {"ticket": ticket, "form": form, "has_messages": bool(said), "refusal": refusal}
    return render(request, "tickets/merging/split.html", context, status=status)
