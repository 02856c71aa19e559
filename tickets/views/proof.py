"""Why this time? The proof of a ticket's due times, and excusing time."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.models import Event
from servicedesk.records.refusals import Refused
from tickets import actions, policy
from tickets.forms import ExcuseForm
from tickets.models import Ticket
from tickets.proof import proofs


@require_safe
@signed_in
def why(request: SignedInRequest, reference: str) -> HttpResponse:
    """Every stretch of every clock, for a person or a contract meeting."""
    return _page(request, _load(request, reference), ExcuseForm())


@require_POST
@signed_in(form_on="tickets:why")
@once
def excuse(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Excuse a span of time for one target."""
    ticket = _load(request, reference)
    form = ExcuseForm(request.POST)
    if not form.is_valid():
        policy.may_excuse(request.user, ticket).or_refuse()
        return _page(request, ticket, form, status=422)
    try:
        actions.excuse(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        return _page(request, ticket, form, status=refusal.http_status, refusal=refusal)
    return SeeOther(reverse("tickets:why", args=[reference]))


def _load(request: SignedInRequest, reference: str) -> Ticket:
    tickets = Ticket.objects.visible_to(request.user).select_related("organization")
    return get_object_or_404(tickets, reference=reference)


def _page(
    request: SignedInRequest,
    ticket: Ticket,
    form: ExcuseForm,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    now, for_desk = timezone.now(), request.user.standing().sees_all
    events = Event.objects.visible_to(request.user).filter(record=ticket.pk).order_by("at", "pk")
    found = proofs(ticket, events, now=now, for_desk=for_desk)
    context = {
        "ticket": ticket,
        "proofs": [proof for proof in found if proof.cycle == found[0].cycle],
        "earlier": [proof for proof in found if proof.cycle != found[0].cycle],
        "form": form if policy.may_excuse(request.user, ticket) else None,
        "refusal": refusal,
        "now": now,
    }
    return render(request, "tickets/why.html", context, status=status)
