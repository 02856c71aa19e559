"""Changing what a request asks for: a page of its own."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.decorators import signed_in
from accounts.held_forms import take
from accounts.requests import SignedInRequest
from servicedesk.records.idempotency import SeeOther, once
from servicedesk.records.refusals import Refused, Stale, Unusable
from tickets import actions, policy
from tickets.approving import day_of
from tickets.catalogue.answers import initial_from, shown
from tickets.catalogue.definitions import PREFIX
from tickets.catalogue.forms import RequestForm, initial_from_typed
from tickets.conflicts import settled
from tickets.models import ServiceRequest, text_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@once
def edit(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """The request's own form, filled in with its answers."""
    order = _load(request, reference)
    policy.may_edit(request.user, order).or_refuse()
    form = _form(request, order)
    if request.method != "POST" or not form.is_valid():
        return _page(request, order, form, status=422 if form.errors else 200)
    try:
        actions.edit_request(
            order,
            form.answers(),
            form.cleaned_data["title"],
            by=request.user,
            at=timezone.now(),
            version=_version(request),
        )
    except Refused as refusal:
        order = _load(request, reference)
        return _page(request, order, form, status=refusal.http_status, refusal=refusal)
    return SeeOther(order.get_absolute_url())


def _load(request: SignedInRequest, reference: str) -> ServiceRequest:
    """The request, if this reader may see it."""
    visible = (
        ServiceRequest.objects.visible_to(request.user)
        .select_related("organization", "item_version")
        .prefetch_related("item_version__fields")
    )
    found: ServiceRequest = get_object_or_404(visible, reference=reference)
    return found


def _form(request: SignedInRequest, order: ServiceRequest) -> RequestForm:
    """Its form. Days count from the one on which it was sent, so that an answer that stays as it is fits still."""
    initial: dict[str, Any] = {"title": order.title} | initial_from(order.answers, order.item_version)
    if request.method != "POST":
        initial |= initial_from_typed(take(request, page=request.path) or {})
    return RequestForm(
        settled(request.POST, initial) if request.method == "POST" else None,
        version=order.item_version,
        organization=order.organization,
        reader=request.user,
        has_files=True,  # it was sent with those that it needs, and they stay
        today=day_of(order.created_at),
        initial=initial,
    )


def _page(
    request: SignedInRequest,
    order: ServiceRequest,
    form: RequestForm,
    *,
    status: int = 200,
    refusal: Refused | None = None,
) -> HttpResponse:
    """The form; after a conflict with what somebody else wrote beside what was typed."""
    context = {
        "ticket": order,
        "item": text_in(order.item_version, "name"),
        "form": form,
        "refusal": refusal,
        "conflicts": _conflicts(order, form) if isinstance(refusal, Stale) else [],
        "asks_again": order.item_version.approval_steps.exists(),
    }
    return render(request, "tickets/requests/edit.html", context, status=status)


def _conflicts(order: ServiceRequest, form: RequestForm) -> list[dict[str, str]]:
    """Where what is stored now differs from what was typed: the field, its label, both texts."""
    now = {one.name: one for one in shown(order.item_version, order.answers)}
    typed = {one.name: one for one in shown(order.item_version, form.answers())}
    found = [
        {
            "name": f"{PREFIX}{name}",
            "label": (now.get(name) or typed[name]).label,
            "now": now[name].text if name in now else "",
            "typed": typed[name].text if name in typed else "",
        }
        for name in now | typed
        if now.get(name) != typed.get(name)
    ]
    if order.title != form.cleaned_data["title"]:
        title = {
            "name": "title",
            "label": _("Title"),
            "now": order.title,
            "typed": form.cleaned_data["title"],
        }
        return [title, *found]
    return found


def _version(request: SignedInRequest) -> int:
    """The version that was looked at. Raises Unusable."""
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        raise Unusable(_("This page is out of date. Reload it and send the form again.")) from None
