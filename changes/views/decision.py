"""One decision: what was put to the board or the two, the votes, closing, minutes.

The same page stands under two addresses: the desk's, and one for the board's members from LDCs.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import signed_in, signed_in_lately
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from changes.actions.deciding import close_decision, vote, write_minutes
from changes.decision_page import decision_page, decision_url, sees_votes
from changes.forms_deciding import MinutesForm, VoteForm
from changes.models import Decision, RequestForChange
from changes.views.board import NOT_YOURS
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused

SHOWN_WITH = ("organization", "reporter", "implementer")


def load(request: SignedInRequest, reference: str) -> RequestForChange:
    """The RFC, if this reader may see it."""
    visible = RequestForChange.objects.visible_to(request.user).select_related(*SHOWN_WITH)
    found: RequestForChange = get_object_or_404(visible, reference=reference)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_lately
@once
def decision(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """What was put to decision, and my vote."""
    rfc = _load(request, reference)
    if request.method != "POST":
        held = take(request, page=request.path) or {}
        return _page(request, rfc, initial={name: values[-1] for name, values in held.items() if values})
    asked = _asked(request, rfc)
    form = VoteForm(request.POST, kind=asked.kind)

    def act() -> None:
        said = form.cleaned_data
        vote(asked, said["choice"], said["reason"], by=request.user, at=timezone.now())
        messages.success(request, _("You voted on %(title)s.") % {"title": rfc})

    return _act(request, rfc, act, form=form)


@require_POST
@signed_in_lately(form_on="changes:desk_decision")
@once
def close(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Close the voting with the votes that are there."""
    rfc = _load(request, reference)
    asked = _asked(request, rfc)
    return _act(request, rfc, lambda: close_decision(asked, by=request.user, at=timezone.now()))


@require_POST
@signed_in(form_on="changes:desk_decision")
@once
def minutes(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Publish what was said."""
    rfc = _load(request, reference)
    asked, form = _asked(request, rfc), MinutesForm(request.POST)

    def act() -> None:
        write_minutes(asked, form.cleaned_data["minutes"], by=request.user, at=timezone.now())
        messages.success(request, _("The minutes are published on %(title)s.") % {"title": rfc})

    return _act(request, rfc, act, minutes_form=form)


def _load(request: SignedInRequest, reference: str) -> RequestForChange:
    """The RFC, for whoever sees votes. Others read on the RFC what was decided."""
    rfc = load(request, reference)
    if not sees_votes(request.user):
        NOT_YOURS.or_refuse()
    return rfc


def _asked(request: SignedInRequest, rfc: RequestForChange) -> Decision:
    """The round that the form was about, even when a later one has begun."""
    stated = request.POST.get("round", "")
    rounds = Decision.objects.visible_to(request.user).filter(rfc=rfc).select_related("rfc__organization")
    found: Decision = get_object_or_404(rounds, round=int(stated) if stated.isdecimal() else 0)
    return found


def _act(
    request: SignedInRequest, rfc: RequestForChange, act: Callable[[], object], **typed: Any
) -> HttpResponseBase:
    """Act, and show how it stands now; or show the page again with the refusal and everything that was typed."""
    form = next(iter(typed.values()), None)
    try:
        if form is not None and not form.is_valid():
            return _page(request, rfc, status=422, **typed)
        act()
    except Refused as refusal:
        return _page(
            request, load(request, rfc.reference), status=refusal.http_status, refusal=refusal, **typed
        )
    return SeeOther(decision_url(rfc, request.user))


def _page(
    request: SignedInRequest,
    rfc: RequestForChange,
    status: int = 200,
    initial: dict[str, str] | None = None,
    **typed: Any,
) -> HttpResponse:
    page = decision_page(rfc, request.user, now=timezone.now())
    context: dict[str, Any] = {"page": page}
    if page.decision is not None:
        here = {"round": page.decision.round}
        context["form"] = VoteForm(kind=page.decision.kind, initial=(initial or {}) | here)
        context["minutes_form"] = MinutesForm(initial=here | {"minutes": page.decision.minutes})
    return render(request, "changes/board/decision.html", context | typed, status=status)
