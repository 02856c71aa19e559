"""What is done on a ticket's page besides its moves and messages: tasks, links."""

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import once
from servicedesk.records.models import Link
from tickets.actions.fulfilment import tick
from tickets.actions.linking import link as make_link
from tickets.actions.linking import unlink as remove_link
from tickets.models import FulfilmentTask, ServiceRequest
from tickets.request_forms import LinkForm
from tickets.views.ticket import act_on, load_ticket, show_ticket


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


@require_POST
@signed_in(form_on="tickets:detail")
@once
def link(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Say what else the ticket has to do with."""
    ticket = load_ticket(request, reference)
    form = LinkForm(request.POST, auto_id="id_link_%s")
    if not form.is_valid():
        return show_ticket(request, ticket, status=422, link_form=form)
    said = form.cleaned_data
    return act_on(
        request,
        ticket,
        lambda: make_link(ticket, said["reference"], said["relation"], by=request.user, at=timezone.now()),
        link_form=form,
    )


@require_POST
@signed_in(form_on="tickets:detail")
@once
def unlink(request: SignedInRequest, reference: str, pk: int) -> HttpResponseBase:
    """Remove a link."""
    ticket = load_ticket(request, reference)
    links = Link.objects.visible_to(request.user).of(ticket.pk).select_related("source", "target")
    one = get_object_or_404(links, pk=pk)
    return act_on(request, ticket, lambda: remove_link(ticket, one, by=request.user, at=timezone.now()))
