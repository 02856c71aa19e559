"""What waits for my decision, one approval, and who decides in my place.

The link of a mail leads to a page that changes nothing by being opened: the decision is a form on it.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import signed_in, signed_in_lately
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused
from tickets import actions, approving
from tickets.approvals_page import my_approvals, step_of, votes_in_order
from tickets.approving import bench_of, day_of
from tickets.catalogue.answers import shown
from tickets.forms_approvals import DecisionForm, DelegationForm
from tickets.models import Approval, Delegation, text_in


@require_safe
@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """What waits for me, what I decided lately, and who stands in for whom."""
    return _mine(request, _delegation_form(request))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_lately
@once
def approval(request: SignedInRequest, reference: str, public_id: UUID) -> HttpResponseBase:
    """What is asked, and the decision."""
    found = _load(request, reference, public_id)
    if request.method != "POST":
        held = take(request, page=request.path) or {}
        return _page(request, found, DecisionForm(initial={"reason": held.get("reason", [""])[-1]}))
    bench = bench_of(found, on=day_of(timezone.now()))
    allowed = approving.may_decide(request.user, found, bench)
    form = DecisionForm(request.POST)
    if allowed and not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        allowed.or_refuse()
        said = form.cleaned_data
        actions.decide(
            found, said["decision"] == "approve", said["reason"], by=request.user, at=timezone.now()
        )
    except Refused as refusal:
        found = _load(request, reference, public_id)
        return _page(request, found, form, status=refusal.http_status, refusal=refusal)
    done = _("You approved %(title)s.") if said["decision"] == "approve" else _("You declined %(title)s.")
    messages.success(request, done % {"title": f"{found.request.reference} {found.request.title}"})
    return SeeOther(found.request.get_absolute_url())


@require_POST
@signed_in(form_on="tickets:approvals")
@once
def delegate(request: SignedInRequest) -> HttpResponseBase:
    """Name somebody who decides in my place."""
    approving.may_delegate(request.user).or_refuse()
    form = _delegation_form(request)
    if not form.is_valid():
        return _mine(request, form, status=422)
    asked = form.cleaned_data
    try:
        actions.delegate_approvals(
            asked["delegate"],
            starts_on=asked["starts_on"],
            ends_on=asked["ends_on"],
            by=request.user,
            at=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _mine(request, form, status=refusal.http_status)
    messages.success(
        request, _("%(name)s decides in your place on those days.") % {"name": asked["delegate"]}
    )
    return SeeOther(reverse("tickets:approvals"))


@require_POST
@signed_in(form_on="tickets:approvals")
@once
def end_delegation(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Take a delegation back."""
    mine = Delegation.objects.visible_to(request.user).select_related("delegate")
    delegation = get_object_or_404(mine, pk=pk)
    actions.end_delegation(delegation, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s no longer decides in your place.") % {"name": delegation.delegate})
    return SeeOther(reverse("tickets:approvals"))


def _load(request: SignedInRequest, reference: str, public_id: UUID) -> Approval:
    """The approval, if this reader may see its request."""
    visible = (
        Approval.objects.visible_to(request.user)
        .select_related("request__organization", "request__reporter", "request__item_version")
        .prefetch_related("request__item_version__fields", votes_in_order())
    )
    found: Approval = get_object_or_404(visible, request__reference=reference, public_id=public_id)
    return found


def _page(
    request: SignedInRequest,
    found: Approval,
    form: DecisionForm,
    *,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    """What is asked, with buttons for whoever may decide and words for everybody else."""
    bench = bench_of(found, on=day_of(timezone.now()))
    order = found.request
    context = {
        "ticket": order,
        "item": text_in(order.item_version, "name"),
        "answers": shown(order.item_version, order.answers),
        "step": step_of(found, bench, request.user),
        "allowed": approving.may_decide(request.user, found, bench),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "tickets/approvals/approval.html", context, status=status)


def _delegation_form(request: SignedInRequest) -> DelegationForm:
    today = day_of(timezone.now())
    return DelegationForm(
        request.POST or None, person=request.user, today=today, initial={"starts_on": today}
    )


def _mine(request: SignedInRequest, form: DelegationForm, status: int = 200) -> HttpResponse:
    mine = my_approvals(request.user, now=timezone.now())
    return render(request, "tickets/approvals/mine.html", {"mine": mine, "form": form}, status=status)
