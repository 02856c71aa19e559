"""Writing on a ticket: sending, taking back, and beginning with a template."""

import re
import uuid

from django.http import Http404, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import signed_in
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused, Unusable
from tickets import actions, policy
from tickets.forms import MessageForm
from tickets.forms_composer import ComposerForm, unticked_in
from tickets.models import HeldMessage, ReplyTemplate
from tickets.views.queue_row import in_pane
from tickets.views.ticket import NOT_AS_A_NOTE, act_on, files_of, load_ticket, show_ticket
from tickets.writing.mentions import mentionable
from tickets.writing.presence import note_presence
from tickets.writing.recipients import left_out_of
from tickets.writing.second_look import concerns
from tickets.writing.variables import written_for

NOTHING_CHOSEN = Unusable(_("Choose a template, then insert it."))
TICKET = re.compile(r"(INC|REQ)-[0-9]{1,12}")
LONGEST_NUMBER = 18
"""Digits that any id has room for."""
THEN = "ask"
"""The one step that the composer can take with a reply."""


@require_POST
@signed_in(form_on="tickets:detail")
@once
def write(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """A message to the other side, or an internal note."""
    ticket = load_ticket(request, reference)
    for_desk = bool(policy.may_work(request.user, ticket))
    form = ComposerForm(request.POST, for_desk=for_desk)
    internal = request.POST.get("kind") == "internal"
    move = THEN if for_desk and request.POST.get("then") == THEN else ""
    draft, refused = files_of(request)
    if internal and move:
        return show_ticket(request, ticket, status=422, composer=form, refusal=NOT_AS_A_NOTE)
    if not form.is_valid() or refused:
        return show_ticket(request, ticket, status=422, composer=form, refused=refused)
    now, said = timezone.now(), form.cleaned_data
    found = concerns(
        ticket,
        said["message"],
        by=request.user,
        for_desk=for_desk,
        internal=internal,
        seen=said["seen"],
        draft=draft,
        looked_at=request.POST.getlist("looked_at"),
    )
    if found:
        looked_at = [*request.POST.getlist("looked_at"), *(concern.seal for concern in found)]
        return show_ticket(request, ticket, status=422, composer=form, concerns=found, looked_at=looked_at)
    unticked = unticked_in(request.POST)["internal" if internal else "public"] if for_desk else set()
    return act_on(
        request,
        ticket,
        lambda: actions.send(
            ticket,
            said["message"],
            by=request.user,
            at=now,
            draft=draft,
            internal=internal,
            move=move,
            version=said["version"],
            left_out=left_out_of(ticket, request.user, unticked, at=now, internal=internal),
            follow=said["follow"],
        ),
        composer=form,
    )


@require_POST
@signed_in(form_on="tickets:detail")
@once
def take_back(request: SignedInRequest, reference: str, public_id: uuid.UUID) -> HttpResponseBase:
    """Take a message back before it leaves; its words are in the composer again."""
    ticket = load_ticket(request, reference)
    held = get_object_or_404(
        HeldMessage.objects.visible_to(request.user), public_id=public_id, ticket=ticket.pk
    )
    try:
        actions.take_back(held, by=request.user, at=timezone.now())
    except Refused as refusal:
        return show_ticket(
            request, load_ticket(request, reference), status=refusal.http_status, refusal=refusal
        )
    query = {"back": str(public_id)} | ({"pane": "1"} if in_pane(request) else {})
    return SeeOther(reverse("tickets:desk_detail", args=[reference], query=query))


@require_POST
@signed_in(form_on="tickets:detail")
@once
def template(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The page again, with a template's text for this ticket below what was typed."""
    ticket = load_ticket(request, reference)
    policy.may_work(request.user, ticket).or_refuse()
    _draft, refused = files_of(request)
    typed = request.POST.get("message", "")
    chosen = request.POST.get("template", "")
    if not chosen.isdecimal() or len(chosen) > LONGEST_NUMBER:
        composer = MessageForm(initial={"message": typed})
        return show_ticket(
            request, ticket, status=422, composer=composer, refusal=NOTHING_CHOSEN, refused=refused
        )
    offered = ReplyTemplate.objects.visible_to(request.user).offered_to(request.user.pk)
    found = get_object_or_404(offered, pk=int(chosen))
    text = written_for(found, ticket, request.user)
    message = f"{typed.rstrip()}\n\n{text}" if typed.strip() else text
    return show_ticket(
        request,
        ticket,
        composer=MessageForm(initial={"message": message}),
        kind=found.audience,
        refused=refused,
        inserted=True,
    )


@require_safe
@signed_in
def people(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Whom one may mention on a ticket, for completing names."""
    ticket = load_ticket(request, reference)
    policy.may_reply(request.user, ticket).or_refuse()
    names = mentionable(ticket, request.user).order_by("name").values_list("name", flat=True)
    return JsonResponse({"names": list(dict.fromkeys(names))})


@require_POST
@signed_in
def presence(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Who else of the desk is here. It asks the database nothing: the desk sees every ticket."""
    if not request.user.standing().sees_all or not TICKET.fullmatch(reference):
        raise Http404
    others = note_presence(
        reference, request.user, writing=request.POST.get("writing") == "yes", at=timezone.now()
    )
    return render(request, "tickets/writing/_presence.html", {"others": others})
