"""What people keep for themselves about tickets: what they have read, what sleeps, how queues look."""

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.models import Event
from servicedesk.records.refusals import Unusable
from tickets import actions
from tickets.views.lists import NOT_FOR_LDCS
from tickets.views.ticket import act_on, load_ticket, show_ticket
from tickets.workspace.forms import LookForm, SnoozeForm

NOT_A_COLUMN = Unusable(_("Choose from the columns that there are. Reload the page and try again."))


@require_POST
@signed_in(form_on="tickets:detail")
@once
def read(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """I have read this ticket up to the last event on my page. A script wants no page back."""
    ticket = load_ticket(request, reference)
    shown = Event.objects.visible_to(request.user).filter(record=ticket.pk)
    last = request.POST.get("last", "")
    event = shown.filter(pk=int(last)).first() if last.isdecimal() and len(last) < 19 else None
    if event and (ticket.seen_at is None or event.at > ticket.seen_at):
        actions.mark_read(ticket, by=request.user, up_to=event.at)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return SeeOther(reverse("tickets:detail", args=[ticket.reference]))


@require_POST
@signed_in(form_on="tickets:detail")
@once
def snooze(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Let it sleep for me, or wake it."""
    ticket = load_ticket(request, reference)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return show_ticket(request, ticket, status=422, snooze_form=form)
    until = form.until()
    if until is None:
        return act_on(request, ticket, lambda: actions.wake(ticket, by=request.user))
    return act_on(
        request,
        ticket,
        lambda: actions.snooze(ticket, until, by=request.user, at=timezone.now()),
        snooze_form=form,
    )


@require_POST
@signed_in(form_on="tickets:queue_default")
@once
def look(request: SignedInRequest) -> HttpResponseBase:
    """Which columns I see in queues, and how close the rows stand; back to the queue I was in."""
    if not request.user.standing().sees_all:
        NOT_FOR_LDCS.or_refuse()
    form = LookForm(request.POST, instance=request.user)
    if not form.is_valid():
        raise NOT_A_COLUMN
    form.instance.save(update_fields=["queue_columns", "density"])
    back = request.POST.get("back", "")
    known = back.startswith("/desk/") and url_has_allowed_host_and_scheme(back, None)
    return SeeOther(back if known else reverse("tickets:queue_default"))
