"""What is done on a request's page besides what is done on every ticket's: its tasks."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import once
from tickets.actions.fulfilment import tick
from tickets.models import FulfilmentTask, ServiceRequest
from tickets.views.ticket import act_on, load_ticket


@require_POST
@signed_in(form_on="tickets:detail")
@once
def task(request: SignedInRequest, reference: str, pk: int) -> HttpResponseBase:
    """Tick a task off, or take that back."""
    ticket = load_ticket(request, reference)
    if not isinstance(ticket, ServiceRequest):
        raise Http404
    tasks = FulfilmentTask.objects.visible_to(request.user).select_related("template", "request")
    one = get_object_or_404(tasks, pk=pk, request=ticket)
    done = request.POST.get("done") == "yes"
    return act_on(request, ticket, lambda: tick(one, done, by=request.user, at=timezone.now()))
