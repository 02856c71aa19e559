"""Merging a ticket into another one: which one, what would happen, and that it is undone again."""

from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused
from tickets import policy
from tickets.actions.merging import merge as merge_tickets
from tickets.actions.merging import undo_merge
from tickets.merging.forms import IntoForm, MergeForm, UndoForm
from tickets.merging.preview import candidates, preview_merge
from tickets.models import Ticket
from tickets.views.ticket import act_on, load_ticket, page_of, show_ticket, with_present_version


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def merge(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Which ticket goes on (``into``); then what would happen to both; then it is done."""
    ticket = load_ticket(request, reference)
    policy.may_work(request.user, ticket).or_refuse()
    if request.method == "POST":
        return _merge(request, ticket)
    if "into" not in request.GET:
        return _choose(request, ticket, IntoForm())
    form = IntoForm(request.GET)
    survivor = _named(request, ticket, form)
    if survivor is None:
        return _choose(request, ticket, form, status=422)
    initial = {"version": ticket.version, "into": survivor.reference}
    return _preview(request, ticket, survivor, MergeForm(initial=initial))


@require_POST
@signed_in(form_on="tickets:detail")
@once
def unmerge(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Take the merge back."""
    ticket = load_ticket(request, reference)
    policy.may_work(request.user, ticket).or_refuse()
    form = UndoForm(request.POST)
    if not form.is_valid():
        return show_ticket(request, ticket, status=422)
    version = form.cleaned_data["version"]
    return act_on(
        request, ticket, lambda: undo_merge(ticket, by=request.user, at=timezone.now(), version=version)
    )


def _merge(request: SignedInRequest, ticket: Ticket) -> HttpResponseBase:
    form = MergeForm(request.POST)
    survivor = _named(request, ticket, form)
    if survivor is None:
        return _choose(request, ticket, IntoForm(request.POST), status=422)
    try:
        merge_tickets(
            ticket, survivor, by=request.user, at=timezone.now(), version=form.cleaned_data["version"]
        )
    except Refused as refusal:
        fresh = load_ticket(request, ticket.reference)
        again = with_present_version(form, fresh)
        return _preview(request, fresh, survivor, again, status=refusal.http_status, refusal=refusal)
    return SeeOther(page_of(request, survivor.reference))


def _named(request: SignedInRequest, ticket: Ticket, form: IntoForm | MergeForm) -> Ticket | None:
    """The ticket that the form names, if this person sees it: else the form says so."""
    if not form.is_valid():
        return None
    reference = form.cleaned_data["into"]
    found = type(ticket).objects.visible_to(request.user).select_related("organization", "reporter")
    survivor: Ticket | None = found.filter(reference=reference).first()
    if survivor is None:
        words = _("You see no ticket of this kind with the reference %(reference)s. Check the number.")
        form.add_error("into", words % {"reference": reference})
    return survivor


def _choose(request: SignedInRequest, ticket: Ticket, form: IntoForm, status: int = 200) -> HttpResponse:
    context = {"ticket": ticket, "form": form, "candidates": candidates(ticket, request.user)}
    return render(request, "tickets/merging/choose.html", context, status=status)


def _preview(
    request: SignedInRequest,
    ticket: Ticket,
    survivor: Ticket,
    form: Form,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    preview = preview_merge(ticket, survivor, request.user, now=timezone.now())
    context = {"ticket": ticket, "form": form, "preview": preview, "refusal": refusal}
    return render(request, "tickets/merging/preview.html", context, status=status)
