"""Converting a ticket: choose what it becomes, see what is kept, then do it."""

from collections.abc import Callable

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused, Unusable
from tickets import policy
from tickets.actions.conversion import convert_request, convert_to_incident, convert_to_request
from tickets.conversion_page import preview_incident, preview_item, targets
from tickets.models import CatalogueItem, Incident, ItemVersion, ServiceRequest, Ticket
from tickets.request_forms import ToIncidentForm, ToItemForm
from tickets.views.ticket import load_ticket, with_present_version


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def convert(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """What it becomes: ``to`` is the slug of a catalogue item, or "incident"."""
    ticket = load_ticket(request, reference)
    policy.may_convert(request.user, ticket).or_refuse()
    to = request.POST.get("to") or request.GET.get("to", "")
    if to == "incident" and isinstance(ticket, ServiceRequest):
        return _to_incident(request, ticket)
    if to:
        return _to_item(request, ticket, _current(request, to))
    if request.method == "POST":
        raise Http404
    context = {
        "ticket": ticket,
        "may_become_incident": isinstance(ticket, ServiceRequest),
        "groups": targets(ticket, request.user),
    }
    return render(request, "tickets/requests/convert.html", context)


def _to_incident(request: SignedInRequest, ticket: ServiceRequest) -> HttpResponseBase:
    """A request becomes an incident."""
    initial = {"version": ticket.version, "environment": ticket.environment}
    form = ToIncidentForm(request.POST or None, initial=initial)

    def act() -> Ticket:
        said = dict(form.cleaned_data)
        seen = said.pop("version")
        return convert_to_incident(ticket, **said, by=request.user, at=timezone.now(), version_seen=seen)

    return _answer(request, ticket, form, act)


def _to_item(request: SignedInRequest, ticket: Ticket, version: ItemVersion) -> HttpResponseBase:
    """A request for another item, or an incident that becomes a request."""
    initial = {"version": ticket.version, "item_version": version.pk}
    form = ToItemForm(request.POST or None, initial=initial)

    def act() -> Ticket:
        said = form.cleaned_data
        if said["item_version"] != version.pk:
            raise Unusable(_("This form has changed meanwhile. Look at what is kept, then convert it again."))
        stated = {"by": request.user, "at": timezone.now(), "message": said["message"]}
        if isinstance(ticket, ServiceRequest):
            return convert_request(ticket, version, version_seen=said["version"], **stated)
        if isinstance(ticket, Incident):
            return convert_to_request(ticket, version, version_seen=said["version"], **stated)
        raise Http404

    return _answer(request, ticket, form, act, version)


def _answer(
    request: SignedInRequest,
    ticket: Ticket,
    form: forms.Form,
    act: Callable[[], Ticket],
    version: ItemVersion | None = None,
) -> HttpResponseBase:
    """The preview; or what was made of it; or the preview again with the refusal, and what was typed."""
    if request.method != "POST":
        return _preview(request, ticket, form, version)
    if not form.is_valid():
        return _preview(request, ticket, form, version, status=422)
    try:
        made = act()
    except Refused as refusal:
        fresh = load_ticket(request, ticket.reference)
        policy.may_convert(request.user, fresh).or_refuse()
        again = with_present_version(form, fresh, **({"item_version": version.pk} if version else {}))
        return _preview(request, fresh, again, version, status=refusal.http_status, refusal=refusal)
    return SeeOther(reverse("tickets:desk_detail", args=[made.reference]))


def _preview(
    request: SignedInRequest,
    ticket: Ticket,
    form: forms.Form,
    version: ItemVersion | None,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    context = {"ticket": ticket, "form": form, "refusal": refusal}
    if version:
        context |= {"to": version.item.slug, "preview": preview_item(ticket, version, now=timezone.now())}
        return render(request, "tickets/requests/convert_item.html", context, status=status)
    if not isinstance(ticket, ServiceRequest):
        raise Http404
    context["preview"] = preview_incident(ticket, request.user)
    return render(request, "tickets/requests/convert_incident.html", context, status=status)


def _current(request: SignedInRequest, slug: str) -> ItemVersion:
    """An item as it is offered now."""
    items = CatalogueItem.objects.visible_to(request.user).offered().with_current().filter(slug=slug)
    version = next((item.current() for item in items), None)
    if version is None:
        raise Http404
    return version
