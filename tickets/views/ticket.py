"""A ticket's page, and everything that is done on it.

Each POST loads the ticket through the reader's scope, checks its form, calls one action and
leads back to the page. A refusal shows the page again, with its words and all that was typed.
"""

import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from servicedesk.records.drafts import begun_draft, open_draft
from servicedesk.records.files import attach_to_draft
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.models import Attachment, Draft, Kind, Record, Visibility
from servicedesk.records.refusals import Refused, Stale, Unusable
from servicedesk.ui.draft_forms import NO_ID, key_in
from tickets import actions, policy
from tickets.conflicts import differences, present_of, settled, taken
from tickets.forms import (
    AssignForm,
    ContactForm,
    FollowersForm,
    MessageForm,
    MoveForm,
    SatisfactionForm,
    SeverityForm,
)
from tickets.forms_composer import unticked_in
from tickets.merging.page import goes_on_in
from tickets.models import HeldMessage, Incident, SavedView, ServiceRequest, Ticket
from tickets.page import TicketPage, ticket_page
from tickets.request_page import what_comes_next
from tickets.views.queue_row import CAME_BACK, in_pane, in_row, show_row
from tickets.writing.returned import returned_to

PEOPLE = ("organization", "reporter", "assignee", "contact", "backup_contact")
KINDS: dict[str, tuple[type[Ticket], tuple[str, ...]]] = {
    Kind.INCIDENT.prefix: (Incident, PEOPLE),
    Kind.REQUEST.prefix: (ServiceRequest, (*PEOPLE, "item_version")),
}
"""By the letters of a reference: the model, and what its page shows besides."""
SHOWN_IN_A_PANE = 3
"""Messages in the pane beside a queue."""
NOT_AS_A_NOTE = Unusable(_("The LDC would read this. Choose “Reply” first, then send it."))
FORM_IDS = {"assign_form": "assign-form", "severity_form": "rate-form"}
"""The forms of the desk's page that two agents can be in conflict about, by the name under which they come back."""


@require_safe
@signed_in
def detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """The ticket as its organization sees it. The desk has its own page."""
    if request.user.standing().sees_all:
        return redirect("tickets:desk_detail", reference)
    return _show_or_lead_on(request, reference)


@require_safe
@signed_in
def desk_detail(request: SignedInRequest, reference: str) -> HttpResponse:
    """The ticket as the desk sees it."""
    if not request.user.standing().sees_all:
        return redirect("tickets:detail", reference)
    return _show_or_lead_on(request, reference)


@require_safe
@signed_in
def submitted(request: SignedInRequest, reference: str) -> HttpResponse:
    """It is with us: its reference, and what happens next and by when."""
    ticket = load_ticket(request, reference)
    if isinstance(ticket, ServiceRequest):
        context = {"ticket": ticket, "next": what_comes_next(ticket)}
        return render(request, "tickets/order/submitted.html", context)
    return render(request, "tickets/submitted.html", {"ticket": ticket})


@require_POST
@signed_in(form_on="tickets:detail")
@once
def move(request: SignedInRequest, reference: str, name: str) -> HttpResponseBase:
    """One step in the ticket's life."""
    ticket = load_ticket(request, reference)
    step = ticket.lifecycle.get(name)
    if step is None:
        raise Http404
    form = MoveForm(request.POST, needs=frozenset(step.needs), auto_id=f"id_{name}_%s")
    draft, refused = files_of(request)
    if request.POST.get("kind") == "internal":  # what is said with a move is public
        composer = MessageForm(request.POST)
        return show_ticket(request, ticket, status=422, composer=composer, refusal=NOT_AS_A_NOTE)
    if not form.is_valid() or refused:
        return show_ticket(request, ticket, status=422, failed=name, failed_form=form, refused=refused)
    return act_on(
        request,
        ticket,
        lambda: actions.move(
            ticket, name, by=request.user, at=timezone.now(), draft=draft, **form.cleaned_data
        ),
        failed=name,
        failed_form=form,
    )


@require_POST
@signed_in(form_on="tickets:detail")
@once
def assign(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Give it to an agent, or back to the queue."""
    ticket = load_ticket(request, reference)
    if "assignee" in taken(request.POST, present_of(ticket)):
        return SeeOther(_address(request, ticket))
    form = AssignForm(request.POST)
    if not form.is_valid():
        return show_ticket(request, ticket, status=422, assign_form=form)
    return act_on(
        request,
        ticket,
        lambda: actions.assign(ticket, by=request.user, at=timezone.now(), **form.cleaned_data),
        assign_form=form,
    )


@require_POST
@signed_in(form_on="tickets:detail")
@once
def rate(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Another severity, and why. Requests have none."""
    ticket = load_ticket(request, reference)
    if not isinstance(ticket, Incident):
        raise Http404
    if "severity" in taken(request.POST, present_of(ticket)):
        return SeeOther(_address(request, ticket))
    form = SeverityForm(request.POST)
    if not form.is_valid():
        return show_ticket(request, ticket, status=422, severity_form=form)
    return act_on(
        request,
        ticket,
        lambda: actions.change_severity(ticket, by=request.user, at=timezone.now(), **form.cleaned_data),
        severity_form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def contact(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Other people to talk to: a small page of its own."""
    ticket = load_ticket(request, reference)
    policy.may_change_contact(request.user, ticket).or_refuse()
    given = {
        "version": ticket.version,
        "contact": ticket.contact_id,
        "backup_contact": ticket.backup_contact_id,
    }
    present = present_of(ticket)
    if {"contact", "backup_contact"} <= taken(request.POST, present):
        return SeeOther(_address(request, ticket))
    said = settled(request.POST, present) if request.method == "POST" else None
    form = ContactForm(said, organization_id=ticket.organization_id, initial=given)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "tickets/contact.html", {"ticket": ticket, "form": form}, status=status)
    try:
        actions.change_contact(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        ticket = load_ticket(request, reference)
        context = {
            "ticket": ticket,
            "form": with_present_version(form, ticket),
            "refusal": refusal,
            "differences": differences(form, present_of(ticket)) if isinstance(refusal, Stale) else [],
        }
        return render(request, "tickets/contact.html", context, status=refusal.http_status)
    return SeeOther(_address(request, ticket))


@require_POST
@signed_in(form_on="tickets:detail")
@once
def follow(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Follow, or stop."""
    ticket = load_ticket(request, reference)
    following = request.POST.get("following") == "yes"
    return act_on(
        request,
        ticket,
        lambda: actions.set_following(ticket, following, by=request.user, at=timezone.now()),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def followers(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Colleagues who are to follow it: a small page of its own."""
    ticket = load_ticket(request, reference)
    policy.may_add_followers(request.user, ticket).or_refuse()
    form = FollowersForm(request.POST or None, ticket=ticket)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "tickets/followers.html", {"ticket": ticket, "form": form}, status=status)
    actions.add_followers(ticket, form.cleaned_data["people"], by=request.user, at=timezone.now())
    return SeeOther(_address(request, ticket))


@require_POST
@signed_in(form_on="tickets:detail")
@once
def satisfaction(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Say how it went."""
    ticket = load_ticket(request, reference)
    form = SatisfactionForm(request.POST, auto_id="id_went_%s")
    if not form.is_valid():
        return show_ticket(request, ticket, status=422, satisfaction_form=form)
    return act_on(
        request,
        ticket,
        lambda: actions.say_how_it_went(ticket, by=request.user, at=timezone.now(), **form.cleaned_data),
        satisfaction_form=form,
    )


def _show_or_lead_on(request: SignedInRequest, reference: str) -> HttpResponse:
    """The page; or that of the ticket which goes on in its place, unless it is asked for ``alone``."""
    ticket = load_ticket(request, reference)
    if "alone" not in request.GET and (survivor := goes_on_in(ticket, request.user)):
        kept = {name: request.GET[name] for name in ("back",) if name in request.GET}
        return redirect(f"{page_of(request, survivor)}?{urlencode({'merged': ticket.reference} | kept)}")
    return show_ticket(request, ticket)


def load_ticket(request: SignedInRequest, reference: str) -> Ticket:
    """The ticket, if this reader may see it: an incident or a request, as its reference says."""
    model, related = KINDS.get(reference[:3], KINDS["INC"])
    tickets = model.objects.visible_to(request.user).select_related(*related)
    tickets = tickets.with_news(request.user).with_absorbed()
    if request.user.standing().sees_all:
        waiting = HeldMessage.objects.visible_to(request.user).filter(
            ticket=OuterRef("pk"), state=HeldMessage.State.WAITING
        )
        tickets = tickets.annotate(holds=Exists(waiting))
    ticket: Ticket = get_object_or_404(tickets, reference=reference)
    return ticket


def act_on(
    request: SignedInRequest, ticket: Ticket, act: Callable[[], Any], **typed: Any
) -> HttpResponseBase:
    """Act, and go back to the page; or show it again with the refusal and everything that was typed."""
    try:
        act()
    except Refused as refusal:
        return show_ticket(
            request,
            load_ticket(request, ticket.reference),
            status=refusal.http_status,
            refusal=refusal,
            **typed,
        )
    if in_row(request):  # as the redirect would, without asking for it
        response = show_row(request, load_ticket(request, ticket.reference), said=gettext("Saved"))
        response["Content-Location"] = _address(request, ticket)
        return response
    return SeeOther(_address(request, ticket))


def show_ticket(request: SignedInRequest, ticket: Ticket, status: int = 200, **typed: Any) -> HttpResponse:
    """The ticket to htmx, the whole page to everyone else; its row to a queue that asked from there."""
    if in_row(request):
        for name in CAME_BACK.keys() & typed.keys():
            typed[name] = with_present_version(typed[name], ticket)
        return show_row(request, ticket, status, **typed)
    page = ticket_page(
        ticket,
        request.user,
        now=timezone.now(),
        left_out=unticked_in(request.POST),
        whole=request.GET.get("all") == "1",
    )
    held = take(request, page=ticket.get_absolute_url()) or {}
    refusal, back = typed.get("refusal"), None
    if page.for_desk and "back" in request.GET:
        back = returned_to(request.user, ticket, request.GET["back"])
    key = str(key_in(request.POST.get("draft", "") or (back.draft_key if back else "")))
    key = key if key != str(NO_ID) else str(uuid.uuid4())
    kind = request.POST.get("kind") or (back.kind if back else held.get("kind", [""])[-1])
    message = back.body if back else held.get("message", [""])[-1]
    context = {
        "page": page,
        "composer": MessageForm(initial={"message": message}),
        "restored": bool(held),
        "kind": kind or ("internal" if page.for_desk else "public"),
        "draft_key": key,
        "draft_files": Attachment.objects.visible_to(request.user).filter(draft__public_id=key)
        if typed or back
        else [],
        "conflict": page.entries[-1]
        if isinstance(refusal, Stale) and page.for_desk and page.entries
        else None,
        "homeless": _homeless(request, page, typed),
        "came_from": request.GET.get("merged", ""),
        **typed,
    }
    if back or "inserted" in typed:
        context["composer"].fields["message"].widget.attrs["data-focus"] = ""
    for name in ("failed_form", "assign_form", "severity_form", "satisfaction_form"):
        if name in typed:
            context[name] = with_present_version(typed[name], ticket)
            if context["conflict"]:
                context["differences"] = differences(typed[name], present_of(ticket))
                context["form_id"] = FORM_IDS.get(name, "")
    if in_pane(request):
        context["latest"] = [entry for entry in page.entries if entry.html][-SHOWN_IN_A_PANE:]
        return render(request, "tickets/_pane.html", context, status=status)
    side = "desk" if page.for_desk else "ldc"
    template = f"tickets/_{side}_ticket.html" if request.htmx else f"tickets/{side}_ticket.html"
    return render(request, template, context, status=status)


def _homeless(request: SignedInRequest, page: TicketPage, typed: dict[str, Any]) -> str:
    """A message whose form is no longer on the page, because the ticket has moved on: still shown, to copy."""
    if "failed" in typed:
        has_home = typed["failed"] in page.choices
    elif "satisfaction_form" in typed:
        has_home = page.satisfaction_form is not None
    else:
        has_home = (
            bool(page.may_note) if page.for_desk else bool(page.may_reply) and "reopen" not in page.choices
        )
    return "" if has_home else request.POST.get("message", "")


def with_present_version(form: forms.Form, ticket: Record | SavedView, **fresh: object) -> forms.Form:
    """What was typed, ready to be sent again on top of what somebody else changed. ``fresh`` is what else has."""
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name, value in {"version": ticket.version, **fresh}.items():
        data[name] = str(value)
    form.data = data
    return form


def files_of(request: SignedInRequest) -> tuple[Draft | None, list[str]]:
    """The draft that holds this message's files, taking those that came with the form itself."""
    key = request.POST.get("draft", "")
    uploads = request.FILES.getlist("files")
    if not key:
        return None, []
    if not uploads:  # the files of a page with scripts came one by one
        return begun_draft(key, form="message", by=request.user), []
    draft = open_draft(key, form="message", by=request.user, at=timezone.now())
    refused = []
    for upload in uploads:
        try:
            attach_to_draft(upload, draft, by=request.user, at=timezone.now())
        except Refused as refusal:
            refused.append(str(refusal))
    return draft, refused


def _address(request: SignedInRequest, ticket: Ticket) -> str:
    """Back to the ticket; or to the list, for someone who has just let go of a restricted one."""
    if in_row(request):
        return reverse("tickets:row", args=[ticket.reference], query={"saved": "1"})
    if in_pane(request):
        return reverse("tickets:desk_detail", args=[ticket.reference], query={"pane": "1"})
    may_be_lost = ticket.visibility == Visibility.RESTRICTED
    if may_be_lost and not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return reverse("tickets:list")
    return page_of(request, ticket.reference)


def page_of(request: SignedInRequest, reference: str) -> str:
    """The address of a ticket's page for this side."""
    name = "tickets:desk_detail" if request.user.standing().sees_all else "tickets:detail"
    return reverse(name, args=[reference])
